"""Fetch again what ``vendor.toml`` names, and write the files that the site keeps of it.

Owns only the way from an npm package to the files beside the code; ``npm`` fetches. Run it after
a change of a version, with the new package's integrity in the file:

    python ckanext-independence/vendor.py
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def fetch(name: str, wanted: dict[str, Any], into: Path) -> Path:
    """Fetch one package and return its folder.

    Raises:
        SystemExit: npm cannot fetch it, or it is not what ``vendor.toml`` says.
    """
    spec = f"{wanted['package']}@{wanted['version']}"
    packed = subprocess.run(  # noqa: S603
        ["npm", "pack", "--json", "--pack-destination", str(into), spec],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if packed.returncode:
        sys.exit(f"npm cannot fetch {spec}: {packed.stderr.strip()}")
    archive = into / json.loads(packed.stdout)[0]["filename"]
    digest = hashlib.sha512(archive.read_bytes()).digest()
    integrity = f"sha512-{base64.b64encode(digest).decode()}"
    if integrity != wanted["integrity"]:
        sys.exit(f"{spec} is {integrity}, not what vendor.toml says. Was the version changed?")
    folder = into / name
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    return folder / "package"


def main() -> None:
    """Write every file that ``vendor.toml`` names, and say where a checksum is to be changed."""
    wanted = tomllib.loads((HERE / "vendor.toml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        for name, package in wanted.items():
            source = fetch(name, package, Path(temporary))
            for path, kept in package["files"].items():
                content = (source / path).read_bytes()
                target = HERE / package["into"] / kept["as"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                digest = hashlib.sha256(content).hexdigest()
                if digest != kept["sha256"]:
                    print(f'{name}, {path}: sha256 is now "{digest}"')


if __name__ == "__main__":
    main()
