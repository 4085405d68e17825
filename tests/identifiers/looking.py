"""Has the portal's recognisers look at a labelled column."""

from __future__ import annotations

from ckanext.independence.policy.identifiers.hits import CERTAIN
from ckanext.independence.policy.identifiers.scanning import scan_rows

from tests.identifiers.columns import LabelledColumn
from tests.identifiers.scoring import Look

__all__ = ["ours"]


def ours(column: LabelledColumn) -> Look:
    """Return what the recognisers say of a column with none beside it but what it needs."""
    said: dict[str, bool] = {}
    table = {column.name: column.cells} | column.beside
    records = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    for hit in scan_rows(records, columns={column.name: column.label}):
        said[hit.kind] = said.get(hit.kind, False) or hit.certainty == CERTAIN
    return said
