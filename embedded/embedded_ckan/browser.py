"""A Chromium for the journeys: one that is there, else one that is fetched.

Owns looking and fetching. Refuses to change a machine further than needed: a
browser of the system's is used as it is, Playwright's own download stays in the
user's cache, and apt is asked only where we are root on a Debian.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from embedded_ckan.console import say

INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# A browser that somebody names by hand; "none" says that there shall be none.
VARIABLE = "PORTAL_CHROMIUM"
DOWNLOADING = 300  # seconds


def find() -> str | None:
    """Return the path of a browser that is on this machine, or None."""
    if named := os.environ.get(VARIABLE):
        return None if named == "none" else named
    candidates = [*map(shutil.which, INSTALLED), *MACOS, _playwrights_own()]
    return next((path for path in candidates if path and _starts(path)), None)


def _starts(path: str) -> bool:
    """Say whether a browser runs here: a downloaded one may lack the system's libraries."""
    if not Path(path).exists():
        return False
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find_or_fetch() -> tuple[str | None, str]:
    """Return a browser's path, or None and why none can be had."""
    if path := find():
        return path, ""
    if os.environ.get(VARIABLE):
        return None, f"{VARIABLE} says that there is none"
    reasons = []
    for title, commands in _ways():
        say(f"Fetching Chromium: {title}.")
        if problem := _run(commands):
            reasons.append(f"{title}: {problem}")
        elif path := find():
            return path, ""
    return None, "; ".join(reasons)


def _ways() -> list[tuple[str, list[list[str]]]]:
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    ways = [("playwright install chromium", [playwright])]
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        install = [apt, "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        ways.append(("apt-get install chromium", [[apt, "update", "-qq"], install]))
    return ways


def _run(commands: list[list[str]]) -> str:
    """Run commands until one fails; return its last words, or nothing."""
    for command in commands:
        try:
            done = subprocess.run(
                command,
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=DOWNLOADING,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"no end after {DOWNLOADING} s"
        if done.returncode:
            return next((line for line in reversed(done.stdout.splitlines()) if line.strip()), "")
    return ""


def _playwrights_own() -> str:
    """Return where Playwright keeps the browser that it downloads."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path
