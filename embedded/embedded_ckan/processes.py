"""Which operating-system processes are a site's, and how they are ended.

Owns the record in `run/parts.json`: per part its pid, the time that process
started and a few words for people. A pid alone says nothing after a crash, so
nothing is signalled unless the start time is the recorded one. Every part leads
a session of its own; whoever still belongs to that session is the part's child,
even when the part itself is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from embedded_ckan.home import Home, write_whole

SUPERVISOR = "supervisor"
# In the environment of every part: the data folder that it works for.
MARK = "EMBEDDED_CKAN_PART_OF"
BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Running:
    """A process as it was when it was recorded."""

    name: str
    pid: int
    started: str
    version: str = ""
    port: int | None = None
    where: str = ""

    def process(self) -> psutil.Process | None:
        """Return the process, or None when it is gone or its pid is somebody else's now."""
        try:
            found = psutil.Process(self.pid)
            if started_at(self.pid) != self.started or found.status() == psutil.STATUS_ZOMBIE:
                return None
        except psutil.NoSuchProcess:
            return None
        return found


def started_at(pid: int) -> str:
    """Say when a process started, as the system counts it; empty when it is gone already.

    Linux counts from the machine's start, so a clock that is set meanwhile changes nothing.
    """
    try:
        if BOOT.exists():
            # The second field is the program's name, and may hold anything but its end.
            fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2]
            return f"{fields.split()[19]} {BOOT.read_text('utf-8').strip()}"
        return str(psutil.Process(pid).create_time())
    except (FileNotFoundError, ProcessLookupError, psutil.NoSuchProcess):
        return ""


def _file(home: Home, name: str) -> Path:
    return home.run / f"{name}.json"


def record(home: Home, running: Iterable[Running], name: str = "parts") -> None:
    """Write down what runs, replacing what was written before."""
    write_whole(_file(home, name), json.dumps([asdict(one) for one in running], indent=1))


def recorded(home: Home, name: str = "parts") -> list[Running]:
    """Read what was written down; empty when nothing was."""
    try:
        return [Running(**one) for one in json.loads(_file(home, name).read_text("utf-8"))]
    except (FileNotFoundError, json.JSONDecodeError):
        return []


def forget(home: Home, name: str = "parts") -> None:
    """Remove the record."""
    _file(home, name).unlink(missing_ok=True)


def family(one: Running) -> list[psutil.Process]:
    """List a part's live processes: itself, its descendants, and its session's orphans."""
    found: dict[int, psutil.Process] = {}
    leader = one.process()
    if leader is not None:
        found[leader.pid] = leader
        with contextlib.suppress(psutil.NoSuchProcess):
            found |= {child.pid: child for child in leader.children(recursive=True)}
    if leader is not None or not psutil.pid_exists(one.pid):
        for pid in psutil.pids():
            with contextlib.suppress(ProcessLookupError, PermissionError, psutil.Error):
                if os.getsid(pid) == one.pid and pid != os.getpid():
                    found.setdefault(pid, psutil.Process(pid))
    return [p for p in found.values() if _lives(p)]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(one: Running, how: signal.Signals = signal.SIGTERM, patience: float = 15) -> int:
    """Ask a part to stop, then kill what is left of it; return how many processes it had."""
    members = family(one)
    leader = one.process()
    asked = [leader] if leader is not None else members
    for process in asked:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(how)
    left = _wait(members, patience)
    # A child made while we waited belongs to the session, too.
    left = list({process.pid: process for process in [*left, *family(one)]}.values())
    kill(left)
    return len(members)


def _wait(members: list[psutil.Process], patience: float) -> list[psutil.Process]:
    """Wait until processes have ended; return those that have not.

    One that has ended but was not yet collected by its parent (which may be init, in its own
    time) has ended.
    """
    until = time.monotonic() + patience
    while left := [process for process in members if _lives(process)]:
        if time.monotonic() > until:
            break
        time.sleep(0.02)
    return left


def marked(home: Home) -> list[psutil.Process]:
    """List the live processes whose environment says that they are this folder's site's.

    Finds what was started in the moment before a supervisor was killed, and so never recorded.
    Not PostgreSQL, which writes over its environment: that one is known by its cluster.
    """
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == str(home.path) and _lives(process):
                found.append(process)
    return found


def kill(members: list[psutil.Process]) -> None:
    """Kill processes at once and wait until they are gone."""
    for process in members:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _wait(members, 5)


def memory(processes: Iterable[psutil.Process]) -> int:
    """Add up the processes' memory in bytes: proportional share where the system tells it."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            full = process.memory_full_info()
            total += getattr(full, "pss", 0) or full.uss
    return total


def wait_until_gone(one: Running, patience: float) -> bool:
    """Wait for a process to end; False when it is still there."""
    until = time.monotonic() + patience
    while one.process() is not None:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
