"""Validators of the data set's and department's fields.

They refuse what cannot be; what is merely poor is the policy's to find. Each message names
the field and shows a right value. navl runs a field's further validators even after one has
refused: where the next one could trip over the value, the first stops the row (`words.stop`).
"""

from .identity import independence_department, independence_identifier, independence_name
from .publication import independence_publication
from .shapes import independence_shapes
from .values import (
    independence_bbox,
    independence_choice,
    independence_choices,
    independence_date,
    independence_email,
    independence_format,
    independence_keywords,
    independence_licence,
    independence_no_html,
    independence_not_in_the_future,
    independence_phone,
    independence_plain_text,
    independence_resource_url,
    independence_series,
    independence_title,
    independence_url,
    independence_url_list,
)
from .whole import (
    independence_derived_values,
    independence_files_match_access,
    independence_public_minimum,
    independence_ranges,
    independence_readable_text,
)

__all__ = [
    "independence_bbox",
    "independence_choice",
    "independence_choices",
    "independence_date",
    "independence_department",
    "independence_derived_values",
    "independence_email",
    "independence_files_match_access",
    "independence_format",
    "independence_identifier",
    "independence_keywords",
    "independence_licence",
    "independence_name",
    "independence_no_html",
    "independence_not_in_the_future",
    "independence_phone",
    "independence_plain_text",
    "independence_public_minimum",
    "independence_publication",
    "independence_ranges",
    "independence_readable_text",
    "independence_resource_url",
    "independence_series",
    "independence_shapes",
    "independence_title",
    "independence_url",
    "independence_url_list",
]
