"""Protected numbers and addresses within a text, with what the words around them say.

Owns the forms that are looked for in running text, in linear time. Refuses what a longer number,
a decimal fraction or an address on the web only contains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import phonenumbers
import re2
from publicsuffixlist import PublicSuffixList

from .keys import said_by_key
from .meanings import DENYING
from .numbers import (
    DUMMIES,
    has_check_digit,
    is_card,
    is_iban,
    is_issued,
    is_itin,
    is_routing,
    is_ssn,
    without_letter,
)
from .plain import plain, shape

__all__ = [
    "DENIED",
    "PLAIN",
    "SAID",
    "Found",
    "found_in",
    "harmless",
    "is_address",
    "is_person_at",
    "is_phone",
]

# What the words before a number say of it: that it is one, nothing, that it is another.
SAID, PLAIN, DENIED = "said", "plain", "denied"
_BEFORE = 48
_LINK = (
    r"(?:[ \t\r\n:#=.,()'\"*_<>\[\]{}|-]|\b(?:number|numbers|num|no|nbr|is|was|are|for|of|de|es|id"
    r"|given|as|numero|card|del|on file|ending|value)\b){0,10}"
)
_SSN = re2.compile(
    rb"\d{3}(?:-\d{2}-|[ ]\d{2}[ ]|\.\d{2}\.|/\d{2}/|_\d{2}_|-\d{2}[ ]|[ ]\d{2}-"
    rb"|[ ]?-[ ]?\d{2}[ ]?-[ ]?)\d{4}"
)
_SSN_WORDS = (
    r"(?i)(?:\bssns?|\bss ?(?:#|no\b|num\b|number\b)|\bsoc(?:ial|\.)? ?sec(?:urity|\.)?\b"
    r"|\bsegur(?:o|idad) social\b|\bsoc(?:ial|\.)? ?(?:#|no\b|num\b|number\b)|\bn\.?s\.?s\b"
    r"|\bs\.s\.n?\b|(?:\b(?:my|his|her|their|your|our|the)|'s?) socials?\b|\bsoc\b"
    # Old Medicare cards bear the number.
    r"|\b(?:medicare|hicn?|health insurance)(?: claim| card| beneficiary)?\b)"
)
_SAYS_SSN = re2.compile(f"{_SSN_WORDS}{_LINK}$".encode())
_LABELLED_SSN = re2.compile(rf"{_SSN_WORDS}{_LINK}(\d{{9}})(?:[A-Za-z]\w?)?\b".encode())
_SPEAKS_OF_SSN = re2.compile(rb"(?i)\bssns?\b|social security n|segur(o|idad) social")
_LETTER = re2.compile(rb"^(-?[A-Za-z][0-9A-Za-z]?)(?:[^0-9A-Za-z-]|$)")
_NINE = re2.compile(rb"\d{9,}")
_CARD = re2.compile(
    rb"\d{4}[ ._/:-]\d{4}[ ._/:-]\d{4}[ ._/:-]\d{4}(?:[ ._/:-]\d{2,3}\b)?"
    rb"|\d{4}[ ._/:-]\d{6}[ ._/:-]\d{4,5}\b|\d{4}[ ._/:-]\d{4}[ ._/:-]\d{4,5}\b"
    rb"|\d{6}[ -]\d{13}|\d{12,19}"
)
_SAYS_CARD = re2.compile(
    rb"(?i)\b(cards?|visa|master ?card|amex|american express|discover|credit|debit|cc|ccn|cvv|exp"
    rb"|tarjeta|diners|jcb|charged?|paid with)\b"
)
_NAMES_CARD = re2.compile(
    rb"(?i)\b(visa|mc|master ?card|amex|discover|cards?|cc|ccn)[-_:#. ]{0,2}$|%b$"
)
_EXPIRES = re2.compile(rb"^[ ]?[/|:;,-][ ]?(0[1-9]|1[0-2])[/|:;-]?(20)?[2-4]\d\b")
# So near a word for cards, those of issuers with wide ranges count, too.
_SAYS_ANY_CARD = re2.compile(
    rf"(?i)\b(debit|cards?|maestro|rupay|union ?pay|tarjeta)\b{_LINK}$".encode()
)
_ROUTING = re2.compile(
    rf"(?i)\b(?:routing|aba|rtn|transit (?:no|num|number)){_LINK}(\d{{9}})\b".encode()
)
_BANK = re2.compile(
    r"(?i)\b(?:(?:bank|checking|savings|deposit) ?(?:account|acct)|cuenta bancaria)\b"
    rf"{_LINK}(\d{{6,17}})\b".encode()
)
_ACCOUNT = re2.compile(rf"(?i)\b(?:account|acct|cuenta){_LINK}(\d{{6,17}})\b".encode())
_IBAN = re2.compile(rb"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_LICENCE = re2.compile(
    (
        r"(?i)(?:\b(?:drivers?|driver's|driving|operators?|operator's) ?(?:licen[sc]e|lic)\b"
        rf"|\bdl ?(?:#|no\b|number\b)|\bdln\b|\blicencia de conducir\b){_LINK}"
        r"([a-z]{1,3}-?\d{3}[-\d]{2,14}[a-z]{0,2}|\d{7,14}[a-z]{0,2})\b"
    ).encode()
)
_PASSPORT = re2.compile(
    rf"(?i)\b(?:passport|pasaporte)s?\b{_LINK}([a-z]{{1,2}}\d{{6,8}}|\d{{8,9}})\b".encode()
)
_ITIN = re2.compile(
    rf"(?i)\b(?:itin|taxpayer(?: identification| id)?)\b{_LINK}(9\d{{2}}[- ]?\d{{2}}[- ]?\d{{4}})"
    r"\b".encode()
)
_ALIEN = re2.compile(
    rf"(?i)\b(?:alien (?:registration )?|uscis|a-number\b){_LINK}(a?-?\d{{8,9}})\b".encode()
)
_MAIL = re2.compile(
    rb"[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]{0,62}"
    rb"(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62})+"
)
_PHONE = re2.compile(
    rb"(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\)[ .-]{0,2}|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}"
)
_ABROAD = re2.compile(rb"\+[2-9]\d{0,2}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4}")
_BORN = re2.compile(
    rb"(?i)\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|born(?: on)?|birthday|fecha de nacimiento)"
    rb"[ \t:#=.,()'-]{0,4}(?:is |was |on )?"
    rb"(\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}"
    rb"|[a-z]{3,9}\.? \d{1,2},? (?:19|20)\d{2}|\d{1,2} [a-z]{3,9}\.? (?:19|20)\d{2})\b"
)
_DENIES = re2.compile(DENYING.encode())
# A number that stands there to show how one is written.
_SHOWS = re2.compile(
    rb"(?i)\b(e\.?g\.?|example|sample|format(?:ted)?|such as|dummy|fake|test|placeholder|pattern"
    rb"|ejemplo|formato|like|fictitious|enter|in the form|xxx)\b"
)
_ADDRESS = re2.compile(
    rb"(?i)^\d{1,6}(?:-\d{1,4})?[a-z]?(?: 1/2)?[ ]+"
    rb"(?:[nsew]{1,2}\.?[ ]+|north |south |east |west )?"
    rb"(?:[a-z0-9.'-]+[ ]+){0,4}(?:st|street|ave?|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|ct"
    rb"|court|pl|place|ter|terr|terrace|cir|circle|pkwy|parkway|hwy|highway|way|trl|trail|sq|square"
    rb"|loop|run|pass|path|row|alley|aly|expy|pike|plz|plaza|broadway|crossing|xing|cv|cove|pt"
    rb"|point|ridge|bend|calle|avenida)\b\.?"
)
_BLOCK = re2.compile(rb"(?i)\bblock\b|\bblk\b|^\d*x{1,3}\b|^0+\s|\d00 block")
# Shared mailboxes: nobody's own.
_SHARED = frozenset(
    "info contact contactus admin administrator office help helpdesk support service services "
    "webmaster postmaster noreply no-reply donotreply hello mail email news newsletter media press "
    "pressoffice pr sales billing payments accounts accounting finance hr jobs careers recruiting "
    "clerk cityclerk council mayor police fire parks recreation parksandrec planning permits "
    "permitting publicworks utilities water sewer streets health library records openrecords "
    "sunshine foia opendata data gis maps it security privacy legal court dispatch events feedback "
    "inquiries inquiry enquiries questions general main reception registrar subscribe team web "
    "customerservice customercare complaints reservations booking tourism visit "
    "communications marketing development engineering inspections licensing procurement "
    "purchasing bids risk safety transit transportation airport cemetery animalcontrol shelter "
    "volunteer".split()
)
NO_DIGITS = bytes(byte for byte in range(256) if not 48 <= byte <= 57)
_LONG = re2.compile(rb"\d{7}")
# One of these must be there for the ones above to be tried: a look at most texts is two searches.
_FORMS = re2.compile(
    rb"\d{3} ?[-./_ ] ?\d{2} ?[-./_ ] ?\d{4}|\d{4}[ ._/:-]\d{4,6}[ ._/:-]\d{4}|\d{12}"
    rb"|\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}|\+\d|[A-Z]{2}\d{2} ?[A-Z0-9]{4}"
)
_LABELS = re2.compile(
    rb"(?i)ss|soc|seguro|s\.s|medicare|hic|health|routing|aba|rtn|transit|bank|checking|savings|deposit|acct|account|cuenta"
    rb"|driv|operator|dl|licencia|pasaporte|itin|taxpayer|alien|uscis|number|dob|d\.o\.b|birth|born"
    rb"|nacimiento"
)
_ON_THE_WEB = re2.compile(rb"(?i)(://|www\.)[^ ]*$|(^| )/$")
_NEVER = re2.compile(rb"[^\x00-\xff]")
_EXAMPLE_HOSTS = frozenset(f"example.{ending}" for ending in ("com", "org", "net", "edu", "gov"))


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text.

    Attributes:
        kind: one of ``KINDS``.
        form: which of the kind's forms, such as ``dashed`` or ``spaced``.
        standing: what the words before it say: ``SAID``, ``PLAIN`` or ``DENIED``.
        valid: whether its digits are right; the ones that are not are counted, too, to tell
            identifiers from numbers that pass by chance.
        start: where it begins.
        end: where it ends.
    """

    kind: str
    form: str
    standing: str
    valid: bool
    start: int
    end: int


