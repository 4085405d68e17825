"""The action that tells how the city or a department keeps the policy."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ... import scorecards

__all__ = ["independence_policy_scorecard_show"]


@tk.side_effect_free
def independence_policy_scorecard_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Show how the whole city, or a department, keeps the open data policy today.

    Only what is public is counted. Nothing is weighed and there is no grade: each figure is how
    many data sets keep a rule, of how many that it is asked of and that could be judged.

    Args:
        department: name of a department; without one the whole city

    Returns:
        ``day``; ``department`` and ``title`` (None for the city); ``data_sets`` and ``entries``
        (what is published, and what is listed as planned or withheld); ``whole`` (how many of
        both keep everything that is required); ``required`` and ``advice``: tallies, dicts with
        ``passing``, ``failing``, ``waived``, ``unjudged``, ``kept`` (passing or waived), ``asked``
        (kept or failing) and ``share`` (kept of asked, 0 to 1, None where nothing was asked);
        ``clauses`` (``code``, ``text``, ``source``, ``url``, ``rules`` and a tally) and ``rules``
        (``rule``, ``title``, ``severity``, ``version``, ``clauses`` and a tally; the least kept
        first); ``itself``: how departments and the city stand with what is asked of themselves;
        ``changes`` since a month ago (``since``, ``rules``; None while there is no history);
        ``trend``: tallies with ``day`` and ``series``; for the city ``departments``, the least
        kept first. ``drafts``: how many data sets are not public, to those who may see them.

    Raises:
        NotFound: there is no such department
    """
    tk.check_access("independence_policy_scorecard_show", context, data_dict)
    department = data_dict.get("department") or None
    if department is not None and not isinstance(department, str):
        raise tk.ValidationError({"department": [tk._("Give the name of a department.")]})
    return scorecards.told(department, context)
