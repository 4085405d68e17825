"""Actions on a data set: withdrawing it, which CKAN does not have, and what a purge leaves owed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ... import owed, withdrawal
from ..validators.whole import UNREADABLE


def independence_catalog_dataset_withdraw(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Take a data set out of what the public sees. Nothing but a missing reason refuses it.

    Args:
        id: id or name of the data set
        reason: "retired", "merged", "error" or "protected"
        note: a sentence about it (optional)
        delete: also move it to the trash (optional, false)

    Returns:
        ``{"id": …, "name": …, "reason": …, "state": …}``

    Raises:
        NotAuthorized: whoever asks may not change the data set
        NotFound: there is no such data set
        ValidationError: the reason is missing or unknown
    """
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None:
        raise tk.ObjectNotFound("There is no such data set.")
    tk.check_access("independence_catalog_dataset_withdraw", context, {"id": package.id})
    reason = data_dict.get("reason")
    if reason not in withdrawal.REASONS:
        known = ", ".join(withdrawal.REASONS)
        raise tk.ValidationError({"reason": [f"Reason: say why it is withdrawn: {known}."]})
    withdrawal.withdraw(
        context,
        package,
        reason=reason,
        # A note never stands in the way: what cannot be stored of it is left out.
        note=UNREADABLE.sub("", str(data_dict.get("note") or "")),
        delete=tk.asbool(data_dict.get("delete", False)),
    )
    return {"id": package.id, "name": package.name, "reason": reason, "state": package.state}


@tk.chained_action
def dataset_purge(
    original: Callable[[dict[str, Any], dict[str, Any]], Any],
    context: dict[str, Any],
    data_dict: dict[str, Any],
) -> Any:
    """Purge a data set as CKAN does, and look at its search entry once more when it is gone.

    CKAN removes the entry before it commits: a worker who reads the data set between the two
    would bring it back for ever.
    """
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is not None:
        tk.check_access("dataset_purge", context, data_dict)
        owed.owe("index", package.id)
    return original(context, data_dict)
