"""Columns written after the first look at the held-out half, to be looked at once in their turn.

They show how the recognisers do on what is new to them when all that the two halves taught is
mended; those who write recognisers do not look at them.
"""

from __future__ import annotations

from functools import cache, partial
from random import Random

from tests.identifiers.columns import (
    ADDRESS,
    CARD,
    EMAIL,
    PERSON,
    PHONE,
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
    check,
    date,
    ean,
    form,
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
)

__all__ = ["columns"]

again = partial(label, "held out again")
US = ("visa", "mastercard", "mastercard-2", "amex", "discover")
bare = card(*US)
fours = card("visa", "mastercard", "discover", separator=" ")
hyphens = card(*US, separator="-")
sixteen = card("visa", "mastercard", "discover")
title = pick("Board of Zoning", "Tree trimming", "Summer camp", "Storm drain study")


@cache
def columns() -> list[LabelledColumn]:
    """Return them all."""
    return [
        *again("social security", {SOCIAL}, SOCIALS),
        *again("bare nine digits", (), BARE, bare=True),
        *again("payment card", {CARD}, CARDS),
        *again("look-alike", (), ALIKE),
    ]


def thousands(maker: Maker) -> Maker:
    """Return a maker that writes numbers with commas, as spreadsheets do."""
    return lambda rng: f"{int(maker(rng)):,}"


def two_groups(rng: Random) -> str:
    """Make a card number in two groups of eight."""
    digits = sixteen(rng)
    return f"{digits[:8]} {digits[8:]}"


def amex_in_fours(rng: Random) -> str:
    """Make a card number of 15 digits in fours."""
    digits = card("amex")(rng)
    return f"{digits[:4]} {digits[4:8]} {digits[8:12]} {digits[12:]}"


