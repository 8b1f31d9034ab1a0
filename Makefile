# make run       set everything up and start the portal; make run PORT=8123 VAR=/some/folder moves it
# make test      set everything up and run all tests
# make lint      style, types, templates, migrations, deployment check
# make format    bring the style of the code in order
# make messages  collect the strings of the code into the Ukrainian catalogue
# make demo-code the second factor of the demonstration's staff
# make lock      pin every package that requirements.txt needs, with hashes, to what is installed and tested
# make audit     known weaknesses of those packages; needs the advisories of the package index
# make licences  their licences, and whether all are allowed
# make sbom      their list as CycloneDX: var/sbom.cdx.json
# make bench     the matcher, and storing, reading and changing matches, as ratios
# make fuzz      hostile requests to every address as every role; SEED=7 repeats a run, ROUNDS=3 makes it longer
# make seeded    known faults, put in one at a time: whether the tests that should find them do
# make load      200 people for ten minutes on the loaded portal; MINUTES=1 is the short form
# make bench-web requests a second of the directory, as ratios to an empty view

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
PIP := .venv/bin/python -m pip install --disable-pip-version-check --no-input
PRODUCTION := DEBUG=0 SECRET_KEY=$(shell printf 'k3y-%.0s9zQ' 1 2 3 4 5 6 7 8 9 10 11 12) ALLOWED_HOSTS=portal.example.org SITE_URL=https://portal.example.org

.PHONY: run test fuzz seeded load lint format messages demo-code lock audit licences sbom bench bench-web

run: .venv/run.stamp
	@exec .venv/bin/python -m mayors_portal.run

test: .venv/dev.stamp
	@.venv/bin/python manage.py messages compile
	@.venv/bin/python -m pytest

load: .venv/load.stamp
	@.venv/bin/python scripts/load.py

fuzz: .venv/dev.stamp
	@.venv/bin/python manage.py messages compile
	@.venv/bin/python -m pytest tests/fuzz.py -n0 -q -s

seeded: .venv/dev.stamp
	@.venv/bin/python scripts/seeded_faults.py

lint: .venv/dev.stamp
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/mypy .
	.venv/bin/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) .venv/bin/python manage.py check --deploy --fail-level WARNING
	.venv/bin/hadolint Dockerfile

format: .venv/dev.stamp
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

messages: .venv/dev.stamp
	.venv/bin/python manage.py messages extract

demo-code: .venv/run.stamp
	@.venv/bin/python manage.py demo_code

lock: .venv/dev.stamp
	@.venv/bin/python -m pip freeze --quiet > .venv/installed.txt
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --constraint .venv/installed.txt --output-file requirements.lock requirements.txt

audit: .venv/dev.stamp
	@.venv/bin/python scripts/audit.py

licences: .venv/dev.stamp
	@.venv/bin/python scripts/licences.py

sbom: .venv/dev.stamp
	@rm -rf var/given-away && .venv/bin/python -m venv --without-pip var/given-away
	@.venv/bin/python -m pip --python var/given-away/bin/python install --quiet --require-hashes -r requirements.lock
	@.venv/bin/cyclonedx-py environment --output-reproducible --output-file var/sbom.cdx.json var/given-away/bin/python
	@rm -rf var/given-away && echo "var/sbom.cdx.json"

bench: .venv/run.stamp
	@.venv/bin/python manage.py bench_matching
	@.venv/bin/python manage.py bench_writing

bench-web: .venv/run.stamp
	@.venv/bin/python scripts/bench_web.py

.venv/run.stamp: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found. Name one: make run PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Making a virtual environment with $(PYTHON) ..."
	@$(PYTHON) -m venv .venv || { echo "It could not be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing packages ..."
	@$(PIP) -r requirements.txt
	@touch $@

.venv/load.stamp: requirements-load.txt .venv/run.stamp
	@$(PIP) -r requirements-load.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	@echo "Installing tools for development ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@
