"""Columns of the held-out half that hold what is protected, in other spellings than the shown."""

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
    Maker,
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
    scientific,
    ssn,
    street,
    uniform,
    wide,
)

__all__ = ["columns"]

held_out = partial(label, "held out")
ALL = ("visa", "mastercard", "mastercard-2", "amex", "discover", "diners", "jcb", "unionpay")
bare = card(*ALL)
blanks = card(*ALL, separator=" ")
hyphens = card(*ALL, separator="-")
of_16 = card("visa", "mastercard", "discover")
codes = form("K-###", "L-###", "M-###")
road = pick("Sewer main on Truman Road", "Crack seal, Noland Road", "Mowing, McCoy Park")


def columns() -> list[LabelledColumn]:
    """Return them all."""
    return [
        *held_out("social security", {SOCIAL}, SOCIALS),
        *held_out("bare nine digits", (), BARE, bare=True),
        *held_out("payment card", {CARD}, CARDS),
        *held_out("bank account", {BANK}, BANKS),
        *held_out("personal identification", {PERSON}, PERSONS),
        *held_out("e-mail of a person", {EMAIL}, EMAILS),
        *held_out("telephone of a person", {PHONE}, PHONES),
        *held_out("date of birth", {BIRTH}, BIRTHS),
        *held_out("exact address", {ADDRESS}, ADDRESSES),
        *held_out("exact point", {POINT}, POINTS),
    ]


def letter(inner: Maker) -> Maker:
    """Return a maker of a long letter with something in its midst."""
    return say("Dear City, {} {} I was told to send {} and did so. {}", prose, prose, inner, prose)


SOCIALS = [
    Spec("S.S.N.", ssn(""), "no separators under S.S.N."),
    Spec("SocialSecurityNumber", ssn(""), "no separators under one long word"),
    Spec("soc_sec_num", ssn("-"), "hyphens under soc_sec_num"),
    Spec("Soc. Sec. #", ssn(""), "no separators under Soc. Sec. #"),
    Spec("TENANTSSN", ssn(""), "no separators under TENANTSSN"),
    Spec("ssn_nbr", ssn(" "), "blanks under ssn_nbr"),
    Spec("SSNO", ssn(""), "no separators under SSNO"),
    Spec("ssn1", ssn(""), "no separators, the first of two"),
    Spec("Claimant's social", ssn(""), "no separators under a claimant's social"),
    Spec("SSN (9 digits)", ssn(""), "header that tells the form"),
    Spec("Insured\nSSN", ssn(""), "header of two lines"),
    Spec("seguridad social", ssn(""), "no separators, Spanish of Spain"),
    Spec("NUM_SEGURO_SOCIAL", ssn(" "), "blanks, Spanish in capitals"),
    Spec("número de seguro social", ssn(""), "no separators, Spanish with accents"),
    Spec("Tax Payer Identification No", ssn("-"), "hyphens under a long tax header"),
    Spec("Soical Security No", ssn("-"), "header misspelt"),
    Spec("A", ssn("-"), "hyphens under A"),
    Spec("", ssn("-"), "hyphens under an empty header"),
    Spec("key", ssn(" "), "blanks under key"),
    Spec("Client No", ssn("-"), "hyphens under Client No"),
    Spec("patient", ssn("\u2012"), "figure dashes under patient"),
    Spec("Column1", ssn("."), "dots under Column1"),
    Spec("x3", ssn(""), "no separators under x3, explained", label="Applicant's SSN"),
    Spec("c_11", ssn(""), "explained in Spanish", label="Seguro social del solicitante"),
    Spec("SSN", ssn("\u2014"), "em dashes"),
    Spec("SSN", ssn("\u2212"), "minus signs"),
    Spec("ssn", ssn("\u2010"), "hyphens of Unicode"),
    Spec("ssn", ssn(" - "), "blanks around hyphens"),
    Spec("SSN", ssn("_"), "underscores"),
    Spec("SSN", ssn("\u202f"), "narrow no-break spaces"),
    Spec("SSN", ssn("-", ""), "one hyphen, after the area"),
    Spec("SSN", ssn("", "-"), "one hyphen, before the serial"),
    Spec("SSN", ssn("-", " "), "a hyphen and a blank"),
    Spec("soc sec", lossy(say("{}.0", ssn("", low=True))), "zeros lost, floats"),
    Spec("SSN", scientific(ssn("")), "as 1.23456789E8"),
    Spec("SSN", wide(ssn("\uff0d")), "full-width digits and hyphens"),
    Spec("SSN", say("\ufeff{}\t", ssn("-")), "a mark before, a tab behind"),
    Spec("SSN", say("#{}", ssn("-")), "number sign before"),
    Spec("SSN", ssn("-"), "two rows only", rows=2),
    Spec("Medicare claim no", say("{}A", ssn("-")), "claim number of old Medicare cards"),
    Spec("SSN", mix(form("XXX-XX-####"), ssn("-"), first=0.9), "one of ten not masked"),
    Spec("ssn_ein", mix(ssn(""), form("43-#######")), "persons bare, others not", warn=(PERSON,)),
    Spec("SSN", pick(""), "one of 5,000, all others empty", rows=5000, planted=ssn("-")),
    Spec("Description", road, "one of 5,000 works, bare after the word", rows=5000,
         planted=say("Easement, owner soc sec # {}", ssn(""))),
    Spec("comments", road, "one of 100 comments, as testers plant it", rows=100,
         planted=pick("123-45-6789")),
    Spec("payee", name, "one of 1,000 payees", rows=1000, planted=say("{} {}", name, ssn("-"))),
    Spec("Address", street, "one of 5,000 addresses", rows=5000, planted=ssn("-"),
         warn=(ADDRESS,)),
    Spec("summary", letter(say("SSN {}", ssn("-"))), "in a letter"),
    Spec("Narrative", letter(say("my social, {},", ssn(" "))), "in a letter, words around"),
    Spec("comment", say("SSN is {}", ssn("")), "SSN is, bare"),
    Spec("caller", say("{} ss# {}", name, ssn("")), "ss#, bare"),
    Spec("nota", say("seguro social: {}", ssn("-")), "Spanish note"),
    Spec("people", say('{"people": [{"socialSecurityNumber": "{}"}]}', ssn("")), "JSON, nested"),
    Spec("request", say("https://example.gov/?ssn={}&ok=1", ssn("")), "link"),
    Spec("xml", say("<p><ssn>{}</ssn></p>", ssn("")), "XML"),
    Spec("attributes", say("name={};ssn={}", name, ssn("-")), "keys and values"),
    Spec("who", say("[{}]", ssn("-")), "square brackets"),
    Spec("family", say("{}\n{}", ssn("-"), ssn("-")), "two lines in a cell"),
    Spec("ids", say("{} | {} | {}", codes, ssn("-"), codes), "between other ids"),
    Spec("notes", blank(say("{} / {}", date("%m/%d/%Y"), ssn("-")), 0.95), "one of twenty, dated"),
]  # fmt: skip

