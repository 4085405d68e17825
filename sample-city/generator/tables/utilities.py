"""Power and water: outages, use, samples, main breaks, hydrants, and the yearly water report."""

from datetime import timedelta
from math import cos, pi
from statistics import mean

from generator.dates import Period
from generator.events import FROST, STORMS, Numbers, Table, count, daily, dice, later, moment
from generator.geography import City, Weighted

# parameter: (unit, usual, spread, limit, places after the point, kind of limit)
PARAMETERS = {
    "Free chlorine": ("mg/L", 1.9, 0.22, 4.0, 2, "Highest level allowed"),
    "Turbidity": ("NTU", 0.09, 0.03, 0.3, 3, "Treatment technique"),
    "pH": ("pH", 9.4, 0.12, None, 2, "No limit"),
    "Total hardness": ("mg/L", 118, 9, None, 0, "No limit"),
    "Fluoride": ("mg/L", 0.71, 0.06, 4.0, 2, "Highest level allowed"),
    "Nitrate": ("mg/L", 0.9, 0.3, 10.0, 2, "Highest level allowed"),
    "Total trihalomethanes": ("ug/L", 22, 6, 80.0, 1, "Highest level allowed"),
    "Lead": ("ug/L", 1.1, 0.7, 15.0, 1, "Action level"),
    "Copper": ("mg/L", 0.06, 0.03, 1.3, 3, "Action level"),
}
SAMPLE_SITES = 24


def outages(city: City, period: Period) -> Table:
    """Make one row per outage; a stormy day has many."""
    table = Table((
        "outage_number", "began_at", "restored_at", "minutes", "customers_out", "cause",
        "equipment",
        "substation", "major_event", "block_address", "zip_code", "council_district", "latitude",
        "longitude",
    ))  # fmt: skip
    cause = Weighted(
        {
            "Tree": 26,
            "Animal": 21,
            "Equipment failure": 23,
            "Vehicle": 6,
            "Planned work": 12,
            "Unknown": 8,
            "Overload": 4,
        }
    )
    equipment = Weighted(
        {"Overhead line": 44, "Transformer": 27, "Fuse": 17, "Underground cable": 12}
    )
    numbers = Numbers("OUT{year:02}-{number:05}")
    for day in period.days():
        storm = dice("storm", day).random() < 0.022 * STORMS[day.month - 1]
        rng = dice("outages", day)
        for _ in range(count(rng, 38 if storm else 1.7 * STORMS[day.month - 1])):
            began = moment(rng, day)
            minutes = max(6, round(rng.lognormvariate(5.4 if storm else 4.3, 0.7)))
            block = city.homes.pick(rng)
            why = "Storm" if storm and rng.random() < 0.85 else cause.pick(rng)
            table.rows.append((
                began, began + timedelta(minutes=minutes), minutes,
                min(4200, max(1, round(rng.lognormvariate(3.1, 1.5)))), why, equipment.pick(rng),
                "ABCDEFGHJK"[int((block.longitude + 94.485) / 0.0212)], storm, block.label,
                block.zip_code, block.district, block.latitude, block.longitude,
            ))  # fmt: skip
    table.rows = numbers.before(table.rows)
    return table


def electricity(city: City, period: Period) -> Table:
    """Sum electricity sold by month, class of customer and ZIP code."""
    table = Table(("month", "zip_code", "customer_class", "customers", "megawatt_hours", "revenue"))
    zips = {
        "64050": 11200,
        "64052": 10100,
        "64053": 2600,
        "64055": 15800,
        "64056": 7400,
        "64057": 7900,
        "64058": 1300,
    }
    # class: (customers for each household, MWh a month for each, dollars for each MWh)
    classes = {
        "Residential": (1.0, 0.86, 142),
        "Small business": (0.09, 3.1, 137),
        "Large business": (0.006, 72, 112),
        "Public lighting": (0.004, 5.2, 118),
    }
    for month in period.months():
        # People cool in July and, less, heat in January.
        season = (
            1
            + 0.30 * max(0, cos((month.month - 7.3) * pi / 5))
            + 0.14 * (month.month in (12, 1, 2))
        )
        for zip_code, homes in zips.items():
            for name, (share, usual, price) in classes.items():
                rng = dice("electricity", month, zip_code, name)
                customers = max(3, round(homes * share * (1 + 0.004 * (month.year - 2023))))
                felt = season if name != "Public lighting" else 1.0
                sold = round(customers * usual * felt * rng.uniform(0.96, 1.04), 1)
                revenue = round(sold * price * rng.uniform(0.99, 1.01), 2)
                table.rows.append((month, zip_code, name, customers, sold, revenue))
    return table