SOCIALS = [
    Spec("SocSecNbr", ssn(""), "bare under SocSecNbr"),
    Spec("ss_no", ssn(""), "bare under ss_no"),
    Spec("SS Number", ssn(""), "bare under SS Number"),
    Spec("Soc Security", ssn(""), "bare under Soc Security"),
    Spec("socialsecurity", ssn("."), "dots under one word"),
    Spec("Child SSN", ssn(""), "bare under Child SSN"),
    Spec("SSN_TXT", say("'{}'", ssn("")), "single quotes"),
    Spec("owner_ssn_or_ein", ssn(""), "bare under two meanings", warn=(PERSON,)),
    Spec("Payee TIN", mix(ssn("-"), form("44-#######"), first=0.4), "two of five", warn=(PERSON,)),
    Spec("num. seg. social", ssn(""), "bare, Spanish abbreviated"),
    Spec("Número de Seguro Social (SSN)", ssn("-"), "hyphens, two languages"),
    Spec("Social Security", blank(ssn(""), 0.5, "", "unknown"), "half unknown"),
    Spec("No.", ssn("-"), "hyphens under No."),
    Spec("B", ssn(" "), "blanks under B"),
    Spec("data", ssn("."), "dots under data"),
    Spec("beneficiary", ssn("-"), "hyphens under beneficiary"),
    Spec("Column 12", ssn("\u2013"), "en dashes under a number"),
    Spec("text", say("{}", ssn("\u2011")), "non-breaking hyphens under text"),
    Spec("q7", ssn(""), "bare, asked for", label="What is your Social Security number?"),
    Spec("SSN", ssn("\u00b7"), "middle dots"),
    Spec("SSN", ssn("-", "\u2013"), "two sorts of dash"),
    Spec("SSN", ssn("- ", " -"), "uneven blanks"),
    Spec("SSN", ssn("\u200b"), "zero-width blanks"),
    Spec("SSN", thousands(ssn("")), "commas of thousands"),
    Spec("SSN", say("{}.000", lossy(ssn("", low=True))), "three decimal places, zeros lost"),
    Spec("SSN", lambda rng: scientific(ssn(""))(rng).replace("E", "E+0"),
         "as 1.23456789E+08"),
    Spec("SSN", say("{}*", ssn("-")), "star of a footnote"),
    Spec("SSN", say("{} (deceased)", ssn("-")), "words behind"),
    Spec("SSN", mix(form("666-##-####", "000-##-####"), ssn("-"), first=0.1), "a tenth mistyped"),
    Spec("ssn", ssn("-"), "five rows", rows=5),
    Spec("entry", say("ssn:{}", ssn("")), "prefix ssn: bare"),
    Spec("entry", say("SSN-{}", ssn("-")), "prefix SSN-"),
    Spec("entry", say("(SSN) {}", ssn("")), "word in brackets, bare"),
    Spec("entry", say("S.S.# {}", ssn("-")), "prefix S.S.#"),
    Spec("entry", say("Soc. Sec.: {}.", ssn("")), "abbreviated, bare, full stop behind"),
    Spec("entry", say("TIN {}", ssn("-")), "after TIN", warn=(PERSON,)),
    Spec("entry", say("ID:{}", ssn("-")), "after ID:"),
    Spec("log", say("ssn: {}\nname: {}", ssn(""), name), "YAML"),
    Spec("form", say('<input name="ssn" value="{}">', ssn("")), "HTML field"),
    Spec("line", say("{},{},MO", name, ssn("-")), "line of a table"),
    Spec("line", say("{}\t{}\t{}", name, ssn("-"), date("%Y")), "line with tabs"),
    Spec("record", say('{"person": {"ssn" : "{}"}}', ssn(".")), "JSON, dots"),
    Spec("contact", mix(form("816-555-01##"), ssn("-"), first=0.7), "three of ten contacts",
         warn=(PHONE,)),
    Spec("Owner", mix(name, say("{} {}", name, ssn("-")), first=0.8), "a fifth of the owners"),
    Spec("title", title, "one of 3,000 titles", rows=3000, planted=say("{} {}", title, ssn("-"))),
    Spec("street", street, "one of 3,000 streets", rows=3000, planted=ssn("-"), warn=(ADDRESS,)),
    Spec("permit_no", form("BP-####"), "one of 3,000 permits", rows=3000, planted=ssn("-")),
    Spec("Comments", prose, "one of 3,000 comments, Spanish", rows=3000,
         planted=say("Su seguro social es {}", ssn("-"))),
    Spec("minutes", say("{} His social security number, {}, was read. {}", prose, ssn("-"), prose),
         "minutes"),
    Spec("e", say("{};{}", ssn("-"), form("816-555-01##")), "with a telephone", warn=(PHONE,)),
]  # fmt: skip

BARE = [
    Spec("B", ssn(""), "under B", warn=(SOCIAL,)),
    Spec("data", ssn(""), "under data", warn=(SOCIAL,)),
    Spec("member_no", ssn(""), "under member_no", warn=(SOCIAL,)),
]

