"""What is judged: data sets as the bulk reader gives them, with what is known of their files.

Owns the one way from ids to subjects, in a handful of queries however many there are. What no
slice knows is None, and a check then answers that it cannot judge. Refuses to judge, and to open
a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import orjson

from ..catalog import reader, versions
from ..catalog.site import city
from ..content import coverage
from ..content.looked import Looked, columns_of, looked_into
from . import book, counts, links, looked, scans, texts
from .rules.checks import formats
from .rules.subjects import City, File, Link, Subject

__all__ = ["BATCH", "asked", "department_of", "hash_of", "record", "subjects"]

# Data sets that are read at once.
BATCH = 250
# Of the data set's own fields, those that hold addresses of other sites.
LINKS = ("landing_page", "dictionary_url", "references", "source_catalog")


def subjects(ids: Sequence[str]) -> Iterator[tuple[str, Subject]]:
    """Yield each data set as it is judged, with its id; those that do not exist are left out."""
    day = book.today()
    here = book.city_facts(day)
    for start in range(0, len(ids), BATCH):
        found = list(reader.read(ids[start : start + BATCH]))
        known = _Known(found)
        told = [known.subject(values, day, here) for values in found]
        for subject in counts.with_cells(book.rulebook(), told):
            yield subject.values["id"], subject


def asked(values: Mapping[str, Any], *, contents: bool = True) -> Subject:
    """Return a data set as it is judged that is not stored yet.

    Args:
        values: as ``catalog.interfaces.IPublicationJudge`` is given them
        contents: with what is known of its files and its records for harvesters, which takes longer
    """
    day = book.today()
    resources = [
        {**one, "id": one.get("id") or f"new-{number}", "created": None}
        for number, one in enumerate(values["resources"])
    ]
    whole = {**values, "resources": resources}
    subject = _Known([whole], contents=contents).subject(whole, day, book.city_facts(day))
    return next(iter(counts.with_cells(book.rulebook(), [subject]))) if contents else subject


def record(id_: str) -> Subject | None:
    """Return a data set that is stored as ``asked`` does without contents; None: there is none."""
    values = next(iter(reader.read([id_])), None)
    return asked(values, contents=False) if values is not None else None


class _Known:
    """All that other tables and slices know of some data sets and their files."""

    def __init__(self, found: Sequence[Mapping[str, Any]], *, contents: bool = True) -> None:
        files = [file for values in found for file in values["resources"]]
        # Of a file that only comes with the save nothing is known yet.
        ids = [file["id"] for file in files if not file.get("coming")]
        self.zone = ZoneInfo(city().timezone)
        self.looks = contents and p.plugin_loaded("independence_content")
        self.contents: dict[str, Looked] = {}
        self.tables: Mapping[str, Any] = {}
        if self.looks:
            self.contents, self.tables = looked_into(ids)
        self.scanned = looked.scanned(files) if contents else {}
        urls = {str(file.get("url") or "") for file in files if file.get("url_type") != "upload"}
        self.links = links.known(
            {url for url in urls if url} | {url for one in found for _, url in _addresses(one)}
        )
        self.served = {id_ for id_, one in versions.standings(ids).items() if one.served}
        rendered = [values["id"] for values in found if values.get("id")]
        self.feed = _feed(rendered) if contents else None

    def subject(self, values: Mapping[str, Any], day: dt.date, here: City) -> Subject:
        changed = [
            self._day(one.created)
            for file in values["resources"]
            if (one := self.contents.get(file["id"])) is not None and not one.streamed
        ]
        return Subject(
            values=values,
            today=day,
            city=here,
            files=[self._file(one, day) for one in values["resources"]],
            text_hits=scans.in_texts(texts.of_values(values)),
            feed=None if self.feed is None else self.feed.get(values.get("id") or ""),
            links={
                field: self.links[url] for field, url in _addresses(values) if url in self.links
            },
            data_changed=max(changed, default=None),
        )

    def _own(self, resource_id: str) -> Link | None:
        """Return what is known of the portal's own address of a file: it asks nobody's name."""
        return Link(url="", state="alive", anonymous=True) if resource_id in self.served else None

    def _day(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(self.zone).date()

    def _file(self, values: Mapping[str, Any], today: dt.date) -> File:
        is_link = values.get("url_type") != "upload"
        url = str(values.get("url") or "") if is_link else ""
        scanned = self.scanned.get(values["id"])
        file = File(
            id=values["id"],
            name=values.get("name") or "",
            format=(values.get("format") or "").upper(),
            url=url,
            description=values.get("description") or "",
            sha256=values.get("hash") or None,
            alternative_of=values.get("alternative_of") or "",
            created=values["created"].date() if values.get("created") else None,
            link=self.links.get(url) if is_link else self._own(values["id"]),
            hits=scanned.hits if scanned else None,
            scan_note=scanned.note if scanned else "",
        )
        told, table = self.contents.get(file.id), self.tables.get(file.id)
        if table is not None:
            days = coverage.period(table.covering, today)
            file = replace(
                file,
                bbox=table.box,
                start=days.start.isoformat() if days else None,
                end=days.end.isoformat() if days else None,
            )
        if told is None:
            # Rows may come by API, without a file.
            return file if table is None else replace(
                file, rows=table.rows, columns=columns_of(table), has_table=True, status="loaded"
            )  # fmt: skip
        return replace(
            file,
            sha256=told.sha256,
            created=self._day(told.created),
            sniffed=formats.of_bytes(told.kind, "" if is_link else values.get("mimetype") or ""),
            status=told.status,
            message=told.message,
            rows=told.rows,
            set_aside=told.set_aside,
            asides=told.asides,
            data_rows=told.data_rows,
            columns=told.columns,
            profile=told.profile,
            rows_before=told.rows_before,
            columns_before=told.columns_before,
            has_table=told.table is not None,
        )


def _addresses(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the addresses in a data set's own fields; of several in one, each under its number."""
    for field in LINKS:
        said = values.get(field)
        for number, url in enumerate(said if isinstance(said, list) else [said]):
            if isinstance(url, str) and url:
                yield (f"{field}.{number}" if number else field), url


def _feed(ids: Sequence[str]) -> dict[str, list[str]] | None:
    """Return where records for harvesters are wrong; None where nobody renders them."""
    try:
        action = tk.get_action("independence_feed_problem_places")
    except KeyError:
        return None
    told: dict[str, list[str]] = action({"ignore_auth": True}, {"ids": list(ids)})
    return told


def department_of(subject: Subject) -> str:
    """Return the name of the department that answers for a data set; "" without one."""
    return (subject.values.get("department") or {}).get("name") or ""


def hash_of(subject: Subject) -> str:
    """Return a digest of what is judged."""
    told = [
        subject.values, subject.files, subject.text_hits, subject.feed, subject.links,
        subject.data_changed,
    ]  # fmt: skip
    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    return sha256(orjson.dumps(told, default=str, option=options)).hexdigest()[:32]
