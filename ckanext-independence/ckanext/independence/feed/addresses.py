"""Addresses as a feed may hold them, and where things of the portal are found.

Owns the encoding of what people and files bring: blanks, letters outside ASCII and whatever
else RFC 3986 keeps out of a URI. What is one already stays byte for byte. It refuses nothing:
what is no address comes out as none, for the gate to find.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

__all__ = ["api", "api_page", "as_iri", "download", "encoded", "page", "resource", "together"]

# Characters that may stand anywhere behind a URI's host, a fragment's sign apart.
_SAFE = "!$&'()*+,-./:;=?@_~%"
_PLAIN = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._~-]+(?::[0-9]+)?"
    r"(?:[/?](?:[A-Za-z0-9!$&'()*+,\-./:;=?@_~]|%[0-9A-Fa-f]{2})*)?"
    r"(?:#(?:[A-Za-z0-9!$&'()*+,\-./:;=?@_~]|%[0-9A-Fa-f]{2})*)?"
)
_URN = re.compile(r"urn:uuid:[0-9A-Fa-f-]{36}")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def encoded(address: str) -> str:
    """Return an address as a URI: what may not stand in one is percent-encoded, a host IDNA."""
    address = address.strip()
    if _PLAIN.fullmatch(address):
        return address
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _quoted(address)
    if not parts.scheme or not host or "@" in parts.netloc:
        return _quoted(address)
    return "".join(
        (
            parts.scheme,
            "://",
            f"[{host}]" if ":" in host else _ascii(host),
            "" if port is None else f":{port}",
            _quoted(parts.path),
            f"?{_quoted(parts.query)}" if parts.query else "",
            f"#{_quoted(parts.fragment)}" if parts.fragment else "",
        )
    )


def as_iri(identifier: Any) -> str | None:
    """Return an identifier where it can be an ``@id``, or None."""
    if isinstance(identifier, str) and (_URN.fullmatch(identifier) or _PLAIN.fullmatch(identifier)):
        return identifier
    return None


def page(site: str, dataset: Mapping[str, Any]) -> str:
    """Return the address of a data set's page."""
    return f"{site}/dataset/{_quoted(str(dataset['name']))}"


def together(site: str, series: Mapping[str, Any]) -> str:
    """Return where the data sets of a series are found together."""
    return f"{site}/dataset/?q={_quoted(str(series['slug']))}"


def resource(site: str, dataset: Mapping[str, Any], file: Mapping[str, Any]) -> str:
    """Return what a file is known by, whatever its data set is called."""
    return f"{site}/dataset/{dataset['id']}/resource/{file['id']}"


def download(site: str, dataset: Mapping[str, Any], file: Mapping[str, Any]) -> str:
    """Return where a file is fetched: below our own address, or where its link leads."""
    url, kind = file.get("url") or "", file.get("url_type")
    if kind == "upload":
        name = quote(url.rsplit("/", 1)[-1], safe="", errors="surrogatepass")
        return f"{page(site, dataset)}/resource/{file['id']}/download/{name}"
    if kind == "datastore":
        # Rows that came by the API have no file: they are written as CSV when asked for.
        return f"{site}/datastore/dump/{file['id']}"
    return encoded(url)


def api(site: str, file: Mapping[str, Any]) -> str:
    """Return where rows of a file's table are asked for."""
    return f"{site}/api/3/action/datastore_search?resource_id={file['id']}"


def api_page(site: str, dataset: Mapping[str, Any], file: Mapping[str, Any]) -> str:
    """Return the page that explains how they are asked for."""
    return f"{page(site, dataset)}/resource/{file['id']}/api"


def _quoted(part: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=_SAFE, errors="surrogatepass")


def _ascii(host: str) -> str:
    if host.isascii():
        return _quoted(host)
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return _quoted(host)
