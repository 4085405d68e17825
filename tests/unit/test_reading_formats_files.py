"""Real files of cities that are structured by themselves: maps, JSON, XML, Parquet, PDF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ckanext.independence.content.reading import Outcome, Reading, read

from ..conftest import SHARED
from .corpus_outcomes import OUTCOMES, check

FILES = SHARED / "corpora/files"
ENDINGS = (".zip", ".kmz", ".geojson", ".json", ".xml", ".parquet", ".pdf")
MINE = [name for name in OUTCOMES if name.endswith(ENDINGS)]

pytestmark = pytest.mark.skipif(
    not FILES.is_dir(), reason="the real files (corpora/files) are not on this machine"
)


def rows_of(outcome: Outcome) -> list[dict[str, Any]]:
    with duckdb.connect() as database:
        answer = database.execute("FROM read_parquet(?)", [outcome.tables[0].parquet])
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.mark.parametrize("name", MINE)
def test_a_real_file_comes_out_as_a_careful_reader_has_it(tmp_path: Path, name: str) -> None:
    check(read(FILES / name, into=tmp_path), OUTCOMES[name])


def test_no_real_file_of_these_kinds_is_left_without_an_expected_outcome() -> None:
    assert {one.name for one in FILES.iterdir() if one.name.endswith(ENDINGS)} == set(MINE)


def test_shapes_in_feet_come_to_lie_in_chicago(tmp_path: Path) -> None:
    outcome = read(FILES / "chicago-pedestrian-streets.shp.zip", into=tmp_path)
    for row in rows_of(outcome):
        west, north = json.loads(row["geometry"])["coordinates"][0][0]
        assert -87.95 < west < -87.5
        assert 41.6 < north < 42.05


def test_wards_are_the_same_as_kmz_and_as_shapefile(tmp_path: Path) -> None:
    (tmp_path / "kmz").mkdir()
    (tmp_path / "shp").mkdir()
    kmz = rows_of(read(FILES / "chicago-wards.kmz", into=tmp_path / "kmz"))
    shp = rows_of(read(FILES / "chicago-wards.shp.zip", into=tmp_path / "shp"))
    keys = ("WARD", "ALDERMAN", "WARD_PHONE", "ADDRESS")
    # One trimmed blanks within addresses where the other kept them; the words are the same.
    assert [[" ".join((row[key] or "").split()) for key in keys] for row in kmz] == [
        [" ".join((row[key] or "").split()) for key in keys] for row in shp
    ]


def test_a_blank_in_quotes_is_no_value(tmp_path: Path) -> None:
    rows = rows_of(read(FILES / "carson-ca-addresses.geojson", into=tmp_path))
    assert {row["SITEFRAC"] for row in rows} == {None, "1/4"}
    assert json.loads(rows[0]["geometry"]) == {
        "type": "Point",
        "coordinates": [-118.2661258, 33.8322558],
    }


def test_a_chosen_list_is_read_and_the_choice_is_kept(tmp_path: Path) -> None:
    file = FILES / "boston-police-budget-fy19.frontmatter.json"
    asked = read(file, into=tmp_path)
    choice = next(
        choice for choice in asked.questions[0].choices if choice.label.startswith("operating")
    )
    outcome = read(file, Reading.of(choice.reading), into=tmp_path)
    assert outcome.status == "read"
    assert outcome.tables[0].rows == 9
    again = read(file, Reading.of(outcome.reading.as_json()), into=tmp_path)
    assert again.tables == outcome.tables
    assert again.misfits == []


def test_no_with_a_blank_behind_it_is_no(tmp_path: Path) -> None:
    rows = rows_of(read(FILES / "nyc-checkbook-spending.xml", into=tmp_path))
    assert {row["woman_owned_business"] for row in rows} == {False}
