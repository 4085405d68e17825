"""Starting, watching and stopping the parts of one site.

Owns the order in which parts stop (the reverse of the order in which they came)
and the pause before a part that died is started again. Knows nothing about what
a part does: that is its own module's.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from embedded_ckan import processes
from embedded_ckan.console import say
from embedded_ckan.home import Home
from embedded_ckan.trouble import Trouble

LARGEST_LOG = 20 * 1024 * 1024
LONGEST_PAUSE = 30.0
# A part that ran this long before it died is started again without a pause.
STEADY = 60.0
# Seconds that a part may take to stop before it is killed.
STOPPING = 30.0


@dataclass
class Part:
    """One long-running program.

    Attributes:
        name: what people call it: `./portal logs NAME`.
        argv: the program and its arguments.
        ready: says whether it answers; asked until it does.
        env: added to the environment.
        user: the system user it runs as, where that is another than ours.
        stop: the signal that asks it to end in good order.
        patience: seconds it may take to answer.
        before: what must be put right before each start.
    """

    name: str
    argv: list[str]
    ready: Callable[[], bool]
    version: str = ""
    port: int | None = None
    where: str = ""
    env: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    stop: signal.Signals = signal.SIGTERM
    patience: float = 180.0
    before: Callable[[], None] | None = None
    cwd: Path | None = None


@dataclass
class _Live:
    part: Part
    process: subprocess.Popen[bytes]
    running: processes.Running
    since: float
    pause: float = 0.0
    again_at: float = 0.0


class Supervisor:
    """The parts of one site that this process started."""

    def __init__(self, home: Home) -> None:
        """Supervise nothing yet."""
        self.home = home
        self._live: dict[str, _Live] = {}
        self._changing = threading.RLock()
        self._stopping = False

    def start(self, part: Part) -> None:
        """Start a part and wait until it answers.

        Raises:
            Trouble: it ended, or did not answer in time.
        """
        live = self._spawn(part)
        until = time.monotonic() + part.patience
        while not part.ready():
            if live.process.poll() is not None:
                raise Trouble(
                    f"{part.name} ended while it started. Its last words, in "
                    f"{self.log(part.name)}:\n{tail(self.log(part.name), 8)}"
                )
            if time.monotonic() > until:
                raise Trouble(
                    f"{part.name} did not answer within {part.patience:.0f} s; "
                    f"{self.log(part.name)} may say why."
                )
            time.sleep(0.05)

    def run(self, part: Part, given: str = "", *, shown: bool = False) -> tuple[int, str]:
        """Run a program that ends by itself; return its exit status and what it printed.

        It is recorded like any part, so that it does not outlive a site that is stopped.

        Args:
            part: the program; its errors go to its log.
            given: what it reads.
            shown: let a person see what it prints, errors too, instead of returning it.
        """
        live = self._spawn(part, once=True, shown=shown)
        said, _ = live.process.communicate(given.encode())
        with self._changing:
            self._live.pop(part.name, None)
            self._record()
        return live.process.returncode, (said or b"").decode("utf-8", "replace")

    def log(self, name: str) -> Path:
        """Say where a part's output goes."""
        return self.home.logs / f"{name}.log"

    def names(self) -> list[str]:
        """List the parts in the order in which they were started."""
        return list(self._live)

    def _record(self) -> None:
        processes.record(self.home, [one.running for one in self._live.values()])

    def _spawn(self, part: Part, *, once: bool = False, shown: bool = False) -> _Live:
        if part.before is not None:
            part.before()
        log = self.log(part.name)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        # CKAN takes some settings from CKAN_* variables: those of the caller are not the site's.
        env = {k: v for k, v in os.environ.items() if not k.startswith("CKAN_")} | part.env
        env[processes.MARK] = str(self.home.path)
        identity: dict[str, object] = (
            {"user": part.user, "group": _group_of(part.user), "extra_groups": []}
            if part.user
            else {}
        )
        with log.open("wb" if once else "ab") as out, self._changing:
            if self._stopping:
                raise Trouble(f"{part.name} was not started: the site is being stopped.")
            process = subprocess.Popen(  # type: ignore[call-overload]
                part.argv,
                stdin=subprocess.PIPE if once else subprocess.DEVNULL,
                stdout=None if shown else subprocess.PIPE if once else out,
                stderr=None if shown else out,
                env=env,
                cwd=part.cwd or "/",
                start_new_session=True,
                **identity,
            )
            running = processes.Running(
                part.name,
                process.pid,
                processes.started_at(process.pid),
                part.version,
                part.port,
                part.where,
            )
            live = _Live(part, process, running, time.monotonic())
            if part.name in self._live:
                live.pause = self._live[part.name].pause
            self._live[part.name] = live
            self._record()
        return live

    def check(self) -> None:
        """Start again what has died, each time after a longer pause."""
        now = time.monotonic()
        for live in list(self._live.values()):
            status = live.process.poll()
            if status is None:
                continue
            if not live.again_at:
                if now - live.since > STEADY:
                    live.pause = 0.0
                live.again_at = now + live.pause
                live.pause = min(LONGEST_PAUSE, live.pause * 2 or 1.0)
                say(f"{live.part.name} ended ({_cause(status)}); it is started again.")
                # What it left behind may hold its port or its files.
                processes.end(live.running, signal.SIGKILL, patience=2)
            if now >= live.again_at:
                try:
                    self._spawn(live.part)
                except Trouble as trouble:
                    live.again_at = now + LONGEST_PAUSE
                    say(str(trouble))

    def stop(self) -> None:
        """Stop every part, last started first, and leave no process."""
        with self._changing:
            self._stopping = True
        for live in reversed(list(self._live.values())):
            # Also when it has ended by itself: its children may not have.
            processes.end(live.running, live.part.stop, STOPPING)
            with contextlib.suppress(subprocess.TimeoutExpired):
                live.process.wait(timeout=1)
        self._live.clear()
        processes.forget(self.home)


def clear_remains(home: Home) -> int:
    """End what a supervisor that was killed left running; return how many processes.

    The last recorded part is ended first, as in good order; PostgreSQL then has
    no client left and stops at once.
    """
    ended = 0
    for one in reversed(processes.recorded(home)):
        ended += processes.end(one, signal.SIGINT if one.name == "postgres" else signal.SIGTERM)
    unrecorded = processes.marked(home)
    processes.kill(unrecorded)
    processes.forget(home)
    return ended + len(unrecorded)


def tail(log: Path, lines: int) -> str:
    """Return a log's last lines, indented; empty when there is none."""
    if not log.exists():
        return ""
    size = log.stat().st_size
    with log.open("rb") as file:
        file.seek(max(0, size - 16384))
        text = file.read().decode("utf-8", "replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def _cause(status: int) -> str:
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-status).name}"
    return f"exit status {status}"


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid
