# Image of the portal: web server, worker, scheduler and manage.py. docs/deployment.md tells how to run it.
# deploy/try_dockerfile.py goes through these steps where there is no engine.
FROM python:3.12-slim-bookworm AS packages
WORKDIR /build
COPY requirements.lock .
RUN python -m venv /venv && \
    /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

FROM python:3.12-slim-bookworm
# Pango draws memoranda as PDF; DejaVu has Latin and Cyrillic letters; pg_dump makes backups, and its version is that
# of the database in compose.yaml. Always the newest of Debian 12, so no versions.
# hadolint ignore=DL3008
RUN apt-get update && \
    apt-get install -y --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 postgresql-client-15 && \
    rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 portal && \
    useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/mayors-portal --shell /usr/sbin/nologin portal && \
    install -d -o 10001 -g 10001 -m 0750 /var/lib/mayors-portal
COPY --from=packages /venv /venv
WORKDIR /opt/mayors-portal
COPY . .
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    DEBUG=0 \
    HOST=0.0.0.0 \
    VAR=/var/lib/mayors-portal
# The code belongs to root: the portal cannot change it. No server is asked, no secret needed: what the settings
# want to see holds for this step alone and is kept nowhere.
RUN SECRET_KEY=none ALLOWED_HOSTS=none DATABASE_URL=postgres://none REDIS_URL=redis://none VAR=/tmp/building \
    python manage.py messages compile && \
    python -m compileall -q . && \
    rm -rf /tmp/building
USER 10001:10001
RUN SECRET_KEY=none ALLOWED_HOSTS=none DATABASE_URL=postgres://none REDIS_URL=redis://none \
    python manage.py collectstatic --noinput --verbosity 0
VOLUME /var/lib/mayors-portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["python", "deploy/probe.py"]
CMD ["python", "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
