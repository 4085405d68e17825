"""Columns of protected numbers are told from those that look alike, and no value is handed out."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from ckanext.independence.policy.identifiers import CERTAIN, POSSIBLE, Hit, scan_rows
from stdnum import luhn


def numbers(make: Callable[[random.Random], str], count: int = 60) -> list[str]:
    chance = random.Random(16)
    return [make(chance) for _ in range(count)]


def social(chance: random.Random, separator: str = "-") -> str:
    area = chance.choice([*range(1, 666), *range(667, 900)])
    serial = f"{chance.randint(1, 99):02}{separator}{chance.randint(1, 9999):04}"
    return f"{area:03}{separator}{serial}"


def bare(chance: random.Random) -> str:
    return social(chance, "")


def card(chance: random.Random, separator: str = "") -> str:
    digits = "4" + "".join(chance.choices("0123456789", k=14))
    digits += luhn.calc_check_digit(digits)
    return separator.join(digits[at : at + 4] for at in range(0, 16, 4))


def found(column: str, cells: list[str], kind: str) -> str:
    """What was found of a kind: certain, possible or nothing."""
    hits = [hit for hit in scan_rows([{column: cell} for cell in cells]) if hit.kind == kind]
    return min((hit.certainty for hit in hits), default="")


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("SSN", numbers(social)),
        ("value", numbers(social)),
        ("EmployeeSSN", numbers(bare)),
        ("Soc. Sec. No.", [cell.lstrip("0") for cell in numbers(bare)]),
        ("social_security_number", [cell + ".0" for cell in numbers(bare)]),
        ("Número de Seguro Social", numbers(bare)),
        ("notes", ["no answer"] * 5_000 + ["caller gave 512-33-1234"]),
        ("notes", ["no answer", "her social security number is 512331234"]),
        ("remarks", [cell.replace("-", "\u2013") for cell in numbers(social)]),
    ],
)
def test_social_security_numbers_are_certain(column: str, cells: list[str]) -> None:
    assert found(column, cells, "social-security") == CERTAIN


@pytest.mark.parametrize(
    ("column", "cells", "most"),
    [
        ("client", numbers(bare), POSSIBLE),
        ("permit_no", numbers(social), POSSIBLE),
        ("notes", ["see permit no. 512-33-1234"], POSSIBLE),
        ("parcel", numbers(bare), ""),
        ("number", [str(212_000_000 + at) for at in range(60)], ""),
        ("number", numbers(lambda chance: str(chance.randint(10**8, 10**9))), ""),
        ("SSN", ["XXX-XX-1234", "***-**-1234", "1234"], ""),
    ],
)
def test_what_only_looks_like_a_social_security_number_is_not_certain(
    column: str, cells: list[str], most: str
) -> None:
    assert found(column, cells, "social-security") == most


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        ("number", numbers(card), CERTAIN),
        ("number", numbers(lambda chance: card(chance, "-")), CERTAIN),
        ("notes", ["no answer"] * 5_000 + ["paid with 4111 1111 1111 1111 exp 12/26"], CERTAIN),
        ("number", numbers(lambda chance: str(chance.randint(4 * 10**15, 5 * 10**15)), 500), ""),
        ("order_id", numbers(lambda chance: str(chance.randint(10**15, 10**16)), 500), ""),
        ("number", numbers(lambda chance: str(chance.randint(10**15, 10**16 - 1)), 1_900), ""),
        ("imei", numbers(lambda chance: f"35{chance.randint(10**12, 10**13 - 1)}"), ""),
    ],
)
def test_cards_are_told_from_numbers_that_pass_by_chance(
    column: str, cells: list[str], expected: str
) -> None:
    assert found(column, cells, "payment-card") == expected


def test_a_hit_holds_a_count_and_a_shape_and_no_value() -> None:
    [hit] = scan_rows([{"who": "123-45-6780"}, {"who": "—"}, {"who": None}])
    assert hit == Hit("social-security", CERTAIN, 1, looked_at=2, shape="999-99-9999", column="who")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Social Security benefits paid", "123456789"),
        ("social_security_income", "12345678"),
        ("ssn_verified_date", "20240102"),
        ("Driver license expiration date", "01/02/2024"),
        ("number of driver licenses issued", "1234567"),
        ("Passport applications processed", "12345678"),
        ("bank account balance", "123456"),
        ("Library card number", "6011111111111117"),
        ("notes", "Deposit of 1500000 received; bank 1234567"),
        ("notes", "Driver's license 2019-2020 program, passport 123456 fairs"),
        ("notes", "Last four of the SSN: 1234; card ending in 1111"),
        ("notes", "https://data.example.gov/d/512-33-1234"),
    ],
)
def test_what_is_told_of_such_numbers_is_none(column: str, cell: str) -> None:
    assert not [hit for hit in scan_rows([{column: cell}] * 30) if hit.certainty == CERTAIN]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Routing 101000695, account 123456789", "bank-account"),
        ("checking account no. 123456789", "bank-account"),
        ("DL# A123456789", "personal-identification"),
        ("passport no. C12345678", "personal-identification"),
        ("her ITIN is 912-70-1234", "personal-identification"),
        ("swiped %B4111111111111111^ROE/JANE^2912101", "payment-card"),
        ("scan_512-33-1234.pdf", "social-security"),
        ("512&ndash;33&ndash;1234", "social-security"),
        ("512\u200b-33\u00ad1234", "social-security"),
    ],
)
def test_a_text_says_what_a_number_in_it_is(cell: str, kind: str) -> None:
    assert found("notes", ["no answer", cell], kind) == CERTAIN