CARDS = [
    Spec("CreditCardNumber", bare, "bare under one word"),
    Spec("card_num", hyphens, "hyphens under card_num"),
    Spec("Credit Card No.", bare, "bare under Credit Card No."),
    Spec("cc_no", bare, "bare under cc_no"),
    Spec("CC Number", fours, "fours under CC Number"),
    Spec("AMEX #", card("amex"), "American Express, bare"),
    Spec("VisaNumber", card("visa"), "Visa, one word"),
    Spec("mastercard_no", card("mastercard", "mastercard-2"), "both series"),
    Spec("pan_number", bare, "bare under pan_number"),
    Spec("No. tarjeta", bare, "bare, Spanish"),
    Spec("tarjeta_debito", card("maestro"), "Maestro, Spanish"),
    Spec("payer card", card("diners", "jcb", "unionpay"), "three rare issuers"),
    Spec("B", fours, "fours under B"),
    Spec("data", bare, "bare under data", rows=150),
    Spec("No.", hyphens, "hyphens under No."),
    Spec("text", card("amex", separator=" "), "American Express under text"),
    Spec("q9", bare, "bare, explained by a question", label="Which credit card shall be charged?"),
    Spec("card", thousands(sixteen), "commas of thousands"),
    Spec("card", say("{}.000", sixteen), "three decimal places"),
    Spec("card", lambda rng: scientific(sixteen)(rng).replace("E", "E+"), "as 4.5E+15"),
    Spec("card", card(*US, separator="\u00b7"), "middle dots"),
    Spec("card", card(*US, separator="/"), "slashes"),
    Spec("card", card(*US, separator="\u200b"), "zero-width blanks"),
    Spec("card", two_groups, "two groups of eight"),
    Spec("card", amex_in_fours, "American Express in fours"),
    Spec("card", say("#{}", bare), "number sign before"),
    Spec("card", say("{}*", fours), "star of a footnote"),
    Spec("card", say("({})", hyphens), "brackets"),
    Spec("card", fours, "five rows", rows=5),
    Spec("card", blank(bare, 0.98), "two of a hundred", rows=200),
    Spec("entry", say("Visa: {}", card("visa")), "after Visa:"),
    Spec("entry", say("MC {}", card("mastercard")), "after MC"),
    Spec("entry", say("Discover#{}", card("discover")), "right after Discover#"),
    Spec("entry", say("CC {}", hyphens), "after CC"),
    Spec("entry", say("card no. {}", bare), "after card no."),
    Spec("entry", say("{} / {}", name, fours), "after a name and a stroke"),
    Spec("entry", say("{} cvv {}", sixteen, form("###")), "before a code"),
    Spec("log", say("card: {}\nname: {}", bare, name), "YAML"),
    Spec("form", say('<input name="cardnumber" value="{}">', bare), "HTML field"),
    Spec("line", say("{},{},MO", name, bare), "line of a table, bare"),
    Spec("line", say("{}\t{}", name, hyphens), "line with tabs"),
    Spec("record", say('{"card": {}, "ok": true}', sixteen), "JSON, a number"),
    Spec("method", mix(pick("cash", "check"), say("visa {}", card("visa")), first=0.9), "a tenth"),
    Spec("title", title, "one of 3,000 titles", rows=3000, planted=say("{} {}", title, fours)),
    Spec("vendor", name, "one of 3,000 vendors", rows=3000, planted=hyphens),
    Spec("Comments", prose, "one of 3,000 comments, bare after the issuer", rows=3000,
         planted=say("Charged to Mastercard {}", card("mastercard"))),
    Spec("minutes", say("{} Her card, {}, was charged. {}", prose, fours, prose), "minutes"),
    Spec("Acct", mix(form("UB-#####"), fours, first=0.7), "three of ten accounts"),
    Spec("payment ref", hyphens, "hyphens under payment ref"),
    Spec("charge", say("{} {}", fours, form("$##.00")), "with an amount"),
]  # fmt: skip

