"""What changed in the feed, as Atom, for a reader of news and for programs that wait for word.

Owns that one document. It tells of data sets by what is public of them now; of one that left,
its identifier and when, and nothing else. Pure.

Sources: RFC 4287 (Atom), RFC 6721 (deleted entries).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from .addresses import as_iri
from .source import Site

__all__ = ["LONGEST", "News", "document"]

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONE = "http://purl.org/atompub/tombstones/1.0"

LONGEST = 100
"""How many of the latest changes are told of."""

ET.register_namespace("", ATOM)
ET.register_namespace("at", TOMBSTONE)

_WORDS = {"added": "Added", "changed": "Changed"}
# What no XML 1.0 document may hold, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class News:
    """The latest change of one data set.

    ``what`` is added, changed or removed; ``title``, ``address`` (of its page) and ``department``
    are those that are public now, empty where it is removed.
    """

    identifier: str
    what: str
    at: datetime
    title: str = ""
    address: str = ""
    department: str = ""


def document(site: Site, changes: Iterable[News]) -> bytes:
    """Return the document.

    Args:
        site: whose feed it is
        changes: newest first, each identifier once; what is beyond ``LONGEST`` is left out
    """
    latest = [change for change, _ in zip(changes, range(LONGEST), strict=False)]
    root = ET.Element(f"{{{ATOM}}}feed")
    address = f"{site.url}/changes.atom"
    _add(root, "id", address)
    _add(root, "title", f"{site.portal or site.city}: data sets that changed")
    # No clock: a document of the same changes is the same document.
    updated = latest[0].at if latest else datetime(1970, 1, 1, tzinfo=UTC)
    _add(root, "updated", _time(updated))
    _add(root, "link", rel="self", type="application/atom+xml", href=address)
    _add(root, "link", rel="alternate", type="text/html", href=f"{site.url}/dataset/")
    _add(_add(root, "author"), "name", site.city)
    for change in latest:
        if change.what == "removed":
            ET.SubElement(
                root,
                f"{{{TOMBSTONE}}}deleted-entry",
                {"ref": _iri(site, change.identifier), "when": _time(change.at)},
            )
            continue
        entry = _add(root, "entry")
        _add(entry, "id", _iri(site, change.identifier))
        _add(entry, "title", change.title or change.identifier)
        _add(entry, "updated", _time(change.at))
        _add(entry, "link", rel="alternate", type="text/html", href=change.address or site.url)
        _add(entry, "category", term=change.what, label=_WORDS[change.what])
        if change.department:
            _add(_add(entry, "author"), "name", change.department)
        _add(entry, "summary", f"{_WORDS[change.what]} in the catalog of {site.city}.")
    ET.indent(root, " ")
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _add(parent: ET.Element, name: str, text: str | None = None, **values: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", values)
    element.text = None if text is None else _NOT_XML.sub("\ufffd", text)
    return element


def _iri(site: Site, identifier: str) -> str:
    """Return an identifier as the IRI that an entry must have, whatever was imported."""
    return as_iri(identifier) or f"{site.url}/changes.atom#{quote(identifier, safe='')}"


def _time(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
