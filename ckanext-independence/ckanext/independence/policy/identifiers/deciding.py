"""What the evidence of columns amounts to: hits that are certain, and ones a person looks at.

Owns the judgement; precision goes first, since a certain hit stops a publication. How much a
number's check digit proves depends on how many numbers were tried: one of ten passes by chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .columns import Column
from .finding import DENIED, PLAIN, SAID
from .hits import CERTAIN, POSSIBLE, Hit

__all__ = ["decide"]

# Of numbers without any meaning that have the form, 89 of 100 are valid by chance.
_MANY, _SOUND, _ALL = 20, 0.95, 0.98
# How likely it may be that check digits are right by chance; and how many different numbers with
# a right one, each of which is so by one in ten, prove what a column's name denies.
_CHANCE, _NO_CHANCE = 0.02, 9
_LUHN, _ISSUED = 0.1, 0.02

# certainty, count, form (for the shape)
Verdict = tuple[str, int, str]
_BARE = ("bare", "fraction")


@dataclass(frozen=True)
class _Beside:
    """What a column's neighbours say: that one is of routing numbers; that two make a place."""

    routed: bool
    placed: bool


class _Counts:
    """The evidence of one kind in a column, to be asked for sums."""

    def __init__(self, column: Column, kind: str) -> None:
        self._of = [
            (form, where, standing, valid, count)
            for (one, form, where, standing, valid), count in column.evidence.items()
            if one == kind
        ]

    def __bool__(self) -> bool:
        return bool(self._of)

    def sum(
        self,
        *forms: str,
        where: str = "",
        standing: Iterable[str] = (SAID, PLAIN, DENIED),
        valid: bool | None = True,
    ) -> int:
        return sum(
            count
            for form, place, stands, right, count in self._of
            if (not forms or form in forms)
            and (not where or place == where)
            and stands in standing
            and (valid is None or right == valid)
        )


def decide(columns: Iterable[Column], *, sampled: bool = False) -> list[Hit]:
    """Return the hits of the columns of one table (or the one of a text)."""
    columns = list(columns)
    beside = _Beside(
        routed=any(
            _counts_as_routing(column) and {"routing", "bank"} & column.meaning.says
            for column in columns
        ),
        placed=all(
            any(side in column.meaning.says and column.evidence for column in columns)
            for side in ("latitude", "longitude")
        ),
    )
    hits = []
    for column in columns:
        for kind, judge in _JUDGES.items():
            counts = _Counts(column, kind)
            if not counts:
                continue
            sums: dict[str, tuple[int, str]] = {}
            for certainty, count, form in judge(column, counts, beside):
                if count:
                    before = sums.get(certainty, (0, form))
                    sums[certainty] = (before[0] + count, before[1])
            for certainty in (CERTAIN, POSSIBLE):
                if certainty in sums:
                    count, form = sums[certainty]
                    hits.append(
                        Hit(
                            kind,
                            certainty,
                            count,
                            looked_at=column.filled,
                            shape=column.shapes.get((kind, form), ""),
                            column=column.name,
                            place=column.place,
                            sampled=sampled,
                        )
                    )
    return hits


def _chance(passed: int, tried: int, share: float) -> float:
    """Return how likely it is that so many or more of those tried pass by chance (binomial)."""
    if not passed:
        return 1.0
    if tried > 2_000:
        # Far beyond the mean the tail is nothing; near it, it is no proof.
        return 0.0 if passed > 2 * share * tried + 20 else 1.0
    # By logarithms: the number of ways alone is beyond a float from a thousand tries on.
    ways = math.lgamma(tried + 1)
    return sum(
        math.exp(
            ways
            - math.lgamma(at + 1)
            - math.lgamma(tried - at + 1)
            + at * math.log(share)
            + (tried - at) * math.log1p(-share)
        )
        for at in range(passed, tried + 1)
    )


def _social_security(column: Column, counts: _Counts, beside: _Beside) -> Iterator[Verdict]:
    if "social-security" in column.meaning.says:
        for form in ("dashed", "spaced", "bare", "fraction", "short", "loose", "lettered"):
            yield CERTAIN, counts.sum(form), form
    else:
        yield from _social_security_in_cells(column, counts)
        yield from _social_security_in_texts(column, counts)
    # Advertised numbers are nobody's, and what follows "such as" is an example: a person looks.
    for form in ("dashed", "spaced", "bare", "fraction"):
        yield POSSIBLE, counts.sum(f"shown {form}"), f"shown {form}"
    yield POSSIBLE, counts.sum("shown"), "shown"


