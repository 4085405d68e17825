"""Actions for those who answer for the judging itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk

from ... import book, previewed, telling
from ...rulebook import RulebookError, read

__all__ = ["independence_policy_preview", "independence_policy_status_show"]

LIMIT = 500


def independence_policy_preview(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Say what another rulebook would change; nothing of it is kept.

    Args:
        rulebook: its text, as the file has it
        limit: data sets that are looked at, the same ones each time (optional, 500; 0 is all,
            which takes about a minute for 10,000)

    Returns:
        ``datasets`` (looked at), ``of``, ``added`` and ``removed`` (ids of rules), ``rules``: of
        each for which something changes ``rule``, ``title``, ``severity``, ``mode``, ``failing``
        (now), ``would_fail``, and ``to_fail``, ``to_pass`` and ``to_block``, each a dict of
        ``count`` and ``named`` (the first, as ``id`` and ``title``)

    Raises:
        NotAuthorized: whoever asks is no sysadmin
        ValidationError: the rulebook cannot be used; the messages name its lines
    """
    tk.check_access("independence_policy_preview", context, data_dict)
    text = str(tk.get_or_bust(data_dict, "rulebook"))
    try:
        limit = int(data_dict.get("limit", LIMIT))
    except (TypeError, ValueError):
        limit = -1
    if limit < 0:
        raise tk.ValidationError({"limit": [tk._("Write a whole number, 0 or more.")]})
    with tempfile.TemporaryDirectory(prefix="rulebook-") as folder:
        file = Path(folder) / "rulebook.yaml"
        file.write_text(text, "utf-8")
        try:
            new = read(file, book.checks(), book.highest_mode())
        except RulebookError as error:
            mistakes = [one.replace(f"{folder}/", "") for one in error.mistakes]
            raise tk.ValidationError({"rulebook": mistakes}) from error
    return previewed.preview(new, limit=limit or None)


@tk.side_effect_free
def independence_policy_status_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Show how the judging stands: by which rulebook, how far, what waits, which checks fail.

    Returns:
        ``rulebook``, ``rules``, ``edition``, ``judged_by``, ``run`` (``edition``, ``began``,
        ``ended``, ``judged``, ``changed``, ``total``, ``left``), ``datasets`` (``all``,
        ``judged``, ``pending``, ``other``), ``owed`` (by kind), ``failing`` (by rule ``version``,
        ``error``, ``since``, ``subject``) and ``history`` (the last day with rows)

    Raises:
        NotAuthorized: whoever asks is no sysadmin
    """
    tk.check_access("independence_policy_status_show", context, data_dict)
    return telling.status()
