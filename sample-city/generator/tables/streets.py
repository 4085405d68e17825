"""Streets: work, defects, snow routes, traffic counts."""

from datetime import date, timedelta
from typing import Any

from generator.dates import Period
from generator.events import (
    BUILDING,
    FREEZE_AND_THAW,
    OFFICE_DAYS,
    Numbers,
    Table,
    daily,
    dice,
    later,
    moment,
)
from generator.geography import City, Street, Weighted

LANES = {"arterial": 4, "collector": 2, "residential": 2}


def _line(street: Street, first: int, last: int) -> dict[str, Any]:
    points = [list(block.point) for block in street.blocks[first : last + 1]]
    return {"type": "LineString", "coordinates": points}


def street_work(city: City, period: Period) -> Table:
    """Make one row, and one line, per stretch of street with planned or finished work."""
    table = Table((
        "project_number", "street", "from_block", "to_block", "work_type", "status", "starts_on",
        "ends_on", "lane_closure", "contract_value", "council_district", "street_class",
    ))  # fmt: skip
    costs = {
        "Overlay": 62_000,
        "Crack seal": 6_000,
        "Full-depth repair": 88_000,
        "Curb and sidewalk": 54_000,
        "Storm drain": 76_000,
        "Striping": 4_500,
        "Signal work": 39_000,
    }
    work = Weighted(dict(zip(costs, (30, 20, 12, 16, 8, 9, 5), strict=True)))
    streets = [street for street in city.streets if len(street.blocks) > 3]
    numbers = Numbers("SW{year:02}-{number:03}")
    for day, rng in daily("street-work", period, 0.55, season=BUILDING, week=OFFICE_DAYS):
        street = rng.choice(streets)
        first = rng.randrange(len(street.blocks) - 1)
        last = min(len(street.blocks) - 1, first + rng.randrange(1, 7))
        kind = work.pick(rng)
        starts = day + timedelta(days=rng.randrange(10, 60))
        ends = starts + timedelta(days=rng.randrange(3, 75))
        status = "Scheduled"
        if starts <= period.end:
            status = "Complete" if ends <= period.end else "Under way"
        block = street.blocks[first]
        table.rows.append((
            numbers.next(day), block.street, block.label, street.blocks[last].label, kind, status,
            starts, ends, rng.random() < 0.7,
            round(costs[kind] * (last - first + 1) / 2 * rng.uniform(0.8, 1.3), -2), block.district,
            street.kind,
        ))  # fmt: skip
        table.geometries.append(_line(street, first, last))
    return table


def defects(city: City, period: Period) -> Table:
    """Make one row per reported defect; frost and thaw make most of them."""
    table = Table((
        "request_number", "reported_at", "defect_type", "severity", "how_reported",
        "inspected_on", "repaired_on", "days_to_repair", "status", "street_class",
        "block_address", "zip_code", "council_district", "latitude", "longitude",
    ))  # fmt: skip
    defect = Weighted(
        {
            "Hole in surface": 56,
            "Sunken patch": 13,
            "Broken curb": 9,
            "Utility cut settling": 8,
            "Cracked panel": 8,
            "Shoulder drop-off": 6,
        }
    )
    source = Weighted({"Phone": 41, "Web form": 33, "Mobile app": 17, "Crew": 9})
    numbers = Numbers("SD{year:02}-{number:05}")
    hours = Weighted({hour: 1.0 for hour in range(7, 21)})
    for day, rng in daily("defects", period, 8.5, season=FREEZE_AND_THAW, growth=0.02):
        block = city.traffic.pick(rng)
        severity = rng.choice((1, 1, 2, 2, 2, 3))
        inspected = later(rng, day, 2.2, period.end)
        repaired = later(rng, inspected, 5 * (4 - severity), period.end)
        at = moment(rng, day, hours)
        table.rows.append((
            at, defect.pick(rng), severity, source.pick(rng), inspected,
            repaired, (repaired - day).days if repaired else None,
            "Repaired" if repaired else "Inspected" if inspected else "Reported", block.kind,
            block.label, block.zip_code, block.district, block.latitude, block.longitude,
        ))  # fmt: skip
    table.rows = numbers.before(table.rows)
    return table


def snow_routes(city: City, period: Period) -> Table:
    """Make one row, and one line, per street that is plowed."""
    table = Table((
        "route_id", "street", "priority", "target_hours", "treatment", "lanes", "lane_miles",
        "parking_ban", "council_district",
    ))  # fmt: skip
    ranks = {
        "arterial": (1, 6, "Salt and brine"),
        "collector": (2, 12, "Salt"),
        "residential": (3, 24, "Plow only"),
    }
    for number, street in enumerate(city.streets, start=1):
        if len(street.blocks) < 2:
            continue
        priority, hours, treatment = ranks[street.kind]
        lanes = LANES[street.kind]
        # A hundred-block is about 390 feet long in either direction.
        miles = round(len(street.blocks) * 390 / 5280 * lanes, 2)
        table.rows.append((
            f"SR-{number:03}", street.name, priority, hours, treatment, lanes, miles,
            street.kind == "arterial", street.blocks[len(street.blocks) // 2].district,
        ))  # fmt: skip
        table.geometries.append(_line(street, 0, len(street.blocks) - 1))
    return table


def traffic_counts(city: City, period: Period) -> Table:
    """Make one row per station, year and direction."""
    table = Table((
        "station", "counted_on", "street", "block_address", "direction", "daily_vehicles",
        "morning_peak", "evening_peak", "truck_percent", "speed_85th_percentile",
        "council_district", "latitude", "longitude",
    ))  # fmt: skip
    speeds = {"arterial": 44, "collector": 37, "residential": 30}
    usual = {"arterial": 9400, "collector": 2700, "residential": 540}
    stations = [
        block
        for street in city.streets
        for block in street.blocks[2 :: 6 if street.kind == "arterial" else 9]
    ]
    for year in range(period.start.year, period.end.year + 1):
        for number, block in enumerate(stations, start=1):
            rng = dice("traffic", number, year)
            day = date(year, 4, 1) + timedelta(days=rng.randrange(180))
            if not period.start <= day <= period.end:
                continue
            usual_here = usual[block.kind] * dice("station", number).lognormvariate(0, 0.45)
            vertical = block.street.startswith(("N ", "S "))
            for direction in ("North", "South") if vertical else ("East", "West"):
                vehicles = round(usual_here * (1 + 0.012 * (year - 2022)) * rng.uniform(0.93, 1.07))
                table.rows.append((
                    f"TC-{number:03}", day, block.street, block.label, direction, vehicles,
                    round(vehicles * rng.uniform(0.065, 0.085)),
                    round(vehicles * rng.uniform(0.08, 0.105)),
                    round(rng.uniform(1.5, 9.5), 1), round(speeds[block.kind] + rng.gauss(0, 2.4)),
                    block.district, block.latitude, block.longitude,
                ))  # fmt: skip
    return table
