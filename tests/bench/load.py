"""How quickly a large file becomes a table, beside ckanext-xloader on the same servers.

Makes a code enforcement table of a million rows and twenty columns (seeded, about 200 MB: days
in two forms, amounts, percentages, ZIP codes and parcels with leading zeros, coordinates, notes
with commas, quotes and line breaks), reads and types it alone, uploads it to the portal and
waits for its job, then gives the file to xloader 2.6.0, in an environment of its own, on
databases of its own in the same PostgreSQL. Prints seconds, memory and sizes, and ratios.

BENCH_ROWS (1,000,000) are the rows; BENCH_TYPED_ROWS (200,000) those of xloader's typed load,
which would take minutes: it is compared by seconds per row, and with ours at the same rows.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from embedded_ckan.ini import settings
from embedded_ckan.project import find
from embedded_ckan.testing import BlankSite, RunningSite

PEER = Path(__file__).parent / "peers" / "xloader"
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
TYPED_ROWS = int(os.environ.get("BENCH_TYPED_ROWS", "200000"))
HEADER = [
    "Case Number", "Opened", "Closed At", "Status", "Violation", "Ward", "Street Number", "Street",
    "ZIP", "Parcel", "Longitude", "Latitude", "Fine", "Balance", "Paid %", "Inspections",
    "Inspector", "Phone", "Repeat Offender", "Notes",
]  # fmt: skip
STREETS = ["North Main St", "State St", "Sumner Ave", "Boston Rd", "Wilbraham Rd", "Dwight St"]
VIOLATIONS = ["105 CMR 410.500", "Unregistered vehicle", "Overgrown vegetation", "No permit"]
WORDS = (
    "tall grass and weeds at rear of house owner told by phone will mend the porch stairs soon "
    "second visit no access letter sent fine waived trash in yard"
).split()
# How the served table's columns come out, or the measurement is of something else.
TYPES = {
    "Case Number": "text", "Opened": "date", "Closed At": "timestamp", "ZIP": "text",
    "Parcel": "text", "Fine": "numeric", "Balance": "numeric", "Paid %": "numeric",
    "Repeat Offender": "boolean", "Longitude": "numeric", "Ward": "integer",
}  # fmt: skip


def make(path: Path, rows: int) -> None:
    """Write the table; the same rows for the same number, whenever and wherever."""
    chance = random.Random(4)
    start = date(2015, 1, 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(_record(chance, start + timedelta(chance.randrange(3900)), number))


def _record(chance: random.Random, opened: date, number: int) -> list[Any]:
    closed = opened + timedelta(chance.randrange(90))
    hour, minute = chance.randrange(24), chance.randrange(60)
    fine = chance.choice([0, 50, 100, 250, 300]) + chance.randrange(100) / 100
    note = " ".join(chance.choices(WORDS, k=chance.randrange(6, 16)))
    if number % 40 == 0:
        note += ', so called "final"\nas the owner says'
    return [
        f"CE-{opened.year}-{number:07}",
        f"{opened.month}/{opened.day}/{opened.year % 100:02}",
        f"{closed}T{hour:02}:{minute:02}:00" if number % 5 else "",
        chance.choice(["Open", "Closed", "Appealed"]),
        chance.choice(VIOLATIONS),
        chance.randrange(1, 9),
        chance.randrange(1, 2000),
        chance.choice(STREETS),
        f"0{chance.randrange(1101, 1152)}",
        f"{chance.randrange(10**9):010}",
        f"{-72.6 + chance.random() / 5:.6f}",
        f"{42.07 + chance.random() / 10:.6f}",
        f"{fine:.2f}" if number % 50 else "N/A",
        f"(${fine:,.2f})" if number % 9 == 0 else f"${fine * 11:,.2f}",
        f"{chance.randrange(101)}%",
        chance.randrange(6),
        f"Inspector {chance.randrange(30)}",
        f"413-555-{chance.randrange(10000):04}",
        chance.choice(["Yes", "No"]),
        note,
    ]


def read_alone(path: Path) -> dict[str, Any]:
    """Read, type and profile a file in a process of its own."""
    program = (
        "import json, resource, sys, tempfile, time\n"
        "from pathlib import Path\n"
        "from ckanext.independence.content.profiles import profile\n"
        "from ckanext.independence.content.reading import read\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "idle, begun = peak(), time.perf_counter()\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    table = read(Path(sys.argv[1]), into=Path(folder)).tables[0]\n"
        "    read_in = time.perf_counter() - begun\n"
        "    profile(Path(table.parquet), table.columns)\n"
        "    seconds = time.perf_counter() - begun\n"
        "types = {column.label: column.type for column in table.columns}\n"
        "print(json.dumps({'read': read_in, 'profile': seconds - read_in, 'rows': table.rows,\n"
        "    'idle_mb': idle, 'peak_mb': peak(), 'types': types}))\n"
    )
    return _said([sys.executable, "-c", program, str(path)])


def _said(command: list[str], **environment: str) -> dict[str, Any]:
    """Return the JSON in the last line that a program prints; its errors are shown."""
    inherited = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    done = subprocess.run(
        command, env=inherited | environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} ended with status {done.returncode}.")
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


class Watch:
    """The most memory that any process of a site had which is no server."""

    SERVERS = ("gunicorn", "postgres", "valkey", "java")

    def __init__(self, ini: Path) -> None:
        """Watch the processes that run with a configuration."""
        self._ini = str(ini)
        self.peak_mb = 0.0

    @contextmanager
    def __call__(self) -> Iterator[Watch]:
        """Look every 50 ms while the block runs."""
        stop = threading.Event()
        thread = threading.Thread(target=self._look, args=(stop,))
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            thread.join()

    def _look(self, stop: threading.Event) -> None:
        mine: dict[int, psutil.Process | None] = {}
        while not stop.wait(0.05):
            for pid in psutil.pids():
                if pid not in mine:
                    mine[pid] = self._mine(pid)
                process = mine[pid]
                if process is None:
                    continue
                try:
                    self.peak_mb = max(self.peak_mb, process.memory_info().rss / 2**20)
                except psutil.NoSuchProcess:
                    del mine[pid]

    def _mine(self, pid: int) -> psutil.Process | None:
        try:
            process = psutil.Process(pid)
            words = " ".join(process.cmdline())
            if self._ini not in (*process.environ().values(), words):
                return None
        except psutil.Error:
            return None
        return None if any(server in words for server in self.SERVERS) else process


def load_ours(site: RunningSite, path: Path) -> dict[str, Any]:
    """Upload a file and wait until its rows can be read, then until they can be searched."""
    token = site.admin_token
    name = f"bench-{path.stem}"
    departments = site.api("organization_list", token=token)
    dataset = site.api("package_create", token=token, name=name, title=name, state="draft",
                       owner_org=departments[0])  # fmt: skip
    watch = Watch(site.ini)
    with watch(), path.open("rb") as file:
        resource = site.api(
            "resource_create", token=token, files={"upload": (path.name, file, "text/csv")},
            package_id=dataset["id"], name=path.stem, format="CSV",
        )  # fmt: skip
        begun = time.perf_counter()

        def state() -> dict[str, Any]:
            shown: dict[str, Any] = site.api(
                "independence_content_state_show", token=token, id=resource["id"]
            )
            if shown["status"] in ("asked", "refused", "failed", "download", "held"):
                raise SystemExit(f"The portal did not load the file: {shown}")
            return shown

        _wait(lambda: state()["status"] == "loaded")
        readable = time.perf_counter() - begun
        shown = site.api("datastore_search", token=token, resource_id=resource["id"], limit=1)
        _wait(lambda: state()["searchable"])
        searchable = time.perf_counter() - begun
    sizes = _sizes(site, resource["id"])
    return {
        "readable": readable,
        "searchable": searchable,
        "peak_mb": watch.peak_mb,
        "rows": shown["total"],
        **sizes,
    }


def _wait(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + 900
    while not ready():
        if time.monotonic() > until:
            raise SystemExit("The portal's load did not end within fifteen minutes.")
        time.sleep(0.25)


def _sizes(site: RunningSite, resource_id: str) -> dict[str, int]:
    """Return a table's size on disk and what its columns alone would take."""
    connection = psycopg2.connect(settings(site.ini)["ckan.datastore.write_url"])
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND attname <> '_full_text'"
            " AND NOT attisdropped",
            [f'"{resource_id}"'],
        )
        columns = cursor.fetchone()[0]
        cursor.execute(f'CREATE TEMP TABLE plain AS SELECT {columns} FROM "{resource_id}"')  # noqa: S608
        cursor.execute(
            "SELECT pg_total_relation_size(%s), pg_total_relation_size('plain')",
            [f'"{resource_id}"'],
        )
        whole, plain = cursor.fetchone()
    connection.close()
    return {"bytes": whole, "plain_bytes": plain}


