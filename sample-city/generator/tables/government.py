"""Government: council districts, the goals' measures, the resident survey, website visits."""

from itertools import pairwise

from generator.dates import Period, fiscal_year_label
from generator.events import Table, dice
from generator.geography import City

# goal: measure: (unit, wanted direction, target, first result, drift a quarter, noise, places)
MEASURES: dict[str, dict[str, tuple[str, str, float, float, float, float, int]]] = {
    "customer-focused": {
        "Records requests answered in 3 working days": ("percent", "up", 70, 61, 0.5, 3, 1),
        "Calls to the contact center answered in 60 seconds": ("percent", "up", 85, 79, 0.3, 3, 1),
        "Residents satisfied with City services": ("percent", "up", 60, 55, 0.25, 1.5, 1),
        "Service requests closed on time": ("percent", "up", 90, 84, 0.3, 2.5, 1),
        "Data sets updated on schedule": ("percent", "up", 90, 74, 1.0, 3, 1),
        "Average wait at the utility counter": ("minutes", "down", 8, 11.5, -0.15, 0.9, 1),
    },
    "financially-sustainable": {
        "General Fund reserve": ("percent of revenue", "up", 16, 11.5, 0.3, 0.6, 1),
        "Spending within adopted budget": ("percent of departments", "up", 100, 93, 0.3, 2, 0),
        "Utility bills paid on time": ("percent", "up", 92, 90.2, 0.1, 1, 1),
        "Sales tax against forecast": ("percent", "up", 100, 99, 0.15, 2.2, 1),
        "Overtime as a share of wages": ("percent", "down", 6, 7.9, -0.08, 0.5, 1),
        "Invoices paid within 30 days": ("percent", "up", 95, 91, 0.3, 1.4, 1),
    },
    "growth": {
        "New business licenses": ("licenses", "up", 110, 96, 1.0, 9, 0),
        "Residential permits issued in 10 days": ("percent", "up", 85, 73, 0.7, 4, 1),
        "Commercial plans reviewed in 15 days": ("percent", "up", 80, 70, 0.7, 4, 1),
        "New housing units permitted": ("units", "up", 75, 62, 0.8, 14, 0),
        "Visitors to historic sites": ("visitors", "up", 16000, 13800, 120, 1500, 0),
        "Vacant storefronts on the Square": ("storefronts", "down", 6, 11, -0.3, 1, 0),
    },
    "quality": {
        "Code cases inspected within 5 days": ("percent", "up", 75, 71, 0.5, 3, 1),
        "Dangerous buildings demolished": ("buildings", "up", 8, 6, 0.1, 2, 0),
        "Street defects repaired within 10 days": ("percent", "up", 80, 68, 0.9, 5, 1),
        "Fire response within 6 minutes": ("percent", "up", 90, 86, 0.2, 1.5, 1),
        "Violent offenses": ("offenses", "down", 480, 560, -4, 32, 0),
        "Outage minutes per customer": ("minutes", "down", 25, 31, -0.3, 5, 1),
        "Park acres mowed on schedule": ("percent", "up", 95, 90, 0.25, 2.5, 1),
    },
}
# A miss by no more than this share of the target is "Under Goal"; a larger one is "Goal Not Met".
TOLERANCE = 0.10


def districts(city: City, period: Period) -> Table:
    """Make one row, and one outline, per council district."""
    table = Table((
        "council_district", "district_name", "population_2020", "area_square_miles",
        "polling_places",
    ))  # fmt: skip
    # The four sum to the city's 2020 census population.
    populations = {"1": 31240, "2": 29876, "3": 30518, "4": 31377}
    for district in city.districts:
        ring = [*district["ring"], district["ring"][0]]
        area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2
        # RFC 7946 wants an outer ring counterclockwise. 53.7 and 69 miles a degree, east and north.
        counterclockwise = ring if area > 0 else ring[::-1]
        table.rows.append((
            district["id"], district["title"], populations[district["id"]],
            round(abs(area) * 53.7 * 69.0, 2), dice("polling", district["id"]).randrange(7, 12),
        ))  # fmt: skip
        table.geometries.append({"type": "Polygon", "coordinates": [counterclockwise]})
    return table


