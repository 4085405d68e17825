"""Columns of the shown half that look like what is protected and are not."""

from __future__ import annotations

from functools import partial

from tests.identifiers.columns import (
    ADDRESS,
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
    check,
    date,
    ean,
    form,
    isbn10,
    mix,
    name,
    npi,
    pick,
    prose,
    say,
    street,
    uniform,
    vin,
)

__all__ = ["columns"]

shown = partial(label, "shown", truth=())


def columns() -> list[LabelledColumn]:
    """Return them all."""
    return [
        *shown(family="look-alike: permits, cases, orders", specs=PAPERS),
        *shown(family="look-alike: parcels", specs=PARCELS),
        *shown(family="look-alike: codes of places and trades", specs=CODES),
        *shown(family="look-alike: goods and devices", specs=GOODS),
        *shown(family="look-alike: nine digits and more", specs=LONG),
        *shown(family="look-alike: figures", specs=FIGURES),
        *shown(family="look-alike: dates and times", specs=TIMES),
        *shown(family="look-alike: the public's business", specs=PUBLIC),
        *shown(family="look-alike: masked or quoted", specs=MASKED),
    ]


PAPERS = [
    Spec("permit_number", form("BLD2024-0####"), "permits"),
    Spec("Permit #", form("24-0####-BP"), "permits, year first"),
    Spec("permit", form("20240####"), "permits, nine digits"),
    Spec("PERMIT_NO", form("1##-2#-00##"), "permits, 3-2-4"),
    Spec("sewer_permit", form("SS-24-####", "SS24-####"), "sanitary sewer, SS before"),
    Spec("case_number", form("CE-2024-00####"), "cases"),
    Spec("Case Number", form("HV######"), "cases of the police"),
    Spec("case_enquiry_id", form("101004######"), "requests, twelve digits"),
    Spec("docket", form("2416-CR0####"), "dockets of a court"),
    Spec("Docket No", form("24-CV-0####"), "dockets, hyphens"),
    Spec("incident", form("2024-%####"), "incidents"),
    Spec("invoice_number", form("INV-#########"), "invoices, nine digits with letters"),
    Spec("Invoice", form("%########"), "invoices, nine digits"),
    Spec("InvoiceNo", form("%##-%#-####"), "invoices, 3-2-4"),
    Spec("order_id", form("4###############"), "orders of 16 digits from 4"),
    Spec("PO Number", form("45########"), "purchase orders"),
    Spec("work_order", form("1366####", "PC812####"), "work orders"),
    Spec("ticket", form("0000%#######"), "tickets"),
    Spec("citation_no", form("2400#####"), "citations, nine digits"),
    Spec("resolution", form("24-1##"), "resolutions"),
    Spec("VIOLATION_NUMBER", form("V*050498LL6291089##"), "violations, letters between"),
    Spec("contract", form("C-2024-%##-##"), "contracts"),
]  # fmt: skip

PARCELS = [
    Spec("parcel", form("26-#40-1#-0#-00-0-00-000"), "Jackson County"),
    Spec("Parcel ID", form("12-3##-%#-##"), "2-3-2-2"),
    Spec("parcel_number", form("%##-##-####"), "3-2-4 under parcel_number"),
    Spec("APN", form("###-##-####"), "3-2-4 under APN"),
    Spec("Tax Parcel", form("### ## ####"), "3-2-4 with blanks"),
    Spec("PIN", form("##-##-###-###-0000"), "Cook County's PIN"),
    Spec("BBL", form("30%#######"), "borough, block and lot"),
    Spec("parcel_id", form("%########"), "nine digits"),
    Spec("PropertyID", form("#############"), "thirteen digits"),
    Spec("parno", form("################"), "sixteen digits"),
    Spec("geo_parcel", form("4##############"), "fifteen digits"),
]  # fmt: skip

CODES = [
    Spec("GEOID", form("29095%#####"), "census tracts"),
    Spec("block_geoid", form("29095%#########"), "census blocks of 15 digits"),
    Spec("FIPS", form("29###"), "counties"),
    Spec("blockgroup", form("29095%######"), "block groups"),
    Spec("zip4", form("640##-####"), "ZIP+4"),
    Spec("ZIP", form("640######"), "ZIP+4 without hyphen, nine digits"),
    Spec("NAICS", form("23%###"), "NAICS"),
    Spec("DUNS", form("%########"), "DUNS, nine digits"),
    Spec("duns_number", form("##-###-####"), "DUNS, hyphens"),
    Spec("UEI", form("^#^#^^#^^#^#"), "entities of the federal register"),
    Spec("NPI", npi, "health providers"),
    Spec("EIN", form("4#-#######"), "employers", warn=(PERSON,)),
    Spec("ein", form("43#######"), "employers, nine digits", warn=(PERSON, SOCIAL)),
    Spec("gl_account", form("100-4###-5310"), "ledger, 3-4-4"),
    Spec("Account Code", form("%##-##-####"), "ledger, 3-2-4"),
    Spec("account_string", form("001-4301-431.20-##"), "ledger with dots"),
    Spec("NTA", form("BX##"), "neighborhoods"),
    Spec("beat", form("0###"), "beats"),
    Spec("MUID", form("2##-%#-00##"), "stations, 3-2-4 below 300", warn=(SOCIAL,)),
    Spec("HUC12", form("10300101####"), "watersheds"),
]  # fmt: skip

