"""How gunicorn runs CKAN: loaded once in the parent, then forked.

Owns what a fork must not share. A database connection that the parent opened
while it loaded would be read by two workers at once: each worker lets go of its
copy without closing it, and opens its own. (Redis clients notice a fork by
themselves; CKAN opens a connection to Solr per use.)
"""

from __future__ import annotations

import os
from typing import Any

_MEMORY = "/dev/shm"  # noqa: S108 - heartbeats of the workers, in files nobody can guess

preload_app = True
worker_class = "gthread"
workers = 2
threads = 4
timeout = 120
graceful_timeout = 10
keepalive = 5
control_socket_disable = True
# A slow disk must not look like a worker that hangs.
worker_tmp_dir = _MEMORY if os.access(_MEMORY, os.W_OK) else None


def post_fork(server: Any, worker: Any) -> None:
    """Forget the parent's database connections."""
    from ckan import model
    from ckanext.datastore.backend import postgres

    for engine in [model.meta.engine, *postgres._engines.values()]:
        if engine is not None:
            engine.dispose(close=False)
