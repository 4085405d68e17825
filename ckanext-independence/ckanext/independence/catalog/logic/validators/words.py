"""How a validator says no: the field's label, what is wrong, and a right value.

Owns the wording's shape and the types that validators pass around. It judges nothing.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

Key = tuple[Any, ...]
Flat = dict[Key, Any]
Context = dict[str, Any]
Field = dict[str, Any]

LONGEST = 600  # characters of a message


def refusal(field: Field | None, problem: str) -> tk.Invalid:
    """Return the error that names the field, the problem and an example of a right value."""
    if len(problem) > LONGEST:
        # It quotes a long value; its end says what to do.
        problem = f"{problem[: LONGEST // 2]} … {problem[-LONGEST // 2 :]}"
    if not field:
        return tk.Invalid(problem)
    example = field.get("example")
    shown = f" For example: {example}" if example else ""
    return tk.Invalid(f"{field.get('label', field['field_name'])}: {problem}{shown}")


def stop(field: Field, key: Key, errors: Flat, problem: str) -> tk.StopOnError:
    """Note the error, and return what keeps the field's further validators from a wrong value."""
    errors[key].append(refusal(field, problem).error)
    return tk.StopOnError()


def given(data: Flat, key: Key) -> Any:
    """Return a value; None where it is missing."""
    value = data.get(key)
    return None if value is tk.missing else value
