"""The kinds of protected information that there are, in words for people.

Owns their ids, titles and which rule of the rulebook each belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["EDITION", "KINDS", "Kind"]

# Goes up whenever the recognisers find something else than before: what was scanned is then
# scanned again.
EDITION = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of protected information.

    Attributes:
        title: of one of them.
        plural: of several.
        sentence: what it is and why it is looked for.
        rule: the id of the rule that it belongs to.
        blocks: whether one that is certain holds data back; a person is only warned of others.
    """

    title: str
    plural: str
    sentence: str
    rule: str
    blocks: bool = False


_DIRECT = "no-direct-identifiers"
_CONTACT = "no-personal-contact"
_PLACE = "no-exact-place-in-sensitive-topic"

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "social-security": Kind(
            "Social Security number",
            "Social Security numbers",
            "Nine digits that the Social Security Administration gave to one person; state law "
            "forbids to publish them.",
            _DIRECT,
            blocks=True,
        ),
        "payment-card": Kind(
            "payment card number",
            "payment card numbers",
            "The number of a credit or debit card: it has an issuer's prefix and length, and its "
            "check digit is right.",
            _DIRECT,
            blocks=True,
        ),
        "bank-account": Kind(
            "bank account",
            "bank accounts",
            "A bank's routing number with a right check digit, an international account number, "
            "or an account number in a column that says so.",
            _DIRECT,
            blocks=True,
        ),
        "personal-identification": Kind(
            "personal identification number",
            "personal identification numbers",
            "The number of a driver's licence, passport or identity card, or a taxpayer's number, "
            "by its form and by the name of its column.",
            _DIRECT,
            blocks=True,
        ),
        "e-mail": Kind(
            "e-mail address",
            "e-mail addresses",
            "An address at which a person can be written to; shared ones such as info@ are not "
            "meant.",
            _CONTACT,
        ),
        "telephone": Kind(
            "telephone number",
            "telephone numbers",
            "A telephone number by its form, or in a column that says so.",
            _CONTACT,
        ),
        "birth-date": Kind(
            "date of birth",
            "dates of birth",
            "A full date in a column, or after words, that speak of birth.",
            _CONTACT,
        ),
        "exact-address": Kind(
            "exact address",
            "exact addresses",
            "A house number with its street. It is a matter only where the subject is sensitive, "
            "such as victims, health or children.",
            _PLACE,
        ),
        "exact-point": Kind(
            "exact point",
            "exact points",
            "A place with four or more decimals of a degree, eleven metres or nearer. It is a "
            "matter only where the subject is sensitive.",
            _PLACE,
        ),
        "file-metadata": Kind(
            "name in the file's properties",
            "names in the file's properties",
            "Who wrote or last saved the file, which programs note in it without being asked.",
            _CONTACT,
        ),
    }
)