BARE = [
    Spec("Key", ssn(""), "under Key", warn=(SOCIAL,)),
    Spec("code", ssn(""), "under code", warn=(SOCIAL,)),
    Spec("A", ssn(""), "under A", warn=(SOCIAL,)),
    Spec("identifier", ssn(""), "under identifier", warn=(SOCIAL,)),
    Spec("client", ssn(""), "under client", warn=(SOCIAL,)),
    Spec("num", blank(ssn(""), 0.8, "", "-"), "under num, mostly blank", warn=(SOCIAL,)),
]

CARDS = [
    Spec("ccnum", card("visa"), "Visa under ccnum"),
    Spec("Visa/MC #", card("visa", "mastercard"), "two issuers, bare"),
    Spec("MC", card("mastercard-2", separator=" "), "2-series, blanks, under MC"),
    Spec("CardNo", card("amex", separator=" "), "American Express, blanks"),
    Spec("cardholder_number", card("amex"), "American Express, bare"),
    Spec("A", card("amex", separator="-"), "American Express, hyphens, under A"),
    Spec("primary account number", card("discover", separator="-"), "Discover, hyphens"),
    Spec("Bank Card", card("discover"), "Discover, bare"),
    Spec("dinersclub", card("diners", separator="-"), "Diners, hyphens"),
    Spec("bankcard", card("jcb", separator=" "), "JCB, blanks"),
    Spec("card_no", card("unionpay", separator=" "), "UnionPay, blanks"),
    Spec("CARDNUM", card("unionpay-19", separator=" "), "UnionPay of 19 digits, blanks"),
    Spec("maestro card", card("maestro-18", separator=" "), "Maestro of 18 digits, blanks"),
    Spec("debit", card("maestro"), "Maestro, bare"),
    Spec("Debit Card Number", card("maestro-13"), "Maestro of 13 digits, bare"),
    Spec("visa", card("visa-19", separator=" "), "Visa of 19 digits, blanks"),
    Spec("Visa No", card("visa-13", separator=" "), "Visa of 13 digits, blanks"),
    Spec("número de tarjeta", bare, "Spanish header with accents"),
    Spec("TARJETA_CREDITO", hyphens, "Spanish header in capitals, hyphens"),
    Spec("P-Card Number", of_16, "purchasing cards"),
    Spec("Tender", blanks, "blanks under Tender"),
    Spec("Acct/Card", bare, "bare under two words"),
    Spec("account", bare, "bare under account, all valid", rows=300),
    Spec("Key", bare, "bare under Key, all valid", rows=120),
    Spec("c3", blanks, "blanks under c3"),
    Spec("", hyphens, "hyphens under an empty header"),
    Spec("identifier", of_16, "bare under identifier, 24 rows", rows=24),
    Spec("v2", bare, "bare, explained", label="Credit card used for the fee"),
    Spec("n5", bare, "bare, explained in Spanish", label="Tarjeta de credito"),
    Spec("cc", say("{}.00", of_16), "two decimal places"),
    Spec("cc", scientific(of_16), "as 4.5E15 with all digits"),
    Spec("card", say('="{}"', bare), "formula of a spreadsheet"),
    Spec("card", say("\t{} ", blanks), "a tab before, a blank behind"),
    Spec("card", wide(blanks), "full-width digits, blanks"),
    Spec("card", card(*ALL, separator="\u2011"), "non-breaking hyphens"),
    Spec("card", card(*ALL, separator="\u2014"), "em dashes"),
    Spec("card", card(*ALL, separator=" - "), "blanks around hyphens"),
    Spec("card", card(*ALL, separator="  "), "two blanks"),
    Spec("card", card(*ALL, separator="_"), "underscores"),
    Spec("card", card(*ALL, separator="\u202f"), "narrow no-break spaces"),
    Spec("card number", mix(form("4###############"), of_16, first=0.1), "one of ten mistyped"),
    Spec("card", mix(form("XXXX-XXXX-XXXX-####"), hyphens, first=0.9), "one of ten not masked"),
    Spec("credit_card", blank(bare, 0.95, "", "n/a"), "one of twenty filled"),
    Spec("CREDIT CARD NO", blanks, "two rows only", rows=2),
    Spec("swipe", say("%B{}^DOE/JOHN^27121010000", of_16), "magnetic stripe, first track"),
    Spec("track2", say(";{}=27121010000?", of_16), "magnetic stripe, second track"),
    Spec("payment", say("{} {} {}", of_16, form("0%/27"), form("###")), "with expiry and code"),
    Spec("method", say("VISA-{}", card("visa")), "after the issuer and a hyphen"),
    Spec("memo", say("AMEX {} approved", card("amex")), "American Express in a memo"),
    Spec("Description", road, "one of 5,000 works", rows=5000,
         planted=say("Refund to MasterCard {}", card("mastercard"))),
    Spec("comments", road, "one of 100 comments, as testers plant it", rows=100,
         planted=pick("4111 1111 1111 1111")),
    Spec("Phone", form("(816) 555-01##"), "one of 1,000 telephones", rows=1000, planted=blanks,
         warn=(PHONE,)),
    Spec("order_no", form("W-0000####"), "one of 5,000 orders", rows=5000, planted=hyphens),
    Spec("summary", letter(say("my card {}", blanks)), "in a letter"),
    Spec("nota", say("pagado con tarjeta {}", bare), "Spanish note"),
    Spec("body", say('{"pay": {"cardNumber": "{}", "cvv": "000"}}', bare), "JSON, nested"),
    Spec("request", say("https://example.gov/pay?card={}&ok=1", bare), "link"),
    Spec("attributes", say("name={};cc={}", name, hyphens), "keys and values"),
    Spec("two", say("{}\n{}", blanks, blanks), "two lines in a cell"),
]  # fmt: skip

