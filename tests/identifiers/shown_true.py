"""Columns of the shown half that hold what is protected, in many spellings."""

from __future__ import annotations

from functools import partial

from tests.identifiers.columns import (
    ADDRESS,
    BANK,
    BIRTH,
    CARD,
    EMAIL,
    PERSON,
    PHONE,
    POINT,
    SOCIAL,
    LabelledColumn,
    Spec,
    label,
)
from tests.identifiers.making import (
    aba,
    blank,
    card,
    date,
    form,
    iban,
    itin,
    lossy,
    mix,
    name,
    pick,
    prose,
    say,
    ssn,
    street,
    uniform,
    wide,
)

__all__ = ["columns"]

shown = partial(label, "shown")
US = ("visa", "mastercard", "amex", "discover")
grouped = card(*US, separator=" ")
hyphened = card(*US, separator="-")
plain = card(*US)


def columns() -> list[LabelledColumn]:
    """Return them all."""
    return [
        *shown("social security", {SOCIAL}, SOCIALS),
        *shown("bare nine digits", (), BARE, bare=True),
        *shown("payment card", {CARD}, CARDS),
        *shown("bank account", {BANK}, BANKS),
        *shown("personal identification", {PERSON}, PERSONS),
        *shown("e-mail of a person", {EMAIL}, EMAILS),
        *shown("telephone of a person", {PHONE}, PHONES),
        *shown("date of birth", {BIRTH}, BIRTHS),
        *shown("exact address", {ADDRESS}, ADDRESSES),
        *shown("exact point", {POINT}, POINTS),
    ]


SOCIALS = [
    Spec("SSN", ssn("-"), "hyphens"),
    Spec("ssn", ssn(" "), "blanks"),
    Spec("Social Security Number", ssn("."), "dots"),
    Spec("SSN#", ssn("\u2013"), "en dashes"),
    Spec("social_security_no", ssn("\u2011"), "non-breaking hyphens"),
    Spec("SSN", ssn(""), "no separators under SSN"),
    Spec("SS#", ssn(""), "no separators under SS#"),
    Spec("Soc Sec No", ssn(""), "no separators under Soc Sec No"),
    Spec("socsec", ssn(""), "no separators under socsec"),
    Spec("EMP_SSN", ssn(""), "no separators, employees"),
    Spec("SpouseSSN", ssn(""), "no separators, camel case"),
    Spec("social", ssn(""), "no separators under social"),
    Spec("seguro social", ssn("-"), "hyphens under seguro social"),
    Spec("No. de Seguro Social", ssn(""), "no separators under Spanish words"),
    Spec("Taxpayer ID", ssn("-"), "hyphens under Taxpayer ID"),
    Spec("ID", ssn("-"), "hyphens under ID"),
    Spec("Number", ssn("-"), "hyphens under Number"),
    Spec("field7", ssn("-"), "hyphens under field7"),
    Spec("field7", ssn(""), "no separators, explained", label="Social Security number"),
    Spec("Member", ssn(" "), "blanks under Member"),
    Spec("Unnamed: 3", ssn("-"), "hyphens under no name"),
    Spec("employee_id", ssn("-"), "hyphens under employee_id"),
    Spec("ssn", lossy(ssn("", low=True)), "zeros lost by a spreadsheet"),
    Spec("SSN", say("{}.0", ssn("")), "floats"),
    Spec("SSN", say('"{}"', ssn("-")), "quoted"),
    Spec("ssn_text", say("'{}", ssn("")), "apostrophe of a spreadsheet"),
    Spec("SSN", say('="{}"', ssn("")), "formula of a spreadsheet"),
    Spec("SSN", wide(ssn("-")), "full-width digits"),
    Spec("SSN", say("  {} ", ssn("-")), "blanks around"),
    Spec("SSN", say("{}\u00a0", ssn("\u00a0")), "no-break spaces"),
    Spec("SSN", blank(ssn("-"), 0.9), "nine of ten blank"),
    Spec("SSN", blank(ssn(""), 0.7, "", "N/A", "none", "refused"), "words for blanks"),
    Spec("SSN", mix(ssn("-"), ssn(""), ssn(" ")), "three spellings mixed"),
    Spec("SSN", ssn("-"), "one row only", rows=1),
    Spec("ssn", ssn(""), "three rows, no separators", rows=3),
    Spec("person", say("{}, SSN {}", name, ssn("-")), "after a name"),
    Spec("note", say("SSN: {}", ssn("-")), "prefix SSN:"),
    Spec("details", say("SSN{}", ssn("")), "prefix SSN without a blank"),
    Spec("comments", say("soc. sec. no. {} on file", ssn(" ")), "words around"),
    Spec("Notes", prose, "one of 5,000 notes", rows=5000,
         planted=say("Tenant gave SSN {} at the door.", ssn("-"))),
    Spec("Remarks", prose, "one of 5,000 remarks, no word near", rows=5000,
         planted=say("{} {}", prose, ssn("-"))),
    Spec("notes", prose, "two of 300 notes, bare after the word", rows=300, times=2,
         planted=say("Her social security number is {}.", ssn(""))),
    Spec("Notes", say("{} {} {}", prose, ssn("-"), ssn("-")), "two in each note"),
    Spec("household", say("{}; {}; {}", ssn("-"), ssn("-"), ssn("-")), "lists in a cell"),
    Spec("payload", say('{"who": "{}", "ssn": "{}"}', name, ssn("-")), "JSON, hyphens"),
    Spec("raw", say('{"ssn": {}, "ok": true}', ssn("")), "JSON, a number"),
    Spec("answer", say("<td>{}</td>", ssn("-")), "HTML cell"),
    Spec("DOB_SSN", say("{}/{}", date("%m-%d-%Y"), ssn("-")), "with date of birth"),
    Spec("vendor_tax_id", mix(form("4#-#######"), ssn("-")), "sole owners among companies",
         warn=(PERSON,)),
    Spec("phone", mix(form("816-555-01##"), ssn("-"), first=0.9), "slipped in among telephones",
         warn=(PHONE,)),
    Spec("case_number", form("CE24-0#####"), "two of 400 case numbers", rows=400,
         planted=ssn("-"), times=2),
    Spec("Applicant SSN (last known)", ssn("-"), "header with words behind"),
    Spec("PATIENT_SOC_SEC_NBR", ssn(""), "header in capitals"),
    Spec("SSN_OR_TIN", ssn(""), "header of two", warn=(PERSON,)),
    Spec("Column 4", mix(ssn("-"), pick("unknown", "pending"), first=0.3), "a third of the cells"),
    Spec("nss", ssn("-"), "hyphens under a Spanish abbreviation"),
    Spec("SSN", ssn("/"), "slashes"),
    Spec("claimant", say("{} ({})", name, ssn("-")), "in brackets after a name"),
]  # fmt: skip