ALIKE = [
    Spec("Plan No", form("%##-##-####"), "plans, 3-2-4"),
    Spec("Lot/Block", form("### ## ####"), "lots, 3-2-4 with blanks"),
    Spec("Parcel Identification Number", form("%##.##.####"), "parcels, 3-2-4 with dots"),
    Spec("property_key", form("%########"), "properties, nine digits"),
    Spec("grantor_index", form("%##-##-####"), "deeds, 3-2-4"),
    Spec("inspection_id", form("%########"), "inspections, nine digits"),
    Spec("Complaint No", form("4###############"), "complaints of 16 digits"),
    Spec("Purchase Order", form("4### #### #### ####"), "orders in fours"),
    Spec("receipt", form("5###############"), "receipts of 16 digits", rows=1500),
    Spec("license", form("%##-##-####"), "licences of dogs, 3-2-4", label="Dog licence"),
    Spec("tag_no", form("%########"), "tags, nine digits"),
    Spec("warranty", form("####-####-####-####"), "warranties in fours", rows=300),
    Spec("fixture", form("%##-##-####"), "street lights, 3-2-4", label="Street light number"),
    Spec("sign_id", form("%## ## ####"), "signs, 3-2-4 with blanks"),
    Spec("valve", form("1##-0#-####"), "valves, 3-2-4 from one area"),
    Spec("manhole", form("SSMH-####", "SS-##-####"), "manholes of the sanitary sewer"),
    Spec("SSID", form("cityhall-##", "guest-##"), "names of wireless networks"),
    Spec("SS_Type", pick("PVC", "VCP", "DIP"), "sorts of sanitary sewer"),
    Spec("ssn_count", form("%#"), "counts of sewer nodes"),
    Spec("social_services_case", form("%########"), "cases, nine digits"),
    Spec("Social Worker ID", form("%####"), "staff"),
    Spec("security_no", form("SEC-%###"), "alarms"),
    Spec("taxpayer_count", form("%###"), "counts of taxpayers"),
    Spec("tax_id", form("4#-#######"), "companies under tax_id", warn=(PERSON,)),
    Spec("tax_account", form("%########"), "accounts of property tax, nine digits"),
    Spec("SSR", form("%##-##-####"), "sites of a register, 3-2-4", label="Site register no.",
         warn=(SOCIAL,)),
    Spec("grant_no", form("20-##-####", "21-##-####"), "grants, 2-2-4"),
    Spec("CFDA", form("##.###"), "programs of aid"),
    Spec("AFE", form("%##-##-##"), "funding, 3-2-2"),
    Spec("IMEI2", check("86############"), "telephones from 86, Luhn"),
    Spec("modem", check("35############"), "modems, Luhn"),
    Spec("Bar Code", check("30000########"), "library items from 30000, Luhn"),
    Spec("barcode_no", ean("4", 13), "EAN from 4"),
    Spec("item_ean", ean("63", 13), "EAN from 63"),
    Spec("GTIN", ean("3", 14), "GTIN of 14 digits from 3"),
    Spec("loyalty", check("7###############"), "16 digits from 7, Luhn"),
    Spec("transit_card_reader", form("RDR-%###"), "readers of cards"),
    Spec("card_access_log", date("%Y-%m-%d %H:%M", 2020, 2026), "times of entry"),
    Spec("card_no", form("LIB-%####"), "cards of a catalog"),
    Spec("Score Card", form("%###"), "score cards"),
    Spec("amex_accepted", pick("Yes", "No"), "whether accepted"),
    Spec("cc", pick("clerk@example.gov", ""), "copies of mail", warn=(EMAIL,)),
    Spec("CC", form("%#"), "cubic centimeters"),
    Spec("pan", pick("yes", "no"), "pan and tilt of cameras"),
    Spec("mc", form("MC%##"), "manholes"),
    Spec("account_number", form("100%#####"), "utility accounts"),
    Spec("Acct #", form("%##-####-##"), "utility accounts, 3-4-2"),
    Spec("grid", aba, "grid cells that pass the check of banks", label="Grid cell"),
    Spec("node", aba, "nodes that pass the check of banks"),
    Spec("aba_member", pick("Yes", "No"), "members of a bar"),
    Spec("X", uniform(2800000, 2900000, 10), "easting, ten places"),
    Spec("value", uniform(0, 1, 15), "shares of 15 places"),
    Spec("total", thousands(form("4###############")), "money with commas, 16 digits"),
    Spec("amt", thousands(form("%########")), "money with commas, nine digits"),
    Spec("rate", say("{}E+08", uniform(1, 9, 8)), "figures as 1.23456789E+08"),
    Spec("period", date("%Y%m%d", 2000, 2026), "days"),
    Spec("t", form("1700000######000"), "microseconds, 16 digits"),
    Spec("session", form("4###############~~~~"), "sessions, letters behind"),
    Spec("sha", say("{}", form("~" * 32)), "hashes of 32"),
    Spec("path", say("/files/{}/a.pdf", form("%########")), "paths, nine digits"),
    Spec("uri", say("https://example.gov/p/{}", form("5###############")), "links, 16 digits"),
    Spec("phone", form("+44 20 7946 0###"), "telephones abroad", warn=(PHONE,)),
    Spec("route", form("%##-##-####"), "mail routes, 3-2-4", label="Mail route"),
    Spec("dl", form("1##", "2##"), "downloads", label="Downloads"),
    Spec("license_expires", date("%m/%d/%Y", 2024, 2030), "expiry of licences"),
    Spec("passport_office", street, "offices", warn=(ADDRESS,)),
    Spec("itin_help", pick("Yes", "No"), "help with taxes"),
    Spec("zone", itin(""), "zones of nine digits from 9", warn=(PERSON,)),
]  # fmt: skip
