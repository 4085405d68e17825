"""How quick the public's table is at a million rows, beside CKAN's own table view.

Makes one table of 1,000,000 rows and 20 columns and puts it into the portal and into stock CKAN
2.12, whose DataTables view asks for its rows as JSON; ours come as HTML, with heads, summaries and
count. Asks both for the same rows in turns, by one client, and prints the middle (p50) and the
slow end (p95), with ours as a share of stock's: below 1.00 ours is the quicker. The texts of rows
are not indexed for search on either side, and no column is indexed but the key.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import duckdb
import psycopg2
from ckanext.independence.content.profiles import profile
from ckanext.independence.content.reading.model import Column
from embedded_ckan.project import find
from embedded_ckan.site import settings
from embedded_ckan.testing import RunningSite
from pages import Peer, api
from psycopg2 import sql

# Its data sets are made to be public, whatever the policy asks of real ones.
NOTHING_STOPS = {"ckanext.independence.policy.highest_mode": "warn"}
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
REQUESTS = 8  # in one round
PAGE = 50

# Name, type of the dictionary, type of PostgreSQL, how a row's value is made from its number `n`
# and from `h(k)`, a number below k that looks random.
COLUMNS = (
    ("case_number", "text", "text", "'CE' || (15 + n % 11) || '-' || lpad(n::VARCHAR, 7, '0')"),
    ("opened", "date", "date", "DATE '2015-01-01' + {3600}"),
    ("closed", "date", "date", "CASE WHEN {5} > 0 THEN DATE '2015-01-01' + {3700} END"),
    ("status", "text", "text", "['Open', 'Closed', 'Closed', 'Closed', 'Referred'][{5} + 1]"),
    ("violation", "text", "text", "['Grass', 'Trash', 'Vehicle', 'Fence', 'Roof'][{5} + 1]"),
    ("address", "text", "text", "{24000} || ' block E ' || {180} || 'th St'"),
    ("zip", "text", "text", "'640' || (50 + {9})"),
    ("parcel", "text", "text", "lpad({89999999}::VARCHAR, 8, '0')"),
    ("district", "integer", "bigint", "1 + {4}"),
    ("inspector", "text", "text", "['Ortiz', 'Chen', 'Brown', 'Patel', 'Novak'][{5} + 1]"),
    ("fine", "numeric", "numeric", "({200000} / 100)::DECIMAL(18, 2)"),
    ("paid", "numeric", "numeric", "({150000} / 100)::DECIMAL(18, 2)"),
    ("share", "numeric", "numeric", "({1000} / 10)::DECIMAL(18, 1)"),
    ("latitude", "numeric", "numeric", "(39.02 + {140000} / 1000000)::DECIMAL(18, 6)"),
    ("longitude", "numeric", "numeric", "(-94.49 + {200000} / 1000000)::DECIMAL(18, 6)"),
    ("inspected", "timestamp", "timestamp",
     "TIMESTAMP '2015-01-01' + INTERVAL 1 MINUTE * {5000000}"),
    ("days", "integer", "bigint", "{120}"),
    ("again", "boolean", "boolean", "{5} = 0"),
    ("source", "text", "text", "['Resident', 'Inspector', 'Police', 'Online'][{4} + 1]"),
    ("notes", "text", "text",
     "repeat(['Notice posted at the door. ', 'Owner called. ', 'Gate locked. '][{3} + 1],"
     " (1 + {4})::INTEGER)"),
)  # fmt: skip


def make_rows(folder: Path) -> tuple[Path, Path]:
    """Write the rows as Parquet and as CSV."""
    made = []
    for place, (name, _, _, how) in enumerate(COLUMNS):
        for number in (3, 4, 5, 9, 120, 140000, 150000, 180, 1000, 200000, 24000, 3600, 3700,
                       5000000, 89999999):  # fmt: skip
            how = how.replace(f"{{{number}}}", f"(hash(n, {place}) % {number})::INTEGER")
        made.append(f"{how} AS {name}")
    parquet, csv = folder / "table.parquet", folder / "table.csv"
    with duckdb.connect() as db:
        db.execute(
            f"COPY (SELECT {', '.join(made)}, n AS _row FROM range(1, {ROWS} + 1) t(n)) "  # noqa: S608
            f"TO '{parquet}' (FORMAT parquet)"
        )
        db.sql(f"FROM '{parquet}' SELECT * EXCLUDE _row").write_csv(str(csv), header=False)
    return parquet, csv


def fill(ini: Path, table: str, csv: Path) -> None:
    """Put the rows into a site's DataStore as a table of that name."""
    known = settings(ini)
    reader = urlsplit(known["ckan.datastore.read_url"]).username or ""
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, _, kind, _ in COLUMNS
    )
    names = sql.SQL(", ").join(sql.Identifier(name) for name, *_ in COLUMNS)
    named = sql.Identifier(table)
    connection = psycopg2.connect(known["ckan.datastore.write_url"])
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(
        sql.SQL("CREATE TABLE {} (_id serial PRIMARY KEY, _full_text tsvector, {})").format(
            named, columns
        )
    )
    with csv.open("rb") as file:
        cursor.copy_expert(
            sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(named, names), file
        )
    cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(named, sql.Identifier(reader)))
    cursor.execute(sql.SQL("VACUUM ANALYZE {}").format(named))
    connection.close()


