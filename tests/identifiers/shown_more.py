"""Columns of the shown half, written after the second look: keys, headers, groupings, schemes."""

from __future__ import annotations

from functools import partial
from random import Random

from tests.identifiers.columns import (
    BANK,
    CARD,
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
    ean,
    form,
    isbn10,
    name,
    npi,
    pick,
    prose,
    say,
    scientific,
    ssn,
    uniform,
)

__all__ = ["columns"]

shown = partial(label, "shown more")
US = ("visa", "mastercard", "amex", "discover")
plain = card(*US)
maestro = card("maestro", "maestro-13", "maestro-18")


def columns() -> list[LabelledColumn]:
    """Return them all."""
    return [
        *shown("social security, keys", {SOCIAL}, KEYED),
        *shown("social security, headers", {SOCIAL}, HEADED),
        *shown("social security, old Medicare cards", {SOCIAL}, MEDICARE),
        *shown("social security, sentences", {SOCIAL}, SAID),
        *shown("payment card, keys", {CARD}, CARD_KEYS),
        *shown("payment card, issuers and groups", {CARD}, ISSUED),
        *shown("look-alike: numbers that pass a check", (), CHECKED),
        *shown("look-alike: 3-2-4 and nine digits", (), NINES),
        *shown("look-alike: keys of something else", (), OTHER_KEYS),
        *shown("look-alike: digits that are lost", (), LOST),
    ]


def joined(maker: Maker, separator: str, *sizes: int) -> Maker:
    """Return a maker that writes the digits of another in groups of these sizes."""

    def make(rng: Random) -> str:
        digits, groups, place = maker(rng), [], 0
        for size in sizes:
            groups.append(digits[place : place + size])
            place += size
        return separator.join(groups)

    return make


KEYED = [
    Spec("payload", say('{"applicant": {"id": {}, "socialSecurityNumber": {}}}',
                        form("%###"), ssn("")), "camel case, nested"),
    Spec("body", say('{"who": {"soc_sec_no": "{}"}}', ssn("")), "snake case, quoted"),
    Spec("event", say("{'employee_ssn': {}}", ssn("")), "a Python dict"),
    Spec("log", say("INFO user={} spouseSsn={} ok", form("^^^"), ssn("")), "a line of a log"),
    Spec("request", say("/apply?name=x&ssn={}&ok=1", ssn("")), "a query"),
    Spec("link", say("https://forms.example.gov/a?socialSecurityNumber={}", ssn("")), "a link"),
    Spec("link2", say("https://forms.example.gov/a?id={}&ssn={}", form("%##"), ssn("-")),
         "a link, hyphens"),
    Spec("encoded", say("next=%2Fapply%3Fssn%3D{}%26ok%3D1", ssn("")), "percent signs"),
    Spec("xml", say("<r><SocialSecurityNumber>{}</SocialSecurityNumber></r>", ssn("")), "a tag"),
    Spec("soap", say('<ns1:SSN xsi:type="xsd:string">{}</ns1:SSN>', ssn("")), "a tag with words"),
    Spec("html", say('<input name="ssn" value="{}">', ssn("")), "a form's field"),
    Spec("cdata", say("<SSN><![CDATA[{}]]></SSN>", ssn("")), "CDATA"),
    Spec("typed", say('{"idType": "SSN", "idValue": {}}', ssn("")), "a type beside a value"),
    Spec("ini", say("name = {}; social_security = {}", name, ssn("")), "INI"),
    Spec("yaml", say("- applicantSSN: {}", ssn("")), "YAML"),
    Spec("hash", say(":ssn => '{}'", ssn("")), "Ruby"),
    Spec("pairs", say("SSN|{}|DOB|", ssn("")), "pairs with bars"),
    Spec("query", say("UPDATE p SET ss_num='{}' WHERE id={}", ssn(""), form("%##")), "SQL"),
    Spec("escaped", say('{\\"ssn\\":\\"{}\\"}', ssn("")), "JSON within JSON"),
    Spec("spanish", say('{"numeroSeguroSocial": {}}', ssn("")), "a Spanish key"),
]  # fmt: skip

