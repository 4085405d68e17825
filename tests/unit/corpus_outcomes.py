"""What must come of each real file of cities, as one careful reader has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ckanext.independence.content.reading import Outcome


@dataclass(frozen=True)
class Expected:
    """What must come of a file.

    Attributes:
        status: read, ask or refused.
        header: row numbers of the header.
        rows, columns, set_aside: how many.
        types: of the columns where it matters, by their labels.
        says: parts of what the message or a note says.
        choices: labels of what is offered for an answer begin so, in this order.
        download: the file is whole, but no table.
    """

    status: str = "read"
    header: tuple[int, ...] = ()
    rows: int = 0
    columns: int = 0
    set_aside: int = 0
    types: Mapping[str, str] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    download: bool = False


def check(outcome: Outcome, expected: Expected) -> None:
    """Compare what came of a file with what must come of it."""
    said = " ".join([outcome.message, *outcome.notes])
    assert outcome.status == expected.status, said
    for part in expected.says:
        assert part in said
    assert outcome.download_only == expected.download
    offered = [choice.label for question in outcome.questions for choice in question.choices]
    for label, start in zip(offered, expected.choices, strict=False):
        assert label.startswith(start), offered
    assert len(offered) >= len(expected.choices), offered
    if expected.status != "read":
        return
    (table,) = outcome.tables
    found = {
        "header": tuple(table.header_rows),
        "rows": table.rows,
        "columns": len(table.columns),
        "set_aside": table.set_aside_total,
    }
    wanted = {key: getattr(expected, key) for key in found}
    assert found == wanted, said
    types = {column.label: column.type for column in table.columns}
    assert {label: types.get(label) for label in expected.types} == dict(expected.types)
    header = len(table.header_rows)
    taken = table.source_rows - header - table.blank_rows - table.set_aside_total
    assert taken == table.rows, "rows of the file are rows taken, or told apart"


_PDF = Expected(status="refused", says=("PDF", "download"), download=True)
_WARDS = {
    "WARD": "text", "ALDERMAN": "text", "WARD_PHONE": "text", "HALL_PHONE": "text",
    "PERIMETER": "numeric", "Shape_Area": "numeric", "geometry": "geometry",
}  # fmt: skip

OUTCOMES: dict[str, Expected] = {
    "chicago-pedestrian-streets.shp.zip": Expected(
        rows=41,
        columns=5,
        types={"NAME": "text", "SHAPE_AREA": "numeric", "geometry": "geometry"},
        says=("NAD83 / Illinois East (ftUS)", "WGS 84"),
    ),
    "chicago-wards.shp.zip": Expected(rows=53, columns=13, types=_WARDS),
    "chicago-wards.kmz": Expected(rows=53, columns=13, types=_WARDS),
    "chicago-pedway-routes.geojson": Expected(
        rows=44,
        columns=4,
        types={"PED_ROUTE": "text", "SHAPE_LEN": "numeric", "geometry": "geometry"},
    ),
    "carson-ca-addresses.geojson": Expected(
        rows=99,
        columns=19,
        types={"SITENUMBER": "text", "SITEZIP": "text", "ADDRESS": "text", "geometry": "geometry"},
        says=("A comma too many was left out", "line 102"),
    ),
    "philadelphia-vacant-buildings.parquet": Expected(
        rows=9955,
        columns=8,
        types={"council_district": "text", "address": "text", "geometry": "geometry"},
        says=("__index_level_0__",),
    ),
    # One object with five lists of records: whoever uploads it must say which one is meant.
    "boston-police-budget-fy19.frontmatter.json": Expected(
        status="ask",
        says=("5 lists of records", "lines of three dashes"),
        choices=("external_funds: 36", "operating_budget.data: 9", "department_history_by_account"),
    ),
    "boston-auditing-budget-fy18.broken.json": Expected(
        status="refused", says=("line 55", "line 54 of the JSON", "value is missing", "Null")
    ),
    "nyc-checkbook-spending.xml": Expected(
        rows=11,
        columns=21,
        types={
            "agency": "text",
            "check_amount": "numeric",
            "document_id": "text",
            "issue_date": "date",
            "woman_owned_business": "boolean",
        },
        says=("transaction", "criteria"),
    ),
    "framingham-election-2019.pdf": _PDF,
    "los-angeles-precinct-bulletin-2014.pdf": _PDF,
    "new-orleans-ucr-2015.pdf": _PDF,
    "san-jose-pd-firearms.pdf": _PDF,
}
