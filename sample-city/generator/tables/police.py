"""Police: offenses by block, calls for service, crashes. Never a person or a house."""

from datetime import timedelta

from generator.dates import Period
from generator.events import SUMMER, Numbers, Table, daily, dice, moment
from generator.geography import City, Weighted

# code: (offense, category, likelihood, places, share with an arrest)
OFFENSES = {
    "09A": ("Homicide", "person", 0.03, "home street", 0.70),
    "100": ("Kidnapping or abduction", "person", 0.25, "home street", 0.40),
    "120": ("Robbery", "property", 1.6, "street shop", 0.28),
    "13A": ("Aggravated assault", "person", 5.2, "home street", 0.42),
    "13B": ("Simple assault", "person", 12.5, "home street shop", 0.34),
    "13C": ("Intimidation", "person", 4.0, "home", 0.15),
    "200": ("Arson", "property", 0.3, "home vacant", 0.15),
    "220": ("Burglary or breaking and entering", "property", 6.5, "home shop vacant", 0.12),
    "23C": ("Shoplifting", "property", 11.0, "shop", 0.46),
    "23D": ("Theft from a building", "property", 5.0, "home shop", 0.09),
    "23F": ("Theft from a motor vehicle", "property", 10.5, "street home lot", 0.04),
    "23G": ("Theft of motor vehicle parts", "property", 4.5, "street home lot", 0.03),
    "23H": ("All other larceny", "property", 8.0, "home shop lot", 0.08),
    "240": ("Motor vehicle theft", "property", 8.0, "street home lot", 0.09),
    "250": ("Counterfeiting or forgery", "property", 1.4, "shop", 0.18),
    "26A": ("False pretenses or swindle", "property", 3.8, "home shop", 0.05),
    "26B": ("Credit card or ATM fraud", "property", 2.6, "shop", 0.06),
    "290": ("Destruction of property", "property", 10.0, "home street lot school", 0.09),
    "35A": ("Drug or narcotic violation", "society", 6.2, "street lot", 0.86),
    "520": ("Weapon law violation", "society", 1.8, "street lot", 0.72),
    "90D": ("Driving under the influence", "society", 2.4, "street", 0.97),
    "90J": ("Trespass", "society", 4.6, "shop vacant school", 0.55),
}
PLACES = {
    "home": "Residence",
    "street": "Street or alley",
    "shop": "Store or restaurant",
    "lot": "Parking lot",
    "vacant": "Vacant building",
    "school": "School or park",
}
# type: (likelihood, priority, share begun by an officer)
CALLS = {
    "Traffic stop": (17.0, 4, 1.0),
    "Disturbance": (11.0, 2, 0.03),
    "Check welfare": (8.5, 3, 0.02),
    "Suspicious person or vehicle": (8.0, 3, 0.15),
    "Larceny": (6.0, 4, 0.01),
    "Crash without injury": (5.0, 3, 0.05),
    "Crash with injury": (2.2, 1, 0.02),
    "Alarm": (6.5, 3, 0.0),
    "Trespass": (4.5, 3, 0.06),
    "Stolen vehicle": (2.4, 3, 0.02),
    "Burglary": (2.2, 2, 0.01),
    "Assault": (2.6, 1, 0.02),
    "Shots heard": (1.9, 1, 0.02),
    "Noise complaint": (4.2, 4, 0.01),
    "Abandoned vehicle": (2.2, 4, 0.10),
    "Animal complaint": (2.5, 4, 0.0),
    "Assist other agency": (4.0, 3, 0.20),
    "Area check": (7.5, 4, 0.95),
    "Property found": (1.3, 4, 0.10),
    "Narcotics activity": (1.4, 3, 0.30),
}
RESPONSE_MINUTES = {1: 5.5, 2: 9.0, 3: 17.0, 4: 34.0}
POLICE_HOURS = Weighted(dict(enumerate(
    (48, 42, 36, 26, 18, 15, 18, 27, 34, 38, 41, 44, 48, 48, 52, 58, 63, 66, 64, 61, 60, 62, 60, 55)
)))  # fmt: skip