def found_in(text: bytes) -> Iterator[Found]:
    """Give what is found in a plain text, as ASCII."""
    if b"@" in text:
        yield from _mails(text)
    if _FORMS.search(text):
        yield from _ssns(text)
        yield from _cards(text)
        yield from _phones(text)
        yield from _ibans(text)
    if _LABELS.search(text):
        yield from _labelled_ssns(text)
        yield from _banks(text)
        yield from _persons(text)


def harmless(name: str) -> str:
    """Return the name of a column, sheet or file; redacted where it holds a number of a person."""
    text = plain(name)
    if "@" in text or _LONG.search(text.encode()) or any(found_in(text.encode())):
        return shape(text)
    return name


def _digits(part: bytes) -> str:
    return part.translate(None, NO_DIGITS).decode("ascii")


def _stands_alone(text: bytes, start: int, end: int) -> bool:
    """Tell a number that is no part of a longer number, code or address on the web."""
    before, after = text[max(start - 120, 0) : start], text[end : end + 2]
    last, first = before[-1:], after[:1]
    if first.isalnum() or first == b"_" or (last.isalnum() and before[-3:].lower() != b"ssn"):
        return False
    if last in b"-_.+%&" and before[-2:-1].isalnum() and b"ssn" not in before[-5:].lower():
        return last in b"._" and before[-2:-1].isalpha()
    if last == b"/" and _ON_THE_WEB.search(before):
        return False
    if (
        last == b"="
        and before[-4:].lower() != b"ssn="
        and (b"://" in before or b"?" in before or b"&" in before)
    ):
        return False
    if first == b"-" and after[1:].isalnum():
        return False
    return not (first in b"/." and after[1:].isdigit())


