"""One data set as DCAT-US writes it, in 1.0, 1.1 or 3.0, as one of our records.

Owns the meaning of DCAT-US's terms in our schema. A term is read in each shape in which
real catalogs write it (3.0 wraps in objects what 1.1 has as text), so one reading serves all
three. Which objects of a file are data sets is for `catalogs` to say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from . import boxes, times, values
from .records import File, Problems, Record, Tables
from .slugs import Names, slug

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TITLE_LONGEST = 500
_IDENTIFIER_LONGEST = 2000

# Terms that are read, or that say nothing about the data itself.
_READ = frozenset(
    "@type @id @context conformsTo identifier otherIdentifier title description keyword keywords "
    "theme modified issued releaseDate created publisher contactPoint mbox accessLevel "
    "accessRights accessLevelComment rights license accrualPeriodicity frequency temporal spatial "
    "landingPage references page isReferencedBy describedBy describedByType dataDictionary "
    "dataDictionaryType endpointURL servesDataset isPartOf inSeries provenance "
    "bibliographicCitation distribution accessURL downloadURL webService feed format mediaType "
    "language".split()
)


class Reading:
    """What the records of one file share: the site's tables, names given, terms not kept."""

    def __init__(self, tables: Tables) -> None:
        """Start a file."""
        self.tables = tables
        self.names = Names()
        self.unread: Counter[str] = Counter()


def read_dataset(source: Any, place: str, reading: Reading) -> Record:
    """Read one data set; never fails, whatever ``source`` is.

    Args:
        source: the JSON value that stands where a data set should
        place: where that is, such as ``dataset[3]``
        reading: what the file's records share
    """
    record = Record(place)
    problems = record.problems
    if not isinstance(source, Mapping):
        problems.say(place, "not-an-object", source, "is not an object with a title and so on.")
        record.unusable = "It is not an object, so it holds no data set."
        return record
    reading.unread.update(str(key) for key in source if key not in _READ)
    record.identifier = read_identifier(source, problems)
    record.title = _title(source, problems)
    if not record.title:
        record.unusable = "It has no title."
        return record
    record.name = reading.names.give(slug(record.title), record.identifier)
    record.department = read_publisher(source.get("publisher"), problems)
    found: dict[str, Any] = {
        "title": record.title,
        "notes": values.text(source, "description", problems, markdown=True),
        "collection_method": _paragraphs(source, "provenance", problems),
        "citation": values.text(source, "bibliographicCitation", problems),
        "series": _series(source, problems),
    }
    found |= _dates(source, reading.tables, problems)
    found |= _contact(source, problems)
    found |= _access(source, problems)
    found |= _links(source, problems)
    if "theme" in source:
        themes = source["theme"]
        themes = themes.split(",") if isinstance(themes, str) else themes
        found["themes"] = values.choices(themes, "theme", reading.tables.themes, "theme", problems)
    if "spatial" in source:
        found["spatial_bbox"], found["spatial_places"] = boxes.coverage(
            source["spatial"], "spatial", reading.tables.places, problems
        )
    key = (
        "keywords"
        if values.is_blank(source.get("keyword")) and source.get("keywords")
        else "keyword"
    )
    if key in source:
        record.tags = values.keywords(source[key], key, problems)
    record.files = _files(source, problems)
    found["license_id"] = _licence(source, reading.tables, problems)
    record.fields = {name: value for name, value in found.items() if value not in (None, [], "")}
    return record