BARE = [
    Spec("ID", ssn(""), "under ID", warn=(SOCIAL,)),
    Spec("Number", ssn(""), "under Number", warn=(SOCIAL,)),
    Spec("field7", ssn(""), "under field7", warn=(SOCIAL,)),
    Spec("value", blank(ssn(""), 0.5), "half blank", warn=(SOCIAL,)),
    Spec("person_id", ssn(""), "under person_id", warn=(SOCIAL,)),
    Spec("col_2", ssn(""), "under col_2, 400 rows", rows=400, warn=(SOCIAL,)),
]

CARDS = [
    Spec("card_number", card("visa"), "Visa, bare"),
    Spec("Card Number", card("visa", separator=" "), "Visa, blanks"),
    Spec("CC#", card("visa", separator="-"), "Visa, hyphens"),
    Spec("cc_num", card("visa-13"), "Visa of 13 digits"),
    Spec("Card No.", card("visa-19"), "Visa of 19 digits"),
    Spec("Credit Card", card("mastercard"), "Mastercard, bare"),
    Spec("creditcard", card("mastercard", separator=" "), "Mastercard, blanks"),
    Spec("Card", card("mastercard-2"), "Mastercard of the 2-series, bare"),
    Spec("mc_number", card("mastercard-2", separator="-"), "Mastercard of the 2-series, hyphens"),
    Spec("amex", card("amex"), "American Express, bare"),
    Spec("AmEx Card", card("amex", separator=" "), "American Express, blanks"),
    Spec("card", card("amex", separator="-"), "American Express, hyphens"),
    Spec("discover_card", card("discover"), "Discover, bare"),
    Spec("Card #", card("discover", separator=" "), "Discover, blanks"),
    Spec("diners", card("diners"), "Diners, bare"),
    Spec("Card number", card("diners", separator=" "), "Diners, blanks"),
    Spec("jcb", card("jcb"), "JCB, bare"),
    Spec("payment_card", card("jcb", separator="-"), "JCB, hyphens"),
    Spec("unionpay", card("unionpay"), "UnionPay, bare"),
    Spec("UnionPay card", card("unionpay-19"), "UnionPay of 19 digits"),
    Spec("maestro", card("maestro"), "Maestro, bare"),
    Spec("debit_card", card("maestro-13", "maestro", "maestro-18"), "Maestro of three lengths"),
    Spec("debit card no", card("maestro", separator=" "), "Maestro, blanks"),
    Spec("Tarjeta", plain, "Spanish header"),
    Spec("Numero de tarjeta", grouped, "Spanish header, blanks"),
    Spec("PAN", plain, "header PAN"),
    Spec("payment", grouped, "header payment, blanks"),
    Spec("payment_method", plain, "header payment_method"),
    Spec("ID", grouped, "neutral header, blanks"),
    Spec("Number", hyphened, "neutral header, hyphens"),
    Spec("field7", plain, "neutral header, bare, every one valid", rows=200),
    Spec("ref", plain, "neutral header, bare, 40 rows", rows=40),
    Spec("Unnamed: 5", card("amex", separator=" "), "no header, American Express"),
    Spec("column_9", plain, "neutral name, explained", label="Number of the payment card"),
    Spec("card_number", say("{}.0", plain), "floats"),
    Spec("card_number", say('"{}"', plain), "quoted"),
    Spec("card_number", say("'{}", plain), "apostrophe of a spreadsheet"),
    Spec("card_number", wide(plain), "full-width digits"),
    Spec("card_number", card(*US, separator="\u2013"), "en dashes"),
    Spec("card_number", card(*US, separator="\u00a0"), "no-break spaces"),
    Spec("card_number", card(*US, separator="."), "dots"),
    Spec("card_number", blank(plain, 0.9), "nine of ten blank"),
    Spec("card", blank(grouped, 0.6, "cash", "check", "money order"), "other ways of paying"),
    Spec("card_number", mix(plain, grouped, hyphened), "three spellings mixed"),
    Spec("card_number", plain, "one row only", rows=1),
    Spec("cc", plain, "three rows", rows=3),
    Spec("note", say("card: {}", plain), "prefix card:"),
    Spec("comments", say("paid by Visa {} at noon", card("visa")), "after the issuer's name"),
    Spec("payer", say("{} {}", name, grouped), "after a name"),
    Spec("Notes", prose, "one of 5,000 notes", rows=5000,
         planted=say("Paid with card {}.", grouped)),
    Spec("Remarks", prose, "one of 5,000 remarks, no word near", rows=5000,
         planted=say("{} {}", prose, grouped)),
    Spec("notes", prose, "two of 300 notes, bare after the word", rows=300, times=2,
         planted=say("Credit card {} was declined.", plain)),
    Spec("receipt", say("{} exp {}", grouped, form("0%/2#")), "with expiry"),
    Spec("cards", say("{}, {}", plain, plain), "two in a cell"),
    Spec("payload", say('["{}", "{}"]', name, plain), "JSON array"),
    Spec("receipt_no", form("R-20240####"), "two of 400 receipts", rows=400, times=2,
         planted=grouped),
    Spec("order_ref", mix(form("PO-#####"), grouped, first=0.8), "a fifth of the references"),
]  # fmt: skip

