"""How gunicorn serves the portal in production, in a container and under systemd alike.

Where systemd (or `deploy/try_systemd_units.py`) hands over a listening socket, `bind` is not used.
"""

import os
from pathlib import Path
from wsgiref.util import setup_testing_defaults

from gunicorn.workers.base import Worker

from mayors_portal.serving import logconfig_dict, on_starting  # noqa: F401 - names that gunicorn knows

HOST = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]

wsgi_app = "mayors_portal.wsgi"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
timeout = 120  # seconds without a sign of life, its start included, before a process is replaced
graceful_timeout = 30  # seconds that requests have to finish when the portal is restarted
keepalive = 75  # longer than the proxy keeps idle connections, so that none closes as it is used
worker_tmp_dir = "/dev/shm"  # noqa: S108 - heartbeats in memory: a slow disk is no sign of death
control_socket_disable = True
loglevel = "warning"


def post_worker_init(worker: Worker) -> None:
    """Make two pages before the first visitor comes, so that none waits for what they need; then say so."""
    for path in ("/", "/uk/"):
        environ = {"PATH_INFO": path, "HTTP_HOST": HOST, "HTTP_X_FORWARDED_PROTO": "https"}
        setup_testing_defaults(environ)
        answer = worker.wsgi(environ, lambda status, headers, error=None: None)
        b"".join(answer)
        answer.close()
    if ready := os.environ.get("READY_FILE"):
        Path(ready).touch()
