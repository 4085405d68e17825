"""What `status` shows: each part as it is now, and how much room the site takes.

Owns measuring and laying it out. Refuses to start or mend anything.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from embedded_ckan import processes
from embedded_ckan.home import Home


@dataclass(frozen=True)
class PartReport:
    """One part; memory in bytes, of it and all its children."""

    name: str
    running: bool
    version: str
    pid: int
    port: int | None
    where: str
    memory: int


@dataclass(frozen=True)
class Report:
    """All parts, and bytes on disk by folder."""

    parts: list[PartReport]
    disk: dict[str, int]

    @property
    def memory(self) -> int:
        """Bytes of all parts together."""
        return sum(part.memory for part in self.parts)


def of(home: Home, running: Sequence[processes.Running]) -> Report:
    """Measure a site."""
    parts = []
    for one in running:
        leader = one.process()
        # The parts are the supervisor's children, and are counted by themselves.
        alone = one.name == processes.SUPERVISOR
        members = [leader] if alone and leader else processes.family(one)
        parts.append(
            PartReport(
                one.name,
                leader is not None,
                one.version,
                one.pid,
                one.port,
                one.where,
                processes.memory(members),
            )
        )
    place = Path(home.state.get("postgres", home.path / "postgres"))
    folders = {
        "postgres": place,
        "solr": home.solr,
        "valkey": home.valkey,
        "storage": home.storage,
        "logs": home.logs,
    }
    return Report(parts, {name: size_of(folder) for name, folder in folders.items()})


def size_of(folder: Path) -> int:
    """Add up the bytes that a folder's files take on the disk."""
    total = 0
    for directory, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(Path(directory) / name).st_blocks * 512
            except FileNotFoundError:
                continue  # a log segment that was removed meanwhile
    return total


def as_json(shown: Report) -> str:
    """Lay it out for programs."""
    return json.dumps({**asdict(shown), "memory": shown.memory}, indent=1)


def as_text(shown: Report, home: Home) -> str:
    """Lay it out for people."""
    lines = []
    if shown.parts:
        lines.append(f"{'part':<10} {'state':<9} {'version':<9} {'pid':>8} {'MB':>6}  address")
        for part in shown.parts:
            lines.append(
                f"{part.name:<10} {'running' if part.running else 'down':<9} {part.version:<9} "
                f"{part.pid:>8} {part.memory / 2**20:>6.0f}  {part.where}"
            )
        lines.append(f"{'together':<10} {'':<27} {shown.memory / 2**20:>9.0f}")
    else:
        lines.append(f"No portal runs on {home.path}.")
    sizes = ", ".join(f"{name} {size / 2**20:.0f} MB" for name, size in shown.disk.items())
    lines.append(f"On disk: {sizes}.")
    return "\n".join(lines)
