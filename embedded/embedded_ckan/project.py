"""The project that is run: where it lies and what its `[tool.portal]` asks for.

Owns reading that table. Refuses unknown keys, so that a misspelt one is not
silently ignored. Knows nothing about any particular project.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from embedded_ckan.trouble import Trouble

ROOT_VARIABLE = "EMBEDDED_CKAN_PROJECT"
# A folder for the data of sites that tests and measurements start; the system's temporary place
# where it is not set.
DATA_VARIABLE = "EMBEDDED_CKAN_DATA"
# The pid of the process for which a site runs: it stops when that one is gone.
OWNER_VARIABLE = "EMBEDDED_CKAN_OWNER"
# Set where a person reads what a command prints: CKAN's own progress is not for them.
QUIET_VARIABLE = "EMBEDDED_CKAN_QUIET"


@dataclass(frozen=True)
class Project:
    """One CKAN project. Paths in the table are relative to `root`.

    Attributes:
        root: the folder that holds pyproject.toml.
        name: what the portal is called in messages.
        ini: the shared CKAN configuration.
        wsgi: `module:attribute` of the project's own WSGI entry; empty for ours.
        setup: `ckan` subcommands that complete a site's databases at each start; each one may
            be repeated.
        load: what is loaded into a new site, for `load_command`; empty for nothing.
        generate: a Python file that writes what is loaded into the folder that it is given;
            `load` is then a path in that folder.
        load_command: the `ckan` subcommand that takes what is to be loaded.
        alone: `ckan` subcommands that need no running site, as one text -> the Python module that
            does the same with the words that follow.
        parts: further long-running `ckan` subcommands, by the name of the part.
        solr: files laid over the core's configuration: path in the project -> name in the core.
        bench: measurements by name: a Python file of the project.
    """

    root: Path
    name: str = "CKAN"
    ini: str = "config/ckan.ini"
    wsgi: str = ""
    setup: list[list[str]] = field(default_factory=list)
    load: str = ""
    generate: str = ""
    load_command: list[str] = field(default_factory=list)
    alone: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)
    solr: dict[str, str] = field(default_factory=dict)
    bench: dict[str, str] = field(default_factory=dict)

    @property
    def ini_path(self) -> Path:
        """The shared configuration's absolute path."""
        return self.root / self.ini

    @property
    def wsgi_entry(self) -> str:
        """What the web server runs: the project's entry, else a plain one."""
        return self.wsgi or "embedded_ckan.wsgi:application"

    def load_path(self, generated: Path) -> Path | None:
        """Say what a new site is filled with, or None where the project names nothing.

        Args:
            generated: the folder in which `generate` writes.
        """
        if not self.load:
            return None
        return (generated if self.generate else self.root) / self.load


def find() -> Project:
    """Read the project named by the environment, else the nearest one above the working folder.

    Raises:
        Trouble: there is none, or its table cannot be used.
    """
    named = os.environ.get(ROOT_VARIABLE)
    here = Path(named) if named else Path.cwd()
    for folder in [here] if named else [here, *here.parents]:
        file = folder / "pyproject.toml"
        if file.is_file():
            table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("portal")
            if table is not None:
                return _project(folder.resolve(), table)
    raise Trouble(
        f"No pyproject.toml with a [tool.portal] table in {here}: run this inside a CKAN project."
    )


def _project(root: Path, table: dict[str, Any]) -> Project:
    values = {key.replace("-", "_"): value for key, value in table.items()}
    known = {f.name for f in fields(Project)} - {"root"}
    if unknown := sorted(set(values) - known):
        raise Trouble(
            f"[tool.portal] in {root / 'pyproject.toml'} has unknown keys {', '.join(unknown)}; "
            f"it may have {', '.join(sorted(known))}."
        )
    project = Project(root=root, **values)
    if not project.ini_path.is_file():
        raise Trouble(f"{project.ini_path} is missing: [tool.portal] names it as `ini`.")
    return project
