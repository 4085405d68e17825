"""The classes of DCAT-US 3.0: which fields a record has, and what may stand in each.

Owns what data.gov's definitions 3.0.0 demand of a data set, a data service, a series, a catalog
record and of every class that these reach, written down anew as a table. A field that is not in
the table may hold anything, as there. Refuses to look at a record: `dcat_us_3_0` does that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from . import formats


@dataclass(frozen=True, slots=True)
class Text:
    """A string; where `passes` is given, one that it takes.

    `wrong` says what is wrong with one that it does not take, as words behind the quoted value.
    """

    rule: str = "type"
    passes: Callable[[str], bool] | None = None
    wrong: str = ""
    example: str = "Text"


@dataclass(frozen=True, slots=True)
class Number:
    """An integer or a decimal."""


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever there is, also null."""


@dataclass(frozen=True, slots=True)
class Nested:
    """An object of the class of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Many:
    """A list, of `size` members where that is given."""

    of: Shape
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Maybe:
    """The shape, or null."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Either:
    """One of these shapes; each is of a JSON type of its own."""

    shapes: tuple[Shape, ...]


Shape = Text | Number | Anything | Nested | Many | Maybe | Either


@dataclass(frozen=True, slots=True)
class Class:
    """The fields of an object, which of them must be there, and of which one must."""

    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    example: Mapping[str, object] = field(default_factory=dict)


def _one_of(names: str) -> Callable[[str], bool]:
    return frozenset(names.split()).__contains__


# What a year, a year and month, and a repeating interval are to the schemas, which look no further.
_YEAR_OR_MONTH = re.compile("[0-9]{4}(?:-[0-9]{2})?$")
_REPEATING = re.compile("R/P.+$")
# ISO 19115 maintenance frequencies, and the Dublin Core collection frequencies.
_FREQUENCY = _one_of(
    "continual daily weekly fortnightly monthly quarterly biannually annually asNeeded irregular"
    " notPlanned unknown"
    " continuous biweekly semiannual annual triennial biennial threeTimesAYear bimonthly"
    " semimonthly threeTimesAMonth semiweekly threeTimesAWeek"
)


def _is_date(text: str) -> bool:
    return bool(formats.is_date_time(text) or formats.is_date(text) or _YEAR_OR_MONTH.match(text))


def _is_frequency(text: str) -> bool:
    return _FREQUENCY(text) or bool(_REPEATING.match(text))


TEXT = Text()
FILLED = Text("empty", bool, "should be non-empty", "police")
IRI = Text(
    "iri",
    formats.is_iri,
    "is not an 'iri': a whole address without spaces is wanted, or a urn:",
    "https://data.example.gov/dataset/1",
)
DATE = Text(
    "date",
    _is_date,
    "is not a 'date-time' with its offset from UTC, nor a 'date', a year, or a year and month",
    "2026-01-31T08:30:00-06:00",
)
MAILTO = Text(
    "mailto",
    formats.is_mailto,
    "is not 'mailto:' and one e-mail address",
    "mailto:data@example.gov",
)
FREQUENCY = Text(
    "frequency",
    _is_frequency,
    "is not a frequency of ISO 19115 or Dublin Core, nor a repeating interval",
    "R/P1M",
)
CODE = Text("language", lambda text: len(text) <= 2, "is too long: a code of two letters", "en")
POLYGON = Text("geometry", "Polygon".__eq__, "should be 'Polygon'", "Polygon")
POINT = Text("geometry", "Point".__eq__, "should be 'Point'", "Point")

CONCEPT = Either((TEXT, Nested("Concept")))
IDENTIFIER = Either((TEXT, Nested("Identifier")))
LANGUAGE = Either((CODE, Many(CODE)))
DATASETS = Maybe(Many(Nested("Dataset")))
TEXTS = Maybe(Many(TEXT))
CONCEPTS = Maybe(Many(CONCEPT))
DISTRIBUTIONS = Maybe(Many(Nested("Distribution")))


def _class(
    required: str = "",
    shapes: Mapping[Shape, str] | None = None,
    *,
    one_of: str = "",
    example: Mapping[str, object] | None = None,
) -> Class:
    """A class from its fields by shape; every class has an address and a type of its own."""
    fields: dict[str, Shape] = {"@id": IRI, "@type": TEXT}
    for shape, names in (shapes or {}).items():
        fields |= dict.fromkeys(names.split(), shape)
    return Class(fields, tuple(required.split()), tuple(one_of.split()), example or {})


_BOX: Mapping[str, object] = {
    "type": "Polygon",
    "coordinates": [
        [[-94.52, 39.0], [-94.25, 39.0], [-94.25, 39.15], [-94.52, 39.15], [-94.52, 39.0]]
    ],
}

