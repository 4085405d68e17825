"""Makers of single cells: valid numbers of every kind, forms, and the noise around them.

The rules of validity are those of the issuers: the Social Security Administration for its numbers
(no area 000, 666 or 900 and up, no group 00, no serial 0000), ISO/IEC 7812 for cards, the American
Bankers Association for routing numbers, the registries named beside each function for the others.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from random import Random

__all__ = [
    "Maker",
    "aba",
    "blank",
    "card",
    "check",
    "date",
    "ean",
    "form",
    "iban",
    "isbn10",
    "itin",
    "lossy",
    "luhn",
    "mix",
    "name",
    "npi",
    "pick",
    "prose",
    "say",
    "scientific",
    "ssn",
    "street",
    "uniform",
    "vin",
    "wide",
]

Maker = Callable[[Random], str]

# Leading digits and length of the cards of each issuer.
ISSUERS: dict[str, tuple[tuple[str, ...], int]] = {
    "visa": (("4",), 16),
    "visa-13": (("4",), 13),
    "visa-19": (("4",), 19),
    "mastercard": (("51", "52", "53", "54", "55"), 16),
    "mastercard-2": (("2221", "2350", "2480", "2599", "2650", "2710", "2720"), 16),
    "amex": (("34", "37"), 15),
    "discover": (("6011", "644", "647", "649", "65"), 16),
    "diners": (("300", "301", "303", "305", "36", "38"), 14),
    "jcb": (("3528", "3540", "3566", "3589"), 16),
    "unionpay": (("622126", "622500", "622925", "6240", "6282"), 16),
    "unionpay-19": (("622126", "622588", "622848"), 19),
    "maestro": (("5018", "5020", "5038", "6304", "6759", "6761", "6763"), 16),
    "maestro-13": (("5018", "6304", "6759"), 13),
    "maestro-18": (("5020", "6761", "6763"), 18),
}
GROUPS = {13: (4, 3, 3, 3), 14: (4, 6, 4), 15: (4, 6, 5), 16: (4, 4, 4, 4), 18: (4, 4, 4, 4, 2),
          19: (4, 4, 4, 4, 3)}  # fmt: skip

FIRST = ("Ana", "Bill", "Carmen", "Dwight", "Ella", "Farid", "Grace", "Hugo", "Ines", "Jamal",
         "Kim", "Luis", "Mary", "Noor", "Otis", "Priya", "Rosa", "Sam", "Tess", "Wei")  # fmt: skip
LAST = ("Abbott", "Baker", "Cruz", "Dunn", "Evans", "Flores", "Gray", "Hill", "Ito", "Jones",
        "Khan", "Lopez", "Moss", "Nolan", "Ortiz", "Park", "Reyes", "Shaw", "Tran")  # fmt: skip
STREETS = ("E Truman Rd", "S Noland Rd", "W Maple Ave", "N Liberty St", "E 23rd St",
           "S Sterling Ave", "W Lexington Ave", "N Spring St", "S Crysler Ave")  # fmt: skip
PROSE = ("Left a card at the door.", "Called twice, no answer.", "Owner will mend the fence.",
         "Gate locked, come again in May.", "Referred to Public Works.", "Two dogs in the yard.",
         "Paid at the counter.", "Sent the second notice by mail.", "Grass over 12 inches.",
         "Closed without finding.", "Fee of $45.00 waived.", "See permit 2024-0193.")  # fmt: skip


def pick(*options: str) -> Maker:
    """Return a maker that takes one of these."""
    return lambda rng: rng.choice(options)


def form(*patterns: str) -> Maker:
    """Return a maker of a form: # is a digit, % one that is not 0, ^ a letter, ~ a hex digit."""
    kinds = {"#": "0123456789", "%": "123456789", "^": "ABCDEFGHJKLMNPRSTUVWXYZ",
             "~": "0123456789abcdef"}  # fmt: skip

    def make(rng: Random) -> str:
        return "".join(
            rng.choice(kinds[letter]) if letter in kinds else letter
            for letter in rng.choice(patterns)
        )

    return make


def uniform(low: float, high: float, places: int = 0) -> Maker:
    """Return a maker of numbers in between, with that many decimal places."""
    return lambda rng: f"{rng.uniform(low, high):.{places}f}"


def date(written: str, first: int = 1935, last: int = 2006) -> Maker:
    """Return a maker of dates, as strftime writes them, of these years."""
    start = datetime.date(first, 1, 1)
    days = (datetime.date(last, 12, 31) - start).days
    return lambda rng: (start + datetime.timedelta(rng.randint(0, days))).strftime(written)


def say(words: str, *parts: Maker) -> Maker:
    """Return a maker that puts what the parts make into the words, in place of each {}."""
    pieces = words.split("{}")

    def make(rng: Random) -> str:
        said = pieces[0]
        for part, piece in zip(parts, pieces[1:], strict=True):
            said += part(rng) + piece
        return said

    return make


def mix(*makers: Maker, first: float | None = None) -> Maker:
    """Return a maker that uses one of these; `first` is the first one's share."""

    def make(rng: Random) -> str:
        if first is None:
            return rng.choice(makers)(rng)
        return makers[0](rng) if rng.random() < first else rng.choice(makers[1:])(rng)

    return make


