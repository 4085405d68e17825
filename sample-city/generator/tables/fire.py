"""Fire: responses to fires and medical calls, and inspections of buildings."""

from generator.dates import Period
from generator.events import OFFICE_DAYS, SUMMER, Numbers, Table, daily, later, moment
from generator.geography import City, Weighted

# code: (incident, group, likelihood, mean minutes on scene)
INCIDENTS = {
    "111": ("Building fire", "Fire", 1.0, 95),
    "113": ("Cooking fire, contained", "Fire", 0.8, 30),
    "131": ("Passenger vehicle fire", "Fire", 0.7, 38),
    "142": ("Brush or grass fire", "Fire", 0.8, 34),
    "151": ("Outside rubbish fire", "Fire", 0.9, 20),
    "321": ("Medical call", "Medical", 58.0, 21),
    "322": ("Vehicle crash with injuries", "Medical", 4.0, 28),
    "324": ("Vehicle crash, no injuries", "Medical", 2.2, 18),
    "353": ("Removal from stalled elevator", "Rescue", 0.2, 26),
    "412": ("Gas leak", "Hazard", 1.3, 32),
    "424": ("Carbon monoxide", "Hazard", 0.5, 29),
    "444": ("Power line down", "Hazard", 1.2, 40),
    "510": ("Person in distress", "Service", 3.0, 17),
    "554": ("Lift assist", "Service", 11.0, 15),
    "611": ("Canceled on the way", "Good intent", 7.5, 5),
    "651": ("Smoke scare", "Good intent", 1.4, 16),
    "743": ("Smoke detector, no fire", "False alarm", 4.4, 15),
    "745": ("Alarm system, no fire", "False alarm", 4.0, 14),
}
STATIONS = range(1, 11)
USES = (
    "Store", "Restaurant", "Office", "Apartment building", "School", "Church", "Warehouse", "Hotel",
    "Care home", "Factory",
)  # fmt: skip


def incidents(city: City, period: Period) -> Table:
    """Make one row per incident that the department answered."""
    table = Table((
        "incident_number", "received_at", "incident_code", "incident", "incident_group",
        "first_unit_station", "units_sent", "turnout_seconds", "travel_seconds",
        "minutes_on_scene", "block_address", "council_district", "latitude", "longitude",
    ))  # fmt: skip
    code_of = Weighted({code: row[2] for code, row in INCIDENTS.items()})
    numbers = Numbers("F{year:02}-{number:06}")
    for day, rng in daily("fire", period, 20, season=SUMMER, growth=0.02):
        code = code_of.pick(rng)
        name, group, _, minutes = INCIDENTS[code]
        block = city.homes.pick(rng)
        # The nearest of ten stations, spread over the city west to east.
        station = STATIONS[min(9, int((block.longitude + 94.485) / 0.0211))]
        canceled = code == "611"
        table.rows.append((
            moment(rng, day), code, name, group, str(station),
            rng.choice((4, 5, 6)) if code == "111" else rng.choice((1, 1, 1, 2)),
            round(rng.gauss(72, 16)), None if canceled else round(rng.lognormvariate(5.5, 0.35)),
            None if canceled else max(2, round(rng.gauss(minutes, minutes / 4))),
            block.label, block.district, *block.near,
        ))  # fmt: skip
    table.rows = numbers.before(table.rows)
    return table


def inspections(city: City, period: Period) -> Table:
    """Make one row per inspection of a business or public building."""
    table = Table((
        "inspection_number", "inspected_on", "inspection_type", "building_use", "result",
        "violations", "corrected_on", "block_address", "council_district", "latitude", "longitude",
    ))  # fmt: skip
    kind = Weighted(
        {"Yearly": 70, "New business": 14, "Complaint": 6, "Alarm or sprinkler test": 10}
    )
    numbers = Numbers("FI{year:02}-{number:05}")
    for day, rng in daily("fire-inspections", period, 3.4, week=OFFICE_DAYS):
        block = city.shops.pick(rng)
        violations = rng.choice((0, 0, 0, 0, 1, 1, 2, 3, 5))
        table.rows.append((
            numbers.next(day), day, kind.pick(rng), rng.choice(USES),
            "Violations found" if violations else "Passed", violations,
            later(rng, day, 24, period.end, minimum=3) if violations else None,
            block.label, block.district, block.latitude, block.longitude,
        ))  # fmt: skip
    return table