BANKS = [
    Spec("BankAccountNumber", form("%#########"), "account, one word"),
    Spec("acct_no_bank", form("%#######"), "account, turned round"),
    Spec("Savings Account #", form("%##########"), "savings"),
    Spec("payee_bank_acct", form("%###-####-###"), "account with hyphens"),
    Spec("EFT account", form("00%#######"), "account with zeros"),
    Spec("Routing Transit Number", aba, "routing number, long header"),
    Spec("aba_routing", say("{}.0", aba), "routing number, floats"),
    Spec("Routing #", blank(aba, 0.8), "routing number, mostly blank"),
    Spec("remit_to", say("RTN: {} Acct: {}", aba, form("%#########")), "both after abbreviations"),
    Spec("Notes", road, "one of 2,000 notes", rows=2000,
         planted=say("Deposit to bank account {}, routing number {}", form("%#########"), aba)),
    Spec("iban", say("{} ", iban), "IBAN, a blank behind"),
    Spec("número de cuenta bancaria", form("%###########"), "Spanish header"),
]  # fmt: skip

PERSONS = [
    Spec("DriversLicenseNumber", form("^#########"), "Missouri, one word"),
    Spec("driver license", form("###^######", "#########^"), "Missouri, a letter within or behind"),
    Spec("OLN", form("^########"), "operator's licence"),
    Spec("D.L. No.", form("K########"), "Kansas without hyphens"),
    Spec("DL#", form("^####-#####-#####"), "New Jersey"),
    Spec("Drv Lic", form("^#######"), "California"),
    Spec("notes", say("driver's license {} shown", form("^#########")), "in a note"),
    Spec("US Passport #", form("%########"), "passport, digits"),
    Spec("pasaporte", form("^########"), "passport, Spanish"),
    Spec("Individual Taxpayer ID", itin("-"), "ITIN", warn=(SOCIAL,)),
    Spec("id", itin("-"), "ITIN under a neutral name", warn=(SOCIAL,)),
    Spec("A-Number", form("A###-###-###"), "number of an immigrant, hyphens"),
    Spec("State ID #", form("^########"), "identity card of a state"),
]

