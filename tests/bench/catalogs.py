"""How real catalogs load: every collected one into one empty portal, each of them twice.

Prints, for each, what it is, how many records were added, changed, left, paired with what
has the same title, or failed, how many became drafts, and how long that took. A second load
right after the first must add and change nothing; otherwise this ends with status 1.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from embedded_ckan.project import find
from embedded_ckan.site import environment
from embedded_ckan.testing import RunningSite

CATALOGS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "catalogs"
COUNTS = ("added", "changed", "left", "paired", "failed")
ROW = "{:55} {:21} {:>7} {:>6} {:>7} {:>5} {:>6} {:>6} {:>6} {:>8} {:>8}"
# Records whose publisher is none need a home, too.
HOME = "city-clerk"


def start_ckan(site: RunningSite) -> None:
    """Load CKAN into this process with a site's settings, as its commands do."""
    os.environ.update(environment(site.ini))
    import pylibmagic  # noqa: F401 -- brings the library that CKAN's import looks for
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    make_app(CKANConfigLoader(str(site.ini)).get_config())


def load(path: Path) -> tuple[float, Any]:
    """Load one catalog as the command does; returns seconds and the report."""
    from ckan import model
    from ckanext.independence.catalog import loading

    begun = time.monotonic()
    catalog, name, url, beside = loading.open_catalog(str(path))
    options = loading.Options(source=name, url=url, make_departments=True, department=HOME)
    work = loading.Load(catalog, options, loading.site_user(), beside)
    with loading.late_search_commits():
        for _ in work.run():
            pass
    model.Session.remove()
    return time.monotonic() - begun, work.report


def main() -> int:
    """Load all of them and print the table."""
    if not CATALOGS.exists():
        print(f"{CATALOGS} is missing: the collected catalogs lie beside the project.")
        return 1
    site = RunningSite(find(), empty=True)
    try:
        return measure(site)
    finally:
        site.stop()


def measure(site: RunningSite) -> int:
    """Load everything into a site; returns the exit status."""
    start_ckan(site)
    from ckanext.independence.catalog.loading import Refused

    doubled, total, spent = [], 0, 0.0
    print(ROW.format("catalog", "format", "records", *COUNTS, "drafts", "seconds", "again, s"))
    for path in sorted(CATALOGS.rglob("*.json")):
        name = str(path.relative_to(CATALOGS))
        try:
            seconds, report = load(path)
        except Refused as refusal:
            print(f"{name:55} refused: {refusal}")
            continue
        again, second = load(path)
        counts = report.counts()
        if second.counts()["added"] or second.counts()["changed"]:
            doubled.append(name)
        print(
            ROW.format(
                name,
                report.format,
                len(report.outcomes),
                *(counts[status] for status in COUNTS),
                report.drafts(),
                f"{seconds:.1f}",
                f"{again:.1f}",
            ),
            flush=True,
        )
        total += counts["added"]
        spent += seconds
    found = site.api("package_search", token=site.admin_token, rows=0, include_private=True)
    print(f"{total} data sets in {spent:.0f} s; search finds {found['count']}.")
    if doubled:
        print("A second load added or changed something in: " + ", ".join(doubled))
    return 1 if doubled or total != found["count"] else 0


if __name__ == "__main__":
    sys.exit(main())
