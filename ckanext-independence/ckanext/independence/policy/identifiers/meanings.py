"""What the name of a column says that its values are.

Owns the words, in their many spellings and in Spanish, for each kind of protected number, and
those for numbers that look alike and are something else. Refuses to look at values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import re2

from .plain import plain

__all__ = ["DENYING", "Meaning", "meaning_of"]

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column's name says.

    Attributes:
        says: the kinds that it names outright: ``social-security``, ``payment-card``,
            ``medicare`` (whose old numbers were Social Security's with a letter), ``routing``,
            ``account``, ``bank``, ``licence``, ``passport``, ``taxpayer``, ``e-mail``,
            ``telephone``, ``birth-date``, ``address``, ``latitude``, ``longitude``, ``point``.
        hints: the same kinds, where the name may also mean another thing.
        denies: it names a number of another kind, such as a parcel's or a permit's.
        vague: it does so only by words such as reference or record, which may stand for any.
        checked: it names numbers with the same check digit as cards: of libraries, telephones.
        about: it names what is told of such a number: its date, state, how many there are.
    """

    says: frozenset[str] = frozenset()
    hints: frozenset[str] = frozenset()
    denies: bool = False
    vague: bool = False
    checked: bool = False
    about: bool = False


_NUMBER = r"(number|numbers|numb|num|nums|nbr|no|nos|nr|n|id|ids|code|value|numero|digits)"
_LICENCE = r"(licen[sc]es?|lic|licencia|permiso|permit)"

