"""`test`: the project's tests, in this environment.

Owns starting pytest with what journeys need to find a browser. The services are
the business of the fixtures that ask for them.
"""

from __future__ import annotations

import os
import subprocess
import sys

from embedded_ckan.project import ROOT_VARIABLE, Project


def run(project: Project, words: list[str]) -> int:
    """Run pytest at the project's root and return its exit status."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=project.root,
        env=os.environ | {ROOT_VARIABLE: str(project.root)},
        check=False,
    ).returncode