def read_identifier(source: Mapping[str, Any], problems: Problems) -> str | None:
    """Return the identifier byte for byte, or None where the source gives none.

    It is a text; in 3.0 also an object whose ``@id`` is meant. Where there is no identifier,
    the object's own ``@id`` stands for it.
    """
    value = source.get("identifier")
    if isinstance(value, Mapping):
        inner = value.get("@id")
        if values.is_blank(inner):
            problems.say(
                "identifier",
                "identifier",
                dict(value),
                "is an object without @id, which no harvester takes for an identifier. Left out.",
                "Give the identifier as a text.",
            )
        value = inner
    elif value is not None and not isinstance(value, str):
        problems.say(
            "identifier",
            "identifier",
            value,
            "is not a text. Left out, because a number can be written in more than one way.",
            "Put it in quotes at the source.",
        )
        value = None
    if values.is_blank(value):
        value = source.get("@id")
        if isinstance(value, str) and value.strip() and not value.startswith("_:"):
            problems.say("identifier", "identifier-from-id", value, "is missing; @id is taken.")
        else:
            problems.say(
                "identifier",
                "no-identifier",
                None,
                "is missing. The data set gets a new one here.",
                "A later load finds it again by its name only; give it one at the source.",
            )
            return None
    if not isinstance(value, str) or not values.storable(value, "identifier", problems):
        return None
    if len(value) > _IDENTIFIER_LONGEST:
        problems.say("identifier", "too-long", value, "is longer than 2,000 characters. Left out.")
        return None
    return value


def read_publisher(value: Any, problems: Problems) -> str | None:
    """Return what a publisher is called, from a text or an Agent."""
    value = values.literal(value)
    if isinstance(value, Mapping):
        for key in ("name", "prefLabel", "foaf:name", "skos:prefLabel", "vcard:fn"):
            if not values.is_blank(value.get(key)):
                value = value[key]
                break
        else:
            value = None
    if value is None:
        return None
    return values.clean_text(value, "publisher", problems, longest=200)


def _title(source: Mapping[str, Any], problems: Problems) -> str:
    title = values.literal(source.get("title"))
    if isinstance(title, int) and not isinstance(title, bool) and abs(title) < 10**18:
        problems.say("title", "number", title, "is a number. Its digits are taken as the title.")
        title = str(title)
    return values.clean_text(title, "title", problems, longest=_TITLE_LONGEST) or ""


def _paragraphs(source: Mapping[str, Any], key: str, problems: Problems) -> str | None:
    parts = [
        values.clean_text(part, key, problems, markdown=True)
        for part in values.items(source.get(key))
    ]
    return "\n\n".join(part for part in parts if part) or None


def _series(source: Mapping[str, Any], problems: Problems) -> str | None:
    """Return the series to which a data set says that it belongs, as a slug."""
    for entry in values.items(source.get("inSeries")):
        title = entry.get("title") if isinstance(entry, Mapping) else None
        if isinstance(title, str) and title.strip():
            return slug(title)
    whole = values.literal(source.get("isPartOf"))
    if isinstance(whole, str) and _SLUG.fullmatch(whole) and len(whole) <= 90:
        return whole
    if not values.is_blank(whole) or not values.is_blank(source.get("inSeries")):
        problems.say(
            "isPartOf" if not values.is_blank(whole) else "inSeries",
            "series",
            whole or source.get("inSeries"),
            "names a series by address only. Left out.",
            "Give the same word, such as adopted-budget, to all data sets of the series.",
        )
    return None


def _dates(source: Mapping[str, Any], tables: Tables, problems: Problems) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in ("accrualPeriodicity", "frequency"):
        if key in source and "update_frequency" not in found:
            found["update_frequency"] = times.frequency(
                source[key], key, tables.frequencies, problems
            )
    if "modified" in source:
        if times.is_repeat(source["modified"]):
            problems.say(
                "modified",
                "frequency-as-date",
                source["modified"],
                "says how often the data changes, not when it last did. Taken as the frequency.",
                "Give the day on which the data last changed.",
            )
            if not found.get("update_frequency"):
                found["update_frequency"] = times.frequency(
                    source["modified"], "modified", tables.frequencies, problems
                )
        else:
            found["data_modified"] = times.day(source["modified"], "modified", problems)
    for key in ("issued", "releaseDate"):
        if key in source and not found.get("issued"):
            found["issued"] = times.day(source[key], key, problems)
    if "temporal" in source:
        found["temporal_start"], found["temporal_end"] = times.period(
            source["temporal"], "temporal", problems
        )
    return found


