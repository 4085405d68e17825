"""How long the portal takes to start, and what it takes of a machine at rest.

Run by `./portal bench start`. Works on a copy of the project in a temporary
folder with caches of its own, so that nothing of this machine's is used or
touched. Cold is measured twice: with empty caches, and with the caches that the
first run filled; the difference is the download's own time.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from embedded_ckan.project import DATA_VARIABLE, OWNER_VARIABLE, ROOT_VARIABLE
from embedded_ckan.report import size_of
from embedded_ckan.testing import temporary_folder

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".portal", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis", "build"
)
WARM_STARTS = 3
REST = 20  # seconds after the last request before memory is read


class Copy:
    """The project in a folder of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        """Copy what is in the working tree."""
        self.root = folder / name
        shutil.copytree(ROOT, self.root, ignore=NOT_COPIED)
        self._environment = {
            key: value
            for key, value in os.environ.items()
            if key not in (ROOT_VARIABLE, DATA_VARIABLE, "VIRTUAL_ENV")
        } | {
            "EMBEDDED_CKAN_CACHE": str(folder / "jars"),
            "UV_CACHE_DIR": str(folder / "uv"),
            # Links into the cache would hide what the environment takes.
            "UV_LINK_MODE": "copy",
            OWNER_VARIABLE: str(os.getpid()),
        }

    def portal(self, *words: str) -> tuple[float, str]:
        """Run a command; return its seconds and what it said."""
        began = time.monotonic()
        done = subprocess.run(
            [str(self.root / "portal"), *words],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"./portal {' '.join(words)} failed:\n{done.stdout}")
        return time.monotonic() - began, done.stdout


def main() -> None:
    """Measure, and print a table."""
    folder = temporary_folder()
    try:
        first = Copy(folder, "first")
        with_download, _ = first.portal("up", "--detach", "--port", "0")
        first.portal("reset", "--yes")
        shutil.rmtree(first.root)

        second = Copy(folder, "second")
        try:
            cold, _ = second.portal("up", "--detach", "--port", "0")
            warm = []
            for _ in range(WARM_STARTS):
                second.portal("down")
                warm.append(second.portal("up", "--detach", "--port", "0")[0])
            time.sleep(REST)
            status = json.loads(second.portal("status", "--json")[1])
            environment = size_of(second.root / ".venv")
        finally:
            second.portal("reset", "--yes")
        show(folder, with_download, cold, warm, status, environment)
    finally:
        shutil.rmtree(folder)


def show(
    folder: Path,
    with_download: float,
    cold: float,
    warm: list[float],
    status: dict[str, Any],
    environment: int,
) -> None:
    """Print what was measured."""

    def row(what: str, value: str, reach: str = "") -> None:
        print(f"  {what:<52} {value:>10}  {reach}")

    row("cold start with the sample city, caches empty", f"{with_download:.0f} s")
    row("  of which download", f"{with_download - cold:.0f} s")
    row("  without it", f"{cold:.0f} s", "reach: 180 s")
    row(f"warm start, median of {len(warm)}", f"{statistics.median(warm):.1f} s", "reach: 20 s")
    memory = status["memory"]
    row("memory at rest, shared pages counted once", megabytes(memory), "reach: 1536 MB")
    for part in status["parts"]:
        row(f"  {part['name']}", megabytes(part["memory"]))
    row("on disk: Python packages", megabytes(environment))
    row("on disk: Solr's jars", megabytes(size_of(folder / "jars")))
    for name, size in status["disk"].items():
        row(f"on disk: {name}", megabytes(size))


def megabytes(size: int) -> str:
    """Write a number of bytes for people."""
    return f"{size / 2**20:.0f} MB"


if __name__ == "__main__":
    main()
