"""Community Development: code enforcement, assessments, permits, dangerous buildings, zoning."""

from datetime import date, timedelta

from generator.dates import Period
from generator.events import (
    BUILDING,
    GROWING,
    OFFICE_DAYS,
    Numbers,
    Table,
    daily,
    dice,
    later,
)
from generator.geography import City, Weighted

# code: (violation, likelihood, whether it follows the growing season, mean days to close)
VIOLATIONS = {
    "GRASS": ("Tall grass or weeds", 34, True, 16),
    "TRASH": ("Trash and debris", 20, False, 22),
    "VEHICLE": ("Inoperable or unlicensed vehicle", 13, False, 28),
    "STORAGE": ("Open storage", 9, False, 26),
    "EXTERIOR": ("Peeling paint, siding or gutters", 8, False, 75),
    "ROOF": ("Roof in disrepair", 4, False, 95),
    "STRUCTURE": ("Unsafe accessory structure", 3, False, 85),
    "WINDOW": ("Broken or boarded window", 4, False, 40),
    "OCCUPIED": ("Occupied without utilities", 2, False, 20),
    "ZONING": ("Use not allowed in the zone", 3, False, 60),
}
PROPERTY_CODES = ("EXTERIOR", "ROOF", "STRUCTURE", "WINDOW", "OCCUPIED")


def cases(city: City, period: Period) -> Table:
    """Make one row per code enforcement case, open or closed."""
    table = Table((
        "case_number", "opened_on", "violation_code", "violation", "source", "first_inspected_on",
        "days_to_inspection", "status", "closed_on", "closed_how", "block_address", "zip_code",
        "council_district", "latitude", "longitude",
    ))  # fmt: skip
    green = Weighted({code: row[1] for code, row in VIOLATIONS.items()})
    bare = Weighted({code: row[1] for code, row in VIOLATIONS.items() if not row[2]})
    source = Weighted({"Resident": 52, "Inspector": 38, "Other department": 6, "Council": 4})
    outcome = Weighted(
        {"Owner complied": 71, "Abated by the City": 14, "No violation": 11, "Court": 4}
    )
    numbers = Numbers("CE{year:02}-{number:05}")
    for day, rng in daily("code-cases", period, 11.5, season=GROWING, week=OFFICE_DAYS):
        code = (green if 4 <= day.month <= 10 else bare).pick(rng)
        name, _, _, mean = VIOLATIONS[code]
        block = city.homes.pick(rng)
        inspected = later(rng, day, 3.4, period.end)
        closed = later(rng, inspected, mean, period.end, minimum=2)
        how = outcome.pick(rng)
        status = "Closed" if closed else "Open, inspected" if inspected else "Open"
        table.rows.append((
            numbers.next(day), day, code, name, source.pick(rng), inspected,
            (inspected - day).days if inspected else None, status, closed,
            how if closed else None, block.label, block.zip_code, block.district,
            block.latitude, block.longitude,
        ))  # fmt: skip
    return table


