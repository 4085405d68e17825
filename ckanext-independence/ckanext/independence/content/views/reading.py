"""A steward's page of how a file is read: before and after, questions, and every correction.

Owns these addresses, and which values the form shows: those that were typed after an error, those
that were tried after a try, else those with which the file was read. Nothing is loaded by
looking or trying.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import files as ckan_files
from ckan.lib.helpers import helper_functions as h
from flask import Blueprint, Response, request

from ...catalog.views.steward import staff_only
from .. import corrections, decided, derived, explained, report
from ..corrections import Correction
from ..reading.model import Column, Reading
from . import asked

__all__ = ["reading"]

reading = Blueprint("independence_content_reading", __name__)
reading.before_request(staff_only)

FILE = "/dataset/<id>/resource/<resource_id>"
SHOWN_ASIDE = 200


@reading.route(f"{FILE}/reading", methods=["GET", "POST"])
def show(id: str, resource_id: str) -> Any:
    """Show how a file is read; on POST, try another way, use it, or serve the file as it is."""
    data, resource = asked.own(id, resource_id)
    known = report.newest(resource["id"])
    if known is None:
        return tk.abort(404, tk._("No file of it has been kept here, so there is nothing to read."))
    correction, tried = None, None
    if request.method == "POST":
        answer = _act(data, resource, known)
        if isinstance(answer, Correction):
            correction = answer
        else:
            return answer
    if correction is not None and not correction.problems:
        tried = tk.get_action("independence_content_reading_preview")(
            asked.context(), {"id": resource["id"], "reading": correction.reading.as_json()}
        )
    shown = report.look(known, tried)
    page = tk.render(
        "independence/content/steward/reading.html",
        {
            "pkg_dict": data,
            "resource": resource,
            "report": shown,
            "tried": tried is not None,
            "anew": correction is not None and correction.anew,
            "form": _form(resource["id"], shown, correction),
            "problems": list((correction.problems if correction else {}).items()),
            "questions": _questions(shown),
        },
    )
    return page, 422 if correction and correction.problems else 200


def _act(data: dict[str, Any], resource: dict[str, Any], known: report.Report) -> Any:
    """Do what the form asks for and return the way on; or the correction that is to be tried."""
    what = request.form.get("do", "try")
    if what == "as-is":
        return _serve_as_is(data, resource, known)
    wanted: Reading | None = None
    if what != "anew":
        kind = known.outcome.reading.kind
        correction = corrections.corrected(dict(request.form.lists()), kind)
        if correction.problems or what != "use":
            return correction
        wanted = correction.reading
        if correction.labels:
            words = [{"name": name, "label": text} for name, text in correction.labels.items()]
            explained.explain(resource["id"], words)
    tk.get_action("independence_content_reading_update")(
        asked.context(),
        {"id": resource["id"], "reading": wanted.as_json() if wanted else None},
    )
    h.flash_success(tk._("Saved. The file is being read this way now; this page follows it."))
    return tk.redirect_to(_address(data, resource))


def _serve_as_is(data: dict[str, Any], resource: dict[str, Any], known: report.Report) -> Any:
    try:
        tk.get_action("independence_content_version_serve")(
            asked.context(), {"version_id": known.version.id, "as_is": True}
        )
    except tk.ValidationError as error:
        h.flash_error(" ".join(one for found in error.error_dict.values() for one in found))
    else:
        h.flash_success(tk._("Saved. The file is offered as a download, without a table."))
    return tk.redirect_to(_address(data, resource))


def _address(data: dict[str, Any], resource: dict[str, Any]) -> str:
    return f"/dataset/{data['name']}/resource/{resource['id']}"


@reading.route(f"{FILE}/reading/set-aside.csv")
def rejects(id: str, resource_id: str) -> Any:
    """Send the rows that were set aside, with number, kind and reason of each."""
    data, resource = asked.own(id, resource_id)
    known = report.newest(resource["id"])
    try:
        if known is None:
            raise FileNotFoundError
        stream = derived.open(known.version.id, derived.REJECTS)
    except (FileNotFoundError, ckan_files.exc.MissingFileError):
        return tk.abort(404, tk._("No rows of this file were set aside."))
    answer = Response(stream, content_type="text/csv; charset=utf-8")
    name = f"{data['name']}-set-aside.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.call_on_close(stream.close)
    return answer


# ---- What the form shows --------------------------------------------------------------------


def _questions(shown: report.Report) -> list[dict[str, Any]]:
    rows = report.samples(shown)
    return [
        {
            "text": question.text,
            "choices": [
                {
                    "label": choice.label,
                    "value": corrections.answer_text(choice),
                    "does": corrections.does(choice),
                    "rows": rows.get(choice.label, []),
                }
                for choice in question.choices
            ],
        }
        for question in shown.outcome.questions
    ]


def _form(resource_id: str, shown: report.Report, correction: Correction | None) -> dict[str, Any]:
    """Return the form's values. ``now`` are shown, ``was`` tells what the columns belong to."""
    was_read = shown.outcome.status == "read"
    used = shown.outcome.reading if was_read or correction is None else correction.reading
    now: dict[str, Any] = corrections.structure(used)
    was = dict(now)
    if correction is not None and correction.problems:
        # As it was typed, right or wrong; the columns are still those that the page showed.
        now = {name: request.form.get(name, "") for name in now}
        was = {name: request.form.get(f"was.{name}", "") for name in now}
    columns = _columns(resource_id, shown, correction)
    unpivot = used.unpivot or {}
    return {
        "now": now,
        "was": was,
        "date_order": used.date_order,
        "aside": _typed("aside", ", ".join(map(str, used.aside)), correction),
        "keep": _typed("keep", ", ".join(map(str, used.keep)), correction),
        "unpivot": unpivot,
        "unpivot_off": used.unpivot == {},
        "unpivot_name": _typed("unpivot.name", str(unpivot.get("name") or ""), correction),
        "unpivot_value": _typed("unpivot.value", str(unpivot.get("value") or ""), correction),
        "columns": columns[: corrections.MOST_COLUMNS],
        "more_columns": max(len(columns) - corrections.MOST_COLUMNS, 0),
        "encodings": _offered(corrections.ENCODINGS, now["encoding"]),
        "delimiters": _offered(corrections.DELIMITERS, now["delimiter"]),
        "is_text": used.kind in ("", "csv"),
        "has_sheets": used.kind in ("workbook", "zip", "shapefile", "geopackage") or used.sheet,
        "has_rows": used.kind in ("", "csv", "workbook"),
        "back": request.form.getlist("back") if correction and correction.problems else [],
    }


