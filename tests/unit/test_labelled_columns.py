"""The labelled columns: that they are what they say."""

from __future__ import annotations

import re
import unicodedata

from tests.identifiers import held_out, shown
from tests.identifiers.columns import CARD, SOCIAL

HALVES = {"shown": shown, "held-out": held_out}


def test_there_are_enough_columns_of_each_sort_and_no_two_alike() -> None:
    columns = [column for half in HALVES.values() for column in half.columns()]
    assert len(columns) >= 440
    for kind in (SOCIAL, CARD):
        assert sum(kind in column.truth for column in columns) >= 105
    assert sum(column.family.startswith("look-alike") for column in columns) >= 180
    for half in HALVES.values():
        notes = [(column.family, column.note) for column in half.columns()]
        assert len(set(notes)) == len(notes)
    both = [{(c.name, c.family, c.note) for c in half.columns()} for half in HALVES.values()]
    assert not both[0] & both[1]


def test_look_alikes_are_labelled_as_holding_nothing_and_all_others_as_holding_something() -> None:
    for half in HALVES.values():
        for column in half.columns():
            alike = column.family.startswith("look-alike") or column.bare
            assert alike == (not column.truth), column.note


def test_true_numbers_are_as_their_issuers_have_them() -> None:
    """By rules written here anew: areas and groups that are given out, and the card's sum."""
    for half in HALVES.values():
        for column in half.columns():
            text = unicodedata.normalize("NFKC", "\n".join(column.cells))
            if column.family == "social security":
                for area, group, serial in re.findall(r"(?<!\d)(\d{3})-(\d\d)-(\d{4})(?!\d)", text):
                    given = area not in ("000", "666") and area < "900"
                    assert given and group != "00" and serial != "0000", column.note
            if column.family == "payment card" and "mistyped" not in column.note:
                for digits in re.findall(r"(?<![\d.])\d{13,19}(?![\d.])", text):
                    doubled = "".join(str(int(d) * (1 + i % 2)) for i, d in enumerate(digits[::-1]))
                    assert sum(map(int, doubled)) % 10 == 0, column.note