def samples(city: City, period: Period) -> Table:
    """Make one row per sample and parameter."""
    table = Table((
        "sample_number", "sampled_on", "site", "parameter", "result", "unit", "limit_value",
        "limit_type", "below_detection", "within_limit", "zip_code", "council_district",
    ))  # fmt: skip
    numbers = Numbers("WQ{year:02}-{number:05}")
    places = [city.homes.pick(dice("sample-site", number)) for number in range(SAMPLE_SITES)]
    for day in period.days():
        if day.weekday() not in (1, 3):
            continue
        week = (day - timedelta(days=day.weekday())).toordinal() // 7
        for turn in range(4):
            site = (week * 8 + day.weekday() // 2 * 4 + turn) % SAMPLE_SITES
            for name, (unit, usual, spread, limit, places_after, kind) in PARAMETERS.items():
                rng = dice("sample", day, turn, name)
                value = round(max(0.0, rng.gauss(usual, spread)), places_after)
                below = name in ("Lead", "Copper") and value < usual / 2
                table.rows.append((
                    numbers.next(day), day, f"Tap {site + 1:02}", name, None if below else value,
                    unit,
                    limit, kind, below, limit is None or value <= limit, places[site].zip_code,
                    places[site].district,
                ))  # fmt: skip
    return table


def report(city: City, period: Period) -> dict[str, Table]:
    """Summarize the samples of the period for the yearly report."""
    rows = samples(city, period).rows
    results = Table(("Parameter", "Unit", "Lowest", "Average", "Highest", "Limit", "Samples"))
    for name, (unit, _, _, limit, places, _) in PARAMETERS.items():
        values = [row[4] for row in rows if row[3] == name and row[4] is not None]
        number = sum(row[3] == name for row in rows)
        results.rows.append((
            name, unit, min(values), round(mean(values), places), max(values), limit or "none",
            number,
        ))  # fmt: skip
    by_zip = Table(("ZIP code", "Samples", "Average chlorine (mg/L)", "Outside a limit"))
    for zip_code in sorted({row[10] for row in rows}):
        here = [row for row in rows if row[10] == zip_code]
        chlorine = [row[4] for row in here if row[3] == "Free chlorine"]
        by_zip.rows.append(
            (zip_code, len(here), round(mean(chlorine), 2), sum(not row[9] for row in here))
        )
    return {"Results by parameter": results, "Results by ZIP code": by_zip}


def main_breaks(city: City, period: Period) -> Table:
    """Make one row per break of a water main; frost makes most."""
    table = Table((
        "break_number", "reported_at", "repaired_on", "pipe_material", "diameter_inches",
        "installed_year", "break_type", "customers_without_water", "boil_advisory", "block_address",
        "zip_code", "council_district", "latitude", "longitude",
    ))  # fmt: skip
    numbers = Numbers("MB{year:02}-{number:04}")
    for day, rng in daily("main-breaks", period, 0.55, season=FROST):
        block = city.homes.pick(rng)
        material = rng.choice(("Cast iron", "Cast iron", "Cast iron", "Ductile iron", "PVC"))
        laid = {"Cast iron": (1912, 1962), "Ductile iron": (1963, 1995), "PVC": (1985, 2018)}[
            material
        ]
        table.rows.append((
            moment(rng, day), later(rng, day, 1.1, period.end), material,
            rng.choice((4, 6, 6, 8, 8, 12, 16)), rng.randrange(*laid),
            rng.choice(("Around the pipe", "Around the pipe", "Along the pipe", "Joint",
            "Corrosion")),
            round(rng.lognormvariate(2.7, 0.8)), rng.random() < 0.04, block.label, block.zip_code,
            block.district, block.latitude, block.longitude,
        ))  # fmt: skip
    table.rows = numbers.before(table.rows)
    return table


def hydrants(city: City, period: Period) -> Table:
    """Make one row, and one point, per hydrant: every second block has one."""
    table = Table((
        "hydrant_id", "street", "block_address", "installed_year", "main_diameter_inches",
        "flow_gallons_per_minute", "flow_class", "last_flushed_on", "in_service", "zip_code",
        "council_district", "latitude", "longitude",
    ))  # fmt: skip
    number = 0
    for street in city.streets:
        for block in street.blocks[::2]:
            number += 1
            rng = dice("hydrant", number)
            flow = max(250, round(rng.gauss(1250, 380), -1))
            flow_class = (
                "AA" if flow >= 1500 else "A" if flow >= 1000 else "B" if flow >= 500 else "C"
            )
            table.rows.append((
                f"H-{number:04}", block.street, block.label, rng.randrange(1938, 2024),
                rng.choice((6, 8, 8, 12)), int(flow), flow_class,
                period.end - timedelta(days=rng.randrange(20, 380)), rng.random() < 0.985,
                block.zip_code, block.district, block.latitude, block.longitude,
            ))  # fmt: skip
            table.geometries.append({"type": "Point", "coordinates": list(block.point)})
    return table
