"""The sample city: the same bytes every time, what it declares, and nothing of real people."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from ckanext.independence.catalog.city import read_city
from ckanext.independence.catalog.public_minimum import MINIMUM, missing
from ckanext.independence.catalog.reading import Tables, read

ROOT = Path(__file__).parents[2]
GENERATE = ROOT / "sample-city/generate.py"
AS_OF = "2026-11-25"
CITY = read_city(ROOT / "config/city.yaml")
SCHEMA = {
    field["field_name"]: field
    for field in yaml.safe_load((ROOT / "schemas/catalog/dataset.yaml").read_text())[
        "dataset_fields"
    ]
}
# The manifest's own words for CKAN's.
RENAMED = {"description": "notes", "keywords": "tag_string", "department": "owner_org"}

LATE = {"animal-shelter-intakes", "court-cases", "traffic-counts"}
PLANNED = {"employee-turnover", "overdose-responses", "use-of-force"}
WITHHELD = {"incident-narratives"}
DRAFTS = {"sidewalk-inventory"}


def timestamp(value: str) -> dt.datetime:
    """Read local time to the second, written in the one way that everybody understands."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value):
        raise ValueError(value)
    return dt.datetime.fromisoformat(value)


PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "integer": int,
    "numeric": float,
    "date": dt.date.fromisoformat,
    "timestamp": timestamp,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def start(out: Path, *, as_of: str = AS_OF, seed: str = "0") -> subprocess.Popen[str]:
    """Start the generator; `seed` moves the order of Python's sets and hashes."""
    return subprocess.Popen(
        [sys.executable, str(GENERATE), str(out), "--as-of", as_of],
        env=os.environ | {"PYTHONHASHSEED": seed},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two whole samples, made side by side."""
    folder = tmp_path_factory.mktemp("samples")
    outs = folder / "one", folder / "two"
    running = [start(out, seed=str(number)) for number, out in enumerate(outs, start=1)]
    for process in running:
        _, said = process.communicate()
        assert process.returncode == 0, said
    return outs


@pytest.fixture(scope="module")
def sample(runs: tuple[Path, Path]) -> Path:
    """One whole sample."""
    return runs[0]


@pytest.fixture(scope="module")
def manifest(sample: Path) -> dict[str, Any]:
    """The manifest."""
    return yaml.load((sample / "manifest.yaml").read_text(), Loader=yaml.CSafeLoader)


@pytest.fixture(scope="module")
def generator() -> Iterator[None]:
    """Let the test import the generator's own modules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(GENERATE.parent))
        yield


@pytest.fixture(scope="module")
def values(sample: Path, manifest: dict[str, Any]) -> dict[str, dict[str, set[str]]]:
    """The different values of every column of every CSV file."""
    found = {}
    for file in files(manifest, "CSV"):
        with (sample / file["path"]).open(encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            header = next(rows)
            columns = map(set, zip(*rows, strict=True))
            found[file["path"]] = dict(zip(header, columns, strict=True))
    return found


def datasets_of(day: dt.date) -> list[dict[str, Any]]:
    """Read the words for a day, without any rows."""
    from generator.catalog import read_sample

    datasets: list[dict[str, Any]] = read_sample(GENERATE.parent / "catalog", day).manifest[
        "datasets"
    ]
    return datasets


def files(manifest: dict[str, Any], *formats: str) -> list[dict[str, Any]]:
    """List the manifest's files of these formats; of all without any."""
    return [
        file
        for dataset in manifest["datasets"]
        for file in dataset["resources"]
        if not formats or file["format"] in formats
    ]


def table(sample: Path, path: str) -> list[dict[str, str]]:
    """Read a CSV file."""
    with (sample / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def contents(out: Path) -> dict[str, str]:
    """Hash every file of a folder, by its path in there."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file()
    }


# What is written, and when


def test_the_same_day_makes_the_same_bytes(runs: tuple[Path, Path]) -> None:
    assert contents(runs[0]) == contents(runs[1])


def test_a_complete_sample_is_left_alone_and_this_is_said(sample: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in sample.rglob("*")}
    said, _ = (process := start(sample)).communicate()
    assert process.returncode == 0
    assert "already holds" in said
    assert {path: path.stat().st_mtime_ns for path in sample.rglob("*")} == before


def test_a_folder_of_somebody_else_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    _, said = (process := start(tmp_path)).communicate()
    assert process.returncode == 1
    assert "holds other files" in said
    assert contents(tmp_path).keys() == {"letter.txt"}


def test_nothing_but_the_sample_is_left_behind(runs: tuple[Path, Path]) -> None:
    assert {path.name for path in runs[0].parent.iterdir()} == {"one", "two"}


def test_tomorrows_sample_tells_the_same_yesterday(generator: None) -> None:
    from generator.dates import Period
    from generator.geography import read_city as read_map
    from generator.tables import courts, development, fire, health, police, streets, utilities

    places = read_map(GENERATE.parent / "catalog/geography.yaml")
    first, last = dt.date(2026, 1, 1), dt.date(2026, 3, 31)
    today, tomorrow = Period(first, last), Period(first, last + dt.timedelta(days=1))
    # What was open may be finished a day later. All else stays as it was told.
    may_change = re.compile(
        "status|outcome|disposition|fine|fee|court_costs|demolition_cost|closed_how|days_|working_days|notices"
        "|(first_inspected|inspected|repaired|closed|paid|finaled|resolved|answered|disposed"
        "|corrected)_on"
    )
    for make in (
        police.crimes, police.calls, police.crashes, fire.incidents, fire.inspections,
        development.cases, development.active_violations, development.assessments,
        development.permits, development.dangerous_buildings, courts.cases,
        courts.records_requests, courts.measures_of_council, streets.street_work, streets.defects,
        utilities.outages, utilities.main_breaks, utilities.samples, health.inspections,
        health.violations, health.animals,
    ):  # fmt: skip
        short, long = make(places, today), make(places, tomorrow)
        kept = [i for i, name in enumerate(short.columns) if not may_change.match(name)]
        told = Counter(tuple(row[i] for i in kept) for row in long.rows)
        before = Counter(tuple(row[i] for i in kept) for row in short.rows)
        gone = before - told
        if make is development.active_violations:
            # Some were repaired overnight.
            assert gone.total() < 0.1 * before.total()
        else:
            assert not gone, (make.__name__, next(iter(gone)))


def test_every_file_of_the_manifest_is_there_and_no_other(
    sample: Path, manifest: dict[str, Any]
) -> None:
    named = [file["path"] for file in files(manifest)]
    assert len(named) == len(set(named))
    assert {"manifest.yaml", *named} == contents(sample).keys()


def test_a_laptop_can_hold_it_and_tables_differ_in_size(
    sample: Path, manifest: dict[str, Any]
) -> None:
    assert sum(path.stat().st_size for path in sample.rglob("*")) < 40e6
    rows = {
        file["path"]: len((sample / file["path"]).read_text().splitlines()) - 1
        for file in files(manifest, "CSV")
    }
    assert 50_000 < max(rows.values()) < 80_000
    assert sum(2_000 <= number <= 20_000 for number in rows.values()) >= 8
    assert sum(100 <= number <= 1_000 for number in rows.values()) >= 8


# What the catalog says


def test_the_portals_own_reader_finds_nothing_wrong(sample: Path) -> None:
    fields = {
        name: "choices" in field.get("preset", "") or name == "references"
        for name, field in SCHEMA.items()
    }
    tables = Tables(
        themes={theme.id: theme.id for theme in CITY.themes},
        places={place.id: place.id for place in CITY.places},
        fields=fields,
    )
    catalog = read((sample / "manifest.yaml").read_bytes(), "manifest.yaml", tables)
    assert not catalog.problems
    assert [(r.name, list(r.problems)) for r in catalog.records if r.problems or r.unusable] == []
    for record in catalog.records:
        minted = {"identifier": "urn:uuid:minted", "owner_org": record.department}
        assert missing(record.fields | minted | {"tags": record.tags}) == {}
    assert MINIMUM


def test_it_is_said_at_the_top_that_nothing_is_real(sample: Path) -> None:
    assert "is made up" in (sample / "manifest.yaml").read_text()[:400]


def test_ids_and_choices_are_those_of_the_city_and_the_schema(manifest: dict[str, Any]) -> None:
    known = {
        "themes": {theme.id for theme in CITY.themes},
        "goals": {goal.id for goal in CITY.goals},
        "spatial_places": {place.id for place in CITY.places},
    }
    departments = {department.name: department.title for department in CITY.departments}
    for department in manifest["departments"]:
        assert departments[department["name"]] == department["title"]
    for dataset in manifest["datasets"]:
        assert dataset["department"] in departments
        assert dataset["license_id"] in CITY.public_domain_licences
        assert dataset["steward_email"].split("@")[1] in CITY.mail_domains
        assert dataset["steward_email"] not in CITY.shared_mailboxes
        for field, values in known.items():
            assert set(dataset.get(field, ())) <= values, dataset["name"]
        for field, value in dataset.items():
            if field in ("resources", "publish"):
                continue
            choices = SCHEMA[RENAMED.get(field, field)].get("choices")
            if choices:
                given = set(value if isinstance(value, list) else [value])
                assert given <= {choice["value"] for choice in choices}, (dataset["name"], field)


def test_it_is_a_whole_city(manifest: dict[str, Any]) -> None:
    published = [d for d in manifest["datasets"] if d["resources"]]
    assert len(published) >= 26
    assert len({dataset["department"] for dataset in published}) >= 11
    kinds = Counter(file["format"] for file in files(manifest))
    assert kinds.keys() == {"CSV", "GeoJSON", "XLSX", "PDF"}
    assert kinds["GeoJSON"] >= 5
    assert kinds["XLSX"] >= 2
    for field, ids in (
        ("themes", {theme.id for theme in CITY.themes}),
        ("goals", {goal.id for goal in CITY.goals}),
    ):
        assert {value for dataset in published for value in dataset.get(field, ())} == ids
    assert len({d["name"] for d in published if d.get("series") == "adopted-budget"}) == 3


@pytest.mark.parametrize(
    "day",
    ["2026-11-25", "2027-01-01", "2027-07-01", "2027-10-02", "2028-02-29", "2028-03-31"],
)
def test_on_any_day_the_same_are_late_planned_withheld_and_draft(day: str, generator: None) -> None:
    from generator.dates import add_months

    today = dt.date.fromisoformat(day)
    periods = {choice["value"]: choice for choice in SCHEMA["update_frequency"]["choices"]}
    late, planned, withheld, drafts = set(), set(), set(), set()
    for dataset in datasets_of(today):
        name = dataset["name"]
        dates = {
            field: dt.date.fromisoformat(value)
            for field, value in dataset.items()
            if field in SCHEMA and "date" in SCHEMA[field].get("preset", "")
        }
        past = ("data_modified", "issued", "last_reviewed", "privacy_review_date")
        assert all(dates[field] <= today for field in past if field in dates), name
        if "issued" in dates and "series" not in dataset:
            assert dates["issued"] <= dates["data_modified"], name
        if "temporal_end" in dates:
            assert dates["temporal_start"] <= dates["temporal_end"], name
        promise = periods[dataset["update_frequency"]]
        if "days" in promise or "months" in promise:
            due = add_months(dates["data_modified"], promise.get("months", 0))
            if due + dt.timedelta(days=promise.get("days", 0)) < today:
                late.add(name)
        if dataset.get("publish") is False:
            drafts.add(name)
        elif dataset["access_level"] != "public":
            assert dataset["resources"] == []
            assert dataset["withheld_reason"]
            if "planned_release_date" in dataset:
                assert dates["planned_release_date"] > today
                planned.add(name)
            else:
                assert dataset["access_legal_basis"]
                withheld.add(name)
    assert (late, planned, withheld, drafts) == (LATE, PLANNED, WITHHELD, DRAFTS)


@pytest.mark.parametrize("wrong", ["soon", "-3 fortnights", "start of week", "2026-13-01"])
def test_a_date_that_the_catalog_cannot_mean_is_named(wrong: str, generator: None) -> None:
    from generator.dates import resolve

    with pytest.raises(ValueError, match=re.escape(f"'{wrong}'")):
        resolve(wrong, dt.date(2026, 11, 25))


def test_every_published_data_set_is_fully_described(manifest: dict[str, Any]) -> None:
    for dataset in manifest["datasets"]:
        if not dataset["resources"]:
            continue
        for field in (
            "steward_phone", "update_frequency", "issued", "last_reviewed", "temporal_start",
            "spatial_places", "goals", "unit_of_record", "source_system", "collection_method",
            "known_limits", "privacy_reviewer", "privacy_review_date", "privacy_review_outcome",
        ):  # fmt: skip
            assert dataset.get(field), (dataset["name"], field)
        names = {file["name"] for file in dataset["resources"]}
        for file in dataset["resources"]:
            assert file["description"]
            assert file.get("alternative_of") in {None, *names} - {file["name"]}
        spreadsheets = [f for f in dataset["resources"] if f["format"] == "XLSX"]
        assert all(file["alternative_of"] for file in spreadsheets)


def test_potholes_are_found_only_by_who_knows_that_they_are_street_defects(
    manifest: dict[str, Any],
) -> None:
    entry = next(d for d in manifest["datasets"] if d["name"] == "street-defects")
    assert entry["title"] == "Street defects"
    assert "pothole" not in json.dumps(manifest).lower()


# What is in the files


def test_every_value_is_of_the_type_that_its_column_declares(
    manifest: dict[str, Any], values: dict[str, dict[str, set[str]]]
) -> None:
    wrong = []
    for file in files(manifest, "CSV"):
        path = file["path"]
        assert list(values[path]) == [column["name"] for column in file["columns"]], path
        for column in file["columns"]:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", column["name"])
            assert column["label"] and column["description"]
            given = values[path][column["name"]] - {""}
            if not given:
                wrong.append((path, column["name"], "nothing at all"))
            for value in given:
                try:
                    PARSERS[column["type"]](value)
                except (KeyError, ValueError):
                    wrong.append((path, column["name"], value))
    assert wrong == []


def test_codes_and_postal_codes_are_texts(manifest: dict[str, Any]) -> None:
    for file in files(manifest, "CSV"):
        for column in file["columns"]:
            if re.search(r"zip_code|_number$|_code$|_id$|^council_district$", column["name"]):
                assert column["type"] == "text", (file["path"], column["name"])


def test_coded_columns_hold_only_codes_that_the_dictionary_explains(
    values: dict[str, dict[str, set[str]]],
) -> None:
    catalog = GENERATE.parent / "catalog"
    shared = yaml.safe_load((catalog / "city.yaml").read_text())["columns"]
    checked = 0
    for page in (catalog / "datasets").glob("*.yaml"):
        for dataset in yaml.safe_load(page.read_text())["datasets"]:
            for resource in dataset.get("resources", ()):
                path = f"files/{dataset['name']}{resource.get('suffix', '')}.csv"
                for column, words in resource.get("columns", {}).items():
                    words = shared[column] if words is None else words
                    if path in values and isinstance(words, dict) and "codes" in words:
                        codes = {str(code) for code in words["codes"]}
                        assert values[path][column] - {""} <= codes, (path, column)
                        checked += 1
    assert checked > 20


def test_what_two_tables_say_of_one_thing_agrees(sample: Path) -> None:
    visits = table(sample, "files/restaurant-inspections.csv")
    found = Counter(
        row["inspection_number"]
        for row in table(sample, "files/restaurant-inspections-violations.csv")
    )
    kinds = ("priority_violations", "foundation_violations", "core_violations")
    for visit in visits:
        assert sum(int(visit[kind]) for kind in kinds) == found[visit["inspection_number"]]
    this, last = (
        table(sample, f"files/adopted-budget-{year}.csv") for year in ("2026-27", "2025-26")
    )
    assert [row["prior_year_adopted"] for row in this] == [row["adopted"] for row in last]


def test_numbers_of_cases_never_repeat_and_rise_with_time(sample: Path) -> None:
    for path, number, moment in (
        ("crime-incidents", "case_number", "reported_at"),
        ("calls-for-service", "incident_number", "received_at"),
        ("building-permits", "permit_number", "issued_on"),
        ("street-defects", "request_number", "reported_at"),
    ):
        rows = table(sample, f"files/{path}.csv")
        numbers = [row[number] for row in rows]
        moments = [row[moment] for row in rows]
        assert len(set(numbers)) == len(numbers)
        assert numbers == sorted(numbers)
        assert moments == sorted(moments)


def test_everything_happens_inside_the_city(
    sample: Path, manifest: dict[str, Any], values: dict[str, dict[str, set[str]]]
) -> None:
    assert CITY.bbox
    west, south, east, north = CITY.bbox
    for path, columns in values.items():
        assert all(west <= float(value) <= east for value in columns.get("longitude", ())), path
        assert all(south <= float(value) <= north for value in columns.get("latitude", ())), path
    for file in files(manifest, "GeoJSON"):
        features = json.loads((sample / file["path"]).read_text())["features"]
        assert features
        for feature in features:
            for x, y in points(feature["geometry"]["coordinates"]):
                assert west <= x <= east and south <= y <= north, file["path"]


def points(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Walk through a geometry's points."""
    if isinstance(coordinates[0], (int, float)):
        yield coordinates[0], coordinates[1]
    else:
        for inner in coordinates:
            yield from points(inner)


def area(ring: list[tuple[float, float]]) -> float:
    """Signed area of a closed ring, in square degrees; positive counterclockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def test_the_four_districts_share_their_borders_and_leave_no_hole(sample: Path) -> None:
    features = json.loads((sample / "files/council-districts.geojson").read_text())["features"]
    rings = [list(points(feature["geometry"]["coordinates"])) for feature in features]
    assert len(rings) == 4
    assert all(area(ring) > 0 for ring in rings)
    directed = Counter(edge for ring in rings for edge in pairwise(ring))
    assert set(directed.values()) == {1}
    outside = {a: b for a, b in directed if (b, a) not in directed}
    outline = [next(iter(outside))]
    while len(outline) == 1 or outline[-1] != outline[0]:
        outline.append(outside[outline[-1]])
    assert len(outline) == len(outside) + 1
    assert area(outline) == pytest.approx(sum(map(area, rings)))


def test_a_spreadsheet_has_as_many_rows_as_its_csv(sample: Path, manifest: dict[str, Any]) -> None:
    for file in files(manifest, "XLSX"):
        with zipfile.ZipFile(sample / file["path"]) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        rows = table(sample, file["path"].replace(".xlsx", ".csv"))
        assert len(re.findall(r"<row ", sheet)) == len(rows) + 1


def test_the_report_is_a_pdf_with_a_title_and_a_language(sample: Path) -> None:
    report = (sample / "files/water-quality-report.pdf").read_bytes()
    assert report.startswith(b"%PDF-")
    assert b"/Title" in report
    assert b"/Lang (en-US)" in report


def test_no_value_looks_like_a_number_that_belongs_to_a_person(
    manifest: dict[str, Any], values: dict[str, dict[str, set[str]]]
) -> None:
    social_security = re.compile(r"(?<![\d-])\d{3}-?\d{2}-?\d{4}(?![\d-])")
    telephone = re.compile(r"(?<![\d.-])\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)")
    card = re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,15}(?![\d.])")
    personal = re.compile(r"birth|ssn|social|owner|phone|mail|person|(^|_)age$|(?<!block_)address$")
    for path, columns in values.items():
        for name, given in columns.items():
            assert not personal.search(name), (path, name)
            for value in given:
                assert not social_security.search(value), (path, name, value)
                assert not telephone.search(value), (path, name, value)
                assert "@" not in value, (path, name, value)
                assert not any(map(passes_luhn, card.findall(value))), (path, name, value)
    for dataset in manifest["datasets"]:
        assert re.fullmatch(r"816-555-01\d\d", dataset["steward_phone"])


def passes_luhn(number: str) -> bool:
    """Tell whether the digits end in a payment card's check digit."""
    digits = [int(digit) for digit in number if digit.isdigit()][::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
