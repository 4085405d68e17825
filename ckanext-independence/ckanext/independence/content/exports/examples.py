"""Working examples of a table's API, out of its own columns and values. Pure.

Owns what is shown, and how a question is written for curl, Python, R and JavaScript. Values go
into code quoted for each language, so that nothing in the data can be run by who copies it.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

__all__ = ["Code", "Example", "examples"]


@dataclass(frozen=True)
class Code:
    """A question in one language."""

    language: str
    text: str


@dataclass(frozen=True)
class Example:
    """A question: what it asks, its address, and how it is written in each language."""

    title: str
    address: str
    codes: list[Code]


def examples(
    api: str,
    page: str,
    resource_id: str,
    columns: Sequence[Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    searchable: bool,
) -> list[Example]:
    """Return examples of a table, each with an answer that is not empty.

    Args:
        api: address of CKAN's actions, without a slash at the end
        page: address of the file's page
        resource_id: of the table
        columns: with ``name``, ``title`` and ``type``
        rows: some of the table's rows, values by column name
        searchable: whether words can be searched for
    """
    base = {"resource_id": resource_id}
    found = [
        _file("The whole table", f"{page}/export", {}),
        _search("The first five rows", api, {**base, "limit": 5}),
    ]
    chosen = _filter(columns, rows)
    if chosen:
        column, value = chosen
        filters = json.dumps({column.name: value}, ensure_ascii=False)
        title = f"Rows whose “{column.title}” is “{value}”"
        found.append(_search(title, api, {**base, "filters": filters, "limit": 5}))
    word = _word(columns, rows) if searchable else ""
    if word:
        title = f"Rows with the word “{word}” anywhere"
        found.append(_search(title, api, {**base, "q": word, "limit": 5}))
    order = next(
        (c for c in columns if c.type in ("date", "timestamp", "integer", "numeric")), None
    )
    if order:
        dated = order.type in ("date", "timestamp")
        title = f"Ordered by “{order.title}”, {'newest' if dated else 'largest'} first"
        sort = f'"{order.name}" desc nulls last'
        found.append(_search(title, api, {**base, "sort": sort, "limit": 5}))
    if chosen and isinstance(chosen[1], str) and chosen[0].type == "text":
        column, value = chosen
        shown = [column, *(c for c in columns if c is not column)][:3]
        asked = [(f"{column.name}.is", value), *(("column", c.name) for c in shown)]
        found.append(_file("Some rows and columns, as a file", f"{page}/export", asked))
    return found


def _filter(columns: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> tuple[Any, Any] | None:
    """Return a column with few values, and one that is frequent."""
    best = None
    for kind in ("text", "integer"):
        for column in columns:
            values = [row.get(column.name) for row in rows]
            usable = Counter(v for v in values if v not in (None, "") and len(str(v)) <= 40)
            if column.type != kind or not usable:
                continue
            value, times = usable.most_common(1)[0]
            # Neither the same everywhere nor different everywhere tells most.
            if best is None or (1 < len(usable) and best[2] < times < len(rows)):
                best = (column, value, times if times < len(rows) else 0)
        if best:
            return best[0], best[1]
    return None


def _word(columns: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> str:
    for row in rows:
        for column in columns:
            if column.type == "text":
                match = re.search(r"\b[A-Za-z]{5,20}\b", str(row.get(column.name) or ""))
                if match:
                    return match[0].lower()
    return ""


def _search(title: str, api: str, params: dict[str, Any]) -> Example:
    address = f"{api}/datastore_search"
    whole = f"{address}?{urlencode(params)}"
    quoted = json.dumps(whole)
    lines = " \\\n  ".join(
        f"--data-urlencode {shlex.quote(f'{key}={value}')}" for key, value in params.items()
    )
    keys = "".join(f"        {key!r}: {value!r},\n" for key, value in params.items())
    python = (
        "import requests\n\n"
        f"answer = requests.get(\n    {address!r},\n    params={{\n{keys}    }},\n"
        "    timeout=60,\n)\n"
        'result = answer.json()["result"]\n'
        'print(result["total"], "rows")\n'
        'for record in result["records"]:\n    print(record)\n'
    )
    script = (
        f"const answer = await fetch({quoted});\n"
        "const { result } = await answer.json();\n"
        'console.log(result.total, "rows", result.records);\n'
    )
    return Example(
        title,
        whole,
        [
            Code("curl", f"curl --get {shlex.quote(address)} \\\n  {lines}\n"),
            Code("Python", python),
            Code("R", f"answer <- jsonlite::fromJSON({quoted})\nanswer$result$records\n"),
            Code("JavaScript", script),
        ],
    )


def _file(title: str, export: str, params: Any) -> Example:
    pairs = list(params.items()) if isinstance(params, dict) else list(params)
    for_programs = f"{export}/csv?{urlencode([*pairs, ('exact', '1')])}"
    as_json = f"{export}/json" + (f"?{urlencode(pairs)}" if pairs else "")
    quoted = json.dumps(for_programs)
    python = (
        "import csv\nimport io\n\nimport requests\n\n"
        f"answer = requests.get({for_programs!r}, timeout=60)\n"
        'rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))\n'
        'print(len(rows), "rows", rows[0])\n'
    )
    script = (
        f"const answer = await fetch({json.dumps(as_json)});\n"
        "const rows = await answer.json();\n"
        'console.log(rows.length, "rows", rows[0]);\n'
    )
    return Example(
        title,
        for_programs,
        [
            Code("curl", f"curl --fail --output table.csv {shlex.quote(for_programs)}\n"),
            Code("Python", python),
            Code("R", f"rows <- read.csv({quoted})\nstr(rows)\n"),
            Code("JavaScript", script),
        ],
    )
