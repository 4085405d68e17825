"""One column as evidence: which forms its cells have, how many are right, what words say.

Owns the counting, cell by cell; what it amounts to is decided in ``deciding``. Keeps counts,
shapes and how digits are spread (to tell a scheme from numbers of many persons), never a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import re2

from .finding import (
    DENIED,
    NO_DIGITS,
    PLAIN,
    SAID,
    as_mail,
    found_in,
    harmless,
    is_address,
    is_person_at,
    is_phone,
)
from .meanings import Meaning, meaning_of
from .numbers import (
    DUMMIES,
    has_check_digit,
    is_any_card,
    is_iban,
    is_issued,
    is_itin,
    is_routing,
    is_ssn,
    without_letter,
)
from .plain import LONGEST, SHAPES, bare, shape
from .whole import WHOLE, digits_of

__all__ = ["Column", "Evidence"]

_WHOLE_LONGEST = 40
# The shortest thing that is looked for in a text has so many digits: a date of birth, 1/2/80.
_FEWEST = 4
_FIRST = 2_000
_FORMS = 3
_RANK = {SAID: 2, PLAIN: 1, DENIED: 0}


class Spread:
    """How numbers of one form are spread: many persons' differ in every place, codes do not.

    Keeps hashes of the numbers, their areas and groups, and which digits stand in each place, of
    the first few hundred.
    """

    MOST = 400
    _ENOUGH = 12

    def __init__(self) -> None:
        """Begin with none."""
        self.numbers: set[int] = set()
        self.areas: set[str] = set()
        self.groups: set[str] = set()
        self.places = [0] * 9

    def add(self, digits: str) -> None:
        """Take nine digits."""
        if len(self.numbers) >= self.MOST:
            return
        self.numbers.add(hash(digits))
        self.areas.add(digits[:3])
        self.groups.add(digits[3:5])
        for at, digit in enumerate(digits):
            self.places[at] |= 1 << int(digit)

    @property
    def is_wide(self) -> bool:
        """Tell many numbers whose areas reach over all that were given out."""
        return len(self.numbers) >= 50 and min(self.areas) < "250" and max(self.areas) > "600"

    @property
    def is_code(self) -> bool:
        """Tell numbers that are made by a scheme: few areas or groups, or a digit that stays."""
        count = len(self.numbers)
        few = max(2, count // 8)
        return count >= self._ENOUGH and (
            len(self.areas) <= few
            or len(self.groups) <= min(few, 12)
            or any(digits.bit_count() == 1 for digits in self.places[3:])
        )


# kind, form, where ("cell" from end to end, or "text"), standing, valid
Evidence = tuple[str, str, str, str, bool]

_DATE = re2.compile(
    rb"(?i)^(\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|(19|20)\d{6}"
    rb"|[a-z]{3,9}\.? \d{1,2},? \d{4}|\d{1,2}[ -][a-z]{3,9}\.?[ -](\d{4}|\d{2}))"
    rb"([ t]\d{1,2}:\d{2}.*)?$"
)
# Degrees of latitude and longitude, or feet and metres of a projection.
_DEGREES = re2.compile(rb"^[+-]?(\d{1,3}\.\d{4,}|\d{5,8}(\.\d+)?)$")
_POINT = re2.compile(
    rb"(?i)^(point ?z?)?[ ]?[(\[]?[ ]?[+-]?\d{1,3}\.\d{4,}[,; ]{1,3}[+-]?\d{1,3}\.\d{4,}"
)
# Of the states' forms: seven digits or more, or five after a letter; no date.
_LICENCE = re2.compile(
    rb"(?i)^(\d{7,14}[a-z]{0,2}|\d{3}[a-z]\d{6}|[a-z]{1,7}[-*]?\d{2}[a-z0-9-]{3,18}"
    rb"|\d{3}-\d{2}-\d{4}|\d{2}-\d{3}-\d{4})$"
)
_PASSPORT = re2.compile(rb"(?i)^([a-z]{1,2}\d{6,8}|\d{8,9})$")
_ACCOUNT = re2.compile(rb"^[0-9][0-9 /,;-]{3,40}[0-9]$")
_IDENTITY = re2.compile(rb"(?i)^[a-z]{0,4}-?\d[a-z0-9-]{4,18}$")
_NUMBERS = frozenset({"personal-identification", "bank-account"})
# A card's number that a spreadsheet has rounded: its digits are lost.
_ROUNDED = re2.compile(r"^[1-9]([.,]\d{1,17})?[eE]\+?1[1-8]$")
_CARD_OF_STATE = re2.compile(rb"(?i)^[a-z][0-9]{8,9}$")
_CODED = re2.compile(rb"^[0-9]+([-./ _][0-9]+)+$")
_NO_CODE = re2.compile(
    rb"^(\d{3}[-./ _]\d{2}[-./ _]\d{4}|\d{4}([ .-]\d{4}){3}|\d{2}-\d{7}|\d{4}-\d{2}-\d{2}"
    rb"|\d{1,2}/\d{1,2}/\d{2,4}|\d+\.\d+|(\d-)?\d{3}[-. ]\d{3}[-. ]\d{4}|\d{5}-\d{4})$"
)

# What a cell must hold to be looked at under a name that says nothing, as RE2.
_UNUSUAL = r"\x{a0}\x{ad}\x{2000}-\x{206f}\x{2212}\x{3000}\x{fe58}\x{fe63}\x{feff}\x{ff0d}"
_TELLING = (
    r"@|%[2-7][0-9A-Fa-f]|[0-9][.,][0-9]{6,18}[eE]\+?(8|1[1-8])"
    r"|(?i:card|debit|tarjeta|maestro)[^0-9]{0,60}[0-9]{4}"
    r"|[0-9]{3}[^0-9A-Za-z]{1,3}[0-9]{2}[^0-9A-Za-z]{1,3}[0-9]{4}"
    r"|^\W*[0-9]{9}(\.0+)?\W*$|[0-9]&[#a-z]"
    r"|[0-9]{4}[^0-9A-Za-z]{1,3}[0-9]{4,6}[^0-9A-Za-z]{1,3}[0-9]{4}|[0-9]{6}[ -][0-9]{13}"
    r"|(^|[^0-9.])[0-9]{13,19}($|[^0-9])"
    r"|[0-9]{3}\W{1,3}[0-9]{3}\W[0-9]{4}|\+[0-9]"
    r"|(?i:\bsoc|_soc|social|seguro|ss.?n|n\.?s\.?s|medicare|hic|health insurance|routing"
    r"|aba|rtn|transit|bank|checking|savings|deposit|acct|account|cuenta|licen|dl|lic|passport"
    r"|pasaporte|itin|taxpayer|alien|uscis|dob|birth"
    r"|born|nacimiento|\bss\b)[^0-9]{0,60}[0-9]{4}"
    r"|(?i:dob|d\.o\.b|birth|born|nacimiento)[^0-9]{0,30}[0-9]"
    r"|\b[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){3}"
    rf"|[0-9][{_UNUSUAL}]|[{_UNUSUAL}][0-9]|[^\x00-\x7f\PN]"
)


class Column:
    """What is known of a column.

    Attributes:
        name: as people know it; "" outside a table.
        place: where it is, such as a sheet.
        meaning: what its name says.
        filled: cells that are not empty.
        evidence: how many cells there are of each sort.
        shapes: of the first match, by kind and form.
        spreads: of nine-digit numbers, by form; of those in texts under ``text``.
        addresses: whether its first cells are addresses, whatever it is called.
        cards: hashes of numbers with a card's form and check digit, of a few hundred.
        prefixes: their first five digits, where fourteen digits begin as a library's items do.
        codes: share of the first cells that are codes, groups of digits.
        coded: the same, where they are of varied forms; 0 where not.
    """

    def __init__(
        self, name: str, *, words: str = "", place: str = "", places: bool = False
    ) -> None:
        """Begin a column.

        Args:
            name: the column's.
            words: what else is known of it: label, description.
            place: where it is.
            places: count every place in a cell, which is a text, and not the cell once.
        """
        self.name, self.place, self._places = harmless(name), place, places
        self.meaning: Meaning = meaning_of(f"{name} {words}".strip())
        self.filled = 0
        self.evidence: Counter[Evidence] = Counter()
        self.shapes: dict[tuple[str, str], str] = {}
        self.spreads: dict[str, Spread] = {}
        self.addresses = "address" in self.meaning.says
        self.cards: set[int] = set()
        self.prefixes: set[str] = set()
        self.codes = self.coded = 0.0
        # An address holds a house's number and a postal code.
        self._fewest = 8 if self.addresses else _FEWEST
        self._looks = tuple(self._by_meaning())
        self._by_name = bool(self._looks) or self.addresses or "bank" in self.meaning.says

    def begin(self, cells: Iterable[str]) -> None:
        """Learn from the first cells what kind of column it is. They are not counted."""
        first = [bare(cell).encode() for cell, _ in zip(cells, range(_FIRST), strict=False)]
        first = [cell for cell in first if cell]
        if not first:
            return
        coded = [one for one in first if _CODED.search(one) and not _NO_CODE.search(one)]
        # Codes of one form make a number of another form the odd one out, those of many do not.
        forms = {shape(one.decode("ascii")) for one in coded}
        self.codes = len(coded) / len(first)
        self.coded = self.codes if len(forms) > _FORMS else 0.0
        if not self.addresses:
            self.addresses = 3 * sum(map(is_address, first)) >= len(first)
            self._by_name |= self.addresses

    def telling(self) -> str:
        """Return, as RE2, what a cell must match to be worth a look."""
        says = self.meaning.says | self.meaning.hints
        if says & {"latitude", "longitude", "point"}:
            return rf"\.[0-9]{{4}}|^\W*[0-9]{{5}}|{_TELLING}"
        return r"[0-9]{2}|@|\p{Nd}" if says or self.addresses else _TELLING

    def look(self, cells: Iterable[str]) -> None:
        """Count cells. Those that are left out must be ones that ``telling`` does not match."""
        for cell in cells:
            text = bare(cell)
            if not text:
                continue
            whole = WHOLE.get(text.translate(SHAPES)) if len(text) <= _WHOLE_LONGEST else None
            if whole:
                self._look_at_whole(text, *whole)
            elif "@" in text and (name := as_mail(text)):
                if is_person_at(name):
                    self._add("e-mail", "address", "cell", PLAIN, True, name)
            elif not self._is_other_number(text):
                self._look_into(text)
            if self._by_name:
                self._look_by_name(text)

    def _is_other_number(self, text: str) -> bool:
        """Tell a fraction, or groups of digits that are no kind's; a column may say otherwise."""
        digits = text.removeprefix("-")
        if digits.replace(".", "", 1).isdigit():
            return True
        return digits.replace("-", "").isdigit() and not (
            self.meaning.says & {"social-security", "payment-card", "medicare"}
        )

    def _add(self, kind: str, form: str, where: str, standing: str, valid: bool, text: str) -> None:
        self.evidence[kind, form, where, standing, valid] += 1
        if valid and (kind, form) not in self.shapes:
            self.shapes[kind, form] = shape(text)

    def _look_at_whole(self, text: str, family: str, form: str) -> None:
        digits = digits_of(text, form)
        if not digits:
            return
        if family == "nine":
            self._look_at_nine(text, digits, form)
        elif family == "short":
            if "social-security" in self.meaning.says and not self.meaning.about:
                digits = digits.zfill(9)
                self._add("social-security", "short", "cell", PLAIN, is_ssn(digits), text)
        elif family == "card":
            self._look_at_card(text, digits, form)
        elif family == "phone":
            self._add("telephone", form, "cell", PLAIN, is_phone(digits), text)
        elif family == "local" and "telephone" in self.meaning.says:
            self._add("telephone", "local", "cell", PLAIN, True, text)

    def _look_at_card(self, text: str, digits: str, form: str) -> None:
        right = has_check_digit(digits)
        if "payment-card" in self.meaning.says and is_any_card(digits):
            self._add("payment-card", form, "cell", PLAIN, True, text)
        elif is_issued(digits):
            self._add("payment-card", form, "cell", PLAIN, right, text)
            if "payment-card" in self.meaning.says and len(digits) > 15 and digits[15:] == "0":
                # The sixteenth digit is the first one that a spreadsheet does not keep.
                self._add("payment-card", "rounded", "cell", PLAIN, True, text)
            if right and len(self.cards) < Spread.MOST:
                self.cards.add(hash(digits))
                item = form != "grouped" and len(digits) == 14
                self.prefixes.add(digits[:5] if item else "")
        elif "payment-card" in self.meaning.hints and is_issued(digits, wide=True):
            self._add("payment-card", "wide", "cell", PLAIN, right, text)
        elif form != "fraction":
            self.evidence["payment-card", "other", "cell", PLAIN, False] += 1

    @property
    def is_of_items(self) -> bool:
        """Tell cards that may be a library's items: fourteen digits, few ways to begin."""
        few = 1 if self.meaning.denies else 5
        return (
            len(self.cards) >= few
            and "" not in self.prefixes
            and (self.meaning.denies or len(self.prefixes) <= max(1, len(self.cards) // 10))
        )

    def _look_at_nine(self, text: str, digits: str, form: str) -> None:
        if len(set(digits)) == 1:
            return
        if is_itin(digits):
            self._add("personal-identification", f"itin {form}", "cell", PLAIN, True, text)
        if digits in DUMMIES:
            form = f"shown {form}"
        self._add("social-security", form, "cell", PLAIN, is_ssn(digits), text)
        self._spread(form, digits)
        if form in ("bare", "fraction"):
            if is_routing(digits):
                self._add("bank-account", "routing", "cell", PLAIN, True, text)

    def _spread(self, form: str, digits: str) -> None:
        spread = self.spreads.get(form)
        if spread is None:
            spread = self.spreads[form] = Spread()
        spread.add(digits)

    def _look_into(self, text: str) -> None:
        """Look for what a cell with words in it holds; each kind counts once, at its surest."""
        if "@" not in text and len(text.encode().translate(None, NO_DIGITS)) < self._fewest:
            return
        best: dict[object, tuple[tuple[bool, int], Evidence, str]] = {}
        for start in range(0, len(text), LONGEST):
            part = text[start : start + LONGEST].encode("ascii")
            for found in found_in(part):
                rank = (found.valid, _RANK[found.standing])
                key = (found.kind, start + found.start) if self._places else found.kind
                if key not in best or rank > best[key][0]:
                    evidence = (found.kind, found.form, "text", found.standing, found.valid)
                    value = part[found.start : found.end].decode("ascii")
                    best[key] = (rank, evidence, value)
        for _, evidence, value in best.values():
            self._add(*evidence, value)
            if evidence[0] == "social-security":
                self._spread("text", digits_of(value, "text")[:9])
        if not best:
            self._look_loosely(text)

    def _look_loosely(self, text: str) -> None:
        """Take any spelling of the digits where the column says what they are."""
        says = self.meaning.says & {"social-security", "payment-card", "medicare"}
        if len(text) > _WHOLE_LONGEST or not says:
            return
        if "payment-card" in says and _ROUNDED.search(text):
            self._add("payment-card", "rounded", "cell", PLAIN, True, text)
            return
        try:
            digits = f"{int(float(text)):09}" if re2.search(r"\d[eE]\+?\d+$", text) else ""
        except (ValueError, OverflowError):
            digits = ""
        lettered = without_letter(text)
        digits = digits or "".join(filter(str.isdigit, lettered or text))
        if "payment-card" in says and is_any_card(digits):
            self._add("payment-card", "loose", "cell", PLAIN, True, text)
        elif lettered and is_ssn(digits):
            self._add("social-security", "lettered", "cell", SAID, True, text)
        elif "social-security" not in says:
            return
        elif is_ssn(digits):
            self._add("social-security", "loose", "cell", PLAIN, True, text)
        elif is_itin(digits):
            self._add("personal-identification", "itin loose", "cell", PLAIN, True, text)

    def _by_meaning(self) -> Iterator[tuple[str, str, re2._Regexp]]:
        says, hints = self.meaning.says, self.meaning.hints
        if "birth-date" in says:
            yield "birth-date", "date", _DATE
        if "licence" in says:
            yield "personal-identification", "licence", _LICENCE
        if "passport" in says:
            yield "personal-identification", "passport", _PASSPORT
        if "identity" in says | hints:
            yield "personal-identification", "identity", _IDENTITY
            yield "personal-identification", "card", _CARD_OF_STATE
        if {"account", "bank"} & says:
            yield "bank-account", "account", _ACCOUNT
        if {"latitude", "longitude"} & says:
            yield "exact-point", "degrees", _DEGREES
        if "point" in says:
            yield "exact-point", "point", _POINT

    def _look_by_name(self, text: str) -> None:
        cell = text[:500].encode("ascii")
        for kind, form, pattern in self._looks:
            if form == "identity" and "medicare" in self.meaning.says:
                digits = digits_of(without_letter(text), "lettered")
                if len(digits) == 9:
                    continue
            if pattern.search(cell) and (kind not in _NUMBERS or not _DATE.search(cell)):
                self._add(kind, form, "cell", SAID, True, text)
        if self.addresses and is_address(cell):
            self._add("exact-address", "address", "cell", PLAIN, True, text)
        if "bank" in self.meaning.says and text[:2].isalpha() and is_iban(text):
            self._add("bank-account", "iban", "cell", SAID, True, text)
