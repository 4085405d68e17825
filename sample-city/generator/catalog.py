"""From the words in `catalog/` to a manifest and a list of the files that it needs.

Owns dates relative to the day the sample is made, yearly series, shared columns and the
defaults of a department. Refuses to invent words: every sentence that the public reads stands
in the YAML, and a manifest entry is what the YAML says.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from generator.dates import Period, add_months, fiscal_year_label, resolve

# In a yearly series, the data's own dates are counted from that year, a review's from today.
TODAYS_FIELDS = ("privacy_review_date", "planned_release_date", "last_reviewed")
DATE_FIELDS = ("data_modified", "issued", "temporal_start", "temporal_end", *TODAYS_FIELDS)
ENDINGS = {"CSV": "csv", "GeoJSON": "geojson", "XLSX": "xlsx", "PDF": "pdf"}


Columns = tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class File:
    """A file to make: `source` names a function under `tables/`, as in `police.crimes`."""

    path: str
    format: str
    source: str
    period: Period
    columns: Columns
    title: str
    text: tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """The manifest, the files that it names, and what to say above them."""

    notice: str
    manifest: dict[str, Any]
    files: tuple[File, ...]


def read_sample(folder: Path, today: date) -> Sample:
    """Read the words of `catalog/` for one day.

    Raises:
        ValueError: a date, a column or a resource is not as the catalog writes it; the message
            names the data set.
    """
    city = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
    datasets: list[dict[str, Any]] = []
    files: list[File] = []
    for path in sorted((folder / "datasets").glob("*.yaml")):
        page = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for entry in page["datasets"]:
            for words, day in _years(entry | page["defaults"] | entry, today):
                try:
                    dataset, its_files = _dataset(words, day, today, city["columns"])
                except (KeyError, ValueError) as error:
                    raise ValueError(
                        f"{path.name}, data set {words.get('name')}: {error}"
                    ) from error
                datasets.append(dataset)
                files.extend(its_files)
    manifest = {"manifest": 1, "departments": city["departments"], "datasets": datasets}
    return Sample(_one_line(city["notice"]), manifest, tuple(files))


def _years(words: dict[str, Any], today: date) -> Iterator[tuple[dict[str, Any], date]]:
    """Yield the data set once, or once for each fiscal year, the current one first."""
    words = copy.deepcopy(words)
    years = words.pop("each_fiscal_year", 0)
    earlier = words.pop("earlier_years", {})
    if not years:
        yield words, today
        return
    for back in range(years):
        day = add_months(today, -12 * back)
        label = fiscal_year_label(day)
        filled = _fill(words | (earlier if back else {}), label)
        yield filled | {"name": f"{words['name']}-{label}"}, day


def _fill(words: Any, fiscal_year: str) -> Any:
    if isinstance(words, str):
        return words.replace("{fiscal_year}", fiscal_year)
    if isinstance(words, dict):
        return {key: _fill(value, fiscal_year) for key, value in words.items()}
    if isinstance(words, list):
        return [_fill(value, fiscal_year) for value in words]
    return words


def _dataset(
    words: dict[str, Any], day: date, today: date, shared: Mapping[str, Any]
) -> tuple[dict[str, Any], list[File]]:
    dataset = {key: _one_line(value) for key, value in words.items() if value is not None}
    dates = {
        field: resolve(dataset[field], today if field in TODAYS_FIELDS else day)
        for field in DATE_FIELDS
        if field in dataset
    }
    dataset |= {field: resolved.isoformat() for field, resolved in dates.items()}
    resources = dataset.pop("resources", [])
    period = Period(dates.get("temporal_start", day), dates.get("temporal_end", day))
    dataset["resources"], files = [], []
    dictionaries: dict[str, Columns] = {}
    for resource in resources:
        path = f"files/{dataset['name']}{resource.pop('suffix', '')}.{ENDINGS[resource['format']]}"
        source, text = resource.pop("source"), tuple(resource.pop("text", ()))
        if "columns" in resource:
            columns: Columns = tuple(
                _column(name, told, shared) for name, told in resource["columns"].items()
            )
            resource["columns"] = list(columns)
        else:
            columns = dictionaries.get(resource.get("alternative_of", ""), ())
        dictionaries[resource["name"]] = columns
        title = dataset["title"]
        files.append(File(path, resource["format"], source, period, columns, title, text))
        dataset["resources"].append(
            {"name": resource["name"], "path": path}
            | {k: _one_line(v) for k, v in resource.items()}
        )
    return dataset, files


def _one_line(value: Any) -> Any:
    """Undo the catalog's own line breaks within a paragraph; keep its paragraphs."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", value.strip()) if isinstance(value, str) else value


def _column(name: str, words: Any, shared: Mapping[str, Any]) -> dict[str, str]:
    """Complete a column; see `city.yaml` for how one is written."""
    if words is None:
        words = shared[name]
    elif isinstance(words, str):
        words = {"description": words}
    elif "shared" in words:
        words = shared[words["shared"]] | words
    if "description" not in words:
        raise ValueError(f"column {name} has no description")
    description = _one_line(words["description"])
    if "codes" in words:
        meanings = "; ".join(f"{code}: {meaning}" for code, meaning in words["codes"].items())
        description = f"{description} {meanings}."
    column = {
        "name": name,
        "type": words.get("type", "text"),
        "label": words.get("label", name.replace("_", " ").capitalize()),
        "description": description,
    }
    return column | ({"unit": words["unit"]} if "unit" in words else {})
