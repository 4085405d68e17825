"""What makes a number one of its kind: areas, check digits, issuers and their lengths.

Owns the arithmetic on digits. Refuses to judge whether a number is meant as such; that is said by
its column and by the words around it.

Sources: Social Security numbers by the Administration's rules for those issued since 2011 (no area
000, 666 or 900-999, no group 00, no serial 0000); taxpayer numbers by IRS publication 4757; routing
numbers by the American Bankers Association's 3-7-1 checksum and the Federal Reserve's ranges; card
numbers by ISO/IEC 7812's Luhn digit and the issuers' published ranges.
"""

from __future__ import annotations

import re2
from stdnum import iban, luhn
from stdnum.us import itin, rtn

__all__ = [
    "DUMMIES",
    "has_check_digit",
    "is_any_card",
    "is_card",
    "is_iban",
    "is_issued",
    "is_itin",
    "is_routing",
    "is_ssn",
    "without_letter",
]

# Numbers that were printed in advertisements and leaflets and are nobody's any more: the wallet
# of 1938, the Administration's own pamphlet of 1940, and the one of an insurance company's posters.
DUMMIES = frozenset({"078051120", "219099999", "457555462"})

# The first two digits of routing numbers.
_BANKS = frozenset(f"{at:02}" for at in (*range(1, 13), *range(21, 33), *range(61, 73), 80))
# First and last prefix of each issuer, and how long its numbers are.
_ISSUERS = (
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("6011", "6011", (16, 19)),  # Discover
    ("622126", "622925", (16, 17, 18, 19)),
    ("644", "659", (16, 19)),
    ("300", "305", (14, 16)),  # Diners Club
    ("3095", "3095", (14, 16)),
    ("36", "36", (14, 16)),
    ("38", "39", (14, 16)),
    ("3528", "3589", (16, 19)),  # JCB
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
)
# Those whose range is so wide that they count only where a card is spoken of.
_WIDE = (
    ("50", "50", range(12, 20)),  # Maestro
    ("56", "69", range(12, 20)),
    ("81", "82", (16,)),  # RuPay, which begins with 50, 60 and 65, too
    ("2200", "2204", (16, 17, 18, 19)),  # Mir
)
# Of whom a beneficiary of Medicare was: the earner, a wife, a child, a widow and so on.
_BENEFICIARY = re2.compile(
    r"(?i)^(.*\d)[ -]?(a|b[0-9a-z]?|c[0-9a-z]?|d[0-9a-z]?|e[0-9a-z]?|f[1-8]?|h[abc][0-9]?|j[1-4]"
    r"|k[0-9a-z]|m1?|t[a-z0-9]?|w[0-9a-z]?)$"
)


def is_ssn(digits: str) -> bool:
    """Tell nine digits that can be a Social Security number."""
    return (
        len(digits) == 9
        and digits[0] != "9"
        and digits[:3] not in ("000", "666")
        and digits[3:5] != "00"
        and digits[5:] != "0000"
        and len(set(digits)) > 1
    )


def is_itin(digits: str) -> bool:
    """Tell nine digits that can be an individual taxpayer identification number."""
    return len(digits) == 9 and digits[0] == "9" and len(set(digits)) > 1 and itin.is_valid(digits)


def is_routing(digits: str) -> bool:
    """Tell nine digits that can be a bank's routing number."""
    return len(digits) == 9 and digits[:2] in _BANKS and rtn.is_valid(digits)


def without_letter(text: str) -> str:
    """Return a number without the code that old Medicare cards put behind it; "" where none is."""
    match = _BENEFICIARY.search(text)
    return match.group(1) if match else ""


def is_issued(digits: str, *, wide: bool = False) -> bool:
    """Tell digits that have an issuer's prefix and length; one in ten of them passes by chance.

    Args:
        digits: the number's.
        wide: a card is spoken of, so that the issuers with a wide range count, too.
    """
    return len(set(digits)) > 1 and any(
        len(digits) in lengths and low <= digits[: len(low)] <= high
        for low, high, lengths in (*_ISSUERS, *(_WIDE if wide else ()))
    )


def has_check_digit(digits: str) -> bool:
    """Tell whether the last digit is Luhn's of the others."""
    return bool(luhn.is_valid(digits))


def is_card(digits: str) -> bool:
    """Tell digits that can be the number of a payment card."""
    return is_issued(digits) and has_check_digit(digits)


def is_any_card(digits: str) -> bool:
    """Tell the number of a card of any issuer, where a card is spoken of."""
    return is_issued(digits, wide=True) and has_check_digit(digits)


def is_iban(text: str) -> bool:
    """Tell an international bank account number."""
    return iban.is_valid(text)
