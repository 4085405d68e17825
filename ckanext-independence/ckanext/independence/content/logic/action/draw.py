"""What a steward chooses for readers to see first: a chart, and how a map shows its places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ... import described
from ...charts import settings as charts
from ...described import Described
from ...maps import settings as maps
from ...model import Contents

__all__ = ["independence_content_chart_update", "independence_content_map_update"]

Context = dict[str, Any]
Data = dict[str, Any]


def independence_content_chart_update(context: Context, data_dict: Data) -> Data:
    """Choose the chart that readers of a table see first.

    Args:
        id: of the resource
        chart: ``kind``, ``x``, ``y``, ``agg``, ``by``, ``interval`` as in an address, and
            ``title``; empty or None lets the portal choose

    Returns:
        what is kept; empty where the portal chooses

    Raises:
        ValidationError: the table cannot be drawn so; the message says why
    """

    def checked(asked: Mapping[str, str], table: Described) -> Data:
        return dict(charts.chart_of(asked, table).settings())

    return _update("chart", context, data_dict, checked, charts.ChartError)


def independence_content_map_update(context: Context, data_dict: Data) -> Data:
    """Choose how the map of a table shows its places.

    Args:
        id: of the resource
        map: ``colour``, the column that colours them, and ``columns``, a list of those that
            a place tells when it is asked; empty or None lets the portal choose

    Returns:
        what is kept; empty where the portal chooses

    Raises:
        ValidationError: the table has no such column
    """

    def checked(asked: Mapping[str, Any], table: Described) -> Data:
        return maps.settings_of(asked, table).as_json()

    return _update("map", context, data_dict, checked, maps.MapError)


def _update(
    part: str,
    context: Context,
    data_dict: Data,
    checked: Callable[[Any, Described], Data],
    wrong: type[ValueError],
) -> Data:
    resource_id = tk.get_or_bust(data_dict, "id")
    tk.check_access(f"independence_content_{part}_update", context, {"id": resource_id})
    asked = data_dict.get(part) or None
    kept: Data | None = None
    if asked is not None:
        if not isinstance(asked, dict):
            raise tk.ValidationError({part: [f"{part}: must hold names and values."]})
        table = described.tables([resource_id]).get(resource_id)
        if table is None:
            raise tk.ValidationError({part: ["This file has no table to draw."]})
        try:
            kept = checked(asked, table)
        except wrong as error:
            raise tk.ValidationError({part: [str(error)]}) from error
    statement = insert(Contents).values(resource_id=resource_id, **{part: kept or sa.null()})
    model.Session.execute(
        statement.on_conflict_do_update(
            index_elements=[Contents.resource_id], set_={part: statement.excluded[part]}
        )
    )
    model.Session.commit()
    return kept or {}
