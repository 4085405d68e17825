"""Whether data.gov takes a record as DCAT-US 3.0: its structure and its formats.

Owns the judgement of a record by the table of classes in `shapes_3_0`. Its verdict is the one of
data.gov's JSON Schemas with format checks; where a value may have one of several shapes, it tells
what is wrong with it as the one that it was meant to be. Refuses to look at what the schemas let
pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from .problem import Problem, shown
from .shapes_3_0 import (
    CLASSES,
    EXAMPLES,
    Anything,
    Class,
    Either,
    Many,
    Maybe,
    Nested,
    Number,
    Shape,
    Text,
    as_example,
)

Kind = Literal["dataset", "series", "service", "record"]

# How many objects may lie in each other: far more than a catalog has, fewer than what would
# exhaust a program that follows them.
_DEEPEST = 100
# Of how many members of one list it is told what is wrong with them.
_MOST_TOLD = 100


class _Found:
    """A problem while its way up to the record is not known yet; `path` runs from it upwards."""

    __slots__ = ("example", "message", "path", "rule")

    def __init__(self, rule: str, message: str, example: object) -> None:
        self.path: list[str | int] = []
        self.rule, self.message, self.example = rule, message, example


# What is wrong with a value that lies in so many objects; None where nothing is.
_Check = Callable[[object, int], list[_Found] | None]

_TYPES = {Text: "string", Number: "number", Nested: "object", Many: "array"}


def check(record: Mapping[str, object], kind: Kind = "dataset") -> list[Problem]:
    """Everything for which data.gov would refuse `record`; nothing where it takes it."""
    found = _BY_KIND[kind](record, 0)
    if not found:
        return []
    if too_deep := [each for each in found if each.rule == "nesting"]:
        # Nothing else matters then, and where it begins says more than where it was given up.
        found = too_deep[:1]
        found[0].path = found[0].path[-1:]
    return [
        Problem(tuple(reversed(each.path)), each.message, as_example(each.example), rule=each.rule)
        for each in found
    ]


def _example(shape: Shape) -> object:
    match shape:
        case Text(example=example):
            return example
        case Nested(name):
            return CLASSES[name].example
        case Many(of):
            return [_example(of)]
        case Maybe(inner):
            return _example(inner)
        case Either(shapes):
            return _example(shapes[0])
        case _:
            return 1


def _wrong_type(value: object, *shapes: Shape) -> list[_Found]:
    types = " or ".join(repr(_TYPES[type(shape)]) for shape in shapes)
    names = {shape.name for shape in shapes if isinstance(shape, Nested)}
    message = f"{shown(value)} is not of type {types}"
    if names:
        message += f" ({', '.join(sorted(names))})"
    return [_Found("type", message, _example(shapes[0]))]


def _text(shape: Text) -> _Check:
    passes = shape.passes

    def any_string(value: object, depth: int) -> list[_Found] | None:
        return None if isinstance(value, str) else _wrong_type(value, shape)

    def string_that_passes(value: object, depth: int) -> list[_Found] | None:
        if not isinstance(value, str):
            return _wrong_type(value, shape)
        if passes is None or passes(value):
            return None
        return [_Found(shape.rule, f"{shown(value)} {shape.wrong}", shape.example)]

    return string_that_passes if passes else any_string


def _number(value: object, depth: int) -> list[_Found] | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return None
    return _wrong_type(value, Number())


def _many(shape: Many) -> _Check:
    check_member = _checks(shape.of)
    size = shape.size

    def members(value: object, depth: int) -> list[_Found] | None:
        if not isinstance(value, list):
            return _wrong_type(value, shape)
        found: list[_Found] | None = None
        spoilt = 0
        for position, member in enumerate(value):
            if wrong := check_member(member, depth):
                for each in wrong:
                    each.path.append(position)
                found = _joined(found, wrong)
                spoilt += 1
                if spoilt == _MOST_TOLD:
                    break
        if size is not None and len(value) != size:
            extent = "short" if len(value) < size else "long"
            message = f"{shown(value)} is too {extent}: {size} are wanted"
            wrong = [_Found("size", message, _example(shape))]
            found = _joined(found, wrong)
        return found

    return members


def _maybe(shape: Maybe) -> _Check:
    check_value = _checks(shape.shape)

    def unless_null(value: object, depth: int) -> list[_Found] | None:
        return None if value is None else check_value(value, depth)

    return unless_null


def _either(shape: Either) -> _Check:
    types = {Text: str, Nested: dict, Many: list}
    branches = [(types[type(each)], _checks(each)) for each in shape.shapes]

    def branch_of_its_type(value: object, depth: int) -> list[_Found] | None:
        for type_, check_value in branches:
            if isinstance(value, type_):
                return check_value(value, depth)
        return _wrong_type(value, *shape.shapes)

    return branch_of_its_type


def _object(name: str, class_: Class) -> _Check:
    """The check of a class, whose fields are not known before all classes have a check."""
    fields = _FIELDS.setdefault(name, {})

    def object_of_class(value: object, depth: int) -> list[_Found] | None:
        if not isinstance(value, dict):
            return _wrong_type(value, Nested(name))
        if depth >= _DEEPEST:
            message = f"more than {_DEEPEST} objects lie in each other here"
            return [_Found("nesting", message, class_.example)]
        found: list[_Found] | None = None
        for key, inner in value.items():
            check_field = fields.get(key)
            if check_field is not None and (wrong := check_field(inner, depth + 1)):
                found = _gathered(found, wrong, key, class_)
        for key in class_.required:
            if key not in value:
                found = _gathered(found, [_missing(key, class_)], key, class_)
        if class_.one_of and not any(key in value for key in class_.one_of):
            names = " or ".join(map(repr, class_.one_of))
            wrong = [_Found("required", f"{names} is a required property", class_.example)]
            found = _joined(found, wrong)
        return found

    return object_of_class


def _missing(key: str, class_: Class) -> _Found:
    shape = class_.fields.get(key)
    return _Found("required", f"{key!r} is a required property", shape and _example(shape))


def _gathered(
    found: list[_Found] | None, wrong: list[_Found], key: str, class_: Class
) -> list[_Found]:
    """Put problems of a field below those of its object, with the field's own example."""
    example = class_.example.get(key, EXAMPLES.get(key))
    for each in wrong:
        if example is not None:
            if not each.path:
                each.example = example
            elif len(each.path) == 1 and isinstance(each.path[0], int):
                each.example = example[0] if isinstance(example, list) else example
        each.path.append(key)
    return _joined(found, wrong)


def _joined(found: list[_Found] | None, wrong: list[_Found]) -> list[_Found]:
    if found is None:
        return wrong
    found += wrong
    return found


def _checks(shape: Shape) -> _Check:
    match shape:
        case Text():
            return _text(shape)
        case Number():
            return _number
        case Anything():
            return lambda value, depth: None
        case Nested(name):
            return _OBJECTS[name]
        case Many():
            return _many(shape)
        case Maybe():
            return _maybe(shape)
        case Either():
            return _either(shape)


_FIELDS: dict[str, dict[str, _Check]] = {}
_OBJECTS = {name: _object(name, class_) for name, class_ in CLASSES.items()}
for _name, _class in CLASSES.items():
    _FIELDS[_name].update((key, _checks(shape)) for key, shape in _class.fields.items())

_BY_KIND: Mapping[Kind, _Check] = {
    "dataset": _OBJECTS["Dataset"],
    "series": _OBJECTS["DatasetSeries"],
    "service": _OBJECTS["DataService"],
    "record": _OBJECTS["CatalogRecord"],
}
