"""The sample city's data sets as they are judged, from its manifest: no file is opened."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from ckanext.independence.catalog.city import City as CityFile
from ckanext.independence.catalog.city import read_city
from ckanext.independence.policy.rules.subjects import City, Department, File, Subject

ROOT = Path(__file__).resolve().parents[2]
AS_OF = dt.date(2026, 11, 25)


@cache
def facts(as_of: dt.date = AS_OF) -> City:
    """Return what the City's own file and the form say."""
    here: CityFile = read_city(ROOT / "config/city.yaml")
    form = yaml.safe_load((ROOT / "schemas/catalog/dataset.yaml").read_text("utf-8"))
    (promises,) = (
        field["choices"]
        for field in form["dataset_fields"]
        if field["field_name"] == "update_frequency"
    )
    return City(
        departments={
            one.name: Department(
                one.name, one.title, one.valid_from, one.valid_to, one.replaced_by,
                one.coordinator.name, one.coordinator.email,
            )
            for one in here.departments
        },
        goals=frozenset(goal.id for goal in here.goals if goal.in_force(as_of)),
        public_domain=frozenset(here.public_domain_licences),
        licences={"cc-zero": ["creative commons zero"]},
        staff_domains=here.mail_domains,
        shared_mailboxes=frozenset(here.shared_mailboxes),
        frequencies={one["value"]: (one.get("months", 0), one.get("days", 0)) for one in promises},
        bbox=here.bbox,
    )  # fmt: skip


@cache
def manifest(as_of: dt.date = AS_OF) -> dict[str, Any]:
    """Return the manifest that the sample is loaded from."""
    folder = str(ROOT / "sample-city")
    sys.path.insert(0, folder)
    try:
        from generator.catalog import read_sample
    finally:
        sys.path.remove(folder)
    found: dict[str, Any] = read_sample(ROOT / "sample-city/catalog", as_of).manifest
    return found


def subjects(as_of: dt.date = AS_OF) -> Iterator[Subject]:
    """Yield each data set as it is once its files were looked into."""
    for entry in manifest(as_of)["datasets"]:
        department = entry["department"]
        values = {
            **entry,
            "notes": entry.get("description"),
            "tags": entry.get("keywords"),
            "department": {"name": department, "title": department},
        }
        files = [
            File(
                id=file["name"],
                name=file["name"],
                format=file["format"].upper(),
                status="download" if file["format"] == "PDF" else "loaded",
                sniffed=file["format"].upper(),
                columns=file.get("columns", ()),
                has_table=file["format"] != "PDF",
                alternative_of=file.get("alternative_of", ""),
                created=as_of,
                hits=(),
            )
            for file in entry["resources"]
        ]
        yield Subject(values, as_of, facts(as_of), files, text_hits=(), feed=())
