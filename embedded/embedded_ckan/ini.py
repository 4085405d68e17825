"""A site's own CKAN configuration: differences and secrets over the project's shared file.

Owns reading and writing it. What stands in it is the caller's.
"""

from __future__ import annotations

import re
from configparser import RawConfigParser
from io import StringIO
from pathlib import Path

from embedded_ckan.home import write_whole

SECTION = "app:main"
STORAGE_TYPE = re.compile(r"ckan\.files\.storage\.(\w+)\.type")


def storage_settings(folder: Path, shared: Path) -> dict[str, str]:
    """Make a folder for each storage that the shared configuration keeps on the disk."""
    values = {
        "ckan.storage_path": str(folder),
        "ckan.webassets.path": str(folder / "webassets"),
    }
    for key, kind in settings(shared).items():
        name = STORAGE_TYPE.fullmatch(key)
        if name is None or kind != "ckan:fs":
            continue
        place = folder / name[1]
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        values[f"ckan.files.storage.{name[1]}.path"] = str(place)
    return values


def write_settings(ini: Path, values: dict[str, str], *remarks: str) -> None:
    """Write a CKAN configuration that only its owner may read."""
    parser = RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    # CKAN interpolates; a percent sign in a path is meant as one.
    parser[SECTION] = {key: value.replace("%", "%%") for key, value in values.items()}
    text = StringIO()
    text.writelines(f"; {remark}\n" for remark in remarks)
    parser.write(text)
    write_whole(ini, text.getvalue())


def settings(ini: Path) -> dict[str, str]:
    """Read what a site's own ini says; empty before the first run."""
    parser = RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ini)
    if not parser.has_section(SECTION):
        return {}
    return {k: v.replace("%%", "%") for k, v in parser[SECTION].items()}