GOODS = [
    Spec("VIN", vin, "vehicles"),
    Spec("plate", form("^^# ^#^", "##^-###"), "plates"),
    Spec("UPC", ean("0", 12), "UPC"),
    Spec("ean", ean("4"), "EAN of 13 digits from 4"),
    Spec("gtin14", ean("36", 14), "GTIN of 14 digits from 36"),
    Spec("ISBN", isbn10, "ISBN-10"),
    Spec("isbn13", ean("978"), "ISBN-13"),
    Spec("ISBN-13", say("978-0-{}", form("##-######-#")), "ISBN-13, hyphens"),
    Spec("IMEI", check("35############"), "telephones' numbers, Luhn"),
    Spec("iccid", check("8901260#############"[:18]), "SIM cards, Luhn"),
    Spec("item_barcode", check("31811########"), "library items, Luhn"),
    Spec("meter_no", form("%########"), "meters, nine digits"),
    Spec("Meter", form("00%#######"), "meters, ten digits"),
    Spec("serial", form("5###############"), "serials of 16 digits from 5"),
    Spec("asset_tag", form("A00%#####"), "assets"),
    Spec("tracking", form("94001%##############"[:20] + "##"), "Postal Service, 22 digits"),
    Spec("UPS tracking", form("1Z999AA1########"), "UPS"),
    Spec("fedex", form("6###########", "6##############"), "FedEx, 12 and 15 digits"),
    Spec("hydrant", form("H-%##-##"), "hydrants"),
    Spec("mac", form("~~:~~:~~:~~:~~:~~"), "network cards"),
    Spec("ip", say("10.{}.{}", uniform(0, 255), form("%#.%#")), "network addresses"),
]  # fmt: skip

LONG = [
    Spec("OBJECTID", form("%########"), "nine digits under OBJECTID"),
    Spec("unique_key", form("4########"), "nine digits under unique_key"),
    Spec("account_no", form("%########"), "utility accounts, nine digits"),
    Spec("utility_account", form("4###############"), "utility accounts, 16 digits from 4"),
    Spec("customer", check("824512#########"), "cable accounts, 16 digits, Luhn, not of an issuer"),
    Spec("record_id", form("51##############", "52##############"), "16 digits from 51, 800 rows",
         rows=800),
    Spec("transaction_id", form("6011############"), "16 digits from 6011"),
    Spec("vendor", form("%########"), "vendors, nine digits"),
    Spec("vendor_number", form("0000%#####"), "vendors, ten digits"),
    Spec("hash", form("~" * 64), "SHA-256"),
    Spec("uuid", form("~~~~~~~~-~~~~-4~~~-a~~~-~~~~~~~~~~~~"), "UUID"),
    Spec("globalid", form("{~~~~~~~~-####-4###-a###-############}"), "UUID with many digits"),
    Spec("md5", form("################~~~~~~~~########"), "hash with many digits"),
    Spec("route_id", aba, "roads whose ids pass the check of banks"),
    Spec("ROADWAY", form("750####%"), "roads"),
    Spec("routing", pick("Legal > Clerk", "Clerk > Council"), "routing of papers"),
    Spec("url", say("https://example.gov/d/{}", form("4###############")), "links, 16 digits"),
    Spec("file", say("scan_{}.pdf", form("%########")), "file names, nine digits"),
]  # fmt: skip

FIGURES = [
    Spec("latitude", uniform(39.0, 39.2, 14), "latitude, long fraction", warn=(POINT,)),
    Spec("x_coord", uniform(1000000, 1300000, 6), "state plane", warn=(POINT,)),
    Spec("shape_area", uniform(1000, 90000000, 9), "areas, long fraction"),
    Spec("Shape_Leng", uniform(1, 9000, 12), "lengths, sixteen digits with point"),
    Spec("ratio", uniform(0, 1, 16), "shares of 16 places"),
    Spec("amount", uniform(100000000, 999999999, 2), "money, nine digits"),
    Spec("Budget", say("${},{}", form("%##,###"), form("###.00")), "money, commas"),
    Spec("appropriation", form("%########"), "money, nine digits without point"),
    Spec("population", form("%#####"), "counts"),
    Spec("bytes", form("%########"), "sizes"),
    Spec("score", form("9#"), "scores"),
    Spec("range", form("1##-1##", "2##-2##"), "ranges"),
]  # fmt: skip