# The name as words, with a blank before and after it; each rule's words stand between blanks.
_SAYS = {
    "social-security": (
        r"ssns?|ssan|ssa (no|num|number)|ssn ?\d|ssno|ssnum|ssnbr",
        r"ss ?(no|nos|num|nums|nbr|numb|number|numbers|id)|(no|num|nbr|number) ss",
        r"soc(ial)? ?sec(urity)?|seg(ur|uro|uridad)? soc(ial)?|ssec|sosec|socs",
        r"(social|soc) (no|nr|num|nbr|number|numbers|id|insurance number)",
        r"s s (no|nr|num|nbr|number)|(num|numero|no|nro) (de |del )?(s s|ss|imss)",
        r"num(ero)? de seguro( social)?|n ?s ?s|s s n",
        r"[a-z][a-z0-9]+ssn\d?|ssn[a-z]{2,}",
        r"(applicant|spouse|dependent|decedent|deceased|employee|emp|ee|claimant|patient|client|tenant"
        r"|mother|father|parent|child|student|member|beneficiary|person|my|his|her)( s)? ss",
    ),
    "payment-card": (
        rf"(credit|debit|payment|bank|purchas\w*|procurement|visa|amex|mastercard|discover|p|charge"
        rf"|american express|diners|atm|cash|check|pay|prepaid) ?cards?( {_NUMBER})?",
        rf"card ?({_NUMBER}|account)|cards?|cc ?(number|num|nbr|no)|ccn|ccnum|ccno|card ?pan",
        rf"cc|(debit|credit) {_NUMBER}|ru ?pay|girocard|interac",
        r"tarjetas?( de (credito|debito))?|numero de tarjeta|primary account number",
        r"amex|master ?card|visa|maestro|jcb|diners( club)?|discover|union ?pay|pan",
        r"(mc|visa|amex) ?(number|num|no|nbr)",
        r"(card ?holder|cardmember) (account )?(number|no|num)",
    ),
    "medicare": (
        r"hicn?s?|hic (no|number|num)|health insurance claim( (number|no|num))?",
        r"medicare( (claim|card|id|number|no|num|nbr|beneficiary))*",
    ),
    "routing": (
        # A city's transit is its buses, but for a transit number.
        r"routing|aba|rtn|aba rtn|(bank|routing|aba) transit|micr|ruta bancaria|numero de ruta",
        r"(routing|aba|rtn) ?(number|num|nbr|no|code|id)|transit ?(number|num|nbr|no)",
    ),
    "account": (rf"(acct|account|accounts|acc|cuenta)( {_NUMBER})?|{_NUMBER} de cuenta",),
    "bank": (
        rf"(bank|banking|checking|savings|deposit|ach|dd) ?(acct|account|acc)s?( {_NUMBER})?",
        r"(direct deposit|ach|bank)( (acct|account))?( (number|num|nbr|no))|iban|clabe|dda|ach",
        r"(numero de )?cuenta (bancaria|de (banco|cheques|ahorros?))|cuenta corriente",
    ),
    "licence": (
        rf"(drivers?|driver s|driving|operators?|operator s|dl|motorist|commercial driver s?) ?"
        rf"{_LICENCE}( {_NUMBER})?",
        r"dl ?(no|num|nbr|number|id)|dl|cdl( (no|num|number))?|dln|oln|drv ?lic\w*|drvr? lic\w*",
        rf"{_LICENCE} (de )?(conducir|manejo|conductor)|driverlic\w*|driverslic\w*",
    ),
    "passport": (rf"passports?( {_NUMBER})?|pasaportes?|passport(no|num|number)",),
    "taxpayer": (r"itins?|individual tax(payer)?( (id|identification))?( (number|no|num))?",),
    "identity": (
        r"(state|government|govt) (issued )?id card( (number|no|num))?|state id card",
        r"state issued (id|identification)( (number|no|num))?|non ?driver id( (number|no|num))?",
        r"alien (registration )?(number|no|num)|a number uscis|uscis( a)?( (number|no|num))?",
        r"green card( (number|no|num))?|national id( (number|no|num))?|mbi|hicn",
        r"medicare (beneficiary )?(id|identifier|number|no|num)|medicaid (id|number|no|num)",
        r"id card (number|no|num)|identification card (number|no|num)|curp|cedula( de identidad)?",
    ),
    "e-mail": (r"e ?mails?( (address|addr|id))?|correo( electronico)?|mail address",),
    "telephone": (
        r"phones?|telephones?|tel|tele|cell|cellular|cellphone|mobile|fax|telefonos?|celular|movil",
        r"(phone|tel|cell|mobile|fax|contact|home|work|day|evening)(phone| phone| number| no| num)"
        r"|phone ?\d|phone ?(number|no|num|nbr)",
    ),
    "birth-date": (
        r"dob|d o b|birth ?dates?|birth ?day|bday|date of birth|dateofbirth|birth dt|birthdt",
        r"(fecha|fec) (de )?nac(imiento)?|nacimiento|born( on)?|date born|dt of birth|bdate|birth",
    ),
    "address": (
        r"address(es)?( (line )?\d)?|addr|street address|direccion|domicilio|home address",
        r"residence|location address|full address|incident address|mailing address|situs",
    ),
    "latitude": (r"lat|latitude|latitud|y|point y|y ?coord(inate)?|geo ?lat",),
    "longitude": (
        r"lon|long|lng|longitude|longitud|x|point x|x ?coord(inate)?|geo ?(lon|long|lng)",
    ),
    "point": (
        r"point|location|lat ?(lon|lng|long)|coordinates?|coordenadas|geo(metry|point|code)?|geom",
        r"shape|the geom|wkt",
    ),
}
_HINTS = {
    "social-security": (
        r"tins?|tax(payer)? ?(id|identification|identifier)( (number|no|num|nbr))?",
        r"tax (number|no|num)|ein or ssn|ssn or ein",
    ),
    # Of a ledger's sides, or of cards, whose numbers are those of accounts.
    "payment-card": (r"debits?|credits?|debito|credito|pay|payments?|paid|account|acct",),
    "identity": (
        r"state id( (number|no|num))?|government id|photo id|id card|identity (number|no|num)",
    ),
}
# Names that say it only where there is nothing else in them.
_EXACT = re2.compile(r"^ (socials?|soc|ss|s s)( \d{1,2})? $")
# Somebody's social: the word is the last one, and none before it makes it another thing.
_SOMEBODYS = re2.compile(r" [a-z]+ socials?( \d{1,2})? $")
_OTHER_SOCIAL = re2.compile(
    r" (razon|trabajo|servicios?|red|redes|denominacion|objeto|anti|non|asistencia|bienestar"
    r"|capital|obra|accion|nivel|ice cream|is|and|community|corporate|mental|media) socials?"
    r"( \d{1,2})? $"
)
# Words cut short that end as if they spoke of it.
_NO_SSN = re2.compile(r" (ad|com|per|sub|dis|trans)?(se|le|mi|pa|po|fu)ssn ")
# Numbers that look alike. Each is enough to say that a column is not what it resembles.
_DENIES = (
    r"parcels?|apn|apns|pin|pins|pid|lots?|tax ?lot|folio|map|plat|deed|instrument|book|page|gis",
    r"permits?|cases?|docket|citation|ticket|incident|report|complaint|violation|summons|cause",
    r"meter|hydrant|pole|asset|device|sensor|serial|equipment|unit|station|facility|site|well",
    r"invoices?|inv|voucher|check|cheque|warrant|receipt|payment|transaction|trans|txn|batch",
    r"utility|water|sewer|electric|gas|premise|route|service|customer account",
    r"zip|zips|zip ?code|zip ?\d|zip plus|postal|postcode|plus ?4",
    r"geoid|geo ?id|fips|tract|block|bg|blkgrp|census|naics|sic|cusip|nigp|gl|fund|cost center",
    r"orders?|po|purchase order|requisition|tracking|shipment|parcel tracking|package|bol|awb",
    r"tag|vin|plate|isbn|issn|upc|ean|gtin|sku|barcode|bar ?code|item|product|catalog|part|stock",
    r"imei|imsi|iccid|meid|sim|esn|mac|npi|duns|cage|uei|eins?|feins?|fei|employer",
    r"contract|bid|project|agreement|grant|award|resolution|ordinance|bill|solicitation|rfp",
    r"object ?id|global ?id|fid|oid|timestamp|epoch|date|time|datetime|year|created|modified",
    r"confirmation|confirm|reference|ref|claim|policy|certificate|cert|registration|reg|license",
    r"easting|northing|coord|coordinates?|x|y|lat|latitude|lon|long|longitude|elevation|shape",
    r"amount|amt|total|cost|price|(assessed|market|appraised|land) value|budget|balance",
    r"population|pop|count|area|length|acres|sq ?ft",
    r"business|librar\w*|gift|fishing|hunting|pet|dog|animal|liquor|vendor license|hash|checksum",
    r"phones?|telephones?|tel|cell|mobile|fax|version|model|queue|job|work ?order|request|sr|wo",
    r"locker|badge|access|loyalty|member card|report card|business card|punch card|sd|memory",
    r"parcela|expediente|factura|medidor|caso|permisos? de construccion|catastro|pedido|folio",
    r"account|acct|accounts|cuenta|codigo postal|bates|box|barrel|lane|segment|seg|road|street",
    r"film|scene|frame|tile|grid|section|township|range|legal|recording|document|doc|file",
    r"record no|unique (key|id)|row ?(id|no|number)|sequence|seq",
)
# A card that is none of a bank's.
_OTHER_CARDS = (
    r"(librar\w*|gift|id|key|access|business|punch|report|green|membership|member|loyalty|sim|sd"
    r"|memory|medicare|insurance|time|score|call|post|catalog|identification|identity|wild|red"
    r"|yellow|fishing|swipe|student|voter|health|vaccination|rewards?|discount|season|swim"
    r"|transit|bus|fare|parking|patron|prox\w*|bar ?code) ?cards?"
)

