"""Finance: the adopted budget, payments to invented vendors, licenses, taxes, salaries."""

from datetime import date

from generator.dates import Period, add_months, fiscal_year_label
from generator.events import OFFICE_DAYS, Numbers, Table, daily, dice
from generator.geography import City, Weighted

# department: (fund, adopted spending of fiscal year 2024-25 in dollars)
SPENDING = {
    "City Manager": ("General", 1_450_000),
    "City Clerk": ("General", 620_000),
    "Community Development": ("General", 4_300_000),
    "Finance": ("General", 3_100_000),
    "Fire": ("General", 24_800_000),
    "Health": ("General", 1_900_000),
    "Human Resources": ("General", 980_000),
    "Municipal Court": ("General", 1_250_000),
    "Municipal Services": ("Street sales tax", 14_600_000),
    "Municipal Services, sewer": ("Sanitary sewer", 33_500_000),
    "Parks, Recreation and Tourism": ("Parks sales tax", 9_400_000),
    "Police": ("General", 37_200_000),
    "Power and Light": ("Electric", 128_000_000),
    "Technology Services": ("Central services", 6_100_000),
    "Water": ("Water", 31_700_000),
}
# account: (category, share of what a service department spends)
ACCOUNTS = {
    "5110": ("Salaries and wages", "Personnel", 0.46),
    "5120": ("Overtime", "Personnel", 0.04),
    "5210": ("Health insurance", "Personnel", 0.11),
    "5220": ("Retirement", "Personnel", 0.09),
    "6110": ("Professional services", "Operations", 0.06),
    "6120": ("Training", "Operations", 0.01),
    "6130": ("Utilities", "Operations", 0.03),
    "6140": ("Insurance", "Operations", 0.02),
    "6210": ("Office supplies", "Operations", 0.01),
    "6220": ("Fuel", "Operations", 0.02),
    "6230": ("Vehicle parts", "Operations", 0.02),
    "6310": ("Software", "Operations", 0.02),
    "6320": ("Maintenance contracts", "Operations", 0.03),
    "7110": ("Equipment", "Capital", 0.03),
    "7120": ("Vehicles", "Capital", 0.02),
    "7210": ("Construction", "Capital", 0.02),
    "8110": ("Debt service", "Debt", 0.01),
}
ELECTRIC = {
    "6410": ("Purchased power", "Operations", 0.48),
    "7210": ("Construction", "Capital", 0.14),
}
REVENUES = {
    "4110": ("Property tax", "General", 9_200_000),
    "4120": ("Sales tax", "General", 22_400_000),
    "4125": ("Use tax", "General", 6_800_000),
    "4130": ("Franchise fees", "General", 9_900_000),
    "4140": ("Payments in lieu of taxes", "General", 21_300_000),
    "4210": ("Licenses and permits", "General", 4_100_000),
    "4310": ("Court fines and fees", "General", 2_700_000),
    "4410": ("Charges for services", "General", 3_800_000),
    "4510": ("Grants", "General", 2_900_000),
    "4121": ("Street sales tax", "Street sales tax", 11_500_000),
    "4122": ("Parks sales tax", "Parks sales tax", 6_200_000),
    "4610": ("Electric sales to homes", "Electric", 74_200_000),
    "4611": ("Electric sales to businesses", "Electric", 64_300_000),
    "4620": ("Water sales", "Water", 33_800_000),
    "4630": ("Sewer charges", "Sanitary sewer", 34_900_000),
    "4710": ("Charges to departments", "Central services", 6_100_000),
}
GROWTH_A_YEAR = 0.031


def budget(city: City, period: Period) -> Table:
    """Make one row per department and account for the fiscal year that the period is."""
    table = Table((
        "fiscal_year", "fund", "department", "budget_side", "account_code", "account",
        "category", "prior_year_adopted", "adopted",
    ))  # fmt: skip
    label = fiscal_year_label(period.start)

    def amounts(base: float, *parts: object) -> tuple[int, int]:
        """Give last year's and this year's amount; this year's is next year's last."""
        prior, this = (
            round(
                base
                * (1 + GROWTH_A_YEAR) ** (year - 2024)
                * dice(year, *parts).uniform(0.92, 1.08),
                -2,
            )
            for year in (period.start.year - 1, period.start.year)
        )
        return int(prior), int(this)

    for department, (fund, total) in SPENDING.items():
        shares = ACCOUNTS | (ELECTRIC if fund == "Electric" else {})
        whole = sum(share for _, _, share in shares.values())
        for code, (account, category, share) in sorted(shares.items()):
            pair = amounts(total * share / whole, "spending", department, code)
            table.rows.append((label, fund, department, "Spending", code, account, category, *pair))
    for code, (account, fund, total) in sorted(REVENUES.items()):
        pair = amounts(total, "revenue", code)
        table.rows.append((label, fund, "Citywide", "Revenue", code, account, "Revenue", *pair))
    return table