BANKS = [
    Spec("bank_account", form("%########", "%###########"), "account under its name"),
    Spec("Bank Acct No", form("%#######", "%#########"), "account, abbreviated"),
    Spec("Checking Account Number", form("%#########"), "checking account"),
    Spec("direct_deposit_acct", form("%###########"), "direct deposit"),
    Spec("routing_number", aba, "routing number"),
    Spec("ABA", aba, "routing number under ABA"),
    Spec("RTN", say("{}", aba), "routing number under RTN"),
    Spec("bank_routing", lossy(aba), "routing number, zeros lost"),
    Spec("notes", say("routing {} account {}", aba, form("%########")), "both in a note"),
    Spec("ACH", say("{}/{}", aba, form("%#########")), "both in a cell"),
    Spec("IBAN", iban, "IBAN"),
    Spec("cuenta bancaria", form("%#########"), "Spanish header"),
]

PERSONS = [
    Spec("drivers_license", form("^#########", "^########"), "Missouri, a letter and digits"),
    Spec("DL Number", form("^#####", "^######R"), "Missouri, short and with R"),
    Spec("Driver's License", form("#########"), "nine digits"),
    Spec("DLN", form("########^^"), "Missouri, eight digits and two letters"),
    Spec("driver_lic_no", form("K##-##-####"), "Kansas"),
    Spec("Operator License No", form("^###-####-####"), "Illinois"),
    Spec("passport_no", form("5########", "^########"), "passport"),
    Spec("Passport Number", form("C########"), "passport card"),
    Spec("ITIN", itin("-"), "ITIN, hyphens", warn=(SOCIAL,)),
    Spec("itin", itin(""), "ITIN, bare", warn=(SOCIAL,)),
    Spec("state_id_number", form("^#########"), "identity card of a state"),
    Spec("Alien Number", form("A#########"), "number of an immigrant"),
    Spec("licencia de conducir", form("^########"), "Spanish header"),
]

