"""What a column's name says of its cells: an identifier, a day, a moment, a yes or no.

Owns the words. A name never makes a cell what it is not: it only keeps digits from becoming
numbers, or lets digits be dates that could be numbers as well. Refuses to look at cells.
"""

from __future__ import annotations

import re

from ..reading.model import Column

__all__ = ["says_day", "says_flag", "says_identifier", "says_moment"]

# At the end of a name: what is written in digits and is no number.
_IDENTIFIERS = frozenset(
    """
    zip zipcode postcode postalcode postal bbl bin apn pin parcel parcelid parcels
    account acct phone telephone tel fax mobile cellphone fips geoid geocode iucr code codes id
    ids uid uuid guid ssn ein itin vin duns uei npi naics sic isbn plate barcode identifier
    permit permitno license licence docket folio sku upc tract censustract blockgroup statefp
    countyfp tractce blkgrpce blockce extension
    """.split()
)
# Said of these, "number", "no." or "#" is an identifier: a permit number, but no number of permits.
_NUMBERED = frozenset(
    """
    account acct apn application badge batch bid bill block board book building case cell check
    cheque citation claim complaint contract customer dept department document docket employee
    fax file folio fund house incident invoice item job license licence line lot map object order
    page parcel permit phone plan plate po policy project record ref reference reg registration
    report request requisition route sequence serial service sheet stop street suite tag tax
    telephone ticket tract transaction unit vehicle vendor voucher work
    """.split()
)
_SIZES = frozenset("size count total average avg enrollment seats capacity".split())
_NUMBER = frozenset({"number", "no", "num", "nbr", "nr", "#"})
_RUN_TOGETHER = re.compile(
    r"(?:zip|parcel|account|acct|phone|telephone|permit|case|license|licence|fips|invoice|docket"
    r"|vendor|project|object|employee|tract|block|postal)(?:id|no|num|number|nbr|code|fp|ce)"
)
# Names that end so and count the rows of their own table are numbers all the same.
_ROW_NUMBERS = frozenset({"id", "fid", "oid", "gid", "objectid", "object id", "row id", "rowid"})
_DAYS = re.compile(r"(?<!candi)(?<!man)(?<!vali)(?<!up)date$|^date(?!d)|^(?:dob|dod|day)$|^datum$")
_MOMENTS = re.compile(r"time(?:stamp)?$|^datetime|timestamp")
_FLAGS = re.compile(r"^(?:is|has|was|flag|ind|indicator|yn)$|(?:flag|indicator|yn)$")


def _words(column: Column) -> list[str]:
    """Return the words of the label, in small letters, without numbers at their ends."""
    name = column.label or column.name
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.replace("#", " # "))
    return re.findall(r"[^\W\d_]+|#", name.lower())


def says_identifier(column: Column) -> bool:
    """Say whether its digits name something, so that they are no number."""
    words = _words(column)
    if not words or " ".join(words) in _ROW_NUMBERS:
        return False
    # A tax class is a name; a class size and the classes held are counts.
    if "class" in words and words[-1] not in _SIZES:
        return True
    last = words[-1]
    if last in _IDENTIFIERS or _RUN_TOGETHER.fullmatch(last):
        return True
    return last in _NUMBER and len(words) > 1 and words[-2] in _NUMBERED


def says_day(column: Column) -> bool:
    """Say whether it is called a date, or a moment."""
    return any(_DAYS.search(word) for word in _words(column)) or says_moment(column)


def says_moment(column: Column) -> bool:
    """Say whether the time of day belongs to it."""
    return any(_MOMENTS.search(word) for word in _words(column))


def says_flag(column: Column) -> bool:
    """Say whether it asks for a yes or no."""
    return any(_FLAGS.search(word) for word in _words(column))