def load_theirs(blank: BlankSite, path: Path, mode: str) -> dict[str, Any]:
    """Load a file with xloader into a site that has no plugin of ours."""
    ini = blank.ini.with_name("xloader.ini")
    ini.write_text(
        f"[app:main]\nuse = config:{blank.ini}\nckan.plugins = datastore xloader\n"
        "ckanext.xloader.api_token = unused\n",
        "utf-8",
    )
    python = str(PEER / ".venv" / "bin" / "python")
    return _said([python, str(PEER / "measure.py"), str(ini), str(path), mode])


def prepare_peer() -> None:
    """Make the peer's environment where it is missing."""
    here = find().root / ".portal" / "uv" / "bin" / "uv"
    uv = str(here) if here.exists() else "uv"
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    subprocess.run(
        [uv, "sync", "--project", str(PEER), "--frozen", "--quiet", "--python", sys.executable],
        check=True,
        env=environment,
    )


def main() -> None:
    """Measure and print."""
    prepare_peer()
    with tempfile.TemporaryDirectory(dir=os.environ.get("EMBEDDED_CKAN_DATA")) as folder:
        large, small = Path(folder, "cases.csv"), Path(folder, "cases-fewer.csv")
        make(large, ROWS)
        make(small, TYPED_ROWS)
        for path, rows in ((large, ROWS), (small, TYPED_ROWS)):
            size = path.stat().st_size / 1e6
            print(f"{path.name}: {rows:,} rows of {len(HEADER)} columns, {size:.0f} MB")
        alone = read_alone(large)
        wrong = {name: alone["types"][name] for name, kind in TYPES.items()
                 if alone["types"].get(name) != kind}  # fmt: skip
        if wrong or alone["rows"] != ROWS:
            raise SystemExit(f"The file was not read as it is: {alone['rows']} rows, {wrong}")
        print(
            f"read and typed alone: {alone['read']:.1f} s, profile {alone['profile']:.1f} s; peak"
            f" {alone['peak_mb']:.0f} MB, {alone['peak_mb'] - alone['idle_mb']:.0f} above idle"
        )
        site = RunningSite(find(), empty=True)
        try:
            compare(site, large, small)
        finally:
            site.stop()


