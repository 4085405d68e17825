"""A site of its own for a test run, beside whatever else runs on the machine.

Owns starting one in a folder of the system's temporary place with free ports,
talking to it as programs do, and leaving nothing behind. Tests see it as a
stranger would: over HTTP, and through CKAN's command line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

import requests

from embedded_ckan.home import Home
from embedded_ckan.project import Project
from embedded_ckan.site import environment


class ApiError(Exception):
    """An action that was refused.

    Attributes:
        status: the HTTP status.
        error: CKAN's error dictionary: by field, with `__type`.
    """

    def __init__(self, action: str, status: int, error: Any) -> None:
        """Keep what CKAN answered."""
        super().__init__(f"{action}: {status} {error}")
        self.status = status
        self.error = error


class TestSite:
    """One running site.

    Attributes:
        url: its address, without a slash at the end.
        data: its data directory.
        ini: its CKAN configuration.
    """

    __test__ = False

    def __init__(self, project: Project, *, empty: bool = False) -> None:
        """Start it and wait until it answers (15 s to a minute)."""
        self.project = project
        self.data = Path(tempfile.mkdtemp(prefix="portal-test-"))
        # Root's PostgreSQL runs as another user, who must get through.
        self.data.chmod(0o755)
        self._portal("up", "--detach", "--port", "0", *(["--empty"] if empty else []))
        self.ini = self.data / "ckan.ini"
        self.url = f"http://127.0.0.1:{Home(self.data).state['port']}"

    def _portal(self, *words: str) -> None:
        command, *rest = words
        done = subprocess.run(
            [sys.executable, "-m", "embedded_ckan", command, "--data", str(self.data), *rest],
            env=os.environ | {"EMBEDDED_CKAN_PROJECT": str(self.project.root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"portal {command} failed:\n{done.stdout}")

    def stop(self) -> None:
        """Stop it and remove all it had."""
        self._portal("reset", "--yes")

    @property
    def admin_password(self) -> str:
        """The password of the sysadmin `admin`."""
        return (self.data / "admin-password").read_text("utf-8").strip()

    @cached_property
    def admin_token(self) -> str:
        """An API token of the sysadmin `admin`."""
        return self.token("admin")

    def token(self, user: str) -> str:
        """Make an API token of a user."""
        done = self.ckan("user", "token", "add", user, "test", "-q")
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def ckan(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `ckan WORDS` on this site; the exit status is the caller's to judge."""
        return subprocess.run(
            [sys.executable, "-m", "embedded_ckan.ckan_command", *words],
            env=environment(Home(self.data)),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            check=False,
        )

    def api(
        self,
        action: str,
        *,
        token: str | None = None,
        files: dict[str, Any] | None = None,
        **data: Any,
    ) -> Any:
        """Call an action over HTTP and return its result.

        Args:
            action: its name.
            token: an API token; None is the public.
            files: fields with files, as `requests` takes them; sends a form instead of JSON.
            **data: the action's arguments.

        Raises:
            ApiError: CKAN refused.
        """
        headers = {"Authorization": token} if token else {}
        address = f"{self.url}/api/3/action/{action}"
        if files:
            answer = requests.post(address, data=data, files=files, headers=headers, timeout=120)
        else:
            answer = requests.post(address, json=data, headers=headers, timeout=120)
        try:
            body = answer.json()
        except json.JSONDecodeError:
            raise ApiError(action, answer.status_code, answer.text[:2000]) from None
        if not body.get("success"):
            raise ApiError(action, answer.status_code, body.get("error"))
        return body["result"]