def _vendors() -> dict[tuple[str, str, str], float]:
    """Invent 180 vendors: their name, what they sell, and to which account it is charged."""
    firsts = (
        "Bluestem", "Prairie Gate", "Three Forks", "Cottonwood", "Red Cedar", "Stone Arch",
        "Lantern", "Big Bend", "Harvest", "Summit Oak", "Osprey", "Wagon Wheel", "Clearwater",
        "Iron Kettle", "Meadowlark", "Switchgrass", "Limestone", "Heartwood",
    )  # fmt: skip
    trades = {
        "Paving": "7210",
        "Electric Supply": "6320",
        "Fuel": "6220",
        "Office Products": "6210",
        "Engineering": "6110",
        "Fleet Parts": "6230",
        "Software": "6310",
        "Staffing": "6110",
        "Chemicals": "6320",
        "Uniforms": "6210",
    }
    vendors = {}
    for place, first in enumerate(firsts):
        for trade, code in trades.items():
            form = ("LLC", "Inc.", "Co.")[(place + len(trade)) % 3]
            weight = dice("vendor", first, trade).paretovariate(1.2)
            vendors[(f"{first} {trade} {form}", trade, code)] = min(weight, 30)
    return vendors


def payments(city: City, period: Period) -> Table:
    """Make one row per payment to a vendor."""
    table = Table((
        "payment_number", "paid_on", "fiscal_year", "vendor", "department", "fund", "account_code",
        "account", "purpose", "method", "amount",
    ))  # fmt: skip
    vendor_of = Weighted(_vendors())
    departments = Weighted({name: total**0.5 for name, (_, total) in SPENDING.items()})
    method = Weighted({"Electronic transfer": 68, "Check": 27, "Purchasing card": 5})
    numbers = Numbers("AP{year:02}-{number:06}")
    for day, rng in daily("payments", period, 13, week=OFFICE_DAYS):
        vendor, trade, code = vendor_of.pick(rng)
        department = departments.pick(rng)
        amount = round(rng.lognormvariate(9.6 if code == "7210" else 6.9, 1.25), 2)
        table.rows.append((
            numbers.next(day), day, fiscal_year_label(day), vendor, department,
            SPENDING[department][0], code, ACCOUNTS[code][0], trade, method.pick(rng), amount,
        ))  # fmt: skip
    return table


def licenses(city: City, period: Period) -> Table:
    """List the business licenses in force on the last day, by invented trade names."""
    table = Table((
        "license_number", "trade_name", "license_type", "naics_code", "industry", "issued_on",
        "expires_on", "home_based", "employees", "block_address", "zip_code", "council_district",
        "latitude", "longitude",
    ))  # fmt: skip
    industries = {
        "722511": ("Restaurant", 15),
        "445131": ("Convenience store", 8),
        "812112": ("Salon", 11),
        "811111": ("Auto repair", 10),
        "561730": ("Landscaping", 9),
        "236118": ("Remodeling", 10),
        "238220": ("Plumbing and heating", 6),
        "541611": ("Consulting", 6),
        "624410": ("Child care", 5),
        "459420": ("Gift shop", 5),
        "453310": ("Used goods", 4),
        "531110": ("Rental housing", 8),
        "713940": ("Fitness", 3),
    }
    industry_of = Weighted({code: row[1] for code, row in industries.items()})
    firsts = (
        "Truman Road", "Blue Heron", "Sunflower", "Main Street", "Trailhead", "Old Mill",
        "Red Door", "Corner Post", "Lucky Penny", "North Star", "Two Rivers", "Good Measure",
        "Copper Bell", "Four Winds", "Honey Locust", "Depot", "Queen Bee", "Wild Plum",
    )  # fmt: skip
    numbers = Numbers("BL{year:02}-{number:05}")
    for day, rng in daily("licenses", period, 1.9, week=OFFICE_DAYS):
        number, expires = numbers.next(day), day.replace(month=12, day=31)
        code = industry_of.pick(rng)
        industry = industries[code][0]
        at_home = industry in ("Consulting", "Landscaping", "Remodeling") and rng.random() < 0.7
        block = (city.homes if at_home else city.shops).pick(rng)
        name = f"{rng.choice(firsts)} {industry.title()}"
        employees = 1 if at_home else min(150, int(rng.paretovariate(1.1) * 2))
        # A license runs to the year's end; most businesses renew under their first number.
        renewals = dice("renewals", number)
        while expires < period.end and renewals.random() < 0.86:
            expires = expires.replace(year=expires.year + 1)
        if expires < period.end:
            continue
        table.rows.append((
            number, name, "Home occupation" if at_home else "General business", code, industry,
            day, expires, at_home, employees, block.label, block.zip_code, block.district,
            block.latitude, block.longitude,
        ))  # fmt: skip
    return table