_RESTRICTION = _class(
    "restrictionStatus",
    {
        CONCEPT: "restrictionStatus",
        Maybe(CONCEPT): "specificRestriction",
        Maybe(TEXT): "restrictionNote",
    },
    example={"restrictionStatus": "Restricted - Partly"},
)

CLASSES: Mapping[str, Class] = {
    "AccessRestriction": _RESTRICTION,
    "Activity": _class(
        "label", {TEXT: "label", CONCEPTS: "category"}, example={"label": "Yearly count"}
    ),
    "Address": _class(
        "",
        {Maybe(TEXT): "country-name locality postal-code region street-address"},
        example={"locality": "Independence", "region": "Missouri"},
    ),
    "Agent": _class("name", {TEXT: "name", CONCEPTS: "category"}, example={"name": "Police"}),
    "Attribution": _class(
        "hadRole agent",
        {TEXT: "hadRole", Nested("Agent"): "agent"},
        example={"hadRole": "owner", "agent": {"name": "Police"}},
    ),
    "BoundingBox": Class(
        {"type": POLYGON, "coordinates": Many(Anything())},
        ("type", "coordinates"),
        example=_BOX,
    ),
    "CatalogRecord": _class(
        "modified primaryTopic",
        {
            TEXT: "primaryTopic",
            DATE: "modified",
            Maybe(TEXT): "source title",
            TEXTS: "description",
            Maybe(Many(DATE)): "issued",
            Maybe(LANGUAGE): "language",
            Maybe(CONCEPT): "status",
            Maybe(Nested("Standard")): "conformsTo",
        },
    ),
    "Centroid": Class(
        {"type": POINT, "coordinates": Many(Number(), size=2)},
        ("type", "coordinates"),
        example={"type": "Point", "coordinates": [-94.4, 39.1]},
    ),
    "Checksum": _class(
        "algorithm checksumValue",
        {TEXT: "algorithm checksumValue"},
        example={"algorithm": "SHA-256", "checksumValue": "9f86d081884c7d65"},
    ),
    "Concept": _class(
        "prefLabel",
        {
            TEXT: "prefLabel",
            Maybe(TEXT): "altLabel definition",
            TEXTS: "notation",
            Nested("ConceptScheme"): "inScheme",
        },
        example={"prefLabel": "Public safety"},
    ),
    "ConceptScheme": _class(
        "title",
        {
            TEXT: "title",
            Maybe(TEXT): "version description",
            Maybe(DATE): "created issued modified",
        },
        example={"title": "Subjects of the city"},
    ),
    "CUIRestriction": _class(
        "cuiBannerMarking designationIndicator",
        {TEXT: "cuiBannerMarking designationIndicator", TEXTS: "requiredIndicatorPerAuthority"},
        example={"cuiBannerMarking": "CUI//SP-PRVCY", "designationIndicator": "Police"},
    ),
    "DataService": _class(
        "contactPoint endpointURL publisher title",
        {
            TEXT: "title",
            Many(Nested("Kind")): "contactPoint",
            Many(IRI): "endpointURL",
            Nested("Agent"): "publisher",
            Maybe(TEXT): "spatialResolutionInMeters temporalResolution accessRights description"
            " license",
            TEXTS: "endpointDescription rights",
            Maybe(Many(FILLED)): "keyword",
            Maybe(DATE): "created modified",
            Maybe(LANGUAGE): "language",
            Maybe(IDENTIFIER): "identifier",
            Maybe(Many(IDENTIFIER)): "otherIdentifier",
            CONCEPTS: "theme category",
            DATASETS: "servesDataset",
            Maybe(Many(Nested("Standard"))): "conformsTo",
            Maybe(Many(Nested("Agent"))): "creator",
            Maybe(Many(Nested("Organization"))): "rightsHolder",
            Maybe(Many(Nested("Location"))): "spatial",
            Maybe(Many(Nested("PeriodOfTime"))): "temporal",
            Maybe(Many(Nested("QualityMeasurement"))): "hasQualityMeasurement",
            Maybe(Many(Nested("Attribution"))): "qualifiedAttribution",
            Maybe(Many(Nested("Activity"))): "wasUsedBy",
        },
        example={
            "title": "Crime incidents: API",
            "endpointURL": ["https://data.example.gov/api/3/action/datastore_search"],
            "publisher": {"name": "Police"},
            "contactPoint": [{"fn": "Data steward", "hasEmail": "mailto:data@example.gov"}],
        },
    ),
    "Dataset": _class(
        "description title contactPoint identifier",
        {
            TEXT: "title description",
            Either((Nested("Kind"), Many(Nested("Kind")))): "contactPoint",
            Maybe(TEXT): "versionNotes spatialResolutionInMeters temporalResolution version"
            " liabilityStatement purpose accessRights scopeNote",
            TEXTS: "provenance rights",
            Maybe(Many(FILLED)): "keyword",
            Maybe(DATE): "created issued modified",
            Maybe(FREQUENCY): "accrualPeriodicity",
            Maybe(LANGUAGE): "language",
            Maybe(IRI): "image",
            Maybe(Many(IRI)): "isReferencedBy relation",
            Maybe(IDENTIFIER): "identifier",
            Maybe(Many(IDENTIFIER)): "otherIdentifier",
            Maybe(CONCEPT): "status",
            CONCEPTS: "theme subject category",
            Maybe(Nested("Dataset")): "supportedSchema first hasCurrentVersion previousVersion",
            DATASETS: "hasVersion hasPart replaces source",
            Maybe(Many(Nested("DatasetSeries"))): "inSeries",
            Maybe(Nested("Distribution")): "describedBy",
            DISTRIBUTIONS: "distribution sample metadataDistribution",
            Maybe(Nested("Document")): "landingPage",
            Maybe(Many(Nested("Document"))): "page",
            Maybe(Many(Nested("Standard"))): "conformsTo",
            Maybe(Nested("Agent")): "creator",
            Maybe(Many(Nested("Agent"))): "contributor wasAttributedTo",
            Maybe(Nested("Organization")): "publisher",
            Maybe(Many(Nested("Organization"))): "rightsHolder",
            Maybe(Either((Nested("Location"), Many(Nested("Location"))))): "spatial",
            Maybe(Many(Nested("PeriodOfTime"))): "temporal",
            Maybe(Many(Nested("Relationship"))): "qualifiedRelation",
            Maybe(Many(Nested("QualityMeasurement"))): "hasQualityMeasurement",
            Maybe(Many(Nested("Attribution"))): "qualifiedAttribution",
            Maybe(Many(Nested("Activity"))): "wasGeneratedBy wasUsedBy",
        },
        example={
            "identifier": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a61",
            "title": "Crime incidents",
            "description": "Incidents by block.",
            "contactPoint": {"fn": "Data steward", "hasEmail": "mailto:data@example.gov"},
        },
    ),
    "DatasetSeries": _class(
        "description title",
        {
            TEXT: "title description",
            Maybe(Many(Nested("Kind"))): "contactPoint",
            Maybe(Nested("Dataset")): "first last",
            DATASETS: "seriesMember",
            Maybe(FREQUENCY): "accrualPeriodicity",
            Maybe(DATE): "issued modified",
            Maybe(Nested("Agent")): "publisher",
            Maybe(Many(Nested("Location"))): "spatial",
            Maybe(Many(Nested("PeriodOfTime"))): "temporal",
        },
        example={"title": "Crime incidents", "description": "One a year."},
    ),
    "Distribution": _class(
        "",
        {
            Maybe(IRI): "accessURL downloadURL image",
            Maybe(TEXT): "byteSize compressFormat mediaType packageFormat format title description"
            " spatialResolutionInMeters temporalResolution accessRights license",
            TEXTS: "characterEncoding rights",
            Maybe(DATE): "issued modified",
            Maybe(LANGUAGE): "language",
            Maybe(IDENTIFIER): "identifier",
            Maybe(Many(IDENTIFIER)): "otherIdentifier",
            Maybe(CONCEPT): "representationTechnique status availability",
            Maybe(Many(Nested("DataService"))): "accessService",
            Maybe(Many(Nested("AccessRestriction"))): "accessRestriction",
            Maybe(Many(Nested("UseRestriction"))): "useRestriction",
            Maybe(Nested("CUIRestriction")): "cuiRestriction",
            Maybe(Nested("Distribution")): "describedBy",
            Maybe(Nested("Checksum")): "checksum",
            Maybe(Many(Nested("Standard"))): "conformsTo",
            Maybe(Many(Nested("Document"))): "page",
            Maybe(Many(Nested("QualityMeasurement"))): "hasQualityMeasurement",
        },
        example={
            "title": "CSV",
            "mediaType": "text/csv",
            "downloadURL": "https://data.example.gov/incidents.csv",
        },
    ),
    "Document": _class(
        "title",
        {
            TEXT: "title",
            Maybe(IRI): "accessURL downloadURL",
            Maybe(TEXT): "mediaType abstract bibliographicCitation description",
            Maybe(DATE): "issued",
            Maybe(IDENTIFIER): "identifier",
            Maybe(Many(IDENTIFIER)): "otherIdentifier",
            CONCEPTS: "category",
            Maybe(Many(Nested("Kind"))): "creator",
            Maybe(Many(Nested("Organization"))): "corporateCreator publisher",
            Maybe(Many(Nested("Standard"))): "conformsTo",
        },
        example={
            "title": "Crime incidents",
            "accessURL": "https://data.example.gov/dataset/crime-incidents",
        },
    ),
    "Geometry": Class(
        {},
        ("type", "coordinates"),
        example={"type": "Point", "coordinates": [-94.4, 39.1]},
    ),
    "Identifier": _class(
        "",
        {
            Maybe(TEXT): "schemaAgency version notation",
            Maybe(DATE): "issued",
            Maybe(Nested("Organization")): "creator",
        },
    ),
    "Kind": _class(
        "hasEmail fn",
        {
            TEXT: "fn",
            MAILTO: "hasEmail",
            Maybe(TEXT): "family-name given-name organization-name tel title",
            Maybe(Many(Nested("Address"))): "address",
        },
        example={"fn": "Data steward", "hasEmail": "mailto:data@example.gov"},
    ),
    "Location": _class(
        "",
        {
            Maybe(Either((TEXT, Nested("BoundingBox")))): "bbox",
            Maybe(Either((TEXT, Nested("Centroid")))): "centroid",
            Maybe(Either((TEXT, Nested("Geometry")))): "geometry",
            Maybe(TEXT): "altLabel prefLabel",
            Maybe(IDENTIFIER): "identifier",
            Maybe(Many(IDENTIFIER)): "otherIdentifier",
            Maybe(Nested("ConceptScheme")): "inScheme",
        },
        # The box again beside itself: data.gov keeps the geometry of no other shape.
        example={"prefLabel": "Independence, Missouri", "bbox": _BOX, **_BOX},
    ),
    "Metric": _class(
        "expectedDataType inDimension",
        {TEXT: "expectedDataType inDimension", Maybe(TEXT): "definition"},
        example={"expectedDataType": "xsd:decimal", "inDimension": "completeness"},
    ),
    "Organization": _class(
        "name",
        {
            TEXT: "name",
            Maybe(Many(Nested("Organization"))): "subOrganizationOf",
            Maybe(TEXT): "altLabel prefLabel",
            TEXTS: "notation",
        },
        example={"name": "Police", "subOrganizationOf": [{"name": "City of Independence"}]},
    ),
    "PeriodOfTime": _class(
        "",
        {Maybe(DATE): "startDate endDate"},
        one_of="startDate endDate",
        example={"startDate": "2025-01-01", "endDate": "2025-12-31"},
    ),
    "QualityMeasurement": _class(
        "isMeasurementOf value",
        {Nested("Metric"): "isMeasurementOf", TEXT: "value", Maybe(TEXT): "unitMeasure"},
        example={
            "isMeasurementOf": {"expectedDataType": "xsd:decimal", "inDimension": "completeness"},
            "value": "0.98",
        },
    ),
    "Relationship": _class(
        "hadRole relation",
        {TEXT: "hadRole relation"},
        example={"hadRole": "source", "relation": "https://data.example.gov/dataset/2"},
    ),
    "Standard": _class(
        "",
        {
            Maybe(DATE): "created issued modified",
            Maybe(TEXT): "title description",
            Maybe(IDENTIFIER): "identifier",
            Maybe(Many(IDENTIFIER)): "otherIdentifier",
            CONCEPTS: "category",
            Maybe(Nested("ConceptScheme")): "inScheme",
        },
        example={"title": "GTFS", "identifier": "https://gtfs.org/"},
    ),
    "UseRestriction": _RESTRICTION,
}

# A right value of fields that their shape alone does not explain.
EXAMPLES: Mapping[str, object] = {
    "accessRights": "public",
    "algorithm": "SHA-256",
    "byteSize": "12345",
    "characterEncoding": ["UTF-8"],
    "checksumValue": "9f86d081884c7d65",
    "description": "Incidents by block.",
    "downloadURL": "https://data.example.gov/incidents.csv",
    "endpointURL": ["https://data.example.gov/api/3/action/datastore_search"],
    "expectedDataType": "xsd:decimal",
    "fn": "Data steward",
    "format": "CSV",
    "identifier": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a61",
    "image": "https://data.example.gov/map.png",
    "keyword": ["crime", "police"],
    "language": ["en"],
    "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    "mediaType": "text/csv",
    "name": "Police",
    "rights": ["Public domain"],
    "spatialResolutionInMeters": "10",
    "tel": "+1-816-555-0100",
    "temporalResolution": "P1D",
    "theme": ["Public safety"],
    "title": "Crime incidents",
}


def as_example(value: object) -> str:
    """A right value as people read it: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
