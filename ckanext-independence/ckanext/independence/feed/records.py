"""Records: what the feed says of each data set, series and table's API, kept until it changes.

Owns their rendering, checking and keeping, in CKAN's session: a record is committed with what it
tells of. It refuses to drop one: an invalid rendering is kept beside the last valid record,
which goes on being served, and what is public no longer is only marked. What then leaves the
feed is the publisher's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ..catalog import reader
from . import canonical, dcat_us_1_1, dcat_us_3_0, gate, gather
from .model import Record
from .source import Site

__all__ = ["LANGUAGES", "Rendered", "dialect", "render", "rendered"]

LANGUAGES = {"1.1": dcat_us_1_1, "3.0": dcat_us_3_0}
# The array of the catalog in which records of a kind stand. 1.1 knows data sets only.
SECTIONS = {
    ("1.1", "dataset"): "dataset",
    ("1.1", "series"): "dataset",
    ("3.0", "dataset"): "dataset",
    ("3.0", "series"): "datasetSeries",
    ("3.0", "service"): "service",
}
# Grows with every change of what the mappings write, so that all records are rendered anew.
EDITION = 1


Rendered = dict[str, Any]
"""The columns of a record's row, before it is known what its row held."""


def dialect(site: Site) -> str:
    """Return the fingerprint of what all records depend on: the mappings and the site."""
    told = orjson.dumps([EDITION, asdict(site)], option=orjson.OPT_SORT_KEYS)
    return sha256(told).hexdigest()[:16]


def rendered(ids: Sequence[str]) -> Iterator[Rendered]:
    """Yield the records of these data sets and their tables' APIs, whoever may see them."""
    site = gather.site()
    with_dialect = dialect(site)
    for source in gather.data_sets(ids):
        for language, mapping in LANGUAGES.items():
            yield _row(language, "dataset", source["id"], source, mapping.dataset(source, site)) | {
                "dialect": with_dialect
            }
        for file in source["resources"]:
            if file["service"]:
                told = {"identifier": file["service"], "resource": file, "dataset": source}
                yield _row(
                    "3.0", "service", file["id"], source, dcat_us_3_0.service(told, site)
                ) | {"dialect": with_dialect}


def _row(
    language: str, kind: str, key: str, source: dict[str, Any], record: dict[str, Any]
) -> Rendered:
    problems = gate.check(record, language, kind)
    valid = not any(problem.severity == "error" for problem in problems)
    body = canonical.encode(record)
    return {
        "language": language,
        "kind": kind,
        "key": key,
        "section": SECTIONS[language, kind],
        "identifier": record.get("identifier") or record.get("@id") or "",
        "package_id": source.get("id"),
        "department": (source.get("department") or {}).get("name", ""),
        "title": record.get("title") or "",
        "standing": "listed",
        "body": body.decode() if valid else None,
        "hash": canonical.digest(body) if valid else None,
        "valid": valid,
        "rendering": None if valid else body.decode(),
        "problems": [problem.as_dict() for problem in problems],
    }


def render(ids: Iterable[str]) -> None:
    """Render the records of these data sets in CKAN's session, and mark what is public no more.

    Args:
        ids: of data sets, public or not, also such as are gone
    """
    wanted = list(ids)
    model.Session.flush()
    public = reader.only_public(wanted)
    for row in rendered([id_ for id_ in wanted if id_ in public]):
        _keep(row)


def _keep(row: Rendered) -> None:
    statement = insert(Record).values(row)
    new = statement.excluded
    model.Session.execute(
        statement.on_conflict_do_update(
            index_elements=[Record.language, Record.kind, Record.key],
            set_={
                name: getattr(new, name)
                for name in row
                if name not in ("language", "kind", "key", "body", "hash")
            }
            | {
                # An invalid rendering leaves what is served as it was.
                "body": sa.func.coalesce(new.body, Record.body),
                "hash": sa.func.coalesce(new.hash, Record.hash),
                "rendered": sa.func.now(),
            },
        )
    )
