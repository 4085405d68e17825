"""The files of the search core, wherever its Solr runs.

Owns what they are: CKAN's own schema, a small configuration, and the project's
files laid over them. Knows nothing about the server.
"""

from __future__ import annotations

import hashlib
import shutil
from importlib.util import find_spec
from pathlib import Path

from embedded_ckan.project import Project
from embedded_ckan.trouble import Trouble

NAME = "ckan"
CONFIGURATION = Path(__file__).with_name("solrconfig.xml")
EMPTY_WORD_LISTS = ("stopwords.txt", "protwords.txt", "synonyms.txt")


def fingerprint() -> str:
    """Name what an index was made with: when this changes, it must be made anew."""
    return hashlib.sha256(_schema().read_bytes() + CONFIGURATION.read_bytes()).hexdigest()


def lay_out(folder: Path, project: Project) -> None:
    """Write the core's files to its folder; its index, if it has one, stays."""
    conf = folder / "conf"
    conf.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_schema(), conf / "schema.xml")
    shutil.copyfile(CONFIGURATION, conf / "solrconfig.xml")
    for name in EMPTY_WORD_LISTS:
        (conf / name).write_text("", "utf-8")
    for source, name in project.solr.items():
        if (project.root / source).exists():
            shutil.copyfile(project.root / source, conf / name)
    (folder / "core.properties").write_text(f"name={NAME}\n", "utf-8")


def _schema() -> Path:
    spec = find_spec("ckan")
    if spec is None or spec.origin is None:
        raise Trouble("The package ckan is not installed: install the project's packages again.")
    return Path(spec.origin).parent / "config/solr/schema.xml"
