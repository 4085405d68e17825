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

__all__ = ["CACHED", "DEPARTMENT", "HEADERS", "Feeds"]

JSON = "application/json; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"

# Below the folder of the present snapshot.
FILES = {
    "/data.json": ("data.json", JSON),
    "/dcat-us/3.0.json": ("dcat-us/3.0.json", JSON),
}
# Written after each publication.
NEWS = ("changes.atom", ATOM)
# The name of a department as CKAN lets one be: no dot and no slash.
DEPARTMENT = re.compile(r"/data/([a-z0-9_-]{2,100})\.json")
# Published apart and later; until then, and in parts, ckanext-dcat makes them.
RDF = {
    "/catalog.ttl": ("catalog.ttl", "text/turtle; charset=utf-8"),
    "/catalog.jsonld": ("catalog.jsonld", "application/ld+json; charset=utf-8"),
}

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
        self.snapshots = folder / "current"
        self.rdf = folder / "rdf" / "current"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        department = DEPARTMENT.fullmatch(path)
        if path in FILES:
            name, kind = FILES[path]
            answer = _answer(Request(environ), self.snapshots, name, kind)
        elif path == "/changes.atom":
            answer = _answer(Request(environ), self.folder, *NEWS)
        elif department:
            answer = _answer(Request(environ), self.snapshots, f"data/{department[1]}.json", JSON)
        elif path in RDF and not environ.get("QUERY_STRING") and self.rdf.exists():
            answer = _answer(Request(environ), self.rdf, *RDF[path])
        else:
            return self.app(environ, start_response)
        answer.headers.update(HEADERS)
        return answer(environ, start_response)


def _answer(request: Request, current: Path, name: str, kind: str) -> Response:
    if request.method == "OPTIONS":
        return Response(status=204, headers=PREFLIGHT)
    if request.method not in ("GET", "HEAD"):
        return _said(405, "This is only to be read.", {"Allow": "GET, HEAD, OPTIONS"})
    if request.args.get("page") not in (None, "", "1"):
        return _said(404, "The feed has one page, and this is not it.")
    # Followed once: another snapshot may take its place while this one is sent.
    folder = current.resolve()
    found = _open(folder, name, request)
    if found is None:
        if name.startswith("data/") and folder.is_dir():
            return _said(404, "There is no department of this name with data sets.")
        return _said(
            503,
            "Nothing is published yet. Keep what you have and ask again later.",
            {"Retry-After": "60", "Cache-Control": "no-store"},
        )
    return _sent(request, *found, kind)


def _open(folder: Path, name: str, request: Request) -> tuple[BinaryIO, str] | None:
    """Open the file in the best form that the client takes; return it with its encoding."""
    for encoding, ending in PACKED.items():
        if encoding and not _takes(request, encoding):
            continue
        try:
            return (folder / f"{name}{ending}").open("rb"), encoding
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