user = pick("ana.of.nowhere", "b.dunn.0000", "no_such_girl", "hugo+madeup", "mary-nobody")
EMAILS = [
    Spec("email", say("{}@{}", user, pick("gmail.com", "yahoo.com")), "plain"),
    Spec("E-mail Address", say("{}@aol.com", user), "header with hyphen"),
    Spec("applicant_email", blank(say("{}@outlook.com", user), 0.7), "mostly blank"),
    Spec("contact", say("{} <{}@mail.example.org>", name, user), "with a name"),
    Spec("correo electronico", say("{}@hotmail.com", user), "Spanish header"),
    Spec("Notes", prose, "one of 5,000 notes", rows=5000,
         planted=say("Write to {}@gmail.com please.", user)),
    Spec("parent_email", say("mailto:{}@icloud.com", user), "link"),
    Spec("field7", say("{}@gmail.com", user), "neutral header"),
]  # fmt: skip

PHONES = [
    Spec("phone", form("816-555-01##"), "hyphens"),
    Spec("Home Phone", form("(816) 555-01##"), "brackets"),
    Spec("cell", form("81655501##"), "bare under cell"),
    Spec("applicant_phone", form("+1 816 555 01##"), "country"),
    Spec("Telephone", form("816.555.01##", "913.555.01##"), "dots"),
    Spec("telefono", form("(816) 555-01##"), "Spanish header"),
    Spec("Emergency contact", say("{} {}", name, form("(816) 555-01##")), "after a name"),
    Spec("caller_number", form("1-816-555-01##"), "leading 1"),
]

BIRTHS = [
    Spec("DOB", date("%m/%d/%Y"), "DOB"),
    Spec("date_of_birth", date("%Y-%m-%d"), "ISO"),
    Spec("Birth Date", date("%d-%b-%y"), "month in letters"),
    Spec("birthdate", date("%Y%m%d"), "bare"),
    Spec("D.O.B.", date("%m/%d/%y"), "two-digit years"),
    Spec("fecha de nacimiento", date("%d/%m/%Y"), "Spanish header"),
    Spec("Born", date("%B %d, %Y"), "Born, in words"),
    Spec("child_birthday", date("%m/%d/%Y", 2008, 2022), "children"),
]

ADDRESSES = [
    Spec("address", street, "victims", topic="justice"),
    Spec("Home Address", say("{}, Independence, MO 64050", street), "patients", topic="health"),
    Spec("incident_address", street, "incidents", topic="justice"),
    Spec("student_street", street, "pupils", topic="minors"),
    Spec("location", say("{}, Independence, MO", street), "calls for an ambulance", topic="health"),
    Spec("residence", say("{} Apt {}", street, form("%#^")), "with a flat", topic="health"),
]

north, west = uniform(39.02, 39.15, 6), uniform(-94.48, -94.29, 6)
POINTS = [
    Spec("location", say("({}, {})", uniform(39.02, 39.15, 6), uniform(-94.48, -94.29, 6)),
         "pair", topic="health"),
    Spec("geom", say("POINT ({} {})", uniform(-94.48, -94.29, 6), uniform(39.02, 39.15, 6)),
         "WKT", topic="justice"),
    Spec("latitude", north, "latitude", topic="justice", beside=("longitude", west)),
    Spec("lon", west, "longitude", topic="minors", beside=("lat", north)),
]  # fmt: skip