def _social_security_in_cells(column: Column, counts: _Counts) -> Iterator[Verdict]:
    dashed = counts.sum("dashed", where="cell")
    spaced = counts.sum("spaced", where="cell")
    total = dashed + counts.sum("dashed", where="cell", valid=False)
    scheme = _is_code(column, "dashed") or (total >= _MANY and dashed < _SOUND * total)
    coded = scheme or column.coded > 0.3
    # Under another number's name a few odd ones out are a slip, many are that number.
    other = column.meaning.denies and (3 * dashed > column.filled or column.codes > 0.3)
    other = other and not (column.meaning.vague and dashed == total and _is_wide(column, "dashed"))
    if not (column.meaning.denies and scheme):
        yield (POSSIBLE if coded or other else CERTAIN), dashed, "dashed"
    total = spaced + counts.sum("spaced", where="cell", valid=False)
    scheme = _is_code(column, "spaced") or (total >= _MANY and spaced < _SOUND * total)
    coded = scheme or column.coded > 0.3
    if not (column.meaning.denies and scheme):
        whole = 2 * spaced >= column.filled and not coded and not column.meaning.denies
        yield (CERTAIN if whole else POSSIBLE), spaced, "spaced"
    if "social-security" in column.meaning.hints and _is_wide(column, "bare"):
        yield CERTAIN, _bare_nines(column, counts), "bare"
        return
    yield POSSIBLE, _bare_nines(column, counts), "bare"


def _social_security_in_texts(column: Column, counts: _Counts) -> Iterator[Verdict]:
    said = counts.sum("dashed", where="text", standing=(SAID,))
    plain = counts.sum("dashed", where="text", standing=(PLAIN,))
    wrong = counts.sum("dashed", where="text", standing=(PLAIN,), valid=False)
    coded = _is_code(column, "text") or (
        plain + wrong >= _MANY and plain < _SOUND * (plain + wrong)
    )
    yield CERTAIN, said, "dashed"
    yield (POSSIBLE if coded else CERTAIN), plain, "dashed"
    yield POSSIBLE, counts.sum("dashed", where="text", standing=(DENIED,)), "dashed"
    medicare = "medicare" in column.meaning.says
    yield CERTAIN, counts.sum("lettered", standing=(SAID,)), "lettered"
    lettered = counts.sum("lettered", standing=(PLAIN,))
    wrong = counts.sum("lettered", standing=(PLAIN,), valid=False)
    coded = _is_code(column, "text") or lettered < _SOUND * (lettered + wrong)
    sure = medicare or not (coded or column.meaning.denies)
    yield (CERTAIN if sure else POSSIBLE), lettered, "lettered"
    yield POSSIBLE, counts.sum("lettered", standing=(DENIED,)), "lettered"
    for form in ("spaced", "bare"):
        yield CERTAIN, counts.sum(form, where="text", standing=(SAID,)), form
        plain = counts.sum(form, where="text", standing=(PLAIN,))
        yield (CERTAIN if medicare else POSSIBLE), plain, form


def _is_wide(column: Column, form: str) -> bool:
    spread = column.spreads.get(form)
    return spread is not None and spread.is_wide


def _is_code(column: Column, form: str) -> bool:
    spread = column.spreads.get(form)
    return spread is not None and spread.is_code


def _bare_nines(column: Column, counts: _Counts) -> int:
    """Count nine digits under a neutral name, where all of them can be such numbers."""
    right = counts.sum(*_BARE, where="cell")
    total = right + counts.sum(*_BARE, where="cell", valid=False)
    other = column.meaning.denies and not column.meaning.vague
    if other or column.meaning.says or 2 * total < column.filled:
        return 0
    if right < _ALL * total or total < 3 or any(_is_code(column, form) for form in _BARE):
        return 0
    return 0 if _counts_as_routing(column) else right


def _payment_card(column: Column, counts: _Counts, beside: _Beside) -> Iterator[Verdict]:
    forms = ("grouped", "bare", "fraction", "loose")
    says = "payment-card" in column.meaning.says
    # Where the last digits are lost, nobody can tell: a person looks.
    yield POSSIBLE, counts.sum("rounded"), "rounded"
    right = counts.sum("wide")
    issued = right + counts.sum("wide", valid=False)
    sure = 2 * right >= issued and _chance(right, issued, _LUHN) <= _CHANCE
    yield (POSSIBLE if column.meaning.denies else CERTAIN), right if sure else 0, "wide"
    for where in ("cell", "text"):
        for form in forms:
            right = counts.sum(form, where=where)
            if not right:
                continue
            issued = right + counts.sum(form, where=where, valid=False)
            others = counts.sum("other", where="cell", valid=False) if where == "cell" else 0
            chance = max(
                _chance(right, issued, _LUHN) if issued > 2 else 0.0,
                _chance(right, issued + others, _ISSUED) if others else 0.0,
            )
            if says and 3 * right >= issued:
                yield CERTAIN, right, form
                continue
            denied = counts.sum(form, where=where, standing=(DENIED,))
            if where == "cell" and column.meaning.denies:
                if chance > _CHANCE:
                    continue
                # Groups of four are how cards are written, and hardly anything else.
                may_be = column.meaning.vague or "payment-card" in column.meaning.hints
                proved = form == "grouped" or (may_be and len(column.cards) >= _NO_CHANCE)
                proved = proved and (
                    right >= 0.95 * issued
                    and not column.meaning.checked
                    and not (form != "grouped" and column.is_of_items)
                )
                yield (CERTAIN if proved and form != "fraction" else POSSIBLE), right, form
            elif where == "cell" and column.is_of_items and not says:
                yield POSSIBLE, right if chance <= _CHANCE else 0, form
            elif 2 * right >= issued and chance <= _CHANCE:
                yield CERTAIN, right - denied, form
                yield POSSIBLE, denied, form
            else:
                said = counts.sum(form, where=where, standing=(SAID,))
                yield CERTAIN, said if 2 * right >= issued else 0, form


