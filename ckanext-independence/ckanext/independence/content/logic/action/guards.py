"""CKAN's actions that write tables, closed: a table holds what its resource's file says.

Owns the refusal, with its reason and the way, and what a *streamed* resource may do instead:
take rows by API, each batch put to those who may refuse before it is written. It closes them
to sysadmins as well; the load does not pass here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ....catalog import owed
from ... import removal, streamed

__all__ = [
    "dataset_purge",
    "datastore_create",
    "datastore_delete",
    "datastore_function_create",
    "datastore_function_delete",
    "datastore_records_delete",
    "datastore_run_triggers",
    "datastore_upsert",
    "independence_content_stream_declare",
]

Context = dict[str, Any]
Data = dict[str, Any]
Next = Callable[[Context, Data], Any]

WAY = (
    "The tables of this portal are made of files: upload a new file to the resource, and its "
    "rows take the place of these. To send rows by API instead, declare a resource streamed "
    "with independence_content_stream_declare."
)
NO_CODE = "Functions and triggers in the database are not made by API in this portal."


def _id(data_dict: Data) -> str:
    return str(data_dict.get("resource_id") or data_dict.get("id") or "")


@tk.chained_action
def datastore_create(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Refuse to make or change a table; a resource that takes rows is declared streamed."""
    if not context.get(streamed.DECLARING):
        raise tk.NotAuthorized(WAY)
    told = next_action(context, data_dict)
    # CKAN's own note of it is one of those that nobody can write into a resource.
    resource = model.Resource.get(_id(data_dict))
    if resource is not None:
        removal.offer(resource, True)
        model.repo.commit()
    return told


@tk.chained_action
def datastore_upsert(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Take rows for a streamed resource, when nobody refuses them; refuse all others."""
    resource_id = _id(data_dict)
    if not streamed.is_streamed(resource_id):
        raise tk.NotAuthorized(WAY)
    tk.check_access("datastore_upsert", context, {"resource_id": resource_id})
    streamed.judge(resource_id, data_dict.get("records"))
    return next_action(context, {**data_dict, "force": True})


@tk.chained_action
def datastore_delete(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Delete rows of a streamed resource; refuse everything else, and the table itself."""
    if not streamed.is_streamed(_id(data_dict)):
        raise tk.NotAuthorized(WAY)
    if not isinstance(data_dict.get("filters"), dict):
        raise tk.ValidationError(
            {"filters": ["filters: say which rows are to be deleted; {} is all of them."]}
        )
    return next_action(context, {**data_dict, "force": True})


@tk.chained_action
def datastore_records_delete(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Delete rows of a streamed resource; refuse everything else."""
    resource_id = _id(data_dict)
    if not streamed.is_streamed(resource_id):
        raise tk.NotAuthorized(WAY)
    tk.check_access("datastore_records_delete", context, {"resource_id": resource_id})
    return next_action(context, {**data_dict, "force": True})


@tk.chained_action
def datastore_run_triggers(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Refuse."""
    raise tk.NotAuthorized(NO_CODE)


@tk.chained_action
def datastore_function_create(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Refuse."""
    raise tk.NotAuthorized(NO_CODE)


@tk.chained_action
def datastore_function_delete(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Refuse."""
    raise tk.NotAuthorized(NO_CODE)


@tk.chained_action
def dataset_purge(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Purge as CKAN does, and whatever was made of the files soon after."""
    told = next_action(context, data_dict)
    owed.owe(removal.SWEEP, "")
    model.repo.commit()
    return told


def independence_content_stream_declare(context: Context, data_dict: Data) -> Data:
    """Let a resource take rows by API instead of a file.

    Args:
        id: id of the resource, which has no file
        fields: its columns, as for ``datastore_create``: ``id``, ``type`` (text, integer,
            numeric, date, timestamp, time or boolean) and ``info``
        primary_key: names of the columns that tell rows apart (optional; needed to change rows)

    Returns:
        ``{"id": …, "fields": […]}``

    Raises:
        NotFound: there is no such resource
        NotAuthorized: whoever asks may not change it
        ValidationError: it has a file, or the columns cannot be used
    """
    resource = model.Resource.get(str(tk.get_or_bust(data_dict, "id")))
    if resource is None or resource.state != "active":
        raise tk.ObjectNotFound("There is no such file.")
    tk.check_access("independence_content_stream_declare", context, {"id": resource.id})
    return streamed.declare(context, resource, data_dict)
