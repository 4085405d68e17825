"""Where the data lies: not exactly, where that leads to a person; else within the city.

Owns what boxes, kinds of shape and decimals of a profile say of places. Refuses to tell a place:
sides of a box are told to about a kilometre.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...rulebook import WARNING
from ..registry import CONTENT, Declared, Parameter
from ..subjects import File, Subject
from ..values import listed, shown
from ..verdicts import Verdict, fails, not_applicable, unjudged
from .hits import found, kinds_of, topics_of
from .per_file import column_of, judged_files, number

__all__ = ["CHECKS"]

CHECKS = Declared()

PLACES = kinds_of("no-exact-place-in-sensitive-topic")
SENSITIVE = ["victims", "health", "minors"]
# A place that ten rows share on average is that of a block or a district.
_SHARED_BY = 10


@CHECKS.check(
    "no-exact-place-in-sensitive-topic",
    CONTENT,
    kinds=Parameter("list", PLACES),
    topics=Parameter("list", SENSITIVE),
    decimals=Parameter("int", 3, least=0, most=7),
)
def no_exact_place(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """Data about victims, health or children places nobody more exactly than a block.

    ``decimals`` are those of degrees that a block has: three are about 100 metres. Where no scan
    looked at the cells, the profile's boxes can only make one suspect, and the verdict warns.
    """
    if not subject.topics & frozenset(given["topics"]):
        yield not_applicable(f"Asked of data about {topics_of(given['topics'])} only.")
        return
    fix = (
        "Give the block or the middle of a larger area in place of the address or point, and "
        "upload the file again."
    )

    def judge(file: File) -> Iterator[Verdict]:
        if file.hits is None:
            for column in _exact_columns(file, int(given["decimals"])):
                yield fails(
                    f"{column_of(file, column)} seems to hold exact places: its degrees have more "
                    f"than {given['decimals']} decimals.",
                    fix=fix,
                    resource=file.id,
                    column=shown(column),
                    kind="exact-point",
                    severity=WARNING,
                )
        yield from found(file, frozenset(given["kinds"]), fix)

    yield from judged_files(subject, judge)


def _exact_columns(file: File, decimals: int) -> Iterator[str]:
    for name, profile in file.profile.items():
        if not isinstance(profile, Mapping) or "Point" not in str(profile.get("geometry") or ""):
            continue
        sides = _box(profile.get("bbox"))
        distinct = number(profile.get("distinct"))
        if sides is None or all(round(side, decimals) == side for side in sides):
            continue
        if distinct and file.rows and file.rows >= distinct * _SHARED_BY:
            continue
        yield str(name)


def _box(value: Any) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of a box on the earth; None for all else."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 4:
        return None
    west, south, east, north = (number(side) for side in value)
    if west is None or south is None or east is None or north is None:
        return None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    return west, south, east, north


@CHECKS.check("inside-the-city", CONTENT, margin=Parameter("float", 0.1, least=0, most=10))
def inside_the_city(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """Places are degrees on the earth, and within the city's box.

    ``margin`` is how far beyond the box they may lie, as a share of its width and height: a street
    or a water main does not end at the city's limits.
    """
    city = subject.city.bbox
    if city is None:
        yield unjudged("The city's file does not say where the city lies.")
        return
    wide = (city[2] - city[0]) * float(given["margin"])
    high = (city[3] - city[1]) * float(given["margin"])
    allowed = (city[0] - wide, city[1] - high, city[2] + wide, city[3] + high)

    def judge(file: File) -> Iterator[Verdict]:
        shapes = {
            str(name): profile.get("bbox")
            for name, profile in file.profile.items()
            if isinstance(profile, Mapping)
            and (profile.get("geometry") or profile.get("type") == "geometry")
            and profile.get("filled") != 0
        }
        if file.bbox is None and not shapes:
            yield (
                not_applicable()
                if file.profile
                else unjudged("Nobody looked whether the file has places.", resource=file.id)
            )
            return
        column = shown(next(iter(shapes), ""))
        boxes = [_box(sides) for sides in (shapes.values() if file.bbox is None else [file.bbox])]
        told = [box for box in boxes if box is not None]
        if len(told) < len(boxes):
            yield fails(
                f"“{file.title}” has places that are no degrees on the earth.",
                fix="Save it with longitude and latitude in degrees (WGS 84).",
                resource=file.id,
                column=column,
            )
            return
        wests, souths, easts, norths = zip(*told, strict=True)
        box = (min(wests), min(souths), max(easts), max(norths))
        beyond = _beyond(box, allowed)
        if beyond:
            yield fails(
                f"“{file.title}” has places beyond the city in the {listed(beyond)}: it reaches "
                f"from {_said(box[0], box[1])} to {_said(box[2], box[3])}.",
                fix="Correct these places in the file: a longitude and latitude that are swapped, "
                "or 0, is the usual cause.",
                resource=file.id,
                column=shown(column),
            )

    yield from judged_files(subject, judge, nothing="None of its files has places.")


def _beyond(box: Sequence[float], allowed: Sequence[float]) -> list[str]:
    sides = {
        "north": box[3] > allowed[3],
        "east": box[2] > allowed[2],
        "south": box[1] < allowed[1],
        "west": box[0] < allowed[0],
    }
    return [side for side, is_beyond in sides.items() if is_beyond]


def _said(longitude: float, latitude: float) -> str:
    north = f"{abs(latitude):.2f}° {'S' if latitude < 0 else 'N'}"
    return f"{north}, {abs(longitude):.2f}° {'W' if longitude < 0 else 'E'}"