def _begins(text: bytes, start: int, end: int) -> bool:
    """Tell a number that goes on no further, whatever stands before it, such as its key."""
    return _stands_alone(b" " + text[start : end + 2], 1, 1 + end - start)


def _standing(text: bytes, start: int, says: re2._Regexp) -> str:
    before = text[max(start - _BEFORE, 0) : start]
    if says.search(before):
        return SAID
    return DENIED if _DENIES.search(before) else PLAIN


def _ssns(text: bytes) -> Iterator[Found]:
    for match in _SSN.finditer(text):
        start, end = match.span()
        keyed = "social-security" in said_by_key(text, start).says
        letter = _LETTER.search(text[end : end + 4])
        if letter:
            lettered = without_letter(text[start : end + letter.end(1)].decode("ascii"))
            end += letter.end(1) if lettered else 0
        if not (_begins(text, start, end) if keyed else _stands_alone(text, start, end)):
            continue
        digits = _digits(match.group())
        standing = SAID if keyed else _standing(text, start, _SAYS_SSN)
        form = "dashed" if match.group().count(b"-") == 2 else "spaced"
        shown = standing != SAID and (
            digits in DUMMIES or _SHOWS.search(text[max(start - _BEFORE, 0) : start]) is not None
        )
        if shown:
            form = "shown"
        elif end > match.end():
            form = "lettered"
        elif is_itin(digits):
            yield Found("personal-identification", form, standing, True, start, end)
            continue
        yield Found("social-security", form, standing, is_ssn(digits), start, end)