def compare(site: RunningSite, large: Path, small: Path) -> None:
    """Load the files by both and print the lines."""
    ours = {path: load_ours(site, path) for path in (small, large)}
    with site.blank() as blank:
        theirs = {
            "typed": (small, load_theirs(blank, small, "typed")),
            "untyped": (large, load_theirs(blank, large, "untyped")),
        }
    for run in ours.values():
        print(
            f"portal, typed, {run['rows']:,} rows: readable {run['readable']:.1f} s, searchable"
            f" {run['searchable']:.1f} s; peak {run['peak_mb']:.0f} MB in the job; table"
            f" {run['bytes'] / 1e6:.0f} MB, {run['bytes'] / run['plain_bytes']:.2f} times plain"
        )
    for mode, (path, run) in theirs.items():
        ratio = run["seconds"] / ours[path]["readable"]
        print(
            f"xloader, {mode}, {run['rows']:,} rows: {run['seconds']:.1f} s; peak"
            f" {run['peak_mb']:.0f} MB; table {run['bytes'] / 1e6:.0f} MB: {ratio:.1f} times ours"
        )
    path, run = theirs["typed"]
    per_row = (run["seconds"] / run["rows"]) / (ours[large]["readable"] / ours[large]["rows"])
    print(
        f"per row, xloader typed against our {ours[large]['rows']:,} rows: {per_row:.1f} times ours"
    )


if __name__ == "__main__":
    main()
