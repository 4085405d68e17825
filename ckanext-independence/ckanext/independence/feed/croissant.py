"""A data set as Croissant 1.0 describes it, for whoever trains and tests models with it.

Owns that one mapping: files with their checksums, and of each table its columns and types. A
table's rows are described as the portal writes them, since how a city wrote its file is anybody's
guess. Pure.

Source: docs.mlcommons.org/croissant/docs/croissant-spec-1.0.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import addresses
from .media_types import ANY, media_type
from .source import Site, Source, contact, department, files, keywords, licence, name_of, present

__all__ = ["describe"]

Columns = Sequence[Mapping[str, Any]]
"""Of a table, in its order: ``name``, ``label``, ``type`` and ``role``."""

# Croissant's own words, as its specification lists them.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {
    "integer": "sc:Integer",
    "numeric": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "timestamp": "sc:DateTime",
}


def describe(source: Source, site: Site, tables: Mapping[str, Columns]) -> dict[str, Any]:
    """Return the description of a data set; what is empty is left out.

    Args:
        source: a source data set
        site: whose it is
        tables: the columns of each file that has a table, by the file's id
    """
    owner = department([source])
    steward, email = contact([source], site)
    told = files(source)
    with_table = [file for file in told if tables.get(file["id"])]
    return present(
        {
            "@context": _CONTEXT | {"@language": site.language},
            "@type": "sc:Dataset",
            "@id": f"{site.url}/dataset/{source['id']}",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": source.get("title"),
            "description": source.get("notes"),
            "identifier": source.get("identifier"),
            "url": addresses.page(site.url, source),
            "license": licence(source, site),
            "keywords": keywords(source),
            "inLanguage": site.language,
            "datePublished": source.get("issued"),
            "dateModified": source.get("data_modified"),
            "creator": _organization((owner or {}).get("title") or site.city),
            "publisher": _organization(site.city) | present({"url": site.city_url}),
            "contactPoint": {"@type": "sc:ContactPoint", "name": steward, "email": email},
            # A city's files go on changing, and what the portal writes has no checksum.
            "isLiveDataset": True,
            "distribution": [
                *(_file(file, source, site) for file in told),
                *(_table(file, source, site) for file in with_table),
            ],
            "recordSet": [_rows(file, source, tables[file["id"]]) for file in with_table],
        }
    )


def _organization(name: str) -> dict[str, Any]:
    return {"@type": "sc:Organization", "name": name}


def _file(file: Mapping[str, Any], source: Source, site: Site) -> dict[str, Any]:
    size = file.get("bytes") or file.get("size")
    return present(
        {
            "@type": "cr:FileObject",
            "@id": file["id"],
            "name": name_of(file, source),
            "description": file.get("description"),
            "contentUrl": addresses.download(site.url, source, file),
            "contentSize": f"{size} B" if size else None,
            "encodingFormat": media_type(file) or ANY,
            "sha256": file.get("sha256"),
        }
    )


def _table(file: Mapping[str, Any], source: Source, site: Site) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{file['id']}/table",
        "name": f"{name_of(file, source)} (table)",
        "description": "The rows as the portal read them, with clean types.",
        "contentUrl": f"{addresses.page(site.url, source)}/resource/{file['id']}/export/csv",
        "encodingFormat": "text/csv",
    }


def _rows(file: Mapping[str, Any], source: Source, columns: Columns) -> dict[str, Any]:
    set_ = f"{file['id']}/rows"
    return {
        "@type": "cr:RecordSet",
        "@id": set_,
        "name": name_of(file, source),
        "field": [
            present(
                {
                    "@type": "cr:Field",
                    "@id": f"{set_}/{column['name']}",
                    "name": column["name"],
                    "description": column.get("label"),
                    "dataType": _TYPES.get(column.get("type") or "", "sc:Text"),
                    "source": {
                        "fileObject": {"@id": f"{file['id']}/table"},
                        "extract": {"column": column["name"]},
                    },
                }
            )
            for column in columns
        ],
    }