# What a column tells of a licence, passport or account that is not its number.
_ABOUT = (
    r"dates?|dt|expir\w*|exp|issued?|states?|class|types?|status|counts?|totals?|balances?|amounts?"
    r"|amt|fees?|revenues?|offices?|names?|holders?|applications?|services?|hours|suspen\w*|flag|yn"
    r"|verified|provided|hash|masked|country|agency|method|percent|pct|rate|interest|processed"
)
_NUMBERED = r"number|numbers|num|nbr|no|nos|nr|numero"

# Words before a number in a text that say that it is another one.
_STRONG = (
    r"parcels?|apn|pin|permits?|cases?|dockets?|citations?|tickets?|incidents?|meters?|serial"
    r"|invoices?|inv|vouchers?|warrants?|receipts?|transactions?|orders?|po|tracking|shipments?"
    r"|isbn|issn|upc|sku|vin|imei|iccid|contracts?|bids?|confirmation|fax|ein|fein|duns|npi|zip"
    r"|work orders?|locator|folio|geoid|fips|expedientes?|facturas?|casos?"
)
# These say it only of a number: "claim no.", but not "on file".
_WEAK = (
    r"assets?|checks?|projects?|claims?|polic(?:y|ies)|certificates?|registrations?|ref|references?"
    r"|model|part|item|requests?|reports?|files?|documents?|docs?|versions?|accounts?|acct|parcela"
)
_NUMBER_BEHIND = r"[ ]?(?:#|no|num|number|nbr|id|code|numero)\.?"
DENYING = (
    rf"(?i)\b(?:(?:{_STRONG})(?:{_NUMBER_BEHIND})?|(?:{_WEAK}){_NUMBER_BEHIND})"
    r"[ ]?[:#=.(-]{0,2}[ ]?(?:is |was )?$"
)


