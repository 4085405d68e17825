"""The city's file: what is read from it, and how a wrong value is named."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ckanext.independence.catalog.city import CityFileError, read_city

ROOT = Path(__file__).parents[2]

SMALL: dict[str, Any] = {
    "name": "Elsewhere",
    "portal_name": "Open Elsewhere",
    "timezone": "America/New_York",
    "bbox": [-75.0, 39.0, -74.0, 40.0],
    "departments": [{"name": "streets", "title": "Streets"}],
}


def read(tmp_path: Path, **changes: Any) -> Any:
    """Write a small city's file with changes and read it."""
    path = tmp_path / "city.yaml"
    path.write_text(yaml.safe_dump(SMALL | changes))
    return read_city(path)


def test_the_citys_own_file_is_read_whole() -> None:
    city = read_city(ROOT / "config/city.yaml")
    assert len(city.departments) >= 10
    assert [goal.title for goal in city.goals] == [
        "Customer focused",
        "Financially sustainable",
        "Growth",
        "Quality",
    ]
    assert {"cc-zero", "odc-pddl", "other-pd"} == set(city.public_domain_licences)


def test_another_city_needs_only_its_own_file(tmp_path: Path) -> None:
    city = read(tmp_path)
    assert (city.name, city.departments[0].title, city.goals) == ("Elsewhere", "Streets", ())


def test_goals_and_departments_are_in_force_from_their_first_to_their_last_day(
    tmp_path: Path,
) -> None:
    goal = {"id": "growth", "title": "Growth", "valid_from": "2017-02-06", "valid_to": "2021-05-02"}
    (growth,) = read(tmp_path, goals=[goal]).goals
    days = ["2017-02-05", "2017-02-06", "2021-05-02", "2021-05-03"]
    assert [growth.in_force(dt.date.fromisoformat(day)) for day in days] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": None}, "name is missing"),
        ({"timezone": "Missouri"}, "America/Chicago"),
        ({"bbox": [1, 2, 3]}, "bbox must be"),
        ({"bbox": [5, 2, 3, 4]}, "west must be less than east"),
        ({"colours": {"primary": "blue"}}, "#1f4e79"),
        ({"departmnets": []}, "departmnets is not known"),
        ({"departments": [{"name": "Streets", "title": "Streets"}]}, "small letters"),
        ({"departments": [{"name": "streets"}]}, "departments, number 1: title is missing"),
        ({"departments": [{"name": "st", "title": "S", "head_": "x"}]}, "head_ is not known"),
        (
            {"departments": [{"name": "streets", "title": "S", "replaced_by": "roads"}]},
            "no department of this file",
        ),
        (
            {"departments": [{"name": "abc", "title": "S"}, {"name": "abc", "title": "T"}]},
            "abc stands there twice",
        ),
        ({"goals": [{"id": "goal", "title": "G", "valid_from": "soon"}]}, "2017-02-06"),
        (
            {
                "goals": [
                    {
                        "id": "goal",
                        "title": "G",
                        "valid_from": "2021-01-01",
                        "valid_to": "2020-01-01",
                    }
                ]
            },
            "earlier than valid_from",
        ),
        ({"contact": {"name": "Desk", "email": "desk"}}, "no e-mail address"),
        ({"themes": "safety"}, "themes must be a list"),
    ],
)
def test_a_wrong_value_is_named_with_its_place_and_its_mending(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(CityFileError, match=said.replace("(", r"\(")):
        read(tmp_path, **changes)


def test_a_missing_or_broken_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(CityFileError, match="is missing"):
        read_city(tmp_path / "none.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: [")
    with pytest.raises(CityFileError, match="is not YAML"):
        read_city(broken)


def test_boundaries_are_read_with_the_city_and_a_wrong_shape_is_named(tmp_path: Path) -> None:
    beside = tmp_path / "limits.geojson"
    line = {"type": "LineString", "coordinates": [[-75, 39], [-74, 40]]}
    street = {"type": "Feature", "properties": {"kind": "street", "title": "Main"}}
    beside.write_text(
        json.dumps({"type": "FeatureCollection", "features": [street | {"geometry": line}]})
    )
    city = read(tmp_path, boundaries="limits.geojson")
    assert city.boundaries["features"][0]["properties"] == {"kind": "street", "title": "Main"}
    beside.write_text(json.dumps({"type": "FeatureCollection", "features": [street]}))
    with pytest.raises(CityFileError, match=r"limits\.geojson, feature 1 must have a geometry"):
        read(tmp_path, boundaries="limits.geojson")
    with pytest.raises(CityFileError, match="there is no file"):
        read(tmp_path, boundaries="gone.geojson")
    assert read(tmp_path).boundaries == {}
