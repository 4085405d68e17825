"""What checks look at: a data set with its files, or what a department or the city holds.

Owns shapes only. Whoever gathers them leaves out what is not known (None), and a check then
answers that it cannot judge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..cells.shape import Cells
from ..identifiers.hits import Hit
from .values import shown

__all__ = ["City", "Department", "File", "Holdings", "Link", "Report", "Subject"]


@dataclass(frozen=True)
class Department:
    """A department; without ``valid_to`` it is current."""

    name: str
    title: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    replaced_by: str = ""
    coordinator_name: str = ""
    coordinator_email: str = ""

    def is_current(self, day: dt.date) -> bool:
        """Say whether it exists on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True)
class City:
    """What a check must know of the city.

    Attributes:
        departments: by name.
        goals: ids of the goals that are in force on the day.
        public_domain: ids of the licences that the policy allows.
        licences: id of every licence to its addresses and title, in lower case.
        staff_domains: what addresses of staff end in, as ``@example.gov``.
        shared_mailboxes: addresses that name no person.
        frequencies: promise to (months, days) of one period; (0, 0) without one.
        bbox: west, south, east, north of the city in degrees.
    """

    departments: Mapping[str, Department] = field(default_factory=dict)
    goals: frozenset[str] = frozenset()
    public_domain: frozenset[str] = frozenset()
    licences: Mapping[str, Sequence[str]] = field(default_factory=dict)
    staff_domains: Sequence[str] = ()
    shared_mailboxes: frozenset[str] = frozenset()
    frequencies: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    bbox: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Link:
    """What is known of an address outside the portal.

    ``state`` is ``alive``, ``failing`` (not long or often enough to be dead), ``dead`` or
    ``unverifiable``; ``hops`` counts redirects; ``said`` is a sentence of the last answer.
    """

    url: str
    state: str
    status: int | None = None
    hops: int = 0
    final_url: str = ""
    said: str = ""
    checked: dt.datetime | None = None
    anonymous: bool | None = None


@dataclass(frozen=True)
class File:
    """What is known of one file of a data set.

    Attributes:
        id: the resource's id.
        format: as declared, in capitals.
        url: where a link leads; "" for an upload.
        sha256: of what is judged.
        sniffed: the format that its bytes have, in capitals; None where nobody looked.
        status: how far the content slice came with it (``loaded``, ``download``, ``refused``,
            ``asked``, ``waiting`` …); None where nobody looks into files.
        message: what it said of it.
        rows: of its table.
        set_aside: rows of the file that the table could not take.
        asides: the first of these, as the content slice tells them: dicts with ``row`` (its number
            in the file), ``kind`` (title, note, total, footer, header, blank, bad), ``reason``.
        data_rows: rows of the file below its header that hold a value; None where that is not
            known, or where columns of the file became rows of the table.
        columns: dicts with ``name``, ``label``, ``description``, ``unit``, ``type``, ``role``,
            ``codes``.
        profile: of each column by its name, as ``content.profiles`` makes it.
        rows_before: of the version served before it.
        columns_before: names of the columns of that version.
        bbox: west, south, east, north of its places.
        start: first day in it.
        end: last day in it.
        has_table: whether it is in the DataStore.
        hits: what the scan found; None where it was not scanned.
        scan_note: why it was not scanned, or only in part.
        cells: what a look at its counts of persons found; None where nobody looked.
        link: of a link.
        alternative_of: id of the file of which it is another form.
        created: when the file came.
    """

    id: str
    name: str = ""
    format: str = ""
    url: str = ""
    description: str = ""
    sha256: str | None = None
    sniffed: str | None = None
    status: str | None = None
    message: str = ""
    rows: int | None = None
    set_aside: int | None = None
    asides: Sequence[Mapping[str, Any]] = ()
    data_rows: int | None = None
    columns: Sequence[Mapping[str, Any]] = ()
    profile: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rows_before: int | None = None
    columns_before: Sequence[str] | None = None
    bbox: Sequence[float] | None = None
    start: str | None = None
    end: str | None = None
    has_table: bool = False
    hits: Sequence[Hit] | None = None
    scan_note: str = ""
    cells: Cells | None = None
    link: Link | None = None
    alternative_of: str = ""
    created: dt.date | None = None

    @property
    def title(self) -> str:
        """What people call it, as it can be told."""
        return shown(self.name) or "Unnamed file"


@dataclass(frozen=True)
class Subject:
    """A data set as it is judged.

    ``values`` are its fields as ``catalog.reader`` gives them: lists as lists, ``tags`` as names,
    ``department`` as ``name`` and ``title``. ``text_hits`` is what the scan found in its own texts,
    with the field's name as ``place``. ``feed`` are the places at which its records for
    harvesters are wrong (``contactPoint.hasEmail``; never a message, which would quote the value),
    None where nobody renders them. ``links`` are those of its fields, by field. ``data_changed`` is
    the day on which its data last changed, as the files show it.
    """

    values: Mapping[str, Any]
    today: dt.date
    city: City
    files: Sequence[File] = ()
    text_hits: Sequence[Hit] | None = None
    feed: Sequence[str] | None = None
    links: Mapping[str, Link] = field(default_factory=dict)
    data_changed: dt.date | None = None

    @property
    def is_entry(self) -> bool:
        """Whether it is an inventory entry: a record of data that is not public."""
        return (self.values.get("access_level") or "public") != "public"

    @property
    def topics(self) -> frozenset[str]:
        """What it is about that asks for care: minors, health, justice, victims."""
        stored = self.values.get("subject_sensitivity")
        return (
            frozenset(topic for topic in stored if isinstance(topic, str))
            if isinstance(stored, (list, tuple))
            else frozenset()
        )


@dataclass(frozen=True)
class Report:
    """The last annual report: when it was given to the Council, and which parts it holds."""

    given: dt.date
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Holdings:
    """What a department holds, or (``department`` None) the whole city.

    ``datasets`` are values as in ``Subject``, drafts and inventory entries too; ``open_feedback``
    the days on which what is still unanswered came, None where nobody takes feedback.
    """

    department: Department | None
    datasets: Sequence[Mapping[str, Any]]
    today: dt.date
    city: City
    open_feedback: Sequence[dt.date] | None = None
    report: Report | None = None