user = pick("j.madeup.1", "no-one_at_all", "lopez.invented", "tess+0000", "park99999x")
EMAILS = [
    Spec("Email", say("{}@{}", user, pick("GMAIL.COM", "Comcast.NET")), "capitals"),
    Spec("e_mail", say(" {}@proton.me ", user), "blanks around"),
    Spec("resident contact", say("{}; {}@yahoo.com", name, user), "after a name"),
    Spec("tenant_mail", blank(say("{}@live.com", user), 0.9), "mostly blank"),
    Spec("correo", say("{}@yahoo.com.mx", user), "Spanish, two-part country"),
    Spec("Description", road, "one of 2,000 works", rows=2000,
         planted=say("Complaint by {}@gmail.com, see file", user)),
    Spec("c3", mix(say("{}@mail.example.com", user), pick("-"), first=0.6), "neutral header"),
    Spec("body", say('{"from": "{}@gmail.com"}', user), "JSON"),
]  # fmt: skip

PHONES = [
    Spec("Phone No", form("816/555-01##"), "slash"),
    Spec("tel", form("+18165550###"), "country, bare"),
    Spec("Mobile", form("816 555 01##"), "blanks"),
    Spec("resident_phone", form("81655501##.0"), "floats"),
    Spec("Contact Number", form("(913)555-01##"), "brackets, no blank"),
    Spec("teléfono celular", form("816-555-01##"), "Spanish with accents"),
    Spec("home_ph", form("816-555-01## x##"), "with extension"),
    Spec("notes", say("call {} at {}", name, form("816-555-01##")), "in a note"),
]

BIRTHS = [
    Spec("BirthDt", date("%m-%d-%Y"), "abbreviated"),
    Spec("Date Of Birth", date("%Y-%m-%dT00:00:00"), "with a time"),
    Spec("victim_dob", date("%m/%d/%Y"), "victims"),
    Spec("DOB", blank(date("%d.%m.%Y"), 0.8), "mostly blank, dots"),
    Spec("birthday", date("%b %d, %Y"), "birthday, in words"),
    Spec("fec_nac", date("%d/%m/%Y"), "Spanish, abbreviated"),
    Spec("Student Birthdate", date("%m/%d/%y", 2006, 2020), "pupils"),
    Spec("nacimiento", date("%Y%m%d"), "Spanish, bare"),
]

ADDRESSES = [
    Spec("victim_addr", street, "victims, abbreviated", topic="justice"),
    Spec("Patient Address", say("{}\nIndependence MO", street), "two lines", topic="health"),
    Spec("home_location", say("{} Unit {}", street, form("%##")), "with a unit", topic="minors"),
    Spec("Mailing Address", say("{}, Independence", street), "mail", topic="health"),
    Spec("dirección", street, "Spanish", topic="health"),
    Spec("ADDR1", say("{} #{}", street, form("%")), "capitals, with a number", topic="justice"),
]

north, west = uniform(39.02, 39.15, 5), uniform(-94.48, -94.29, 7)
POINTS = [
    Spec("coordinates", say("{},{}", uniform(39.02, 39.15, 5), uniform(-94.48, -94.29, 5)),
         "pair without brackets", topic="health"),
    Spec("the_geom", say('{"type": "Point", "coordinates": [{}, {}]}',
                         uniform(-94.48, -94.29, 7), uniform(39.02, 39.15, 7)),
         "GeoJSON", topic="justice"),
    Spec("Y", north, "latitude under Y", topic="justice", beside=("X", west)),
    Spec("incident_lng", west, "longitude, abbreviated", topic="health",
         beside=("incident_lat", north)),
]  # fmt: skip
