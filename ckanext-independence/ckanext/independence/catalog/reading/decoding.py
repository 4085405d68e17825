"""From bytes to plain objects: JSON, or YAML for a manifest.

Owns encodings, size and syntax. It refuses, naming what it saw, whatever is neither, and
never builds anything but dicts, lists, texts, numbers and booleans. Whether the object is a
catalog is for `formats` to say.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

import yaml

from .records import Refused

MAX_BYTES = 64 * 1024 * 1024
ACCEPTED = (
    "Accepted are a manifest (YAML or JSON), DCAT-US 1.1 or 3.0 (data.json), Project Open Data "
    "1.0, and the answer of CKAN's package_search."
)
_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
)


def decode(content: bytes | bytearray, name: str, *, max_bytes: int = MAX_BYTES) -> Any:
    """Read JSON or YAML.

    Args:
        content: the whole file
        name: what it is called, for messages and to tell YAML by its ending
        max_bytes: the size above which it is refused unread

    Raises:
        Refused: too large, empty, not text, or neither JSON nor YAML
    """
    if len(content) > max_bytes:
        raise Refused(
            f"{name} is {len(content) / 1e6:.1f} MB; the limit is {max_bytes / 1e6:.0f} MB. "
            "Split it, or ask whoever runs the portal."
        )
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise Refused(f"{name} is {what}, no catalog. {ACCEPTED}")
    text = _text(content, name)
    start = text.lstrip()[:400].lower()
    if not start:
        raise Refused(f"{name} is empty. {ACCEPTED}")
    if start.startswith(("<!doctype html", "<html")) or "<html" in start:
        raise Refused(
            f"{name} is an HTML page, no catalog. Many portals keep the catalog at /data.json. "
            f"{ACCEPTED}"
        )
    if start.startswith("<"):
        raise Refused(f"{name} is XML (RDF, Atom or the like), no JSON. {ACCEPTED}")
    looks_json = start[0] in '{["'
    if looks_json and not name.lower().endswith((".yaml", ".yml")):
        return _json(text, name)
    return _yaml(text, name)


def _text(content: bytes | bytearray, name: str) -> str:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if wide else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(
            f"{name} is not {encoding.upper().removesuffix('-SIG')} text (byte {error.start}). "
            "Save it as UTF-8."
        ) from error


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Refused(
            f"{name} is not valid JSON: {error.msg} at line {error.lineno}, "
            f"column {error.colno}. Mend it there, or export it again."
        ) from error
    except RecursionError as error:
        raise Refused(f"{name} is JSON nested too deep to be a catalog. {ACCEPTED}") from error
    except ValueError as error:  # a number of more than 4,300 digits
        raise Refused(f"{name} holds a number that is too long to read. {ACCEPTED}") from error


class _PlainLoader(yaml.SafeLoader):
    """YAML as people mean it: dates, `no` and `0123` are texts; only true and false are not."""


_PlainLoader.yaml_implicit_resolvers = {}
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|false|False)$"), list("tTfF")
)
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|)$"), ["~", "n", "N", ""]
)
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789")
)


def _yaml(text: str, name: str) -> Any:
    try:
        value = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        first = text.lstrip().partition("\n")[0]
        if "," in first and ":" not in first:
            raise Refused(f"{name} looks like a CSV table, no catalog. {ACCEPTED}") from error
        mark = error.problem_mark or error.context_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise Refused(
            f"{name} is neither JSON nor valid YAML: {error.problem or error.context}{where}. "
            "Mend it there."
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Refused(f"{name} is neither JSON nor YAML: {error}. {ACCEPTED}") from error
    if isinstance(value, (dict, list)):
        return value
    first = text.lstrip().partition("\n")[0]
    what = "looks like a CSV table" if "," in first else "is plain text"
    raise Refused(f"{name} {what}, no catalog. {ACCEPTED}")
