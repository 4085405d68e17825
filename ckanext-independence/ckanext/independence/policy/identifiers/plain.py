"""Text as recognisers read it: one kind of digit, dash, blank and quote, and its redacted shape.

Owns what a person's spelling may vary in without being another value. Refuses to hand out more of
a matched value than its shape, in which every digit is a 9 and every letter an a.
"""

from __future__ import annotations

import sys
import unicodedata
from decimal import Decimal
from html import unescape
from urllib.parse import unquote

import re2

__all__ = ["LONGEST", "SHAPES", "bare", "plain", "shape"]

# Characters of one cell or text that are looked at; what is longer is looked at in pieces.
LONGEST = 200_000
_SHAPE_LONGEST = 40
_DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d\u02d7\u30fc"
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u180e\u061c" + "".join(
    chr(at) for at in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_QUOTES = "\u201c\u201d\u201e\u00ab\u00bb\u2033\u2018\u2019\u201a\u201b\u2032\u00b4`"


def _spellings() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for at in range(128, sys.maxunicode + 1):
        letter = chr(at)
        category = unicodedata.category(letter)
        if category == "Nd":
            table[at] = str(unicodedata.decimal(letter))
        elif category == "Zs":
            table[at] = " "
    table.update(dict.fromkeys(map(ord, _DASHES), "-"))
    table.update(dict.fromkeys(map(ord, _UNSEEN), None))
    table.update(dict.fromkeys(map(ord, _QUOTES), "'"))
    return table


_SPELLINGS = _spellings()
# A text's characters by their place in Unicode, as they show in its shape.
SHAPES = {at: "9" if chr(at).isdigit() else "a" for at in range(128) if chr(at).isalnum()}
_QUOTED = re2.compile(r"%[2-7][0-9A-Fa-f]")
_POWER = re2.compile(r"^([1-9])[.,](\d{6,18})[eE]\+?(\d{1,2})$")
# What programs put around a value so that a spreadsheet keeps it as text.
_AROUND = " \t\r\n'\"=;,#"


def plain(text: str) -> str:
    """Return a text in ASCII: other digits, dashes, blanks and quotes as the usual ones.

    Letters lose their accents; what has no like in ASCII becomes a question mark.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", text.translate(_SPELLINGS)).translate(_SPELLINGS)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return text.encode("ascii", "replace").decode("ascii")


def bare(text: str) -> str:
    """Return a cell in ASCII, blanks single, without those and the quotes put around it."""
    if "&" in text:
        text = unescape(text)
    if "%" in text and _QUOTED.search(text):
        text = unquote(text)
    text = (text if text.isascii() else plain(text)).strip(_AROUND)
    if "  " in text:
        text = " ".join(text.split())
    if ".0" in text:
        # A number that a program took for a fraction: 123456789.00
        whole, _, rest = text.partition(".")
        text = f"{whole}.0" if not rest.strip("0") else text
    if "E" in text or "e" in text:
        text = _in_full(text)
    return text.replace(" - ", "-") if " - " in text and len(text) <= _SHAPE_LONGEST else text


def _in_full(text: str) -> str:
    """Return a whole number that is written in powers of ten with all of its digits as such.

    Two noughts at the end may be left out; where more of the digits are lost, it stays as it is.
    """
    power = _POWER.search(text) if len(text) <= _SHAPE_LONGEST else None
    if not power or not len(power.group(2)) <= int(power.group(3)) <= len(power.group(2)) + 2:
        return text
    return f"{Decimal(text.replace(',', '.')):.0f}"


def shape(text: str) -> str:
    """Return what a plain text looks like: ``999-99-9999``, ``aaa@aaaa.aaa``; cut where long."""
    shown = text.translate(SHAPES)
    return shown if len(shown) <= _SHAPE_LONGEST else shown[: _SHAPE_LONGEST - 1] + "\u2026"
