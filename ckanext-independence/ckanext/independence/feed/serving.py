"""The published files, sent from disk in front of CKAN, whatever is down behind it.

Owns which address is which file, and the headers. Where nginx stands in front it does the same
by itself (``config/nginx/nginx.conf``), with the same entity tags. It refuses to make anything:
where there is no file it says so with 503, and never answers with less than everything. So
there are no parts of a file either: two halves of two snapshots would be no feed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import wrap_file

__all__ = ["CACHED", "HEADERS", "Feeds", "place"]

JSON = "application/json; charset=utf-8"

# Address: the file, and what it is. Each follows a link that leads elsewhere after a publication.
FILES = {
    "/data.json": ("current/data.json", JSON),
    "/dcat-us/3.0.json": ("current/dcat-us/3.0.json", JSON),
    "/changes.atom": ("changes.atom", "application/atom+xml; charset=utf-8"),
    "/catalog.ttl": ("rdf/current/catalog.ttl", "text/turtle; charset=utf-8"),
    "/catalog.jsonld": ("rdf/current/catalog.jsonld", "application/ld+json; charset=utf-8"),
}
# Published apart and later; until then, and in parts, ckanext-dcat makes them.
RDF = ("/catalog.ttl", "/catalog.jsonld")
# The name of a department as CKAN lets one be: no dot and no slash.
DEPARTMENT = re.compile(r"/data/([a-z0-9_-]{2,100})\.json")

# What is packed lies beside the file; the first that the client takes is sent.
PACKED = {"br": ".br", "gzip": ".gz", "": ""}

# A cache may go on sending the last good feed for a week while the site is in trouble.
CACHED = "public, max-age=60, stale-if-error=604800"
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified",
    "X-Content-Type-Options": "nosniff",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Feeds:
    """A WSGI application that sends what is published, and passes everything else on."""

    def __init__(self, app: Wsgi, folder: Path) -> None:
        """Stand in front of ``app`` and send the files of ``folder``."""
        self.app = app
        self.folder = folder

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        found = place(self.folder, path)
        if found is None or (
            path in RDF and (environ.get("QUERY_STRING") or not found[0].exists())
        ):
            return self.app(environ, start_response)
        answer = _answer(Request(environ), *found)
        answer.headers.update(HEADERS)
        return answer(environ, start_response)


def place(folder: Path, path: str) -> tuple[Path, str] | None:
    """Return the file behind an address, whether it is there or not, and its content type.

    Args:
        folder: where the feeds lie
        path: of the address, such as ``/data.json``

    Returns:
        None where the address is no file's
    """
    if department := DEPARTMENT.fullmatch(path):
        return folder / "current" / "data" / f"{department[1]}.json", JSON
    if path in FILES:
        name, kind = FILES[path]
        return folder / name, kind
    return None


def _answer(request: Request, path: Path, kind: str) -> Response:
    if request.method == "OPTIONS":
        return Response(status=204, headers=PREFLIGHT)
    if request.method not in ("GET", "HEAD"):
        return _said(405, "This is only to be read.", {"Allow": "GET, HEAD, OPTIONS"})
    if request.args.get("page") not in (None, "", "1"):
        return _said(404, "The feed has one page, and this is not it.")
    # Links are followed once: another snapshot may take its place while this one is sent.
    path = path.resolve()
    found = _open(path, request)
    if found is not None:
        return _sent(request, *found, kind)
    # There is a snapshot, and nothing of this department in it.
    if path.parent.name == "data" and path.parent.parent.is_dir():
        return _said(404, "There is no department of this name with data sets.")
    return _said(
        503,
        "Nothing is published yet. Keep what you have and ask again later.",
        {"Retry-After": "60", "Cache-Control": "no-store"},
    )


def _open(path: Path, request: Request) -> tuple[BinaryIO, str] | None:
    """Open the file in the best form that the client takes; return it with its encoding."""
    for encoding, ending in PACKED.items():
        if encoding and not _takes(request, encoding):
            continue
        try:
            return Path(f"{path}{ending}").open("rb"), encoding
        except FileNotFoundError:
            continue
    return None


def _takes(request: Request, encoding: str) -> bool:
    return any(name.lower() == encoding and q > 0 for name, q in request.accept_encodings)


def _sent(request: Request, file: BinaryIO, encoding: str, kind: str) -> Response:
    stat = os.fstat(file.fileno())
    response = Response(content_type=kind)
    response.headers["Cache-Control"] = CACHED
    response.headers["Accept-Ranges"] = "none"
    response.vary.add("Accept-Encoding")
    if encoding:
        response.content_encoding = encoding
    response.content_length = stat.st_size
    # As nginx makes it, so that hosts with and without one agree.
    response.set_etag(f"{int(stat.st_mtime):x}-{stat.st_size:x}")
    response.last_modified = datetime.fromtimestamp(int(stat.st_mtime), UTC)
    response.make_conditional(request)
    if response.status_code != 200:
        response.content_length = 0
        file.close()
    elif request.method == "HEAD":
        file.close()
    else:
        response.response = wrap_file(request.environ, file)
        response.direct_passthrough = True
    return response


def _said(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return Response(f"{sentence}\n", status, headers, content_type="text/plain; charset=utf-8")