def crimes(city: City, period: Period) -> Table:
    """Make one row per reported offense."""
    table = Table((
        "case_number", "reported_at", "occurred_on", "offense_code", "offense", "category",
        "location_type", "block_address", "zip_code", "council_district", "arrest_made",
        "latitude", "longitude",
    ))  # fmt: skip
    offense = Weighted({code: row[2] for code, row in OFFENSES.items()})
    numbers = Numbers("PD{year:02}-{number:06}")
    for day, rng in daily("crimes", period, 28, season=SUMMER, growth=-0.03):
        code = offense.pick(rng)
        name, category, _, places, arrest = OFFENSES[code]
        place = rng.choice(places.split())
        block = (city.shops if place == "shop" else city.homes).pick(rng)
        before = 0 if rng.random() < 0.8 else int(rng.expovariate(0.2))
        table.rows.append((
            moment(rng, day, POLICE_HOURS), day - timedelta(days=before), code,
            name, category, PLACES[place], block.label, block.zip_code, block.district,
            rng.random() < arrest, *block.near,
        ))  # fmt: skip
    table.rows = numbers.before(table.rows)
    return table


def offense_codes(city: City, period: Period) -> Table:
    """List the codes that `crimes` uses."""
    rows = [(code, row[0], row[1]) for code, row in OFFENSES.items()]
    return Table(("offense_code", "offense", "category"), rows)


def calls(city: City, period: Period) -> Table:
    """Make one row per call for service."""
    table = Table((
        "incident_number", "received_at", "call_type", "priority", "source", "minutes_to_arrival",
        "disposition", "block_address", "council_district", "latitude", "longitude",
    ))  # fmt: skip
    call_type = Weighted({name: row[0] for name, row in CALLS.items()})
    source = Weighted({"911": 46, "Non-emergency line": 44, "Alarm company": 6, "Online": 4})
    disposition = Weighted(
        {
            "Report taken": 31,
            "Handled, no report": 43,
            "Unable to locate": 12,
            "Canceled": 9,
            "Arrest": 5,
        }
    )
    numbers = Numbers("{year:02}-{number:06}")
    for day, rng in daily("calls", period, 60, season=SUMMER, growth=0.01):
        name = call_type.pick(rng)
        _, priority, by_officer = CALLS[name]
        begun_by_officer = rng.random() < by_officer
        minutes = None
        if not begun_by_officer:
            minutes = round(1 + RESPONSE_MINUTES[priority] * rng.lognormvariate(-0.18, 0.6), 1)
        block = city.traffic.pick(rng)
        table.rows.append((
            moment(rng, day, POLICE_HOURS), name, priority,
            "Officer" if begun_by_officer else source.pick(rng), minutes, disposition.pick(rng),
            block.label, block.district, *block.near,
        ))  # fmt: skip
    table.rows = numbers.before(table.rows)
    return table


def crashes(city: City, period: Period) -> Table:
    """Make one row per crash that an officer reported."""
    table = Table((
        "crash_number", "occurred_at", "severity", "vehicles", "people_injured",
        "pedestrian_or_cyclist", "main_circumstance", "weather", "light", "block_address",
        "council_district", "latitude", "longitude",
    ))  # fmt: skip
    severity = Weighted(
        {"Property damage": 72, "Minor injury": 22, "Serious injury": 5, "Fatal": 0.4}
    )
    cause = Weighted(
        {
            "Following too close": 22,
            "Failed to yield": 20,
            "Inattention": 19,
            "Speed": 12,
            "Ran signal or sign": 9,
            "Improper lane use": 8,
            "Impaired": 5,
            "Animal or object": 5,
        }
    )
    wet = (0.16, 0.17, 0.2, 0.24, 0.26, 0.22, 0.16, 0.17, 0.16, 0.18, 0.17, 0.16)
    numbers = Numbers("C{year:02}-{number:05}")
    for day, rng in daily("crashes", period, 6.2, growth=0.02):
        at = moment(rng, day, POLICE_HOURS)
        how = severity.pick(rng)
        weather = "Clear or cloudy"
        # One sky for the whole day, whoever else crashes under it.
        if dice("weather", day).random() < wet[day.month - 1]:
            weather = "Snow or ice" if day.month in (12, 1, 2) else "Rain"
        light = (
            "Daylight" if 7 <= at.hour < 18 else "Dark, lighted" if rng.random() < 0.8 else "Dark"
        )
        block = city.traffic.pick(rng)
        table.rows.append((
            at, how, rng.choice((1, 2, 2, 2, 2, 3)),
            0 if how == "Property damage" else rng.choice((1, 1, 1, 2, 3)),
            how != "Property damage" and rng.random() < 0.06, cause.pick(rng), weather, light,
            block.label, block.district, *block.near,
        ))  # fmt: skip
    table.rows = numbers.before(table.rows)
    return table
