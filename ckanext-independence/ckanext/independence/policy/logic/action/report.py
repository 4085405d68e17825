"""Actions on the annual report: show, write, give."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ... import book, reports
from ...reporting.shape import Year

__all__ = [
    "independence_policy_report_give",
    "independence_policy_report_show",
    "independence_policy_report_update",
]

Context = dict[str, Any]
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@tk.side_effect_free
def independence_policy_report_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show the annual report of a year to the Council.

    Everybody sees reports that were given, as they were given. Those who write the report also see
    the one that they are writing, computed anew each time.

    Args:
        year: the calendar year in which the fiscal year ends; without it the last that was given

    Returns:
        ``given`` (ISO day, None while it is written) and the content: ``title``, ``year``,
        ``span``, ``city``, ``language``, ``computed`` (ISO day), ``computed_said``, ``source``,
        ``address`` and ``parts``: dicts with ``id``, ``title``, ``asks``, ``clauses``, ``words``,
        ``answered`` and ``blocks`` (each a text, a heading or a table)

    Raises:
        NotFound: there is no such report, or not for whoever asks
    """
    tk.check_access("independence_policy_report_show", context, data_dict)
    if data_dict.get("year") in (None, ""):
        years = [year for year, _day, _title in reports.given()]
        if not years:
            raise tk.ObjectNotFound(tk._("No report was given to the Council yet."))
        number = years[0]
    else:
        number = _number(data_dict)
    row = reports.kept(number)
    if row is not None:
        return {**row.content, "given": row.given.isoformat()}
    year = _writable(number) if reports.may_write(context) else None
    if year is None:
        raise tk.ObjectNotFound(tk._("There is no report of this year."))
    return {**reports.computed(year), "given": None}


def independence_policy_report_update(
    context: Context, data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Write words into the parts of a report that was not given yet.

    Args:
        year: of the report; the present fiscal year or the one before
        words: from the name of a part (``progress``, ``goals``, ``next-year``, ``suggestions``) to
            plain text; a blank line parts paragraphs. Parts that are not named keep their words.

    Returns:
        what ``independence_policy_report_show`` does

    Raises:
        NotFound: the report of that year cannot be written
        ValidationError: a part that there is not, a text that is too long, a report that was given
    """
    year = _to_write(context, "independence_policy_report_update", data_dict)
    given = data_dict.get("words")
    if not isinstance(given, dict):
        raise tk.ValidationError({"words": [tk._("Send a text for each part.")]})
    parts = {part.id for part in reports.shape().parts}
    problems = []
    words = {}
    for name, text in given.items():
        if name not in parts:
            problems.append(tk._("{name}: the report has no such part.").format(name=name))
        elif not isinstance(text, str):
            problems.append(tk._("{name}: must be a text.").format(name=name))
        elif len(text) > reports.LONGEST:
            problems.append(
                tk._("{name}: {n} characters are too many; {most} are the most.").format(
                    name=name, n=f"{len(text):,}", most=f"{reports.LONGEST:,}"
                )
            )
        elif _UNSTORABLE.search(text):
            problems.append(
                tk._("{name}: holds a character that cannot be stored.").format(name=name)
            )
        else:
            lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
            words[name] = re.sub(r"\n[ \t]*(\n[ \t]*)+", "\n\n", lines)
    if problems:
        raise tk.ValidationError({"words": problems})
    try:
        reports.write(year.number, words)
    except reports.TooLate as error:
        model.Session.rollback()
        raise tk.ValidationError({"year": [str(error)]}) from error
    model.Session.commit()
    return independence_policy_report_show(context, {"year": year.number})


def independence_policy_report_give(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Give the report of a year to the Council: from now on it is public and never changes.

    Args:
        year: of the report; the present fiscal year or the one before

    Returns:
        what ``independence_policy_report_show`` does

    Raises:
        NotFound: the report of that year cannot be written
        ValidationError: it was given already
    """
    year = _to_write(context, "independence_policy_report_give", data_dict)
    try:
        reports.give(year, context.get("user") or "")
    except reports.TooLate as error:
        model.Session.rollback()
        raise tk.ValidationError({"year": [str(error)]}) from error
    model.Session.commit()
    return independence_policy_report_show(context, {"year": year.number})


def _number(data_dict: dict[str, Any]) -> int:
    value = data_dict.get("year")
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}", value):
        value = int(value)
    if type(value) is not int or not 1 < value <= 9999:
        raise tk.ValidationError({"year": [tk._("Give a year, such as 2026.")]})
    return value


def _writable(number: int) -> Year | None:
    years = reports.writable(book.today())
    return next((year for year in years if year.number == number), None)


def _to_write(context: Context, action: str, data_dict: dict[str, Any]) -> Year:
    tk.check_access(action, context, data_dict)
    number = _number(data_dict)
    year = _writable(number)
    if year is None:
        if reports.kept(number) is not None:
            raise tk.ValidationError(
                {"year": [tk._("This report was given to the Council and stays as it is.")]}
            )
        raise tk.ObjectNotFound(
            tk._("Only the reports of this fiscal year and the one before can be written.")
        )
    return year
