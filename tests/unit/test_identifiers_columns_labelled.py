"""The labelled columns: that they are what they say."""

from __future__ import annotations

import re
import unicodedata

from tests.identifiers import held_out, held_out_again, shown
from tests.identifiers.columns import CARD, SOCIAL

PARTS = {"shown": shown, "held-out": held_out, "held-out again": held_out_again}


def test_there_are_enough_columns_of_each_sort_and_no_two_alike() -> None:
    columns = [column for part in PARTS.values() for column in part.columns()]
    assert len(columns) >= 440
    for kind in (SOCIAL, CARD):
        assert sum(kind in column.truth for column in columns) >= 105
    assert sum(column.family.startswith("look-alike") for column in columns) >= 180
    for part in PARTS.values():
        notes = [(column.family, column.note) for column in part.columns()]
        assert len(set(notes)) == len(notes)
    named = [(c.name, c.family, c.note) for c in columns]
    assert len(set(named)) == len(named)


def test_look_alikes_are_labelled_as_holding_nothing_and_all_others_as_holding_something() -> None:
    for part in PARTS.values():
        for column in part.columns():
            alike = column.family.startswith("look-alike") or column.bare
            assert alike == (not column.truth), column.note


def test_true_numbers_are_as_their_issuers_have_them() -> None:
    """By rules written here anew: areas and groups that are given out, and the card's sum."""
    for part in PARTS.values():
        for column in part.columns():
            text = unicodedata.normalize("NFKC", "\n".join(column.cells))
            if "mistyped" in column.note:
                continue
            if column.family == "social security":
                for area, group, serial in re.findall(r"(?<!\d)(\d{3})-(\d\d)-(\d{4})(?!\d)", text):
                    given = area not in ("000", "666") and area < "900"
                    assert given and group != "00" and serial != "0000", column.note
            if column.family == "payment card":
                for digits in re.findall(r"(?<![\d.])\d{13,19}(?![\d.])", text):
                    doubled = "".join(str(int(d) * (1 + i % 2)) for i, d in enumerate(digits[::-1]))
                    assert sum(map(int, doubled)) % 10 == 0, column.note