def _contact(source: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    contacts = values.items(source.get("contactPoint"))
    if len(contacts) > 1:
        problems.say(
            "contactPoint", "contacts", contacts, "names several contacts; the first is taken."
        )
    contact = contacts[0] if contacts else None
    if isinstance(contact, str):  # Project Open Data 1.0: a name here, the address in mbox
        contact = {"fn": contact}
        if "mbox" in source:
            contact["hasEmail"] = source["mbox"]
    if contact is None:
        return {}
    if not isinstance(contact, Mapping):
        problems.say(
            "contactPoint",
            "not-an-object",
            contact,
            "is not an object. Left out.",
            "Give a name and an e-mail address.",
        )
        return {}
    found: dict[str, Any] = {}
    if "fn" in contact:
        found["steward_name"] = values.text(contact, "fn", problems, field="contactPoint.fn")
    if "hasEmail" in contact:
        address = values.reference(contact["hasEmail"], "hasValue")
        found["steward_email"] = values.email(address, "contactPoint.hasEmail", problems)
    for key in ("tel", "hasTelephone"):
        if key in contact:
            number = values.reference(contact[key], "hasValue")
            found["steward_phone"] = values.phone(number, f"contactPoint.{key}", problems)
    return found


def _access(source: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in ("accessLevel", "accessRights"):
        if key not in source:
            continue
        if found.get("access_level"):
            break  # 3.0 keeps accessLevel beside accessRights, which may then be prose
        found["access_level"] = values.access_level(source[key], key, problems)
    if found.get("access_level") in ("restricted public", "non-public"):
        for key in ("rights", "accessLevelComment"):
            if key in source and not found.get("access_rationale"):
                found["access_rationale"] = _paragraphs(source, key, problems)
    elif not values.is_blank(source.get("rights")):
        problems.say(
            "rights",
            "not-kept",
            source["rights"],
            "explains a restriction, but the data is public. Left out.",
            "Put terms of use under licence, and warnings under what to be careful about.",
        )
    return found


def _links(source: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "landingPage" in source:
        page = values.reference(source["landingPage"], "accessURL", "downloadURL")
        found["landing_page"] = values.url(page, "landingPage", problems)
    for key in ("describedBy", "dataDictionary"):
        if key in source and not found.get("dictionary_url"):
            page = values.reference(source[key], "downloadURL", "accessURL")
            found["dictionary_url"] = values.url(page, key, problems)
    references: dict[str, None] = {}
    for key in ("references", "page", "isReferencedBy"):
        entries = source.get(key)
        if isinstance(entries, str):  # 1.0 has them in one text
            entries = re.split(r",\s*(?=\w+:)", entries)
        for entry in values.items(entries):
            address = values.url(values.reference(entry, "accessURL", "downloadURL"), key, problems)
            if address:
                references[address] = None
    found["references"] = list(references)
    return found


def _licence(source: Mapping[str, Any], tables: Tables, problems: Problems) -> str | None:
    """Return the licence of the data set, or that on which all its distributions agree."""
    if "license" in source:
        return values.licence(source["license"], "license", tables.licences, problems)
    stated = [
        entry["license"]
        for entry in values.items(source.get("distribution"))
        if isinstance(entry, Mapping) and not values.is_blank(entry.get("license"))
    ]
    if not stated:
        return None
    if any(other != stated[0] for other in stated):
        problems.say(
            "distribution.license",
            "licences-differ",
            stated,
            "differs from file to file, and a data set here has one licence. Left out.",
            "Choose the one that holds for all files.",
        )
        return None
    return values.licence(stated[0], "distribution.license", tables.licences, problems)


def _files(source: Mapping[str, Any], problems: Problems) -> list[File]:
    files: dict[tuple[Any, ...], File] = {}
    entries: list[tuple[str, Any]] = [
        (f"distribution[{number}]", entry)
        for number, entry in enumerate(values.items(source.get("distribution")))
    ]
    if "accessURL" in source or "downloadURL" in source:  # 1.0 has one file in the record itself
        whole = {
            key: source[key] for key in ("accessURL", "downloadURL", "format") if key in source
        }
        known = [
            entry.get(key)
            for _, entry in entries
            if isinstance(entry, Mapping)
            for key in ("accessURL", "downloadURL")
        ]
        if not any(whole.get(key) in known for key in ("accessURL", "downloadURL") if key in whole):
            entries.append(("accessURL", whole))
    for key, kind in (("webService", "API"), ("feed", "RSS")):
        if not values.is_blank(source.get(key)):
            entries.append((key, {"accessURL": source[key], "format": kind}))
    for place, entry in entries:
        file = read_distribution(entry, place, problems)
        if file is None:
            continue
        same = (file.fields["url"], file.fields.get("name"), file.fields.get("format"))
        if same in files:
            problems.say(place, "duplicate-file", file.fields["url"], "is there twice. Taken once.")
        files.setdefault(same, file)
    return list(files.values())


def read_distribution(entry: Any, place: str, problems: Problems) -> File | None:
    """Read one distribution; None where it has no address that can be kept."""
    if not isinstance(entry, Mapping):
        problems.say(place, "not-an-object", entry, "is not an object. Left out.")
        return None
    address = None
    for key in ("downloadURL", "accessURL"):
        if values.is_blank(entry.get(key)):
            continue
        address = values.url(values.reference(entry[key]), f"{place}.{key}", problems)
        if address:
            break
    if address is None:
        if values.is_blank(entry.get("downloadURL")) and values.is_blank(entry.get("accessURL")):
            problems.say(
                place, "no-address", dict(entry), "has no address. Left out.", "Give its URL."
            )
        return None
    kept: dict[str, Any] = {"url": address}
    for key, field in (("title", "name"), ("description", "description")):
        if not values.is_blank(entry.get(key)):
            kept[field] = values.text(
                entry, key, problems, field=f"{place}.{key}", markdown=key == "description"
            )
    kind, media = _kind(entry)
    if media is not None or "mediaType" in entry:
        kept["mimetype"] = values.media_type(media, f"{place}.mediaType", problems)
    if not values.is_blank(kind):
        kept["format"] = values.clean_text(kind, f"{place}.format", problems, longest=60)
    if not kept.get("format"):
        kept["format"] = values.format_of(kept.get("mimetype"))
    if "byteSize" in entry:
        kept["size"] = values.size(entry["byteSize"], f"{place}.byteSize", problems)
    return File({key: value for key, value in kept.items() if value is not None})


def _kind(entry: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the format and the media type of a distribution, wherever they stand."""
    kind, media = entry.get("format"), entry.get("mediaType")
    several = values.literal(entry.get("formats"))  # Socrata in 2013
    if kind is None and isinstance(several, Mapping):
        kind, media = several.get("label"), media or several.get("value")
    if isinstance(kind, Mapping):
        kind = values.reference(kind, "prefLabel")
    if isinstance(kind, str) and "/" in kind and media is None:
        kind, media = None, kind  # 1.0 has the media type there
    return kind, media


def read_service(source: Any, place: str, problems: Problems) -> list[File]:
    """Read a DataService as the links of its endpoints."""
    if not isinstance(source, Mapping):
        return []
    files = []
    for entry in values.items(source.get("endpointURL")):
        address = values.url(values.reference(entry), f"{place}.endpointURL", problems)
        if address:
            title = source.get("title")
            name = title.strip() if isinstance(title, str) and title.strip() else None
            kept = {"url": address, "name": name, "format": "API"}
            files.append(File({key: value for key, value in kept.items() if value}))
    return files
