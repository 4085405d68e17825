"""Health: inspections of invented restaurants, what they found, and the animal shelter."""

from datetime import date
from random import Random
from typing import NamedTuple

from generator.dates import Period
from generator.events import SUMMER, Numbers, Table, count, daily, dice, later
from generator.geography import Block, City, Weighted

# code: (violation, priority, likelihood)
FINDINGS = {
    "2-301": ("Hands not washed when needed", "Priority", 7),
    "3-202": ("Food held too warm", "Priority", 12),
    "3-302": ("Raw food stored above ready food", "Priority", 8),
    "3-501": ("Food not date-marked", "Foundation", 14),
    "4-501": ("Sanitizer too weak", "Priority", 9),
    "4-601": ("Surfaces not clean", "Core", 16),
    "5-205": ("Hand sink blocked", "Foundation", 8),
    "6-501": ("Floors, walls or ceilings unclean", "Core", 15),
    "6-202": ("Door not tight against pests", "Core", 6),
    "7-102": ("Chemicals not labeled", "Foundation", 5),
}
RESTAURANTS = 430


class Inspection(NamedTuple):
    """One visit and the codes of what it found."""

    number: str
    day: date
    kind: str
    establishment: int
    found: tuple[str, ...]


def _establishment(city: City, number: int) -> tuple[str, str, Block]:
    """Invent a restaurant: its name, type and block."""
    rng = dice("restaurant", number)
    firsts = (
        "Sunny", "Old Trail", "Bluebird", "Copper Pot", "Little Fork", "Maple Leaf", "Prairie",
        "Red Lantern", "Golden Ladle", "Silver Spoon", "Harbor", "Cactus", "Olive Branch",
        "Crossroads", "Peach Tree",
    )  # fmt: skip
    lasts = {
        "Grill": "Full service",
        "Diner": "Full service",
        "Cafe": "Full service",
        "Pizza": "Fast food",
        "Taqueria": "Full service",
        "Burgers": "Fast food",
        "Noodle House": "Full service",
        "Bakery": "Bakery",
        "Market Deli": "Grocery",
        "School Kitchen": "School",
        "Food Truck": "Mobile",
    }
    last = rng.choice(list(lasts))
    return f"{rng.choice(firsts)} {last}", lasts[last], city.shops.pick(rng)


def _visits(period: Period) -> list[Inspection]:
    """Visit every restaurant about twice a year, and some after a complaint."""
    code_of = Weighted({code: row[2] for code, row in FINDINGS.items()})
    kind_of = Weighted({"Routine": 74, "Follow-up": 15, "Complaint": 8, "Opening": 3})
    numbers = Numbers("HI{year:02}-{number:05}")
    visits = []
    week = (1.4, 1.4, 1.4, 1.4, 1.2, 0.2, 0.0)
    for day, rng in daily("restaurant-inspections", period, 3.3, week=week):
        kind = kind_of.pick(rng)
        found = {code_of.pick(rng) for _ in range(count(rng, 0.9 if kind == "Follow-up" else 2.6))}
        visits.append(
            Inspection(
                numbers.next(day), day, kind, rng.randrange(RESTAURANTS), tuple(sorted(found))
            )
        )
    return visits


def inspections(city: City, period: Period) -> Table:
    """Make one row per visit."""
    table = Table((
        "inspection_number", "inspected_on", "establishment_id", "establishment",
        "establishment_type", "inspection_type", "priority_violations", "foundation_violations",
        "core_violations", "score", "result", "block_address", "zip_code", "council_district",
        "latitude", "longitude",
    ))  # fmt: skip
    known = [_establishment(city, number) for number in range(RESTAURANTS)]
    for visit in _visits(period):
        name, kind, block = known[visit.establishment]
        ranks = [FINDINGS[code][1] for code in visit.found]
        priority, foundation, core = (
            ranks.count(rank) for rank in ("Priority", "Foundation", "Core")
        )
        score = max(50, 100 - 5 * priority - 3 * foundation - core)
        result = (
            "Closed until corrected"
            if priority > 3
            else "Follow-up needed"
            if priority
            else "Passed"
        )
        table.rows.append((
            visit.number, visit.day, f"E-{visit.establishment + 1:04}", name, kind, visit.kind,
            priority,
            foundation, core, score, result, block.label, block.zip_code, block.district,
            block.latitude, block.longitude,
        ))  # fmt: skip
    return table


def violations(city: City, period: Period) -> Table:
    """Make one row per violation that a visit of `inspections` found."""
    table = Table((
        "inspection_number", "establishment_id", "inspected_on", "violation_code", "violation",
        "priority", "corrected_on_site",
    ))  # fmt: skip
    for visit in _visits(period):
        for code in visit.found:
            words, priority, _ = FINDINGS[code]
            fixed = dice("corrected", visit.number, code).random() < 0.55
            table.rows.append((
                visit.number, f"E-{visit.establishment + 1:04}", visit.day, code, words, priority,
                fixed,
            ))  # fmt: skip
    return table


def animals(city: City, period: Period) -> Table:
    """Make one row per animal that the shelter took in."""
    table = Table((
        "animal_id", "taken_in_on", "species", "breed_group", "age_group", "intake_type",
        "condition",
        "outcome", "outcome_on", "days_in_shelter",
    ))  # fmt: skip
    breeds = {
        "Dog": (
            "Shepherd mix",
            "Terrier mix",
            "Retriever mix",
            "Hound mix",
            "Bully mix",
            "Small mix",
        ),
        "Cat": ("Domestic short hair", "Domestic medium hair", "Siamese mix"),
        "Other": ("Rabbit", "Bird", "Guinea pig"),
    }
    species_of = Weighted({"Dog": 55, "Cat": 41, "Other": 4})
    intake = Weighted({"Stray": 58, "Owner surrender": 27, "Transfer": 7, "Protective custody": 8})
    ages = Weighted(
        {"Under 6 months": 27, "6 months to 2 years": 31, "2 to 7 years": 29, "Over 7 years": 13}
    )

    def outcome(rng: Random, species: str, kind: str) -> str:
        weights = {"Adopted": 56, "Transferred": 17, "Euthanized": 6, "Died in care": 2}
        if kind == "Stray":
            weights["Returned to owner"] = 34 if species == "Dog" else 5
        return Weighted(weights).pick(rng)

    numbers = Numbers("A{year:02}-{number:05}")
    for day, rng in daily("animals", period, 7.5, season=SUMMER):
        species, kind = species_of.pick(rng), intake.pick(rng)
        left, became = later(rng, day, 17, period.end), outcome(rng, species, kind)
        table.rows.append((
            numbers.next(day), day, species, rng.choice(breeds[species]), ages.pick(rng), kind,
            rng.choice(("Healthy", "Healthy", "Healthy", "Treatable", "Injured")),
            became if left else None, left, (left - day).days if left else None,
        ))  # fmt: skip
    return table
