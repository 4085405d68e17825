"""How real catalogs load: every collected one into one empty portal, each of them twice.

Prints, for each, what it is, how many records were added, paired, failed or made drafts, and
how long the command took, its start included. A second load right after the first must add
and change nothing; otherwise this ends with status 1.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from embedded_ckan.project import find
from embedded_ckan.testing import RunningSite

CATALOGS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "catalogs"
# Records without a publisher need a home, too.
WISHES = ("--make-departments", "--department", "city-clerk")
ROW = "{:55} {:22} {:>7} {:>6} {:>7} {:>6} {:>6} {:>6} {:>6} {:>7} {:>9}"


def load(site: RunningSite, path: Path) -> tuple[float, str, dict[str, Any] | None]:
    """Load one catalog by the command; returns seconds, what it said, and the report."""
    begun = time.monotonic()
    done = site.ckan("independence", "load", str(path), *WISHES, "--json")
    seconds = time.monotonic() - begun
    said = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ""
    return seconds, said, json.loads(done.stdout) if done.returncode < 2 else None


def main() -> int:
    """Load all of them and print the table."""
    if not CATALOGS.exists():
        print(f"{CATALOGS} is missing: the collected catalogs lie beside the project.")
        return 1
    site = RunningSite(find(), empty=True)
    doubled = []
    total, spent = 0, 0.0
    try:
        print(ROW.format("catalog", "format", "records", "added", "changed", "left", "paired",
                         "failed", "drafts", "seconds", "again, s"))  # fmt: skip
        for path in sorted(CATALOGS.rglob("*.json")):
            name = str(path.relative_to(CATALOGS))
            seconds, said, report = load(site, path)
            if report is None:
                print(f"{name:55} refused: {said}")
                continue
            again, _, second = load(site, path)
            counts = report["counts"]
            if second is None or second["counts"]["added"] or second["counts"]["changed"]:
                doubled.append(name)
            print(
                ROW.format(
                    name,
                    report["format"],
                    len(report["records"]),
                    *(counts[key] for key in ("added", "changed", "left", "paired", "failed")),
                    report["drafts"],
                    f"{seconds:.1f}",
                    f"{again:.1f}",
                ),
                flush=True,
            )
            total += counts["added"]
            spent += seconds
        found = site.api("package_search", token=site.admin_token, rows=0, include_private=True)[
            "count"
        ]
        print(f"{total} data sets were added in {spent:.0f} s; search finds {found} of them.")
    finally:
        site.stop()
    if doubled:
        print("A second load added or changed something in: " + ", ".join(doubled))
    return 1 if doubled or total != found else 0


if __name__ == "__main__":
    sys.exit(main())
