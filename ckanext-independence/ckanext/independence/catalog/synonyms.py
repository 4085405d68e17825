"""The residents' words in Solr: what a policy officer writes reaches the running search.

Owns the copy of the synonyms in the core's configuration and the core's reload.
Refuses a list that Solr cannot read: the search keeps the one that it had. Where the
core's folder is not named in the settings, somebody else looks after it.
"""

from __future__ import annotations

import logging
from pathlib import Path

import ckan.plugins.toolkit as tk
import requests

from . import clock

log = logging.getLogger(__name__)

SOURCE = "ckanext.independence.catalog.synonyms"
CORE_FOLDER = "ckanext.independence.catalog.solr_conf"
SECONDS = 30

_refused: bytes | None = None


class Refused(Exception):
    """Solr did not take the list; the message is its own."""


@clock.every_tick
def follow() -> None:
    """Give Solr the synonyms when they differ from its copy; say once why it takes them not."""
    global _refused
    source, folder = tk.config[SOURCE], tk.config[CORE_FOLDER]
    if not source or not folder:
        return
    wanted = Path(source).read_bytes()
    copy = Path(folder) / "synonyms.txt"
    before = copy.read_bytes() if copy.exists() else b""
    if wanted in (before, _refused):
        return
    _replace(copy, wanted)
    try:
        _reload()
    except (Refused, requests.RequestException) as error:
        # A list that is not in use must not be found at Solr's next start.
        _replace(copy, before)
        if isinstance(error, Refused):
            _refused = wanted
            log.error("Solr refuses %s and keeps the list that it had: %s", source, error)
            return
        raise
    _refused = None
    log.info("Solr reads the changed synonyms of %s", source)


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _reload() -> None:
    root, _, core = tk.config["solr_url"].rstrip("/").rpartition("/")
    user, password = tk.config["solr_user"], tk.config["solr_password"]
    answer = requests.get(
        f"{root}/admin/cores",
        params={"action": "RELOAD", "core": core, "wt": "json"},
        auth=(user, password) if user and password else None,
        timeout=SECONDS,
    )
    if answer.status_code >= 500 or answer.status_code == 400:
        raise Refused(answer.text[:1000])
    answer.raise_for_status()