TIMES = [
    Spec("inspection_date", date("%m/%d/%Y", 2019, 2026), "inspections"),
    Spec("ISSUE_DATE", date("%Y%m%d", 1998, 2026), "issued, bare"),
    Spec("timestamp", form("16########000"), "milliseconds, 13 digits"),
    Spec("epoch", form("17########"), "seconds"),
    Spec("loaded_at", form("2024010#1#####", "2024110#1#####"), "14 digits of a time"),
    Spec("created_us", form("17##############"), "microseconds"),
    Spec("year_built", form("19##"), "years of buildings"),
    Spec("DATE BUILT", date("%m/%d/%Y", 1890, 1990), "dates of buildings"),
    Spec("DOB", pick("Elevators", "Boilers", "Construction"), "DOB, Department of Buildings"),
    Spec("dob_issue_date", date("%m/%d/%Y", 2019, 2026), "issued by a Department of Buildings",
         warn=(BIRTH,)),
    Spec("ISN_DOB_BIS_VIOL", form("54####"), "violations of a Department of Buildings"),
    Spec("berth_date", date("%Y-%m-%d", 2020, 2026), "berths in a harbour"),
    Spec("hours", pick("9:00-17:00", "08:30-12:30", "7am-3pm"), "opening hours"),
]  # fmt: skip

PUBLIC = [
    Spec("office_phone", form("816-325-7###"), "telephones of offices", warn=(PHONE,)),
    Spec("Department Phone", form("(816) 325-7###"), "departments", warn=(PHONE,)),
    Spec("contact_email", pick("clerk@example.gov", "parks@example.gov", "311@example.gov"),
         "mailboxes of departments", warn=(EMAIL,)),
    Spec("staff_email", say("{}@independencemo.example", form("^^^^^")), "staff", warn=(EMAIL,)),
    Spec("fax", form("816-325-7###"), "fax", warn=(PHONE,)),
    Spec("facility_address", street, "facilities", warn=(ADDRESS,)),
    Spec("Address", street, "buildings inspected", warn=(ADDRESS,)),
    Spec("clinic_location", say("({}, {})", uniform(39.0, 39.2, 6), uniform(-94.5, -94.3, 6)),
         "facilities as points", warn=(POINT,)),
    Spec("business_license", form("2024-0####"), "licences of businesses"),
    Spec("license_no", form("%########"), "licences of businesses, nine digits", warn=(PERSON,)),
    Spec("liquor_license", form("L#########"), "liquor licences, as a driver's in form"),
    Spec("licensee", name, "holders of licences"),
    Spec("block_address", say("{}00 block {}", form("%#"), pick("E 23rd St", "S Main St")),
         "blocks of victims", topic="justice"),
    Spec("intersection", pick("Noland Rd & 23rd St", "Main St & Maple Ave"), "crossings",
         topic="justice"),
    Spec("lat", uniform(39.0, 39.2, 2), "centroids, two decimals", topic="health"),
    Spec("phone_model", form("816-%##", "KX-T####"), "models of telephones"),
    Spec("extension", form("7###"), "extensions"),
    Spec("twitter", say("@{}", form("^^^^^^^")), "handles"),
    Spec("notes", prose, "notes without anything", rows=400),
]  # fmt: skip

MASKED = [
    Spec("SSN", form("XXX-XX-####"), "last four of SSN"),
    Spec("ssn_last4", form("####"), "last four alone"),
    Spec("ssn_provided", pick("Y", "N"), "whether it was given"),
    Spec("card_number", form("************####"), "last four of cards"),
    Spec("card_type", pick("Visa", "Mastercard", "Discover"), "issuers"),
    Spec("card_bin", form("4#####", "5#####"), "first six of cards"),
    Spec("instructions", pick("Enter your SSN as 999-99-9999.", "Format: 000-00-0000"),
         "form of a number, none"),
    Spec("SSN", pick("078-05-1120"), "the number of the wallet advertisement", rows=10,
         warn=(SOCIAL,)),
    Spec("hull", form("SSN-7##"), "submarines"),
    Spec("ssn_ref", blank(form("SSN-%##"), 0.3), "sanitary sewer nodes"),
    Spec("social_media", pick("facebook.com/cityofindependence", "@cityofindep"), "social media"),
    Spec("library_card", check("21811########"), "cards of a library, Luhn", warn=(CARD,)),
    Spec("punch_card", mix(form("PC-####"), pick("none")), "punch cards"),
]  # fmt: skip