HEADED = [
    Spec("Seguridad Social", ssn(""), "Seguridad Social"),
    Spec("N\u00famero de la Seguridad Social", ssn(""), "with its article"),
    Spec("Applicant's Social", ssn(""), "somebody's social"),
    Spec("spouse_social", ssn(""), "social behind"),
    Spec("MySocial", ssn(""), "camel case"),
    Spec("S.S.", ssn(""), "S.S."),
    Spec("S.S. #", ssn(""), "S.S. #"),
    Spec("Soc. No.", ssn(""), "Soc. No."),
    Spec("SOCSECNO", ssn(""), "glued capitals"),
    Spec("ssnumber", ssn(""), "glued"),
    Spec("empssn2", ssn(""), "glued on both sides"),
    Spec("EE SSN (no dashes)", ssn(""), "with advice"),
    Spec("SocSecNbr", ssn(""), "camel case, abbreviated"),
    Spec("N.S.S.", ssn(""), "N.S.S."),
    Spec("NumSegSocial", ssn(""), "Spanish, camel case"),
    Spec("# SS", ssn(""), "# SS"),
    Spec("dep1ssn", ssn(""), "glued, with a figure within"),
    Spec("Decedent SS", ssn(""), "whose SS it is"),
    Spec("socials", ssn(""), "socials"),
    Spec("Soc.Sec.", ssn(""), "Soc.Sec."),
    Spec("social_1", ssn(""), "social with a figure"),
    Spec("Social Sec. Nr", ssn(""), "Nr"),
    Spec("SSN", scientific(ssn("")), "in powers of ten, nothing lost"),
    Spec("tin", ssn(""), "TIN of persons", warn=(PERSON,)),
    Spec("TaxpayerIdentificationNumber", ssn(""), "taxpayer, camel case", warn=(PERSON,)),
    Spec("Social Security", ssn(":"), "colons"),
    Spec("socialsecurityno", ssn(""), "glued, no"),
]  # fmt: skip

lettered = pick("A", "B", "B2", "C1", "D", "W", "T")
MEDICARE = [
    Spec("HICN", say("{}{}", ssn("-"), lettered), "hyphens and a letter", warn=(PERSON,)),
    Spec("hic_number", say("{}{}", ssn(""), lettered), "bare and a letter", warn=(PERSON,)),
    Spec("Medicare No", say("{}-{}", ssn("-"), lettered), "a hyphen before", warn=(PERSON,)),
    Spec("Medicare Claim Number", say("{} {}", ssn(" "), pick("A", "B", "D")), "blanks",
         warn=(PERSON,)),
    Spec("SSN", say("{}{}", ssn(""), lettered), "bare under SSN"),
    Spec("insured", say("{}{}", ssn("-"), pick("A", "B", "D")), "a neutral name"),
    Spec("note", say("Medicare claim no. {}{} on file", ssn("-"), pick("A", "D")), "in a note",
         warn=(PERSON,)),
]  # fmt: skip

SAID = [
    Spec("memo", say("my social, {}, was on it", ssn("")), "my social"),
    Spec("memo2", say("The tenant's social is {}.", ssn("")), "somebody's social"),
    Spec("memo3", say("su seguridad social es {}", ssn("")), "su seguridad social"),
    Spec("memo4", say("n\u00famero de seguro social: {}", ssn("")), "seguro social"),
    Spec("memo5", say("NSS {}", ssn("")), "NSS"),
    Spec("memo6", say("Soc {} given by phone", ssn("")), "Soc"),
    Spec("memo9", say("SSN no. given as {}", ssn("")), "given as"),
    Spec("letter", say("Social Security Number\n{}", ssn("")), "on the next line"),
    Spec("memo7", say("{} (social)", ssn("-")), "behind"),
    Spec("memo8", say("his Social #: {}", ssn("")), "Social #"),
]  # fmt: skip

CARD_KEYS = [
    Spec("payload", say('{"pay": {"cardNumber": {}, "exp": "0126"}}', plain), "JSON, a number"),
    Spec("link", say("https://pay.example.com/p?amount=5&card={}", plain), "a link"),
    Spec("query", say("/charge?cc_number={}&cvv={}", plain, form("###")), "a query"),
    Spec("tag", say("<CardNum>{}</CardNum>", plain), "a tag"),
    Spec("log", say("WARN pan={} declined", plain), "a line of a log"),
    Spec("debit", say('{"debitCardNo": "{}"}', maestro), "Maestro in JSON"),
    Spec("ini", say("credit_card = {}", plain), "INI"),
    Spec("note", say("debit card {} was refused", maestro), "Maestro in a sentence"),
    Spec("encoded", say("a%3D1%26card%3D{}", plain), "percent signs"),
    Spec("html", say('<input name="creditCard" value="{}"/>', plain), "a form's field"),
]  # fmt: skip

