"""What a data set adds to the search index, beside what CKAN puts there.

Owns field names and their values. Lists go into ``vocab_*``, CKAN's dynamic multi-valued
strings; a day goes into ``*_date``, which Solr wants in UTC with a Z.
"""

from __future__ import annotations

import json
from typing import Any

LISTS = {
    "themes": "vocab_themes",
    "goals": "vocab_goals",
    "spatial_places": "vocab_places",
    "subject_sensitivity": "vocab_subject_sensitivity",
}
DUE = "vocab_due"
DAYS = {"next_update_due": "next_update_due_date", "data_modified": "data_modified_date"}


def fields(indexed: dict[str, Any]) -> dict[str, Any]:
    """Return the index entry of a data set with the city's fields added.

    Args:
        indexed: what CKAN is about to send to Solr; ``validated_data_dict`` holds the data
            set as JSON
    """
    dataset = json.loads(indexed.get("validated_data_dict") or "{}")
    entry = dict(indexed)
    for name, target in LISTS.items():
        # A JSON list as text would be one long word in the full-text field.
        entry.pop(name, None)
        entry.pop(f"extras_{name}", None)
        values = dataset.get(name)
        if isinstance(values, list) and values:
            entry[target] = values
    # CKAN indexes keywords only as they are; as text, "permit" finds "permits".
    keywords = [tag["name"] for tag in dataset.get("tags") or [] if tag.get("name")]
    if keywords:
        entry["extras_keywords"] = ", ".join(keywords)
    if dataset.get("update_frequency"):
        entry["vocab_frequency"] = [dataset["update_frequency"]]
    for name, target in DAYS.items():
        if dataset.get(name):
            entry[target] = f"{dataset[name]}T00:00:00Z"
    if dataset.get("next_update_due"):
        # Counted by day: whether a day has passed is told when somebody searches.
        entry[DUE] = [dataset["next_update_due"]]
    return entry
