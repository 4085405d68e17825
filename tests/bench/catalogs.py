"""How real catalogs load: every collected one into one empty portal, each of them twice.

Prints, for each, what it is, how many records were added, changed, left, paired with what
has the same title, or failed, how many became drafts, and how long that took. A second load
right after the first must add and change nothing. Then the feed is published: every record in it
must be valid by data.gov's own schemas, every public data set that is not in it is counted by
what keeps it out, and a second publication must be the same bytes. Otherwise this ends with
status 1.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from embedded_ckan.project import find
from embedded_ckan.site import environment
from embedded_ckan.testing import RunningSite

# Its data sets are made to be public, whatever the policy asks of real ones.
NOTHING_STOPS = {"ckanext.independence.policy.highest_mode": "warn"}
CATALOGS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "catalogs"
COUNTS = ("added", "changed", "left", "paired", "failed")
# Kinds of records by the arrays in which they stand.
ARRAYS = {"dataset": "dataset", "service": "service", "datasetSeries": "series"}
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
    sys.path.insert(0, str(find().root))
    if not CATALOGS.exists():
        print(f"{CATALOGS} is missing: the collected catalogs lie beside the project.")
        return 1
    site = RunningSite(find(), empty=True, differing=NOTHING_STOPS)
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
    wrong = feed()
    return 1 if wrong or doubled or total != found["count"] else 0


def feed() -> int:
    """Publish all of it twice, judge it and print what was found; returns how much was wrong."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.independence.feed import publisher, reconciler

    from tests import oracle

    publisher.publish()
    wrong, current = 0, publisher.folder() / "current"
    before = {}
    for language, name in (("1.1", "data.json"), ("3.0", "dcat-us/3.0.json")):
        before[name] = (current / name).read_bytes()
        read = json.loads(before[name])
        judged = [
            oracle.errors(record, language, kind)
            for array, kind in ARRAYS.items()
            for record in read.get(array, [])
        ]
        invalid = [errors for errors in judged if errors]
        wrong += len(invalid)
        print(f"DCAT-US {language}: {len(judged)} records, {len(invalid)} invalid {invalid[:3]}")
    reasons = sa.text(
        "SELECT language, count(*) AS number, string_agg(DISTINCT said, '; ') AS reasons FROM ("
        " SELECT language, key, p->>'where' AS said FROM independence_feed_record,"
        " jsonb_array_elements(problems) p WHERE body IS NULL AND p->>'severity' = 'error'"
        ") AS told GROUP BY language, key"
    )
    kept_out: dict[tuple[str, str], int] = {}
    for row in model.Session.execute(reasons):
        place = (row.language, row.reasons)
        kept_out[place] = kept_out.get(place, 0) + 1
    for (language, fields), number in sorted(kept_out.items(), key=lambda one: -one[1])[:20]:
        print(f"  not in {language}: {number} for {fields[:90]}")
    model.Session.execute(sa.text("DELETE FROM independence_feed_record"))
    model.Session.commit()
    reconciler.reconcile()
    publisher.publish()
    differing = [name for name, body in before.items() if (current / name).read_bytes() != body]
    print(f"Made anew and published again, {differing or 'no file'} differs.")
    return wrong + len(differing)


if __name__ == "__main__":
    sys.exit(main())