def measures(city: City, period: Period) -> Table:
    """Make one row per measure and quarter of the fiscal year."""
    table = Table((
        "fiscal_year", "quarter", "quarter_starts", "goal", "measure", "unit", "wanted_direction",
        "target", "result", "status",
    ))  # fmt: skip
    for elapsed, start in enumerate(period.months()[::3]):
        quarter = (start.month - 7) % 12 // 3 + 1
        for goal, its_measures in MEASURES.items():
            for name, (
                unit,
                direction,
                target,
                first,
                drift,
                noise,
                places,
            ) in its_measures.items():
                rng = dice("measure", start, name)
                result = round(first + drift * elapsed + rng.gauss(0, noise), places)
                if "percent" in unit and target <= 100 and name != "Sales tax against forecast":
                    result = min(100.0, result)
                miss = (target - result if direction == "up" else result - target) / target
                status = (
                    "Goal Met"
                    if miss <= 0
                    else "Under Goal"
                    if miss <= TOLERANCE
                    else "Goal Not Met"
                )
                table.rows.append((
                    fiscal_year_label(start), quarter, start, goal, name, unit, direction, target,
                    result, status,
                ))  # fmt: skip
    return table


def survey(city: City, period: Period) -> Table:
    """Make one row per question and district, with shares of answers."""
    table = Table((
        "fiscal_year", "topic", "question", "council_district", "answers", "very_satisfied_percent",
        "satisfied_percent", "neutral_percent", "dissatisfied_percent",
    ))  # fmt: skip
    topics = {
        "Safety": (
            "Police protection",
            "Fire protection",
            "Speed of ambulance",
            "Safety downtown at night",
        ),
        "Streets": (
            "Street surface",
            "Snow removal",
            "Sidewalks",
            "Street lighting",
            "Traffic flow",
        ),
        "Neighborhoods": ("Property maintenance", "Mowing of vacant lots", "Clean-up of litter"),
        "Parks": ("Maintenance of parks", "Trails", "Recreation programs", "Swimming pool"),
        "Utilities": ("Electric reliability", "Water quality", "Sewer service", "Clarity of bills"),
        "Communication": (
            "Website",
            "Ease of reaching the right person",
            "Openness to public input",
        ),
        "Overall": ("Overall quality of City services", "Value for taxes", "Quality of life"),
    }
    for topic, questions in topics.items():
        for question in questions:
            for district in ("1", "2", "3", "4"):
                rng = dice("survey", period.start.year, question, district)
                like = dice("survey", question).uniform(0.35, 0.8)
                very = round(100 * like * rng.uniform(0.25, 0.42), 1)
                well = round(100 * like - very + rng.uniform(-3, 3), 1)
                neutral = round((100 - very - well) * rng.uniform(0.45, 0.6), 1)
                table.rows.append((
                    fiscal_year_label(period.start), topic, question, district, rng.randrange(148,
                    236),
                    very, well, neutral, round(100 - very - well - neutral, 1),
                ))  # fmt: skip
    return table


def website(city: City, period: Period) -> Table:
    """Make one row per month, section and kind of device."""
    table = Table(("month", "section", "device", "visits", "page_views", "average_seconds"))
    sections = {
        "Home": 31000,
        "Utilities and bill pay": 27000,
        "Police": 8600,
        "Parks and recreation": 9400,
        "Court": 5200,
        "Jobs": 7100,
        "Permits": 4300,
        "Council": 2600,
        "Open data": 1400,
        "Animal services": 6700,
        "Trash and recycling": 3900,
    }
    devices = {"Phone": 0.61, "Computer": 0.35, "Tablet": 0.04}
    for month in period.months():
        for section, usual in sections.items():
            for device, share in devices.items():
                rng = dice("website", month, section, device)
                growth = 1 + 0.0035 * ((month.year - 2023) * 12 + month.month)
                summer = 1.35 if section.startswith("Parks") and 5 <= month.month <= 8 else 1.0
                visits = round(usual * share * growth * summer * rng.uniform(0.88, 1.12))
                table.rows.append((
                    month, section, device, visits, round(visits * rng.uniform(1.4, 2.9)),
                    round(rng.uniform(38, 160)),
                ))  # fmt: skip
    return table