def _labelled_ssns(text: bytes) -> Iterator[Found]:
    labelled = set()
    for match in _LABELLED_SSN.finditer(text):
        start, end = match.span(1)
        letter = _LETTER.search(text[end : end + 4])
        if letter and without_letter(text[start : end + letter.end(1)].decode("ascii")):
            end += letter.end(1)
        if is_ssn(_digits(match.group(1))) and _stands_alone(text, start, end):
            labelled.add(start)
            yield Found("social-security", "bare", SAID, True, start, end)
    speaks = _SPEAKS_OF_SSN.search(text) is not None
    for match in _NINE.finditer(text):
        start, end = match.span()
        if start in labelled or not is_ssn(_digits(match.group())):
            continue
        if "social-security" in said_by_key(text, start).says and _begins(text, start, end):
            yield Found("social-security", "bare", SAID, True, start, end)
            continue
        if not speaks:
            continue
        if _stands_alone(text, start, end) and _standing(text, start, _NEVER) != DENIED:
            yield Found("social-security", "bare", PLAIN, True, start, end)


def _cards(text: bytes) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        start, end = match.span()
        digits = _digits(match.group())
        grouped = end - start > len(digits)
        if grouped and len(digits) == 19 and not is_card(digits) and is_card(digits[:16]):
            # The three digits behind are its security code.
            end -= 4
            digits = digits[:16]
        keyed = "payment-card" in said_by_key(text, start).says
        wide = keyed or _SAYS_ANY_CARD.search(text[max(start - _BEFORE, 0) : start]) is not None
        if not is_issued(digits, wide=wide):
            continue
        named = keyed or _NAMES_CARD.search(text[max(start - 24, 0) : start]) is not None
        expiry = _EXPIRES.search(text[end : end + 12])
        whole = text[:end] if expiry else text
        if not _begins(whole, start, end) or not (named or _stands_alone(whole, start, end)):
            continue
        around = text[max(start - 60, 0) : start] + b" " + text[end : end + 30]
        standing = PLAIN
        if keyed:
            standing = SAID
        elif not grouped and _DENIES.search(text[max(start - _BEFORE, 0) : start]):
            standing = DENIED
        elif _SAYS_CARD.search(around):
            standing = SAID
        form = "grouped" if grouped else "bare"
        yield Found("payment-card", form, standing, has_check_digit(digits), start, end)