ISSUED = [
    Spec("debit", maestro, "Maestro under debit"),
    Spec("Debit", card("maestro"), "Maestro under Debit"),
    Spec("Credit/Debit", card("visa", "maestro"), "two issuers"),
    Spec("debito", card("maestro", "maestro-18"), "a Spanish header"),
    Spec("card", check("50180000###"), "Maestro of twelve digits"),
    Spec("debit_card", joined(check("67590000###"), " ", 4, 4, 4), "Maestro, 4-4-4"),
    Spec("RuPay", check("6081###########"), "RuPay from 60"),
    Spec("Card No", check("8172###########"), "RuPay from 81"),
    Spec("card_no", check("508500#########"), "RuPay from 508"),
    Spec("Number", joined(card("visa"), ":", 4, 4, 4, 4), "colons"),
    Spec("Number", joined(card("visa"), " - ", 4, 4, 4, 4), "hyphens with blanks"),
    Spec("Ref", joined(card("visa"), "  ", 4, 4, 4, 4), "two blanks"),
    Spec("Ref", joined(card("diners"), "-", 4, 6, 4), "Diners, 4-6-4"),
    Spec("Ref", joined(card("unionpay-19"), " ", 6, 13), "UnionPay, 6-13"),
    Spec("Ref", joined(card("visa-13"), " ", 4, 4, 5), "Visa, 4-4-5"),
    Spec("card number", scientific(plain), "in powers of ten, nothing lost"),
    Spec("payer", say("{} MC{}", name, card("mastercard")), "an issuer's letters before"),
    Spec("card", say("{}/{}", plain, form("0%/2#")), "with expiry, no blank"),
    Spec("dump", say("{}|{}|{}", plain, form("0%|2#"), form("###")), "with expiry, bars"),
    Spec("tarjetaCredito", plain, "Spanish, camel case"),
    Spec("CardNbr", plain, "CardNbr"),
    Spec("ccnbr", plain, "ccnbr"),
    Spec("acct_card", plain, "acct_card"),
    Spec("notes", prose, "one of 500, 4-6-5", rows=500,
         planted=say("card {} was charged", joined(card("amex"), ".", 4, 6, 5))),
]  # fmt: skip

CHECKED = [
    Spec("node", aba, "nodes that pass the check of banks", warn=(BANK, SOCIAL)),
    Spec("trip", aba, "trips that do", warn=(BANK, SOCIAL)),
    Spec("Segment", aba, "segments that do", warn=(BANK,)),
    Spec("id", aba, "ids that do", warn=(BANK, SOCIAL)),
    Spec("bus_block", aba, "bus blocks that do", warn=(BANK, SOCIAL)),
    Spec("transit_id", aba, "buses' that do", warn=(BANK, SOCIAL)),
    Spec("RTN_segment", aba, "segments of RTN, whoever that is", warn=(BANK, SOCIAL)),
    Spec("Transit Stop", aba, "stops that do", warn=(BANK, SOCIAL)),
    Spec("Bar Code", check("30000########"), "library items like Diners", warn=(CARD,)),
    Spec("barcode", check("36001########"), "items from 36", warn=(CARD,)),
    Spec("Item", check("30517########"), "items from 30517", warn=(CARD,)),
    Spec("copy", check("38001########"), "copies of books", warn=(CARD,)),
    Spec("number", check("30000########"), "items under a name that says nothing", warn=(CARD,)),
    Spec("Library item", check("30455########"), "a library's", warn=(CARD,)),
    Spec("patron", check("21811########"), "patrons"),
    Spec("invoice", check("45#############"), "invoices with a check digit", warn=(CARD,)),
    Spec("asset", check("4##############"), "assets with one", warn=(CARD,)),
    Spec("utility account", check("6##########"), "accounts with one", warn=(CARD,)),
    Spec("imei", check("35############"), "IMEI"),
    Spec("gift_card", check("6006491#########"[:15]), "gift cards", warn=(CARD,)),
    Spec("transit_card", check("50100#########"), "fare cards", warn=(CARD,)),
    Spec("sin", check("%#######"), "nine digits that pass Luhn", warn=(SOCIAL,)),
    Spec("provider", npi, "health providers", warn=(PHONE,)),
    Spec("isbn", isbn10, "books"),
    Spec("gtin", ean("40", 14), "goods of 14 digits"),
    Spec("uatp", form("1##############"), "15 digits from 1"),
]  # fmt: skip

