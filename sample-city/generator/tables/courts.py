"""Municipal Court and City Clerk: cases, records requests, ordinances. Never a party's name."""

from datetime import timedelta

from generator.dates import Period
from generator.events import OFFICE_DAYS, SUMMER, Numbers, Table, daily, later
from generator.geography import City, Weighted

# charge: (group, likelihood, usual fine in dollars)
CHARGES = {
    "Speeding": ("Traffic", 24, 110),
    "No insurance": ("Traffic", 13, 150),
    "Expired plates": ("Traffic", 14, 75),
    "Driving while suspended": ("Traffic", 8, 250),
    "Failure to yield": ("Traffic", 5, 100),
    "Ran red light": ("Traffic", 4, 110),
    "Careless driving": ("Traffic", 4, 175),
    "Driving while intoxicated": ("Traffic", 2, 500),
    "Theft": ("General", 8, 250),
    "Trespass": ("General", 5, 150),
    "Assault": ("General", 4, 300),
    "Disorderly conduct": ("General", 3, 200),
    "Property maintenance": ("Housing", 5, 180),
    "Dog at large": ("Animal", 2, 100),
}


def cases(city: City, period: Period) -> Table:
    """Make one row per charge filed."""
    table = Table((
        "case_number", "filed_on", "charge", "charge_group", "filed_by", "appearance_on", "status",
        "disposition", "disposed_on", "fine", "court_costs", "warrant_issued",
    ))  # fmt: skip
    charge_of = Weighted({name: row[1] for name, row in CHARGES.items()})
    outcome = Weighted(
        {
            "Guilty plea": 55,
            "Dismissed": 21,
            "Amended": 16,
            "Found guilty": 5,
            "Found not guilty": 1,
            "Diversion": 2,
        }
    )
    filed_by = {"Housing": "Code officer", "Animal": "Animal officer"}
    numbers = Numbers("MC{year:02}-{number:06}")
    for day, rng in daily("court", period, 15, season=SUMMER, week=OFFICE_DAYS):
        charge = charge_of.pick(rng)
        group, _, fine = CHARGES[charge]
        ended = later(rng, day, 70, period.end, minimum=14)
        how = outcome.pick(rng)
        pays = ended and how in ("Guilty plea", "Amended", "Found guilty")
        missed = rng.random() < 0.17
        set_fine = round(fine * rng.choice((0.8, 1, 1, 1, 1.25)), 2)
        table.rows.append((
            numbers.next(day), day, charge, group, filed_by.get(group, "Police"),
            day + timedelta(days=rng.randrange(21, 50)),
            "Disposed" if ended else "Warrant" if missed else "Pending",
            how if ended else None, ended, set_fine if pays else None, 26.5 if pays else None,
            missed,
        ))  # fmt: skip
    return table


def records_requests(city: City, period: Period) -> Table:
    """Make one row per public records request."""
    table = Table((
        "request_number", "received_on", "requester_type", "subject", "department", "answered_on",
        "working_days_to_answer", "status", "outcome", "fee_charged",
    ))  # fmt: skip
    subjects = {
        "Police report": ("Police", 30),
        "Crash report": ("Police", 18),
        "Body camera video": ("Police", 6),
        "Building permits": ("Community Development", 12),
        "Code cases": ("Community Development", 9),
        "Contracts and bids": ("Finance", 7),
        "E-mail": ("City Manager", 4),
        "Fire report": ("Fire", 5),
        "Environmental records": ("Municipal Services", 5),
        "Ordinances and minutes": ("City Clerk", 3),
        "Utility service history": ("Power and Light", 3),
    }
    subject_of = Weighted({name: row[1] for name, row in subjects.items()})
    who = Weighted(
        {
            "Resident": 38,
            "Law firm": 19,
            "Insurance company": 14,
            "Business": 15,
            "News media": 6,
            "Researcher": 3,
            "Other government": 5,
        }
    )
    outcome = Weighted(
        {"Provided": 71, "Provided in part": 14, "No such record": 11, "Closed record": 4}
    )
    numbers = Numbers("SR{year:02}-{number:05}")
    for day, rng in daily("records-requests", period, 2.3, week=OFFICE_DAYS, growth=0.06):
        subject = subject_of.pick(rng)
        answered = later(rng, day, 5.5, period.end)
        working = None
        if answered:
            days = (day + timedelta(days=n) for n in range((answered - day).days))
            working = sum(passed.weekday() < 5 for passed in days)
        how = outcome.pick(rng)
        charged = rng.random() < 0.14 and how in ("Provided", "Provided in part")
        fee = round(rng.expovariate(1 / 38), 2) if charged else 0.0
        table.rows.append((
            numbers.next(day), day, who.pick(rng), subject, subjects[subject][0], answered, working,
            "Answered" if answered else "Open", how if answered else None,
            fee if answered else 0.0,
        ))  # fmt: skip
    return table


def measures_of_council(city: City, period: Period) -> Table:
    """Make one row per ordinance or resolution before the Council, without who voted how."""
    table = Table((
        "number", "kind", "meeting_on", "subject", "sponsor_department", "outcome", "votes_for",
        "votes_against", "amount",
    ))  # fmt: skip
    subjects = {
        "Contract award": "Municipal Services",
        "Rezoning": "Community Development",
        "Budget amendment": "Finance",
        "Grant acceptance": "Police",
        "Special assessment": "Community Development",
        "Easement": "Water",
        "Equipment purchase": "Fire",
        "Park agreement": "Parks, Recreation and Tourism",
        "Power purchase": "Power and Light",
        "Code amendment": "City Clerk",
    }
    ordinances, resolutions = Numbers("{year:02}-{number:03}"), Numbers("R{year:02}-{number:03}")
    # The Council meets on the first and the third Monday.
    meetings = (d for d in period.days() if d.weekday() == 0 and (d.day <= 7 or 15 <= d.day <= 21))
    for day in meetings:
        for _, rng in daily("council", Period(day, day), 7.5):
            subject = rng.choice(list(subjects))
            ordinance = (
                subject in ("Rezoning", "Budget amendment", "Code amendment") or rng.random() < 0.4
            )
            against = rng.choice((0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4))
            money = subject not in ("Rezoning", "Code amendment", "Easement")
            table.rows.append((
                (ordinances if ordinance else resolutions).next(day),
                "Ordinance" if ordinance else "Resolution", day, subject, subjects[subject],
                "Failed" if against == 4 else "Passed", 7 - against, against,
                round(rng.lognormvariate(11.3, 1.1), 2) if money else None,
            ))  # fmt: skip
    return table
