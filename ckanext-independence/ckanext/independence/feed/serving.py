"""The published files, sent from disk in front of CKAN, whatever is down behind it.

Owns which address is which file, and the headers. Refuses to make anything: where there is no
file it says so with 503, and never answers with less than everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

__all__ = ["Feeds"]

FILES = {"/data.json": "current/data.json", "/dcat-us/3.0.json": "current/dcat-us/3.0.json"}


class Feeds:
    """A WSGI application that sends what is published, and passes everything else on."""

    def __init__(self, app: Callable[..., Iterable[bytes]], folder: Path) -> None:
        """Stand in front of ``app`` and send the files of ``folder``."""
        self.app = app
        self.folder = folder

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        name = FILES.get(environ.get("PATH_INFO", ""))
        if name is None:
            return self.app(environ, start_response)
        return self._answer(Request(environ), self.folder / name)(environ, start_response)

    def _answer(self, request: Request, path: Path) -> Response:
        if "page" in request.args:
            return Response("The feed has one page.\n", 404, mimetype="text/plain")
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            return Response(
                "Nothing is published yet. Keep what you have and ask again later.\n",
                status=503,
                mimetype="text/plain",
                headers={"Retry-After": "60"},
            )
        response = Response(body, content_type="application/json; charset=utf-8")
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = "public, max-age=60"
        response.add_etag()
        return response.make_conditional(request)
