"""Actions on waivers: to ask for one, decide, take back, and see which there are."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model

from ... import book, waivers
from ...model import Finding, Waiver

__all__ = [
    "independence_policy_waiver_decide",
    "independence_policy_waiver_end",
    "independence_policy_waiver_list",
    "independence_policy_waiver_request",
    "independence_policy_waiver_show",
]

Context = dict[str, Any]
Data = dict[str, Any]
MISSING = "There is no such waiver."


def _number(data_dict: Data, name: str) -> int:
    text = str(tk.get_or_bust(data_dict, name))
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise tk.ValidationError({name: [f"{name}: must be a number."]})
    return int(text)


def _waiver(context: Context, data_dict: Data) -> Waiver:
    """Return a waiver that whoever asks may know of; any other is not there."""
    waiver = model.Session.get(Waiver, _number(data_dict, "id"))
    if waiver is None or not _knows(context, waiver):
        raise tk.ObjectNotFound(MISSING)
    return waiver


def _user(context: Context) -> Any:
    return model.User.get(context.get("user") or "")


def _is_staff_of(context: Context, package_id: str) -> bool:
    if context.get("ignore_auth"):
        return True
    return bool(context.get("user")) and authz.is_authorized_boolean(
        "package_update", {"user": context["user"]}, {"id": package_id}
    )


def _sees(context: Context, package_id: str) -> bool:
    # CKAN's answer about a data set asks for the account itself.
    whose = {"user": context.get("user") or "", "auth_user_obj": _user(context)}
    return authz.is_authorized_boolean("package_show", whose, {"id": package_id})


def _knows(context: Context, waiver: Waiver) -> bool:
    if _is_staff_of(context, waiver.package_id) or waivers.approver(_user(context)):
        return True
    return _is_live(waiver) and waiver.is_public and _sees(context, waiver.package_id)


def _is_live(waiver: Waiver) -> bool:
    over = waiver.expires is not None and waiver.expires < book.today()
    return waiver.decision == "granted" and waiver.ended is None and not over


def _state(waiver: Waiver) -> str:
    if not waiver.decision:
        return "asked"
    if waiver.decision == "refused":
        return "refused"
    if waiver.ended is not None:
        return "ended"
    return "granted" if _is_live(waiver) else "expired"


def _shown(context: Context, waiver: Waiver) -> Data:
    rule = book.rulebook().rule(waiver.rule)
    package = model.Package.get(waiver.package_id)
    told: Data = {
        "id": waiver.id,
        "package_id": waiver.package_id,
        "dataset": package.name if package else "",
        "dataset_title": package.title if package else "",
        "rule": waiver.rule,
        "title": rule.title if rule else waiver.rule,
        "clauses": [clause.code for clause in rule.clauses] if rule else [],
        "grounds": waiver.grounds,
        "citation": waiver.citation,
        "reason": waiver.reason,
        "state": _state(waiver),
        "approver": waiver.approver,
        "decided": waiver.decided.isoformat() if waiver.decided else None,
        "expires": waiver.expires.isoformat() if waiver.expires else None,
        "is_public": waiver.is_public,
    }
    user = _user(context)
    named = waivers.approver(user) is not None
    if not (named or _is_staff_of(context, waiver.package_id)):
        return told
    resource = model.Resource.get(waiver.resource_id) if waiver.resource_id else None
    return told | {
        "kind": waiver.kind,
        "resource_id": waiver.resource_id,
        "file": resource.name if resource else "",
        "column": waiver.column_name,
        "field": waiver.field,
        "most": waiver.most,
        "asked": waiver.asked.isoformat(),
        "asked_by": _named(waiver.asked_by),
        "decided_by": _named(waiver.decided_by),
        "ended": waiver.ended.isoformat() if waiver.ended else None,
        "ended_by": _named(waiver.ended_by),
        "may_decide": named and not waiver.decision and waiver.asked_by != user.id,
    }


def _named(account: str) -> str:
    user = model.User.get(account) if account else None
    return (user.fullname or user.name) if user else ""


def independence_policy_waiver_request(context: Context, data_dict: Data) -> Data:
    """Ask for leave to pass a rule in one place: as it stands in a finding, and not more of it.

    Args:
        id: id or name of the data set
        finding: number of the finding; or its place: ``rule`` and, where it has them, ``kind``,
            ``resource_id``, ``column`` and ``field``
        grounds: ``false-alarm`` or ``permitted-by-law``
        citation: the statute or order that permits it; needed for the latter
        reason: a sentence
        expires: the last day on which it holds (optional; within twelve months)
        is_public: whether everybody may read it (optional, false)

    Returns:
        the waiver, as ``independence_policy_waiver_show``

    Raises:
        NotFound: there is no such data set or finding
        NotAuthorized: whoever asks may not change the data set
        ValidationError: it cannot be asked so; the message says why
    """
    package = model.Package.get(str(tk.get_or_bust(data_dict, "id")))
    if package is None or not (context.get("ignore_auth") or _sees(context, package.id)):
        raise tk.ObjectNotFound("There is no such data set.")
    tk.check_access("independence_policy_waiver_request", context, {"id": package.id})
    user = _user(context)
    if user is None:
        raise tk.NotAuthorized("Nobody can ask for a waiver without an account.")
    waiver = waivers.ask(_finding(package.id, data_dict), user, data_dict)
    model.repo.commit()
    return _shown(context, waiver)


def _finding(package_id: str, data_dict: Data) -> Finding:
    query = sa.select(Finding).where(Finding.subject == package_id)
    if data_dict.get("finding"):
        query = query.where(Finding.id == _number(data_dict, "finding"))
    else:
        query = query.where(
            Finding.rule == str(tk.get_or_bust(data_dict, "rule")),
            Finding.kind == str(data_dict.get("kind") or ""),
            Finding.resource_id == str(data_dict.get("resource_id") or ""),
            Finding.column_name == str(data_dict.get("column") or ""),
            Finding.field == str(data_dict.get("field") or ""),
        )
    finding = model.Session.scalars(query).first()
    if finding is None:
        raise tk.ObjectNotFound("There is no such finding any more.")
    return finding


def independence_policy_waiver_decide(context: Context, data_dict: Data) -> Data:
    """Grant a waiver or refuse it. What waited for it is served and published.

    Args:
        id: number of the waiver
        grant: true or false
        is_public: whether everybody may read it (optional; else as it was asked)

    Returns:
        the waiver, as ``independence_policy_waiver_show``

    Raises:
        NotFound: there is no such waiver
        NotAuthorized: whoever decides is not named in the city's file, or asked for it
        ValidationError: it was decided already
    """
    waiver = _waiver(context, data_dict)
    tk.check_access("independence_policy_waiver_decide", context, {"id": waiver.id})
    is_public = data_dict.get("is_public")
    waivers.decide(
        waiver,
        _user(context),
        tk.asbool(tk.get_or_bust(data_dict, "grant")),
        None if is_public is None else tk.asbool(is_public),
    )
    model.repo.commit()
    return _shown(context, waiver)


def independence_policy_waiver_end(context: Context, data_dict: Data) -> Data:
    """Take a waiver back before it expires, or what was asked for. The finding stands again.

    Args:
        id: number of the waiver

    Returns:
        the waiver, as ``independence_policy_waiver_show``

    Raises:
        NotFound: there is no such waiver
        NotAuthorized: whoever asks may neither change the data set nor grant waivers
        ValidationError: it is over already
    """
    waiver = _waiver(context, data_dict)
    tk.check_access("independence_policy_waiver_end", context, {"id": waiver.package_id})
    waivers.end(waiver, _user(context))
    model.repo.commit()
    return _shown(context, waiver)


@tk.side_effect_free
def independence_policy_waiver_list(context: Context, data_dict: Data) -> list[Data]:
    """List the waivers of a data set, or all, as far as whoever asks may know of them.

    Args:
        id: id or name of a data set (optional)
        state: ``asked``, ``granted``, ``refused``, ``ended`` or ``expired`` (optional)

    Returns:
        waivers as ``independence_policy_waiver_show``, the newest first, at most 500

    Raises:
        NotFound: there is no such data set
    """
    tk.check_access("independence_policy_waiver_list", context, {})
    query = sa.select(Waiver).order_by(Waiver.id.desc())
    if data_dict.get("id"):
        package = model.Package.get(str(data_dict["id"]))
        seen = package and (context.get("ignore_auth") or _sees(context, package.id))
        if package is None or not seen:
            raise tk.ObjectNotFound("There is no such data set.")
        query = query.where(Waiver.package_id == package.id)
    wanted = data_dict.get("state")
    rows = (
        waiver
        for waiver in model.Session.scalars(query.limit(5000))
        if (not wanted or _state(waiver) == wanted) and _knows(context, waiver)
    )
    return [_shown(context, waiver) for waiver, _ in zip(rows, range(500), strict=False)]


@tk.side_effect_free
def independence_policy_waiver_show(context: Context, data_dict: Data) -> Data:
    """Show a waiver.

    Args:
        id: its number

    Returns:
        ``id``, ``package_id``, ``dataset``, ``dataset_title``, ``rule``, ``title``, ``clauses``,
        ``grounds``, ``citation``, ``reason``, ``state`` (``asked``, ``granted``, ``refused``,
        ``ended`` or ``expired``), ``approver``, ``decided``, ``expires`` and ``is_public``; to
        the department and to approvers also ``kind``, ``resource_id``, ``file``, ``column``,
        ``field``, ``most``, ``asked``, ``asked_by``, ``decided_by``, ``ended``, ``ended_by`` and
        ``may_decide``

    Raises:
        NotFound: there is none, or whoever asks may not know of it
    """
    tk.check_access("independence_policy_waiver_show", context, {})
    return _shown(context, _waiver(context, data_dict))
