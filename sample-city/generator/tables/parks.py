"""Parks, recreation and tourism: places, programs by group, visitors to historic sites."""

from itertools import pairwise
from math import cos, hypot, radians, sin

from generator.dates import Period
from generator.events import Table, dice
from generator.geography import City

MILES_PER_DEGREE_EAST, MILES_PER_DEGREE_NORTH = 53.7, 69.0
SQUARE_MILES_PER_ACRE = 1 / 640


def parks(city: City, period: Period) -> Table:
    """Make one row, and one rounded outline of the right acreage, per park."""
    table = Table((
        "park_id", "park", "park_type", "acres", "opened", "playground", "shelter", "trail",
        "restrooms", "amenities", "council_district", "latitude", "longitude",
    ))  # fmt: skip
    for number, (name, words) in enumerate(city.parks.items(), start=1):
        longitude, latitude, acres, kind, opened, *amenities = words
        rng = dice("park", name)
        table.rows.append((
            f"P-{number:02}", name, kind.capitalize(), acres, opened, "playground" in amenities,
            "shelter" in amenities, "trail" in amenities, acres > 10, "; ".join(amenities),
            city.district_of((longitude, latitude)), latitude, longitude,
        ))  # fmt: skip
        radius = (acres * SQUARE_MILES_PER_ACRE / 3.1416) ** 0.5
        ring = []
        for corner in range(10):
            reach, angle = radius * rng.uniform(0.82, 1.18), radians(36 * corner)
            ring.append([
                round(longitude + reach * cos(angle) / MILES_PER_DEGREE_EAST, 5),
                round(latitude + reach * sin(angle) / MILES_PER_DEGREE_NORTH, 5),
            ])  # fmt: skip
        table.geometries.append({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    return table


def trails(city: City, period: Period) -> Table:
    """Make one row, and one line, per trail."""
    table = Table((
        "trail_id", "trail", "surface", "length_miles", "opened", "lighted", "accessible",
        "council_district",
    ))  # fmt: skip
    for number, (name, trail) in enumerate(city.trails.items(), start=1):
        points = trail["points"]
        miles = sum(
            hypot((x2 - x1) * MILES_PER_DEGREE_EAST, (y2 - y1) * MILES_PER_DEGREE_NORTH)
            for (x1, y1), (x2, y2) in pairwise(points)
        )
        smooth = trail["surface"] in ("concrete", "asphalt")
        table.rows.append((
            f"T-{number:02}", name, trail["surface"].capitalize(), round(miles, 2), trail["opened"],
            smooth and miles < 1.5, smooth, city.district_of(points[len(points) // 2]),
        ))  # fmt: skip
        table.geometries.append({"type": "LineString", "coordinates": points})
    return table


def registrations(city: City, period: Period) -> Table:
    """Count registrations by month, program, age group and district; small groups stay blank."""
    table = Table((
        "month", "program", "age_group", "council_district", "registrations", "waitlisted",
        "fee_assistance",
    ))  # fmt: skip
    programs = {
        "Swim lessons": (16, (0.2, 0.2, 0.4, 0.8, 1.6, 2.6, 2.4, 1.2, 0.4, 0.3, 0.2, 0.2)),
        "Youth soccer": (14, (0.3, 0.9, 2.2, 1.6, 0.4, 0.2, 0.8, 2.4, 1.6, 0.6, 0.3, 0.2)),
        "Summer camp": (12, (0.3, 0.8, 1.6, 2.2, 2.6, 2.0, 1.0, 0.3, 0.1, 0.1, 0.1, 0.1)),
        "Fitness class": (15, (1.8, 1.3, 1.1, 1.0, 0.9, 0.8, 0.8, 0.8, 1.0, 1.0, 0.9, 0.7)),
        "Arts and crafts": (9, (1.0, 1.0, 1.0, 1.0, 1.0, 1.2, 1.2, 0.9, 1.0, 1.2, 1.2, 1.0)),
    }
    youth_only = ("Youth soccer", "Summer camp")
    ages = {"Under 6": 0.5, "6 to 12": 1.3, "13 to 17": 0.7, "18 to 54": 0.8, "55 and over": 0.7}
    for month in period.months():
        for program, (usual, season) in programs.items():
            for age, share in ages.items():
                if program in youth_only and age in ("18 to 54", "55 and over"):
                    continue
                for district in ("1", "2", "3", "4"):
                    rng = dice("registrations", month, program, age, district)
                    number = round(usual * share * season[month.month - 1] * rng.uniform(0.5, 1.6))
                    shown = number if number >= 5 else None
                    table.rows.append((
                        month, program, age, district, shown,
                        round(number * rng.uniform(0, 0.2)) if shown else None,
                        round(number * rng.uniform(0.05, 0.3)) if shown else None,
                    ))  # fmt: skip
    return table


def visitors(city: City, period: Period) -> Table:
    """Count visitors by month and historic site."""
    table = Table((
        "month", "site", "site_type", "visitors", "school_visitors", "group_tours", "open_days",
        "latitude", "longitude",
    ))  # fmt: skip
    sites = {
        "Courthouse on the Square": ("Museum", 1900, 39.0927, -94.4160),
        "Trails Museum": ("Museum", 1250, 39.0847, -94.4190),
        "Old Jail": ("Museum", 980, 39.0936, -94.4155),
        "Victorian House": ("House", 760, 39.0872, -94.4215),
        "Springs Log Cabin": ("House", 540, 39.0952, -94.4125),
        "Depot": ("Depot", 620, 39.0862, -94.4205),
    }
    season = (0.25, 0.30, 0.70, 1.05, 1.40, 1.60, 1.55, 1.30, 1.25, 1.30, 0.75, 0.85)
    for month in period.months():
        for site, (kind, usual, latitude, longitude) in sites.items():
            rng = dice("visitors", month, site)
            # Two old houses close for the winter.
            open_days = 0 if kind == "House" and month.month in (1, 2) else rng.randrange(22, 27)
            number = (
                round(usual * season[month.month - 1] * rng.uniform(0.85, 1.15)) if open_days else 0
            )
            school = (
                rng.uniform(0.18, 0.34) if month.month in (4, 5, 9, 10) else rng.uniform(0, 0.08)
            )
            table.rows.append((
                month, site, kind, number, round(number * school), round(number / rng.uniform(70,
                110)),
                open_days, latitude, longitude,
            ))  # fmt: skip
    return table