def _typed(name: str, value: str, correction: Correction | None) -> str:
    return request.form.get(name, "") if correction and correction.problems else value


def _offered(known: dict[str, str], value: str) -> list[tuple[str, str]]:
    offered = [("", tk._("Find out")), *known.items()]
    return offered if not value or value in known else [*offered, (value, value)]


def _columns(
    resource_id: str, shown: report.Report, correction: Correction | None
) -> list[dict[str, Any]]:
    if correction is not None and correction.problems:
        return _sent_columns()
    if shown.outcome.status == "read" and shown.table:
        dropped = [column for column in shown.outcome.reading.columns if column.drop]
        columns = [*shown.table.columns, *dropped]
        columns.sort(key=lambda column: (column.source is None, column.source or 0))
    else:
        columns = correction.reading.columns if correction else shown.outcome.reading.columns
    contents = decided.of(resource_id)
    labels = {one["name"]: one.get("label") for one in (contents.columns if contents else [])}
    if correction is not None:
        labels |= correction.labels
    return [_column(column, labels.get(column.name)) for column in columns]


def _column(column: Column, label: str | None) -> dict[str, Any]:
    return {
        "source": "" if column.source is None else str(column.source),
        "own": column.label,
        "name": column.name,
        "label": label or column.label,
        "type": column.type,
        "unit": column.unit,
        "marks": "\n".join(column.marks),
        "counts": {mark: count for mark, count in column.marks.items() if count},
        "date_order": column.date_order,
        "proved": column.proved,
        "drop": column.drop,
        "fill_down": column.fill_down,
        "rows": False,
        "notes": column.notes,
    }


def _sent_columns() -> list[dict[str, Any]]:
    """Return the columns as the form sent them, right or wrong."""
    sent: dict[int, dict[str, Any]] = {}
    for name in request.form:
        part = name.split(".")
        if len(part) == 3 and part[0] == "column" and part[1].isdecimal():
            sent.setdefault(int(part[1]), {})[part[2]] = request.form[name]
    empty = _column(Column(), None)
    ticks = ("drop", "fill_down", "rows")
    return [
        empty | sent[place] | {name: name in sent[place] for name in ticks}
        for place in sorted(sent)
    ]