NINES = [
    Spec("Permit No.", form("1##-##-####"), "permits", warn=(SOCIAL,)),
    Spec("parcelNumber", form("%##-##-####"), "parcels, camel case", warn=(SOCIAL,)),
    Spec("Case", form("2##-##-####"), "cases", warn=(SOCIAL,)),
    Spec("meterId", form("%########"), "meters, camel case"),
    Spec("invoice.no", form("%##-##-####"), "invoices", warn=(SOCIAL,)),
    Spec("PropertyNumber", form("%##-##-####A"), "properties with a letter", warn=(SOCIAL,)),
    Spec("parcel", form("1##-##-####A", "1##-##-####B"), "parcels with a letter", warn=(SOCIAL,)),
    Spec("lot", form("%########A"), "lots with a letter"),
    Spec("social_services_case", form("%########"), "cases of social services"),
    Spec("social_media_id", form("%########"), "handles"),
    Spec("razon social", form("%########"), "companies, Spanish", warn=(SOCIAL,)),
    Spec("ssn_sewer_node", form("SSN%####"), "nodes"),
    Spec("SS_LINE", form("%########"), "sanitary sewers", warn=(SOCIAL,)),
    Spec("soc_code", form("%#-####"), "occupations"),
    Spec("SOC", form("%#-####.00"), "occupations of O*NET"),
    Spec("naics_code", form("%#####"), "trades"),
    Spec("bates", form("%########"), "pages of a trial"),
    Spec("x", form("2########"), "coordinates of nine digits", warn=(SOCIAL,)),
    Spec("lat_e7", form("39#######"), "latitudes in whole numbers", warn=(SOCIAL,)),
    Spec("phone_ext", form("816-325-7###"), "telephones", warn=(PHONE,)),
    Spec("nss_id", form("NSS-%###"), "stars"),
    Spec("TIN", form("4#-#######"), "employers", warn=(PERSON,)),
]  # fmt: skip

OTHER_KEYS = [
    Spec("payload", say('{"parcelNumber": {}, "ok": 1}', form("%########")), "a parcel"),
    Spec("link", say("https://example.gov/p?parcel={}", form("%##-##-####")), "a parcel in a link"),
    Spec("url", say("https://example.gov/r?routing={}", form("%####")), "routes"),
    Spec("request", say("/case?id={}&pass=1", form("%########")), "ids in a query"),
    Spec("log", say("session={} class=3", form("%########")), "sessions in a log"),
    Spec("tag", say("<meter>{}</meter>", form("%########")), "a meter"),
    Spec("track", say("https://example.com/t?tracking={}", form("4###############")),
         "a parcel by mail"),
    Spec("json", say('{"scorecard": {}}', form("%###############")), "a score"),
    Spec("doc", say('{"cardinality": {}, "discard": {}}', form("%########"),
                    form("%###########")), "words with card in them"),
    Spec("assn", say("assn={}", form("%########")), "associations"),
    Spec("sessn", say('{"lessn": "{}"}', form("%##-#")), "words that end in ssn"),
]  # fmt: skip

LOST = [
    Spec("debit", uniform(1000, 90000000, 2), "money"),
    Spec("credit", form("%###########"), "money of twelve digits, no point"),
    Spec("value", say("{}E+15", uniform(1, 9, 2)), "large figures"),
    Spec("card_type", blank(pick("DEBIT", "CREDIT"), 0.2), "sorts of cards"),
    Spec("mass", say("{}E24", uniform(1, 9, 5)), "weights"),
    Spec("cards", form("4.5####E+15"), "cards that lost their digits", warn=(CARD,)),
    Spec("Card Number", say("{}0", form("4##############")), "cards with a last nought",
         warn=(CARD,)),
]  # fmt: skip