def describe(ini: Path, table: str, parquet: Path) -> None:
    """Tell the portal of the table what a load would have found."""
    columns = [Column(name=name, type=kind) for name, kind, _, _ in COLUMNS]
    found = profile(parquet, columns)
    connection = psycopg2.connect(settings(ini)["sqlalchemy.url"])
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "WITH file AS (INSERT INTO independence_catalog_file (sha256, size)"
            " VALUES (repeat('0', 64), 1) RETURNING sha256)"
            " INSERT INTO independence_catalog_version"
            " (resource_id, sha256, filename, mimetype, state, served)"
            " SELECT %s, sha256, 'cases.csv', 'text/csv', 'served', true FROM file RETURNING id",
            (table,),
        )
        version = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO independence_content_version (version_id, status, profile, rows)"
            " VALUES (%s, 'loaded', %s, %s)",
            (version, json.dumps(found), ROWS),
        )
        cursor.execute(
            "INSERT INTO independence_content_resource (resource_id, version_id) VALUES (%s, %s)",
            (table, version),
        )
    connection.close()


# ---- What is asked


class Asked:
    """A table of a site, and how it is asked for rows; each answer holds ``PAGE`` of them."""

    def __init__(self, url: str) -> None:
        """Take the site's address."""
        self._address = urlsplit(url)

    def fetch(self, method: str, path: str, form: dict[str, str] | None = None) -> bytes:
        """Ask, and return the answer's body.

        Raises:
            SystemExit: it is no answer.
        """
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection = http.client.HTTPConnection(
            self._address.hostname or "", self._address.port, timeout=300
        )
        connection.request(method, path, urlencode(form) if form else None, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}: {body[:300]!r}")
        return body


class Ours(Asked):
    """The portal's table."""

    def __init__(self, url: str, data_set: str, resource: str) -> None:
        """Take the table's addresses."""
        super().__init__(url)
        self._file = f"/dataset/{data_set}/resource/{resource}"

    def page(self) -> None:
        """Open the file's page; its first rows are in it."""
        self.fetch("GET", self._file)

    def rows(self, *pairs: tuple[str, str]) -> Callable[[], None]:
        """Return a way to ask for these rows."""

        def ask() -> None:
            body = self.fetch("GET", f"{self._file}/table/part?{urlencode(pairs)}")
            if body.count(b'scope="row"') != PAGE:
                raise SystemExit(f"{pairs}: not {PAGE} rows")

        return ask


class Stock(Asked):
    """CKAN's DataTables view."""

    def __init__(self, url: str, data_set: str, resource: str, view: str) -> None:
        """Take the view's addresses."""
        super().__init__(url)
        self._page = f"/dataset/{data_set}/resource/{resource}"
        self._view = view

    def page(self) -> None:
        """Open the file's page, the view framed in it, and have it ask for its first rows."""
        self.fetch("GET", self._page)
        self.fetch("GET", f"{self._page}/view/{self._view}")
        self.rows()()

    def rows(
        self, sort: str = "", how: str = "asc", start: int = 0, equal: str = ""
    ) -> Callable[[], None]:
        """Return a way to ask for these rows; ``equal`` is ``column:value``, joined by ``|``."""
        places = {"_id": 0} | {name: at for at, (name, *_) in enumerate(COLUMNS, 1)}
        form = {"draw": "1", "search[value]": "", "start": str(start), "length": str(PAGE)}
        if sort:
            form |= {"order[0][column]": str(places[sort]), "order[0][dir]": how}
        for column, at in places.items():
            form |= {f"columns[{at}][name]": column, f"columns[{at}][search][value]": ""}
        path = f"/datatables/ajax/{self._view}" + (f"?filters={quote(equal)}" if equal else "")

        def ask() -> None:
            answer = json.loads(self.fetch("POST", path, form))
            if len(answer["data"]) != PAGE:
                raise SystemExit(f"{path} {sort}: {len(answer['data'])} rows, not {PAGE}")

        return ask


def measured(one: Callable[[], None]) -> float:
    """Return how many milliseconds it takes."""
    began = time.perf_counter()
    one()
    return (time.perf_counter() - began) * 1000


