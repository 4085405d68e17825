"""Numbers that are planted in files, and every place in which one could come out again.

Owns the planted files and the search for what is in them: as the public, as staff, in databases and
in the search engine. The numbers are made anew in each run, so that what is found was planted.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
import xlsxwriter

from tests.integration.inside import Inside

_made = random.Random()
NUMBERS = [
    f"{_made.randint(501, 599)}-{_made.randint(11, 89)}-{_made.randint(1001, 8999)}"
    for _ in range(4)
]
# With the separators or without them.
PATTERN = "|".join(number.replace("-", "[- ]?") for number in NUMBERS)
_BYTES = re.compile(PATTERN.encode())

CLEAN = b"case,kind\nA-1,oak\nA-2,elm\nA-3,ash\n"
ROWS = [("case", "ssn"), *((f"A-{at}", number) for at, number in enumerate(NUMBERS))]


def csv() -> bytes:
    """A table with a column of numbers."""
    return "\n".join(",".join(row) for row in ROWS).encode()


def workbook() -> bytes:
    """A workbook whose first sheet is clean, and whose hidden one is not."""
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as made:
        shown, hidden = made.add_worksheet("Cases"), made.add_worksheet("Old")
        for row, cells in enumerate([("case", "kind"), ("A-1", "oak"), ("A-2", "elm")]):
            shown.write_row(row, 0, cells)
        for row, cells in enumerate(ROWS):
            hidden.write_row(row, 0, cells)
        hidden.hide()
    return into.getvalue()


def document() -> bytes:
    """A PDF of one page that says the numbers."""
    lines = " ".join(f"(Social Security number {one}) Tj T*" for one in NUMBERS)
    text = f"BT /F1 12 Tf 14 TL 72 720 Td {lines} ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(text)).encode() + b" >>\nstream\n" + text + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = io.BytesIO(b""), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(
        b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    )
    return out.getvalue()


def archive() -> bytes:
    """A zip with a clean table and one that is not."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("cases.csv", CLEAN)
        packed.writestr("old/people.csv", csv())
    return into.getvalue()


FILES = {
    "cases.csv": csv,
    "cases.xlsx": workbook,
    "cases.pdf": document,
    "cases.zip": archive,
}


def holds(answer: bytes) -> bool:
    """Say whether bytes hold a planted number, packed or not."""
    if _BYTES.search(answer):
        return True
    if not zipfile.is_zipfile(io.BytesIO(answer)):
        return False
    with zipfile.ZipFile(io.BytesIO(answer)) as packed:
        return any(holds(packed.read(name)) for name in packed.namelist())


# ---- Where it could come out ----------------------------------------------------------------


def ways(dataset: dict[str, Any], resource_id: str, versions: list[int]) -> Iterator[str]:
    """Yield the addresses under which the file itself, or its rows, are to be had."""
    file = f"/dataset/{dataset['name']}/resource/{resource_id}"
    yield from (
        f"{file}/download",
        f"{file}/export/csv",
        f"/dataset/{dataset['name']}/download.zip",
        f"/api/3/action/datastore_search?resource_id={resource_id}",
    )
    yield from (f"{file}/version/{number}/download" for number in versions)


def addresses(dataset: dict[str, Any], resource_id: str, versions: list[int]) -> Iterator[str]:
    """Yield every address under which something of a data set and its file is to be had."""
    name = dataset["name"]
    file = f"/dataset/{name}/resource/{resource_id}"
    yield from (
        f"/dataset/{name}",
        f"/dataset/{name}/download.zip",
        f"/dataset/{name}/croissant.jsonld",
        f"/dataset/{name}.jsonld",
        f"/dataset/resources/{name}",
        f"/dataset/?q={name}",
        file,
        f"{file}/download",
        f"{file}/table",
        f"{file}/row/1",
        f"{file}/versions",
        f"{file}/columns.csv",
        f"{file}/state.json",
        f"{file}/reading/set-aside.csv",
        f"/datastore/dump/{resource_id}",
        f"/api/3/action/package_show?id={name}",
        f"/api/3/action/resource_show?id={resource_id}",
        f"/api/3/action/datastore_search?resource_id={resource_id}",
        f"/api/3/action/datastore_info?id={resource_id}",
        f"/api/3/action/independence_content_state_show?id={resource_id}",
        f"/api/3/action/independence_content_dictionary_show?id={resource_id}",
        f"/api/3/action/independence_policy_dataset_show?id={name}",
        f"/api/3/action/package_search?q={name}&rows=100",
    )
    yield from (f"{file}/export/{form}" for form in ("csv", "xlsx", "json", "parquet"))
    for number in versions:
        yield from (f"{file}/version/{number}", f"{file}/version/{number}/download")
        yield f"{file}/version/{number}/changes"


def staff_addresses(dataset: dict[str, Any], resource_id: str) -> Iterator[str]:
    """Yield the addresses that only staff opens, less the file itself."""
    name = dataset["name"]
    file = f"/dataset/{name}/resource/{resource_id}"
    yield from (
        f"/dataset/edit/{name}",
        f"{file}/edit",
        f"{file}/reading",
        f"{file}/columns",
        f"/dataset/{name}/publish",
        f"/dataset/activity/{name}",
        f"/dataset/{name}/feed",
        f"/dataset/{name}/policy",
        "/desk",
    )


def in_databases(engines: list[sa.Engine]) -> list[str]:
    """Return the tables that hold a planted number in any column of theirs."""
    found = []
    for engine in engines:
        with engine.connect() as connection:
            names = connection.scalars(
                sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            ).all()
            for name in names:
                query = sa.text(f'SELECT count(*) FROM "{name}" AS r WHERE r::text ~ :planted')  # noqa: S608
                if connection.scalar(query, {"planted": PATTERN}):
                    found.append(f"{engine.url.database}.{name}")
    return found


def in_search(inside: Inside) -> bool:
    """Say whether the search engine holds a planted number."""
    from embedded_ckan.site import settings

    address = settings(inside.ini)["solr_url"]
    answer = requests.get(
        f"{address}/select", params={"q": "*:*", "rows": 1000, "fl": "*", "wt": "json"}, timeout=60
    )
    return holds(answer.content)


def in_files(folder: Path, but: set[str]) -> list[str]:
    """Return the files of a folder that hold a planted number, less those of these names."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.name not in but and holds(path.read_bytes())
    ]