def _counts_as_routing(column: Column) -> bool:
    counts = _Counts(column, "bank-account")
    right = counts.sum("routing", where="cell")
    total = _Counts(column, "social-security").sum(*_BARE, where="cell", valid=None)
    if "routing" in column.meaning.says:
        return 2 * right >= total > 0
    return right >= 10 and right >= _ALL * total and not column.meaning.denies


def _bank_account(column: Column, counts: _Counts, beside: _Beside) -> Iterator[Verdict]:
    if _counts_as_routing(column):
        # The check is one of ten by chance, but many schemes of nine digits have it by design.
        sure = bool({"routing", "bank"} & column.meaning.says)
        yield (CERTAIN if sure else POSSIBLE), counts.sum("routing", where="cell"), "routing"
    if "bank" in column.meaning.says or (beside.routed and "account" in column.meaning.says):
        yield CERTAIN, counts.sum("account", where="cell"), "account"
    yield CERTAIN, counts.sum("iban"), "iban"
    yield CERTAIN, counts.sum("account", where="text"), "account"
    yield CERTAIN, counts.sum("routing", where="text"), "routing"


def _personal_identification(column: Column, counts: _Counts, beside: _Beside) -> Iterator[Verdict]:
    says = column.meaning.says
    taxed = bool({"taxpayer", "social-security"} & says) or bool(
        "social-security" in column.meaning.hints
    )
    for form in ("dashed", "spaced", "bare", "fraction", "loose"):
        found = counts.sum(f"itin {form}")
        if taxed:
            yield CERTAIN, found, f"itin {form}"
        elif form == "dashed" and not column.meaning.denies and column.coded <= 0.3:
            yield POSSIBLE, found, f"itin {form}"
    for form in ("licence", "passport", "taxpayer", "alien"):
        yield CERTAIN, counts.sum(form), form
    known = 10 * counts.sum("card") >= 9 * counts.sum("identity")
    yield (CERTAIN if "identity" in says or known else POSSIBLE), counts.sum("identity"), "identity"
    yield CERTAIN, counts.sum("dashed", where="text", standing=(SAID,)), "dashed"
    yield POSSIBLE, counts.sum("dashed", where="text", standing=(PLAIN,)), "dashed"


def _telephone(column: Column, counts: _Counts, beside: _Beside) -> Iterator[Verdict]:
    forms = ("grouped", "bare", "fraction", "local", "abroad")
    if "telephone" in column.meaning.says:
        for form in forms:
            yield CERTAIN, counts.sum(form), form
        return
    right = counts.sum("grouped", where="cell")
    total = right + counts.sum("grouped", where="cell", valid=False)
    if not column.meaning.denies and right >= 0.8 * total:
        yield CERTAIN, right, "grouped"
    yield CERTAIN, counts.sum("grouped", "abroad", where="text", standing=(PLAIN, SAID)), "grouped"


def _only(form: str) -> Callable[[Column, _Counts, _Beside], Iterator[Verdict]]:
    def judge(column: Column, counts: _Counts, beside: _Beside) -> Iterator[Verdict]:
        yield CERTAIN, counts.sum(), form

    return judge


def _exact_point(column: Column, counts: _Counts, beside: _Beside) -> Iterator[Verdict]:
    yield CERTAIN, counts.sum("point"), "point"
    if beside.placed:
        yield CERTAIN, counts.sum("degrees"), "degrees"


_JUDGES: dict[str, Callable[[Column, _Counts, _Beside], Iterator[Verdict]]] = {
    "social-security": _social_security,
    "payment-card": _payment_card,
    "bank-account": _bank_account,
    "personal-identification": _personal_identification,
    "e-mail": _only("address"),
    "telephone": _telephone,
    "birth-date": _only("date"),
    "exact-address": _only("address"),
    "exact-point": _exact_point,
}
