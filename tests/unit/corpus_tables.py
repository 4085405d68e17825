"""What is to come of each text file and workbook of the corpus, apart from the tests that hold it.

``files.md`` beside the corpus says what a careful reader makes of each file; ``why`` says where we
see it otherwise. Files of other kinds are in ``corpus_outcomes``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["OUTCOMES", "Expected"]


@dataclass(frozen=True)
class Expected:
    """What is to come of one file.

    Attributes:
        status: read, ask or refused.
        header: the numbers of its rows.
        rows: of the table.
        columns: how many.
        types: of named columns, those that matter.
        aside: how many rows of each kind are set aside.
        blank: rows without any value.
        about: what the question is about.
        says: words that are in the message or the notes.
        marks: by column, how often each mark was met.
        download_only: it stays a download.
        why: where this is not what ``files.md`` says.
    """

    status: str = "read"
    header: tuple[int, ...] = (1,)
    rows: int = 0
    columns: int = 0
    types: dict[str, str] = field(default_factory=dict)
    aside: dict[str, int] = field(default_factory=dict)
    blank: int = 0
    about: str = ""
    says: str = ""
    marks: dict[str, dict[str, int]] = field(default_factory=dict)
    download_only: bool = False
    why: str = ""


def _of(kind: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, kind)


TEXT_FILES: dict[str, Expected] = {
    "boston-311-100.bad.tsv": Expected(
        rows=99,
        columns=29,
        types=_of("text", "location_zipcode", "precinct", "ward") | _of("timestamp", "open_dt"),
        aside={"bad": 1},
    ),
    "boston-weather-2016.csv": Expected(
        rows=367,
        columns=71,
        types={"date": "date", "column_1": "integer", "precipi": "numeric"},
        marks={"precipi": {"T": 47}},
    ),
    "chicago-bike-racks.csv": Expected(
        rows=5164,
        columns=12,
        types=_of("numeric", "F12", "F13", "Latitude", "Longitude"),
        why="the doubles F12 and F13 are kept: they are data, a steward may drop them",
    ),
    "chicago-crimes-oct-2012.csv": Expected(
        rows=4999,
        columns=22,
        types=_of("text", "IUCR", "Beat", "District", "FBI_Code")
        | _of("timestamp", "Date", "Updated_On"),
    ),
    "chicago-early-learning-sites.pipe.csv": Expected(
        rows=620,
        columns=29,
        types={"Modified_on": "timestamp", "Phone_Number": "text", "LocZip": "text"},
        says="Niño",
        marks={"LocZip": {"_": 1}},
    ),
    "chicago-flu-shot-clinics-2013.csv": Expected(
        rows=65, columns=17, types={"Date": "date", "Zip": "text", "Phone": "text"}
    ),
    "chicago-landmarks.csv": Expected(
        rows=317,
        columns=9,
        types={"DATE_BUILT": "text", "LANDMARK_DESIGNATION_DATE": "date"},
    ),
    "cook-county-budget-1993-2018.wide.csv": Expected(
        rows=178,
        columns=56,
        types=_of("numeric", "Appropriations_2000", "Expenditures_2016"),
        why="left wide: the labels hold two variables (appropriated or spent, and the year)",
    ),
    "empty.csv": Expected("refused", says="empty"),
    "florida-bike-lanes.csv": Expected(rows=2969, columns=8, types={"ROADWAY": "text"}),
    "fulton-county-restaurant-scores.csv": Expected(
        rows=6475, columns=8, blank=1, types={"date": "date", "score": "integer"}
    ),
    "greater-london-payments-2012-13-p10.csv": Expected(
        header=(7,),
        rows=860,
        columns=7,
        types={"Amount": "numeric", "Clearing_Date": "date", "Document_No": "text"},
        aside={"title": 5, "total": 1},
        blank=4,
    ),
    "lives-field-dictionary.cp1252.csv": Expected(
        rows=26, columns=6, types=_of("text", "Name", "Description"), says="read as Windows-1252"
    ),
    "madison-wi-polling-places.csv": Expected(
        rows=142,
        columns=14,
        types=_of("numeric", "X", "Y"),
        why="that ward 123 means the wards 1, 2 and 3 is nowhere in the file",
    ),
    "maryland-stop-reason-codes.csv": Expected(
        header=(2,),
        rows=93,
        columns=12,
        types=_of("text", "Seat_Belt_Violation", "Speed_Limit_Violation"),
        aside={"title": 1},
    ),
    "newcastle-uk-invoices-2011-10.csv": Expected(
        header=(3,),
        rows=209,
        columns=10,
        types={"Payment_Date": "date", "Grand_Total": "numeric"},
        aside={"title": 1},
        blank=22,
    ),
    "nyc-311-100.csv": Expected(
        rows=100,
        columns=41,
        types=_of("timestamp", "Created_Date", "Closed_Date") | {"Incident_Zip": "text"},
    ),
    "nyc-dob-violations.csv": Expected(
        rows=100,
        columns=18,
        types=_of("text", "BLOCK", "LOT", "NUMBER") | _of("date", "ISSUE_DATE", "DISPOSITION_DATE"),
    ),
    "nyc-housing-court-decisions.csv": Expected(rows=100, columns=4),
    "nyc-j51-tax-exemptions.cr.csv": Expected(
        rows=100, columns=15, types=_of("integer", "EXEMPT_AMT", "TOTAL_TAX", "ABATEMENT")
    ),
    "nyc-mci-applications.csv": Expected(
        rows=100,
        columns=23,
        types=_of("date", "filing_date", "closing_date", "wk_beg_dt")
        | _of("numeric", "claim_cost", "allow_cost"),
        marks={"claim_cost": {"N/A": 27}},
    ),
    "nyc-parks-maintenance-hours-fy18.csv": Expected("ask", about="columns"),
    "nyc-pedestrian-injuries.csv": Expected(
        rows=390,
        columns=7,
        types={"Number": "integer", "rate_per_100k": "numeric"},
        marks={"Number": {"**": 51, "^^": 15}},
    ),
    "nyc-pluto-excerpt.wide.csv": Expected(
        rows=5, columns=108, types={"appdate": "date", "lotarea": "integer"}
    ),
    "nyc-rodent-inspections.csv": Expected(
        rows=5,
        columns=25,
        types=_of("text", "BLOCK", "LOT", "HOUSE_NUMBER")
        | _of("timestamp", "INSPECTION_DATE", "APPROVED_DATE"),
    ),
    "philadelphia-fy16-adopted.csv": Expected(rows=1994, columns=8, types={"total": "numeric"}),
    "sacramento-approved-budgets.csv": Expected(rows=5353, columns=8, types={"Amount": "integer"}),
    "san-diego-dataset-inventory.csv": Expected(
        rows=145,
        columns=9,
        types=_of("date", "DateAdded", "DatePublished"),
        marks={"TargetPublication": {"NA": 1}},
    ),
    "seattle-fleet-surplus-sales.tsv": Expected(
        rows=49, columns=9, types={"EQUIP_ID": "text", "SALE_PRICE": "numeric"}
    ),
    "sf-cafr-1989-2013.cr.txt": Expected("ask", about="columns"),
    "sf-general-revenues-1989-1998.csv": Expected(
        header=(6, 7, 8),
        rows=10,
        columns=11,
        types=_of("numeric", "Property_Taxes", "Total") | {"Fiscal_Year": "integer"},
        aside={"title": 4, "note": 2, "total": 20},
        says="(In Thousands)",
    ),
    "uk-nhs-mha-2010-11.utf16le.csv": Expected(
        rows=327,
        columns=19,
        types={
            "Reporting_period": "text",
            "All_admissions_including_place_of_safety_detentions": "integer",
        },
    ),
}

WORKBOOKS: dict[str, Expected] = {
    "boston-traffic-count-pearl-st.xlsx": Expected("ask", about="sheet"),
    "framingham-census-blocks-2021.xlsx": Expected("ask", about="header"),
    "framingham-election-2011.xls": Expected("ask", about="rows"),
    "nyc-421a-2021-brooklyn.xlsx": Expected(
        header=(5,),
        rows=45,
        columns=15,
        types={"TAX_CLASS": "text", "YEAR_BUILT": "integer"},
        aside={"title": 1, "note": 2},
        blank=1,
    ),
    "nyc-sales-2015-manhattan.xls": Expected(
        header=(5,),
        rows=26,
        columns=21,
        types={"SALE_PRICE": "integer", "SALE_DATE": "date", "ZIP_CODE": "text"},
        aside={"title": 1, "note": 3},
    ),
    "nyc-sales-2020-manhattan.xlsx": Expected(
        header=(7,),
        rows=21,
        columns=21,
        types={"SALE_PRICE": "integer", "SALE_DATE": "date", "ZIP_CODE": "text"},
        aside={"title": 1, "note": 5},
        blank=1,
    ),
    "nyc-trip-generation.xlsx": Expected(
        rows=128,
        columns=9,
        types={"trips": "text", "distribution": "numeric"},
        says="transportation_trip_generation",
    ),
    "philadelphia-fy16-budget-trends.xlsx": Expected("ask", about="tables"),
    "philadelphia-fy17-water-fund.xls": Expected("ask", about="rows"),
    "sf-state-local-deflator.xls": Expected(
        header=(5,),
        rows=232,
        columns=6,
        types={"value": "numeric", "quarter": "text"},
        aside={"title": 1, "note": 8},
        blank=5,
        marks={"percent_chg": {"--": 4}},
        why="58 years by 4 quarters; the mark of forecasts (f/) is a column of its own",
    ),
    "tulsa-fy17-operating-capital-budget.xlsx": Expected("ask", about="sheet"),
    "us-cities-crime-2014-h1.xls": Expected(
        header=(5,),
        rows=452,
        columns=15,
        types={"State": "text", "City": "text", "column_3": "integer", "Arson": "integer"},
        aside={"title": 3, "note": 12},
        blank=6,
    ),
}

OUTCOMES: dict[str, Expected] = {**TEXT_FILES, **WORKBOOKS}
