"""What is wrong with records: counted by kind and by department, and data set by data set.

Owns the questions to the table of records. It refuses to say who may ask.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

__all__ = ["FILTERS", "listed", "places"]

FILTERS = ("department", "language", "severity", "rule", "field")

# Problems of records that are offered. `field` is where, whatever the place in lists; `subject`
# is what is counted once: a data set with its APIs, or a series.
_FOUND = """
WITH every AS (
    SELECT r.language, r.kind, r.key, r.package_id, r.department, r.title, r.valid,
           r.body IS NOT NULL AS served, p.value AS problem, p.ordinality AS number,
           p.value->>'rule' AS rule, p.value->>'severity' AS severity,
           coalesce(r.package_id, r.kind || ':' || r.key) AS subject,
           coalesce((SELECT string_agg(step.value #>> '{}', '.' ORDER BY step.ordinality)
                     FROM jsonb_array_elements(p.value->'path') WITH ORDINALITY AS step
                     WHERE jsonb_typeof(step.value) = 'string'), '') AS field
    FROM independence_feed_record AS r
    CROSS JOIN LATERAL jsonb_array_elements(r.problems) WITH ORDINALITY AS p
    WHERE r.standing = 'listed' AND r.problems <> '[]'
      AND (:everywhere OR r.department = ANY(:departments))
), found AS (
    SELECT * FROM every
    WHERE (:department = '' OR department = :department)
      AND (:language = '' OR language = :language)
      AND (:severity = '' OR severity = :severity)
      AND (:rule = '' OR rule = :rule)
      AND (:field = '' OR field = :field)
)
"""
_BY_KIND = """
SELECT field, rule, severity, count(DISTINCT subject) AS count,
       (array_agg(problem ORDER BY title, key, number))[1] AS first
FROM found GROUP BY field, rule, severity ORDER BY severity, count DESC, field, rule
"""
_BY_DEPARTMENT = """
SELECT found.department AS name, coalesce(min(g.title), found.department) AS title,
       count(DISTINCT subject) AS count
FROM found LEFT JOIN "group" AS g ON g.name = found.department
GROUP BY found.department ORDER BY count DESC, 2
"""
_COUNT = "SELECT count(DISTINCT subject) AS count FROM found"
# `file` is the `@id` of the distribution in which a problem is; read as json and not as jsonb,
# which takes no U+0000 anywhere.
_PAGE = """
, page AS (
    SELECT subject, min(department) AS of_department, min(title) AS of_title
    FROM found GROUP BY subject ORDER BY 2, 3, 1 LIMIT :limit OFFSET :offset
)
SELECT found.*,
       CASE WHEN problem->'path'->>0 = 'distribution' THEN
            coalesce(whole.rendering, whole.body)::json
                ->'distribution'->(problem->'path'->>1)::int->>'@id' END AS file
FROM found JOIN page USING (subject)
JOIN independence_feed_record AS whole USING (language, kind, key)
ORDER BY of_department, of_title, subject, found.language, found.kind, found.key, number
"""


def listed(
    departments: Collection[str] | None, filters: dict[str, str], limit: int, offset: int
) -> dict[str, Any]:
    """Return the problems of records that are offered.

    Args:
        departments: whose records; None for all
        filters: values of ``FILTERS``; "" or none for any
        limit: data sets to return
        offset: data sets to pass over

    Returns:
        ``count`` of data sets, ``by_kind`` and ``by_department`` with their numbers of data sets,
        and ``results``: data sets with their problems, by department and title. The numbers by
        kind and by department are of what all the other filters leave.
    """
    values = {name: filters.get(name) or "" for name in FILTERS}
    values |= {"everywhere": departments is None, "departments": list(departments or ())}

    def ask(query: str, **other: Any) -> list[dict[str, Any]]:
        rows = model.Session.execute(sa.text(_FOUND + query), values | other)
        return [dict(row) for row in rows.mappings()]

    (total,) = ask(_COUNT)
    return {
        "count": total["count"],
        "by_kind": ask(_BY_KIND, rule="", field=""),
        "by_department": ask(_BY_DEPARTMENT, department=""),
        "results": _by_data_set(ask(_PAGE, limit=limit, offset=offset)),
    }


# A data set whose records are right has one row, without a place.
_PLACES = sa.text(
    """
    SELECT r.package_id, (
               SELECT string_agg(step.value #>> '{}', '.' ORDER BY step.ordinality)
                 FROM jsonb_array_elements(p.value->'path') WITH ORDINALITY AS step
                WHERE jsonb_typeof(step.value) = 'string'
           ) AS place
      FROM independence_feed_record r
      LEFT JOIN LATERAL jsonb_array_elements(r.problems) AS p ON p.value->>'severity' = 'error'
     WHERE r.package_id = ANY(:ids) AND r.standing = 'listed'
     ORDER BY r.package_id, place
    """
)


def places(ids: Sequence[str]) -> dict[str, list[str]]:
    """Return where the offered records of these data sets are wrong, by data set."""
    found: dict[str, list[str]] = {}
    for row in model.Session.execute(_PLACES, {"ids": list(ids)}):
        told = found.setdefault(row.package_id, [])
        if row.place is not None and row.place not in told:
            told.append(row.place)
    return found


def _by_data_set(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(
            row["subject"],
            {
                "kind": "series" if row["package_id"] is None else "dataset",
                "id": row["package_id"] or row["key"],
                "title": row["title"],
                "department": row["department"],
                "records": {},
            },
        )
        key = (row["language"], row["kind"], row["key"])
        record = one["records"].setdefault(
            key,
            {name: row[name] for name in ("language", "kind", "key", "title", "valid", "served")}
            | {"problems": []},
        )
        if row["kind"] == "dataset":
            one["title"] = row["title"]
        record["problems"].append(row["problem"] | {"file": row["file"] or ""})
    return [one | {"records": list(one["records"].values())} for one in found.values()]