def active_violations(city: City, period: Period) -> Table:
    """List the property maintenance violations that are open on the last day."""
    table = Table((
        "violation_number", "cited_on", "violation_code", "violation", "property_type",
        "comply_by", "days_open", "notices_sent", "block_address", "zip_code", "council_district",
        "latitude", "longitude",
    ))  # fmt: skip
    kinds = Weighted({"House": 74, "Apartments": 10, "Business": 9, "Vacant lot": 7})
    codes = Weighted({code: VIOLATIONS[code][1] for code in PROPERTY_CODES})
    numbers = Numbers("PM{year:02}-{number:05}")
    for day, rng in daily("property-violations", period, 6.5, week=OFFICE_DAYS):
        number, code, kind = numbers.next(day), codes.pick(rng), kinds.pick(rng)
        block = city.homes.pick(rng)
        if later(rng, day, 1.7 * VIOLATIONS[code][3], period.end):
            continue
        open_days = (period.end - day).days
        table.rows.append((
            number, day, code, VIOLATIONS[code][0], kind, day + timedelta(days=30),
            open_days, 1 + min(3, open_days // 45), block.label, block.zip_code, block.district,
            block.latitude, block.longitude,
        ))  # fmt: skip
    return table


def assessments(city: City, period: Period) -> Table:
    """Make one row per special assessment: the cost of work that an owner did not do."""
    table = Table((
        "assessment_number", "assessed_on", "work", "work_done_on", "cost", "admin_fee",
        "amount_due", "status", "paid_on", "block_address", "zip_code", "council_district",
    ))  # fmt: skip
    work = {
        "Mowing": 150,
        "Trash removal": 420,
        "Boarding up": 310,
        "Tree removal": 900,
        "Demolition": 9800,
    }
    kinds = Weighted(dict(zip(work, (52, 27, 11, 7, 3), strict=True)))
    numbers = Numbers("SA{year:02}-{number:04}")
    for day, rng in daily("assessments", period, 0.8, season=GROWING, week=OFFICE_DAYS):
        kind = kinds.pick(rng)
        block = city.homes.pick(rng)
        cost = round(work[kind] * rng.uniform(0.6, 1.7), 2)
        paid = later(rng, day, 300, period.end, minimum=10)
        table.rows.append((
            numbers.next(day), day, kind, day - timedelta(days=rng.randrange(12, 40)), cost, 125.0,
            round(cost + 125, 2), "Paid" if paid else "Unpaid", paid, block.label, block.zip_code,
            block.district,
        ))  # fmt: skip
    return table


def permits(city: City, period: Period) -> Table:
    """Make one row per building permit issued."""
    table = Table((
        "permit_number", "applied_on", "issued_on", "days_to_issue", "permit_type", "work_class",
        "description", "estimated_value", "fee", "square_feet", "status", "finaled_on",
        "block_address", "zip_code", "council_district", "latitude", "longitude",
    ))  # fmt: skip
    # type: (likelihood, new work's value, existing work's value, examples)
    kinds = {
        "Residential building": (
            20,
            265000,
            18500,
            ("Room addition", "Deck", "Basement finish", "Garage"),
        ),
        "Commercial building": (
            7,
            1450000,
            120000,
            ("Tenant finish", "Storefront", "Office remodel"),
        ),
        "Electrical": (
            24,
            9000,
            3200,
            ("Service upgrade", "Rewire", "Solar panels", "Panel change"),
        ),
        "Plumbing": (16, 8500, 2600, ("Water heater", "Sewer line", "Bath remodel")),
        "Mechanical": (18, 9500, 6800, ("Furnace", "Air conditioner", "Heat pump")),
        "Fence": (6, 3600, 2400, ("Wood fence", "Chain-link fence")),
        "Sign": (4, 6200, 3800, ("Wall sign", "Monument sign")),
        "Demolition": (3, 12500, 9000, ("Demolish house", "Demolish garage")),
    }
    kind_of = Weighted({kind: row[0] for kind, row in kinds.items()})
    numbers = Numbers("BP{year:02}-{number:05}")
    for day, rng in daily("permits", period, 7.2, season=BUILDING, week=OFFICE_DAYS, growth=0.03):
        kind = kind_of.pick(rng)
        _, new_value, value, examples = kinds[kind]
        new = rng.random() < 0.16
        block = (city.shops if kind in ("Commercial building", "Sign") else city.homes).pick(rng)
        worth = round((new_value if new else value) * rng.lognormvariate(-0.1, 0.5), -2)
        wait = min(90, int(rng.expovariate(1 / (21 if "building" in kind else 4))))
        finaled = later(rng, day, 110, period.end, minimum=7)
        big = kind.endswith("building")
        table.rows.append((
            numbers.next(day), day - timedelta(days=wait), day, wait, kind,
            "New" if new else "Existing", "New construction" if new else rng.choice(examples),
            worth, round(45 + worth * 0.006, 2),
            round(worth / rng.uniform(105, 165)) if big else None,
            "Finaled" if finaled else "Issued", finaled, block.label, block.zip_code,
            block.district, block.latitude, block.longitude,
        ))  # fmt: skip
    return table


def dangerous_buildings(city: City, period: Period) -> Table:
    """Make one row per building that was declared dangerous."""
    table = Table((
        "case_number", "declared_on", "building_type", "reason", "status", "resolved_on",
        "demolition_cost", "block_address", "zip_code", "council_district", "latitude", "longitude",
    ))  # fmt: skip
    reasons = ("Fire damage", "Collapse", "Foundation", "Vacant and open", "Roof failure")
    numbers = Numbers("DB{year:02}-{number:03}")
    for day, rng in daily("dangerous", period, 0.16, week=OFFICE_DAYS):
        block = city.homes.pick(rng)
        resolved = later(rng, day, 260, period.end, minimum=45)
        how = rng.choice(("Demolished by the City", "Demolished by owner", "Repaired", "Repaired"))
        cost = round(rng.uniform(7500, 16500), 2)
        table.rows.append((
            numbers.next(day), day, rng.choice(("House", "House", "House", "Garage", "Store")),
            rng.choice(reasons),
            how if resolved else "Open", resolved,
            cost if resolved and how == "Demolished by the City" else None,
            block.label, block.zip_code, block.district, block.latitude, block.longitude,
        ))  # fmt: skip
    return table


ZONES = {
    "R-1": ("Single-family, large lot", "Residential"),
    "R-6": ("Single-family", "Residential"),
    "R-12": ("Two-family", "Residential"),
    "R-18": ("Apartments, moderate", "Residential"),
    "R-30": ("Apartments, high", "Residential"),
    "C-1": ("Neighborhood commercial", "Commercial"),
    "C-2": ("General commercial", "Commercial"),
    "C-3": ("Service commercial", "Commercial"),
    "I-1": ("Industrial", "Industrial"),
    "O-1": ("Office", "Commercial"),
    "BP": ("Business park", "Industrial"),
    "H-1": ("Historic square", "Special"),
}


def zoning(city: City, period: Period) -> Table:
    """Cut the city into zones on a coarse grid: commerce along the highways, homes between."""
    table = Table((
        "zone_id", "zone_code", "zone", "zone_group", "council_district", "acres", "adopted_on",
    ))  # fmt: skip
    columns, rows = 22, 13
    west, south, width, height = -94.484, 39.014, 0.0096, 0.011
    for column in range(columns):
        for row in range(rows):
            x, y = west + column * width, south + row * height
            district = city.district_of((x + width / 2, y + height / 2))
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
            if district is None:
                continue
            rng = dice("zoning", column, row)
            if (
                abs(x + width / 2 + 94.4165) < width / 2
                and abs(y + height / 2 - 39.0925) < height / 2
            ):
                code = "H-1"
            elif any(
                abs(y + height / 2 - line) < height / 2 for line in (39.0448, 39.0837, 39.1085)
            ):
                code = rng.choice(("C-1", "C-2", "C-2", "C-3", "O-1", "R-18"))
            elif x > -94.33 and rng.random() < 0.35:
                code = rng.choice(("I-1", "BP", "R-1"))
            else:
                code = rng.choice(("R-1", "R-6", "R-6", "R-6", "R-12", "R-18", "R-30"))
            name, group = ZONES[code]
            # 53.7 miles a degree east, 69 a degree north, 640 acres a square mile.
            acres = round(width * 53.7 * height * 69.0 * 640, 1)
            adopted = date(2000, 1, 3) + timedelta(days=rng.randrange(9000))
            table.rows.append(
                (f"Z{column:02}{row:02}", code, name, group, district, acres, adopted)
            )
            ring = [[round(a, 5), round(b, 5)] for a, b in corners]
            table.geometries.append({"type": "Polygon", "coordinates": [ring]})
    return table


def zone_codes(city: City, period: Period) -> Table:
    """List the zones that `zoning` uses."""
    return Table(
        ("zone_code", "zone", "zone_group"), [(code, *words) for code, words in ZONES.items()]
    )