def alone(name: str, ours: Callable[[], None]) -> None:
    """Ask for what stock cannot answer, and print a line."""
    ours()
    times = [measured(ours) for _ in range(ROUNDS * REQUESTS)]
    slow = statistics.quantiles(times, n=20)[-1]
    print(
        f"{name:<34}{f'{statistics.median(times):.0f} / -':>16}{f'{slow:.0f} / -':>16}", flush=True
    )


def compare(name: str, ours: Callable[[], None], stock: Callable[[], None]) -> None:
    """Ask both in turns and print a line."""
    times: dict[Callable[[], None], list[float]] = {ours: [], stock: []}
    for one in times:
        one()
    for turn in range(ROUNDS):
        for one in (ours, stock) if turn % 2 else (stock, ours):
            times[one] += [measured(one) for _ in range(REQUESTS)]
    middle = [statistics.median(times[one]) for one in (ours, stock)]
    slow = [statistics.quantiles(times[one], n=20)[-1] for one in (ours, stock)]
    print(
        f"{name:<34}"
        + "".join(f"{f'{mine:.0f} / {theirs:.0f}':>16}" for mine, theirs in (middle, slow))
        + "".join(f"{mine / theirs:>8.2f}" for mine, theirs in (middle, slow)),
        flush=True,
    )


def make_file(url: str, token: str, **about: Any) -> tuple[str, str]:
    """Make a data set with one file; return its name and the file's id."""
    department = api(url, token, "organization_list")
    if not department:
        api(url, token, "organization_create", name="city", title="City")
        department = ["city"]
    made = api(
        url, token, "package_create", name="a-million-cases", title="A million cases",
        notes="Every case.", owner_org=department[0], private=False, tags=[{"name": "cases"}],
        resources=[{"name": "Cases", "url": "https://data.example.gov/cases.csv", "format": "CSV"}],
        **about,
    )  # fmt: skip
    return "a-million-cases", made["resources"][0]["id"]


def main() -> None:
    """Measure and print."""
    ours = RunningSite(find(), empty=True, differing=NOTHING_STOPS)
    peer = None
    try:
        with tempfile.TemporaryDirectory() as temporary:
            parquet, csv = make_rows(Path(temporary))
            data_set, resource = make_file(
                ours.url, ours.admin_token, data_modified="2026-09-14",
                steward_name="Case desk", steward_email="cases@city.example",
            )  # fmt: skip
            fill(ours.ini, resource, csv)
            describe(ours.ini, resource, parquet)
            table = Ours(ours.url, data_set, resource)
            peer = Peer()
            data_set, resource = make_file(
                peer.url, peer.token, modified="2026-09-14", identifier="cases",
                contact=[{"name": "Case desk", "email": "cases@city.example"}],
                publisher=[{"name": "City"}],
            )  # fmt: skip
            fill(peer.data / "ckan.ini", resource, csv)
        api(peer.url, peer.token, "resource_patch", id=resource, datastore_active=True)
        view = api(
            peer.url, peer.token, "resource_view_create",
            resource_id=resource, view_type="datatables_view", title="Table",
        )["id"]  # fmt: skip
        stock = Stock(peer.url, data_set, resource, view)
        print(f"{ROWS:,} rows, {len(COLUMNS)} columns, {os.cpu_count()} cores; ours / stock")
        print(f"{'':<34}{'p50 ms':>16}{'p95 ms':>16}{'p50':>8}{'p95':>8}")
        compare("file's page with its first rows", table.page, stock.page)
        compare("first page", table.rows(), stock.rows())
        compare("second page", table.rows(("after", "50")), stock.rows(start=50))
        deep = ROWS // 2
        compare("page in the middle", table.rows(("after", str(deep))), stock.rows(start=deep))
        for name in ("address", "fine", "opened"):
            kind = next(kind for column, kind, *_ in COLUMNS if column == name)
            compare(
                f"sorted by {kind}",
                table.rows(("sort", name), ("order", "desc")),
                stock.rows(name, "desc"),
            )
        compare(
            "in the middle, sorted by number",
            table.rows(("sort", "fine"), ("after", str(deep))),
            stock.rows("fine", start=deep),
        )
        compare(
            "one status, sorted by date",
            table.rows(("status.is", "Open"), ("sort", "opened")),
            stock.rows("opened", equal="status:Open"),
        )
        compare(
            "one status and one district, rare",
            table.rows(("inspector.is", "Chen"), ("days.is", "7"), ("sort", "opened")),
            stock.rows("opened", equal="inspector:Chen|days:7"),
        )
        alone(
            "part of a text, sorted by date",
            table.rows(("address.contains", "77th"), ("sort", "opened")),
        )
        alone(
            "two ranges, sorted by text",
            table.rows(("fine.min", "1500"), ("opened.max", "2020"), ("sort", "address")),
        )
    finally:
        if peer:
            peer.stop()
        ours.stop()


if __name__ == "__main__":
    main()
