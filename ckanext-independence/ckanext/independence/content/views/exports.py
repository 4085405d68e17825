"""Downloads of tables: ``/dataset/<id>/resource/<resource_id>/export/<form>``.

Owns who may have one (``resource_show`` says; whoever may not learns nothing), what the file is
called, and when it need not be sent again. The whole table or, with the table page's own
parameters, a part of it. Nothing of the database is held while it is being sent.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import ckan.plugins.toolkit as tk
import flask
from ckan import model
from ckan.lib import signals
from flask import Blueprint

from ...catalog.views.download import readable
from ..exports import formats, tables, workbook
from ..exports.formats import FORMS
from ..exports.rows import Busy, Rows
from ..exports.tables import Asked

__all__ = ["independence_content_exports"]

independence_content_exports = Blueprint(
    "independence_content_exports",
    __name__,
    url_prefix="/dataset/<id>/resource/<resource_id>/export",
)


class TooManyRows(Exception):
    """A sheet cannot hold them."""


@independence_content_exports.route("/<form>")
def export(id: str, resource_id: str, form: str) -> flask.Response:
    """Send a table, or the part of it that the parameters ask for, in one of the forms."""
    dataset, resource = readable(id, resource_id)
    mimetype = FORMS.get(form)
    asked = tables.asked(resource, flask.request.args.items(multi=True)) if mimetype else None
    if mimetype is None or asked is None or form not in tables.forms(asked.table):
        return tk.abort(404, tk._("This file is not offered in this form."))
    if asked.query.problems:
        return _plain(400, " ".join(asked.query.problems))
    response = flask.Response(content_type=mimetype)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.set(
        "Content-Disposition", "attachment", filename=_file_name(dataset, resource, form, asked)
    )
    if asked.table.sha256:
        response.set_etag(_mark(dataset, form, asked), weak=True)
    known = flask.request.if_none_match.contains_weak(response.get_etag()[0] or "")
    if known or flask.request.method == "HEAD":
        return response.make_conditional(flask.request)
    try:
        _fill(response, form, dataset, resource, asked)
    except Busy as error:
        answer = _plain(503, tk._("{why} Please try again in a minute.").format(why=error))
        answer.headers["Retry-After"] = "60"
        return answer
    except TooManyRows:
        why = tk._("A sheet of Excel holds at most 1,048,575 rows. Filter the table, or take CSV.")
        return _plain(400, why)
    signals.resource_download.send(resource_id)
    return response


def _plain(status: int, text: str) -> flask.Response:
    return flask.Response(f"{text}\n", status=status, mimetype="text/plain")


def _mark(dataset: model.Package, form: str, asked: Asked) -> str:
    """Return what changes whenever the answer does."""
    of = (asked.table, asked.pairs, form, dataset.metadata_modified, dataset.name)
    return hashlib.sha256(repr(of).encode()).hexdigest()[:32]


def _file_name(dataset: model.Package, resource: dict[str, Any], form: str, asked: Asked) -> str:
    words = [dataset.name]
    title = re.sub(r"[^a-z0-9]+", "-", (resource.get("name") or "").lower()).strip("-")
    if title and title not in dataset.name:
        words.append(title)
    words.append(str(resource.get("last_modified") or resource.get("created") or "")[:10])
    if asked.is_part:
        words.append("part")
    return "-".join(word[:80] for word in words if word) + f".{form}"


def _fill(
    response: flask.Response,
    form: str,
    dataset: model.Package,
    resource: dict[str, Any],
    asked: Asked,
) -> None:
    rows = tables.rows(asked, form)
    response.call_on_close(rows.close)
    try:
        chunks = _chunks(form, rows, dataset, resource, asked)
        # What goes wrong at the start is an error, not half a file.
        first = next(chunks, b"")
    except BaseException:
        rows.close()
        raise
    response.response = chain([first], chunks)


def _chunks(
    form: str, rows: Rows, dataset: model.Package, resource: dict[str, Any], asked: Asked
) -> Iterator[bytes]:
    table, columns = asked.table, rows.columns
    if form == "xlsx":
        if rows.count() > workbook.MOST_ROWS:
            raise TooManyRows
        return workbook.workbook(rows, tables.about(dataset, resource, asked))
    if form == "parquet":
        file = rows.parquet()
        return iter(lambda: file.read(1 << 18), b"")
    if form == "csv":
        return rows.framed(formats.csv(columns, exact=asked.exact))
    if form == "geojson":
        return rows.framed(formats.geojson(columns, table.geometry, table.point))
    return rows.framed(formats.json(columns) if form == "json" else formats.jsonl(columns))
