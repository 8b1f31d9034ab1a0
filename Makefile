# make run      set everything up and start the portal (PORT=8000, VAR=./var)
# make test     set everything up and run all tests
# make lint     style, types, templates, migrations, deployment check
# make bench-web   requests a second of the directory, as ratios

PORT ?= 8000
VAR ?= $(CURDIR)/var
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
PRODUCTION := DEBUG=0 SECRET_KEY=$(shell printf 'k3y-%.0s9zQ' 1 2 3 4 5 6 7 8 9 10 11 12) ALLOWED_HOSTS=portal.example.org SITE_URL=https://portal.example.org

.PHONY: run test lint format bench-web messages

run: .venv/run.stamp
	@PORT=$(PORT) VAR="$(VAR)" exec $(BIN)/python -m mayors_portal.run

test: .venv/dev.stamp
	@$(BIN)/python manage.py messages compile
	@$(BIN)/pytest

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: .venv/dev.stamp
	$(BIN)/python manage.py messages extract

bench-web: .venv/dev.stamp
	$(BIN)/python scripts/bench_web.py

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Name one: make run PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Making a virtual environment with $(PYTHON) ..."
	@$(PYTHON) -m venv .venv || { echo "The virtual environment could not be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing packages ..."
	@$(BIN)/pip install --disable-pip-version-check --no-input -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	@$(BIN)/pip install --disable-pip-version-check --no-input -r requirements-dev.txt
	@touch $@