def _compiled(words: tuple[str, ...]) -> re2._Regexp:
    return re2.compile(" (" + "|".join(words) + ") ")


_SAID = {kind: _compiled(words) for kind, words in _SAYS.items()}
_HINTED = {kind: _compiled(words) for kind, words in _HINTS.items()}
_DENIED = _compiled(_DENIES)
_VAGUE = re2.compile(
    r" (ref|reference|record|file|document|doc|request|report|transaction|trans|txn|item|unit"
    r"|service|registration|reg|certificate|cert|claim|policy|batch) "
)
# What is paid, earned or done with Social Security, and where.
_PAID = re2.compile(
    r" (benefits?|income|payments?|paid|recipients?|beneficiar\w*|withh\w*|tax(es)?|wages|earnings"
    r"|contributions?|deductions?|offices?|administration|amounts?|amt|total)"
    r" "
)
# What is routed by streets, whoever's letters stand before it.
_WAYS = re2.compile(
    r" (routes?|lines?|stops?|trips?|blocks?|segments?|segs?|roads?|streets?|bus|buses|nodes?|legs?"
    r"|vehicles?|runs?|shapes?|paths?|districts?|zones?|slips?|tickets?|mail) "
)
_TOKEN = re2.compile(r" \w*ssn\w* ")
_IS_ABOUT = re2.compile(f" ({_ABOUT}) ")
_IS_NUMBER = re2.compile(f" ({_NUMBERED}) ")
_IS_COUNT = re2.compile(r" (number|no|count|total|sum) of ")
_CHECKED = re2.compile(
    r" (imei|iccid|meid|npi|sim|librar\w*|patrons?|borrowers?|bar ?codes?|codabar|gift|holdings?"
    r"|accession|items?) "
)
_OTHER_CARD = re2.compile(f" {_OTHER_CARDS} ")
_CAMEL = re2.compile(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])")
_GLUED = (
    (re2.compile(r"(social)(security|sec)"), r"\1 \2 "),
    (re2.compile(r"(credit|debit|payment)(card)"), r"\1 \2 "),
    (re2.compile(r"(segur(?:o|idad))(social)"), r"\1 \2 "),
    (re2.compile(r"(tarjeta)(credito|debito)"), r"\1 \2 "),
    (re2.compile(r"(drivers?|operators?)(licen[sc]e|lic)"), r"\1 \2 "),
    (re2.compile(r"(bank|checking|savings)(account|acct)"), r"\1 \2 "),
    (
        re2.compile(
            r"(routing|passport|account|acct|card|phone|ssn|socsec|social|debit|credit|medicare)"
            r"(number|num|nbr|no)\b"
        ),
        r"\1 \2 ",
    ),
    (re2.compile(r"(security|card|licen[sc]e) ?(number|num|nbr|no)\b"), r"\1 \2 "),
)
_OTHER = re2.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=20_000)
def meaning_of(name: str) -> Meaning:
    """Return what the name of a column (or name, label and description together) says."""
    text = plain(name[:_LONGEST]).replace("#", " no ")
    text = _CAMEL.sub(r"\1\3 \2\4", text).lower()
    for pattern, words in _GLUED:
        text = pattern.sub(words, text)
    words = f" {_OTHER.sub(' ', text).strip()} "
    if not words.strip():
        return Meaning()
    says = {kind for kind, pattern in _SAID.items() if pattern.search(words)}
    if _EXACT.search(words) or (_SOMEBODYS.search(words) and not _OTHER_SOCIAL.search(words)):
        says.add("social-security")
    if _NO_SSN.search(words):
        says.discard("social-security")
    hints = {kind for kind, pattern in _HINTED.items() if pattern.search(words)}
    checked = _CHECKED.search(words) is not None or _OTHER_CARD.search(words) is not None
    if checked:
        says.discard("payment-card")
        hints.discard("payment-card")
    if _WAYS.search(words):
        says.discard("routing")
    about = bool(_IS_ABOUT.search(words) and not _IS_NUMBER.search(words))
    about = about or _IS_COUNT.search(words) is not None
    if about:
        says -= {"licence", "passport", "bank", "account"}
    if _PAID.search(words) and not _IS_NUMBER.search(words) and not _TOKEN.search(words):
        says.discard("social-security")
    denies = _DENIED.search(words) is not None
    vague = denies and not _DENIED.search(_VAGUE.sub(" ", words))
    return Meaning(frozenset(says), frozenset(hints - says), denies, vague, checked, about)
