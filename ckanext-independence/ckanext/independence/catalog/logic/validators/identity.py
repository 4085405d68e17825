"""Validators of what a data set is known by and where it belongs.

Address, identifier and department: what others point at, and what must not slip away by
an edit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from ckan import authz, model
from ckanext.scheming.validation import scheming_validator

from .words import Context, Field, Flat, Key, given, refusal, stop

NAME = re.compile(r"[a-z0-9_-]+")
SHORTEST_NAME, LONGEST_NAME = 2, 100
# CKAN's own addresses begin with these.
RESERVED = ("new", "edit", "search")


@scheming_validator
def independence_name(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Require an address of small letters, digits and hyphens that nobody else has."""
    kind = model.Package if "dataset_type" in schema else model.Group

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = given(data, key)
        if not isinstance(value, str) or not value:
            raise stop(field, key, errors, "an address is needed.")
        if not NAME.fullmatch(value):
            raise stop(field, key, errors, "use small letters, digits and hyphens only.")
        if not SHORTEST_NAME <= len(value) <= LONGEST_NAME:
            raise stop(
                field, key, errors, f"must have between {SHORTEST_NAME} and {LONGEST_NAME} letters."
            )
        if value in RESERVED:
            raise stop(field, key, errors, f"{value!r} is kept for the portal itself.")
        taken = model.Session.query(kind.id).filter(kind.name == value)
        if kind is model.Package:
            taken = taken.filter(kind.state != model.State.DELETED)
        itself = context.get("package") or context.get("group")
        itself = itself.id if itself else given(data, (*key[:-1], "id"))
        if itself:
            taken = taken.filter(kind.id != itself)
        if taken.first():
            raise stop(field, key, errors, f"{value!r} is taken. Choose another one.")

    return validator


@scheming_validator
def independence_identifier(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Keep the identifier as it is, for ever, and different from every other one."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = data.get(key)
        package = context.get("package")
        if not isinstance(value, str) or not value.strip():
            raise refusal(field, "must be a text.")
        if len(value) > 2000:
            raise refusal(field, f"{len(value)} characters are too many; 2,000 at most.")
        kept = package.extras.get("identifier") if package else None
        if kept and value != kept:
            raise refusal(
                field,
                f"cannot change; it is {kept!r}. Harvesters would delete the data set and add"
                " another. Leave the field out, or send it as it is.",
            )
        if kept:
            return
        # Two saves with one identifier: the second waits here for the first to end, and is
        # then told, instead of stumbling over the database's own rule.
        model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(value))))
        taken = model.Session.query(model.Package.name, model.Package.state).filter(
            model.Package.extras["identifier"].astext == value
        )
        if package:
            taken = taken.filter(model.Package.id != package.id)
        other = taken.first()
        if other:
            gone = " (withdrawn)" if other.state == model.State.DELETED else ""
            raise refusal(field, f"{value!r} belongs to the data set {other.name!r}{gone}.")

    return validator


@scheming_validator
def independence_department(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Require a department in which the user may publish, and keep a data set in its own.

    Takes a department's id or name and keeps the id. Only a sysadmin, or an administrator
    of both departments, moves a data set.
    """

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = given(data, key)
        package = context.get("package")
        if not isinstance(value, str) or not value:
            raise stop(field, key, errors, "choose the department that is answerable for it.")
        department = model.Group.get(value)
        if not department or not department.is_organization:
            raise stop(field, key, errors, f"{value!r} is no department of this portal.")
        data[key] = department.id
        home = package.owner_org if package else None
        user = context.get("user")
        if (
            home == department.id
            or context.get("ignore_auth")
            or (user and authz.is_sysadmin(user))
        ):
            return
        if not authz.has_user_permission_for_group_or_org(department.id, user, "create_dataset"):
            raise stop(
                field,
                key,
                errors,
                f"you may not publish in {department.title}. Its administrator can let you.",
            )
        if home and not all(
            authz.users_role_for_group_or_org(one, user) == "admin" for one in (home, department.id)
        ):
            raise stop(
                field,
                key,
                errors,
                "only an administrator of both departments can move a data set."
                " Ask the open data coordinator.",
            )

    return validator
