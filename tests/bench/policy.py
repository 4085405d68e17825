"""What the policy costs: everything judged anew, a save, a night, a look at a rulebook, a scan.

Fills the portal with data sets of three files, half of which fail something, and measures: all of
them judged anew by all rules that need no file, when nothing is kept yet and when all is as it
was; what the judging adds to a save, against saves without it in the same process and in turns;
departments, city and the day's rows of the history; what another rulebook would change; and the
scan of a table of a million rows by twenty columns. The peer is the obvious way of doing it: each
data set by package_show, its rules, and a statement per finding.

BENCH_SIZE is the number of data sets, by default 10,000. Seconds are of the wall clock; those of
the processor, which other work on the machine does not lengthen, stand beside them.
"""

from __future__ import annotations

import json
import os
import sys

from embedded_ckan.project import find
from embedded_ckan.testing import AnySite, RunningSite
from feed import line, run
from pages import api

# Its data sets are made to be public, whatever the policy asks of real ones.
NOTHING_STOPS = {"ckanext.independence.policy.highest_mode": "warn"}
SIZE = int(os.environ.get("BENCH_SIZE", "10000"))
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
SEEDS = 20


def seed(site: AnySite) -> None:
    """Make the data sets that are copied: every other one is poorly described."""
    department = api(site.url, site.admin_token, "organization_list")[0]
    for number in range(SEEDS):
        poor = number % 2
        api(
            site.url, site.admin_token, "package_create",
            title=f"Seed {number:02d} of permits", name=f"seed-{number:02d}",
            notes="Permits." if poor else "Every permit that the city has issued. " * 8,
            owner_org=department, private=False, tags=[{"name": "permits"}, {"name": "houses"}],
            steward_name="Permits desk", steward_email="permits@example.gov",
            data_modified="2024-01-14" if poor else "2026-11-14", issued="2021-07-01",
            update_frequency="R/P1M", temporal_start="2021-01-01", temporal_end="2026-06-30",
            license_id="cc-zero", spatial_bbox="-94.50,39.01,-94.27,39.16",
            landing_page=f"https://data.example.gov/permits/{number}",
            privacy_reviewer="Permits desk", privacy_review_date="2026-09-01",
            privacy_review_outcome="no-personal-information",
            resources=[
                {
                    "name": f"Permits as {form}", "description": "All rows since 2021.",
                    "format": form,
                    "url": f"https://data.example.gov/files/{number}/permits.{form.lower()}",
                }
                for form in ("PDF", "XLS", "CSV")[poor:]
            ],
        )  # fmt: skip


def main() -> None:
    """Measure and print."""
    # No worker and no clock does meanwhile what is measured.
    servers = RunningSite(find(), servers=True, differing=NOTHING_STOPS)
    try:
        with servers.blank() as site:
            seed(site)
            run(sys.executable, "cloning.py", site.ini, "seed-", str(SIZE))
            told = json.loads(run(sys.executable, "policy_inside.py", site.ini))
            scanned = json.loads(run(sys.executable, "policy_scanning.py", site.ini, str(ROWS)))
    finally:
        servers.stop()
    line(f"{SIZE:,} data sets, {os.cpu_count()} cores", "wall clock, s", "processor, s", "MB")
    for name, words in (
        ("first", "judged by all rules, nothing kept yet"),
        ("again", "judged by all rules, all as it was"),
        ("night", "departments, city, the day's rows"),
        ("preview", "what another rulebook would change"),
    ):
        one = told[name]
        line(words, f"{one['seconds']:.1f}", f"{one['processor']:.1f}", f"{one['megabytes']:.0f}")
    each, naive = (
        told[name]["processor"] / told[name]["datasets"] * 1000 for name in ("first", "naive")
    )
    line("one data set, ms of processor", f"{each:.2f}")
    line("  by package_show and row by row", f"{naive:.2f}", f"{naive / each:.1f} times")
    line(f"{told['findings']:,} findings are kept")
    print(flush=True)
    saves = told["saves"]
    line("a save, ms", "p50", "p95")
    for name in ("with", "without", "judging"):
        line(f"  {name}", *(f"{value:.1f}" for value in saves[name]))
    ratio = [a / b for a, b in zip(saves["with"], saves["without"], strict=True)]
    line("  with, as a share of without", *(f"{value:.2f}" for value in ratio))
    print(flush=True)
    line(f"a scan of {ROWS:,} rows x 20", "wall clock, s", "processor, s", "MB")
    line(
        "", f"{scanned['seconds']:.1f}", f"{scanned['processor']:.1f}",
        f"{scanned['megabytes']:.0f}",
    )  # fmt: skip
    line("  columns in which something was found", str(scanned["columns"]))


if __name__ == "__main__":
    main()
