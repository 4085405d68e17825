"""One data set in the language of harvesters."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ... import gather, records

__all__ = ["independence_feed_record_show"]


@tk.side_effect_free
def independence_feed_record_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Return a data set's record, as the feed has it once the data set is public and valid.

    Args:
        id: the data set's id or name
        language: "1.1" or "3.0" (optional, "1.1")

    Raises:
        NotAuthorized: the caller may not see the data set
        ObjectNotFound: there is none
    """
    id_ = tk.get_or_bust(data_dict, "id")
    tk.check_access("independence_feed_record_show", context, {"id": id_})
    dataset = model.Package.get(id_)
    found = list(gather.data_sets([dataset.id])) if dataset else []
    if not found:
        raise tk.ObjectNotFound(tk._("There is no such data set."))
    language = data_dict.get("language", "1.1")
    if language not in records.LANGUAGES:
        raise tk.ValidationError({"language": [tk._("Language: write 1.1 or 3.0.")]})
    record: dict[str, Any] = records.LANGUAGES[language].dataset(found[0], gather.site())
    return record