def sales_tax(city: City, period: Period) -> Table:
    """Make one row per month and tax."""
    table = Table((
        "month", "fiscal_year", "tax", "rate_percent", "received", "same_month_last_year",
    ))  # fmt: skip
    taxes = {
        "General": (1.0, 1_870_000),
        "Street": (0.5, 940_000),
        "Parks": (0.25, 468_000),
        "Storm water": (0.25, 466_000),
        "Public safety": (0.5, 930_000),
    }
    season = (0.92, 0.88, 0.98, 0.97, 1.01, 1.03, 1.02, 1.01, 0.99, 0.98, 1.02, 1.19)

    def received(tax: str, base: float, month: date) -> float:
        trend = 1 + 0.027 * (month.year - 2024)
        wobble = dice("sales-tax", tax, month).uniform(0.96, 1.04)
        return round(base * season[month.month - 1] * trend * wobble, 2)

    for month in period.months():
        for tax, (rate, base) in taxes.items():
            before = received(tax, base, add_months(month, -12))
            row = (month, fiscal_year_label(month), tax, rate, received(tax, base, month), before)
            table.rows.append(row)
    return table


def salaries(city: City, period: Period) -> Table:
    """Make one row per budgeted position and department: never a name, never one person's pay."""
    table = Table((
        "fiscal_year", "department", "position", "job_family", "pay_grade", "positions",
        "full_time_equivalents", "pay_minimum", "pay_maximum", "budgeted_average",
    ))  # fmt: skip
    everywhere = {
        "Administrative Assistant": ("Office", 12, 2),
        "Management Analyst": ("Professional", 20, 1),
        "Division Manager": ("Management", 28, 2),
        "Deputy Director": ("Management", 32, 1),
        "Director": ("Management", 36, 1),
        "Office Specialist": ("Office", 9, 3),
    }
    own = {
        "Police": {
            "Police Officer": ("Sworn", 19, 140),
            "Sergeant": ("Sworn", 24, 26),
            "Captain": ("Sworn", 29, 8),
            "Dispatcher": ("Technical", 14, 24),
            "Detention Officer": ("Technical", 13, 18),
            "Crime Analyst": ("Professional", 19, 3),
        },
        "Fire": {
            "Firefighter": ("Sworn", 17, 92),
            "Engineer": ("Sworn", 20, 42),
            "Fire Captain": ("Sworn", 24, 36),
            "Fire Inspector": ("Technical", 20, 5),
        },
        "Power and Light": {
            "Line Worker": ("Trades", 24, 44),
            "System Operator": ("Technical", 25, 14),
            "Electrical Engineer": ("Professional", 27, 7),
            "Meter Technician": ("Trades", 16, 12),
        },
        "Water": {
            "Plant Operator": ("Technical", 18, 22),
            "Distribution Worker": ("Trades", 14, 30),
            "Laboratory Chemist": ("Professional", 21, 4),
        },
        "Municipal Services": {
            "Equipment Operator": ("Trades", 14, 48),
            "Street Inspector": ("Technical", 17, 7),
            "Civil Engineer": ("Professional", 26, 6),
            "Mechanic": ("Trades", 16, 11),
        },
        "Parks, Recreation and Tourism": {
            "Recreation Leader": ("Service", 8, 16),
            "Groundskeeper": ("Trades", 10, 22),
            "Museum Coordinator": ("Professional", 18, 3),
        },
        "Community Development": {
            "Code Officer": ("Technical", 16, 12),
            "Planner": ("Professional", 20, 5),
            "Building Inspector": ("Technical", 19, 8),
        },
        "Health": {
            "Sanitarian": ("Technical", 18, 6),
            "Animal Services Officer": ("Technical", 13, 7),
        },
        "Finance": {
            "Accountant": ("Professional", 18, 8),
            "Customer Service Representative": ("Office", 11, 22),
        },
        "Technology Services": {
            "Systems Analyst": ("Technical", 23, 6),
            "GIS Analyst": ("Technical", 20, 3),
        },
        "Municipal Court": {"Court Clerk": ("Office", 11, 10)},
        "Human Resources": {"Personnel Analyst": ("Professional", 19, 4)},
        "City Clerk": {"Records Specialist": ("Office", 12, 3)},
        "City Manager": {"Communications Specialist": ("Professional", 19, 3)},
    }
    label, year = fiscal_year_label(period.start), period.start.year
    for department, positions in own.items():
        for position, (family, grade, number) in (positions | everywhere).items():
            rng = dice("salaries", department, position, year)
            low = round(26_500 * 1.048**grade * 1.028 ** (year - 2024), -1)
            held = max(2, number + rng.choice((-1, 0, 0, 1))) if number > 2 else number
            average = None if held < 3 else round(low * rng.uniform(1.12, 1.32), -1)
            part_time = 0.5 if family == "Service" else 1.0
            table.rows.append((
                label, department, position, family, f"G{grade:02}", held, held * part_time, low,
                round(low * 1.48, -1), average,
            ))  # fmt: skip
    return table