def blank(maker: Maker, share: float = 0.4, *written: str) -> Maker:
    """Return a maker that leaves a share of the cells empty, or says so as `written`."""
    return mix(pick(*(written or ("",))), maker, first=share)


def wide(maker: Maker) -> Maker:
    """Return a maker that writes digits as East Asian fonts do, at full width."""
    table = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
    return lambda rng: maker(rng).translate(table)


def lossy(maker: Maker) -> Maker:
    """Return a maker that drops leading zeros, as a spreadsheet does."""
    return lambda rng: maker(rng).lstrip("0")


def scientific(maker: Maker) -> Maker:
    """Return a maker that writes numbers as Java does from ten million up, losing nothing."""

    def make(rng: Random) -> str:
        digits = maker(rng).lstrip("0")
        return f"{digits[0]}.{digits[1:].rstrip('0') or '0'}E{len(digits) - 1}"

    return make


def name(rng: Random) -> str:
    """Make a person's name."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def prose(rng: Random) -> str:
    """Make a remark without anything in it."""
    return " ".join(rng.sample(PROSE, rng.randint(1, 3)))


def street(rng: Random) -> str:
    """Make a house number and a street."""
    return f"{rng.randint(100, 19999)} {rng.choice(STREETS)}"


def ssn(separator: str = "-", second: str | None = None, low: bool = False) -> Maker:
    """Return a maker of Social Security numbers; `low` ones begin with 0 every other time."""

    def make(rng: Random) -> str:
        area = 0
        while area in (0, 666):
            area = rng.randint(1, 99) if low and rng.random() < 0.5 else rng.randint(1, 899)
        after = separator if second is None else second
        return f"{area:03d}{separator}{rng.randint(1, 99):02d}{after}{rng.randint(1, 9999):04d}"

    return make


def itin(separator: str = "-") -> Maker:
    """Return a maker of individual taxpayer numbers: 9xx, group 50-65, 70-88, 90-92, 94-99."""
    groups = [*range(50, 66), *range(70, 89), 90, 91, 92, *range(94, 100)]

    def make(rng: Random) -> str:
        return separator.join(
            (f"9{rng.randint(0, 99):02d}", f"{rng.choice(groups)}", f"{rng.randint(0, 9999):04d}")
        )

    return make


def luhn(digits: str) -> str:
    """Return the digits with the check digit of ISO/IEC 7812 after them."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


def check(pattern: str) -> Maker:
    """Return a maker of a form with a Luhn digit after it."""
    inner = form(pattern)
    return lambda rng: luhn(inner(rng))


def card(*issuers: str, separator: str = "") -> Maker:
    """Return a maker of valid card numbers of these issuers, in the groups printed on them."""

    def make(rng: Random) -> str:
        prefixes, length = ISSUERS[rng.choice(issuers)]
        start = rng.choice(prefixes)
        digits = luhn(
            start + "".join(str(rng.randint(0, 9)) for _ in range(length - 1 - len(start)))
        )
        groups, place = [], 0
        for size in GROUPS[length]:
            groups.append(digits[place : place + size])
            place += size
        return separator.join(groups)

    return make


def aba(rng: Random) -> str:
    """Make a bank's routing number of the twelve Federal Reserve districts: 3-7-1 mod 10."""
    digits = f"{rng.randint(1, 12):02d}" + "".join(str(rng.randint(0, 9)) for _ in range(6))
    total = sum(int(digit) * (3, 7, 1)[place % 3] for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def iban(rng: Random) -> str:
    """Make a German bank account number as ISO 13616 has it: mod 97."""
    account = "".join(str(rng.randint(0, 9)) for _ in range(18))
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def npi(rng: Random) -> str:
    """Make a provider number of the Centers for Medicare: Luhn over 80840 and the number."""
    digits = rng.choice("12") + "".join(str(rng.randint(0, 9)) for _ in range(8))
    return luhn(f"80840{digits}")[5:]


def ean(prefix: str, length: int = 13) -> Maker:
    """Return a maker of GS1 numbers (EAN-13, UPC-A, ISBN-13) with their mod 10 digit."""

    def make(rng: Random) -> str:
        digits = prefix + "".join(str(rng.randint(0, 9)) for _ in range(length - 1 - len(prefix)))
        total = sum(
            int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits[::-1])
        )
        return f"{digits}{-total % 10}"

    return make


def isbn10(rng: Random) -> str:
    """Make a book number of ten places: mod 11, X for 10."""
    digits = "".join(str(rng.randint(0, 9)) for _ in range(9))
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(digits))
    return digits + "0123456789X"[-total % 11]


def vin(rng: Random) -> str:
    """Make a vehicle's number of seventeen places (no I, O or Q)."""
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
    start = rng.choice(("1FT", "1GC", "3GN", "5TD", "JTM", "2HG"))
    return start + "".join(rng.choice(letters) for _ in range(8)) + f"{rng.randint(0, 999999):06d}"
