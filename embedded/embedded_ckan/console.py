"""What a person watches: a line per step with its time, and progress inside long ones.

Owns printing. Refuses to draw moving lines where nobody watches (a pipe, a log).
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()


def say(text: str = "") -> None:
    """Print one line at once."""
    with _lock:
        print(text, flush=True)


class Step:
    """One step that is under way."""

    def __init__(self, title: str) -> None:
        """Begin counting."""
        self.title = title
        self.began = time.monotonic()
        self.note = ""
        self._said = self.began

    def progress(self, text: str) -> None:
        """Show how far the step is: in place on a terminal, every 5 seconds elsewhere."""
        now = time.monotonic()
        with _lock:
            if sys.stdout.isatty():
                print(f"\r\033[K  {self.title}: {text}", end="", flush=True)
            elif now - self._said >= 5:
                self._said = now
                print(f"  {self.title}: {text}", flush=True)

    def done(self) -> None:
        """Print the step's own line."""
        took = time.monotonic() - self.began
        words = f"{self.title}{f' ({self.note})' if self.note else ''}"
        clear = "\r\033[K" if sys.stdout.isatty() else ""
        with _lock:
            print(f"{clear}  {words} {'.' * max(3, 58 - len(words))} {took:5.1f} s", flush=True)


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Time a step and print its line when it is done; nothing when it fails."""
    running = Step(title)
    if sys.stdout.isatty():
        running.progress("…")
    yield running
    running.done()