def _banks(text: bytes) -> Iterator[Found]:
    routed = False
    for match in _ROUTING.finditer(text):
        start, end = match.span(1)
        if is_routing(_digits(match.group(1))) and _stands_alone(text, start, end):
            routed = True
            yield Found("bank-account", "routing", SAID, True, start, end)
    taken = {
        match.span(1)
        for pattern in (_BANK, _ACCOUNT if routed else _BANK)
        for match in pattern.finditer(text)
    }
    for start, end in sorted(taken):
        if _stands_alone(text, start, end):
            yield Found("bank-account", "account", SAID, True, start, end)


def _ibans(text: bytes) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        if is_iban(match.group().decode("ascii")):
            yield Found("bank-account", "iban", PLAIN, True, *match.span())


def _persons(text: bytes) -> Iterator[Found]:
    for form, pattern in (
        ("licence", _LICENCE),
        ("passport", _PASSPORT),
        ("taxpayer", _ITIN),
        ("alien", _ALIEN),
    ):
        for match in pattern.finditer(text):
            start, end = match.span(1)
            if form != "taxpayer" or is_itin(_digits(match.group(1))):
                yield Found("personal-identification", form, SAID, True, start, end)
    for match in _BORN.finditer(text):
        yield Found("birth-date", "date", SAID, True, *match.span(1))


def _mails(text: bytes) -> Iterator[Found]:
    for match in _MAIL.finditer(text):
        if is_person_at(match.group().decode("ascii")):
            yield Found("e-mail", "address", PLAIN, True, *match.span())


def _phones(text: bytes) -> Iterator[Found]:
    for match in _PHONE.finditer(text):
        start, end = match.span()
        if _stands_alone(text, start, end) and is_phone(_digits(match.group())):
            standing = _standing(text, start, _NEVER)
            yield Found("telephone", "grouped", standing, True, start, end)
    for match in _ABROAD.finditer(text):
        if _is_abroad(match.group().decode("ascii")):
            yield Found("telephone", "abroad", PLAIN, True, *match.span())


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=2_000)
def _is_domain(ending: str) -> bool:
    return _suffixes().publicsuffix(ending) is not None


def as_mail(text: str) -> str:
    """Return the address that a cell is from end to end; "" where it is none."""
    text = text.removeprefix("mailto:")
    return text if len(text) <= 254 and _MAIL.fullmatch(text.encode()) else ""


def is_person_at(address: str) -> bool:
    """Tell an e-mail address with a real top-level domain that is no shared mailbox."""
    name, _, host = address.lower().rstrip(".").rpartition("@")
    if not _is_domain(host.rpartition(".")[2]) or host in _EXAMPLE_HOSTS:
        return False
    return name not in _SHARED


@cache
def _areas() -> frozenset[str]:
    """Return the area codes in use in the United States and Canada."""
    return frozenset(
        area
        for area in map(str, range(201, 1000))
        if phonenumbers.is_valid_number(phonenumbers.PhoneNumber(1, int(f"{area}5552368")))
        or phonenumbers.is_valid_number(phonenumbers.PhoneNumber(1, int(f"{area}3252368")))
    )


def is_phone(digits: str) -> bool:
    """Tell ten digits, or eleven with a 1, that can be a telephone number in North America."""
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    return (
        len(digits) == 10
        and digits[3] in "23456789"
        and digits[4:6] != "11"
        and digits[:3] in _areas()
    )


def _is_abroad(text: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def is_address(text: bytes) -> bool:
    """Tell a house number with its street; a block of houses is none."""
    return _ADDRESS.search(text) is not None and _BLOCK.search(text) is None
