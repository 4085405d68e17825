"""How a search is asked and narrowed, so that a resident's words find the city's.

Owns the fields, their weights, the words that say nothing, and which facets there are. The
synonyms themselves stand in ``schemas/catalog/synonyms.txt``, which Solr applies to what was
asked; here they only tell which words of a text to mark.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk

from .words import stem

FIELDS = "title^8 extras_keywords^5 notes^2 text"

# Words in which residents put their questions, and which no data set is about.
_EMPTY = frozenset(
    """a about all am an and any are as at be been by can city could data database dataset
    datasets did do does download file files find for from get give go had has have how i if in
    information into is it its list many may me much my near need of on or our please see
    should show so some tell that the their them there these this to us want was we were what
    when where which who why will with would you your""".split()
)
_QUIET = re.compile(r"[^\w\s'\"*&+.-]+")


def facets() -> dict[str, str]:
    """Return the fields by which a search can be narrowed, with their labels, in order."""
    return {
        "vocab_themes": tk._("Theme"),
        "organization": tk._("Department"),
        "vocab_goals": tk._("City goal"),
        "res_format": tk._("Format"),
        "vocab_frequency": tk._("Updated"),
        "vocab_places": tk._("Place"),
        "license_id": tk._("License"),
    }


ON_TIME, LATE = "on-time", "late"


def currency() -> tuple[str, str, dict[str, str]]:
    """Return how a search is narrowed by freshness: name, label, and values with their labels."""
    labels = {ON_TIME: tk._("On time"), LATE: tk._("Late")}
    return "current", tk._("Is it current?"), labels


def narrowed_to(value: str, today: dt.date) -> str:
    """Return the filter of data sets that are on time, or late, on a day; "" for other values."""
    first = f"{today.isoformat()}T00:00:00Z"
    ranges = {ON_TIME: f"[{first} TO *]", LATE: f"[* TO {first}}}"}
    return f"next_update_due_date:{ranges[value]}" if value in ranges else ""


def by_currency(found: Mapping[str, int], today: dt.date) -> dict[str, int]:
    """Count data sets that are on time and late on a day, of the counts by due day."""
    late = sum(count for day, count in found.items() if day < today.isoformat())
    return {ON_TIME: sum(found.values()) - late, LATE: late}


def parameters(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a search, as Solr is to be asked.

    One word in three is enough, and one of up to five: what holds most of them comes first
    anyway. A query that names fields (``title:budget``) or its own parser is left as it is: it
    comes from a program that means what it says.
    """
    q = (asked.get("q") or "").strip()
    if not q or ":" in q or asked.get("defType"):
        return asked
    words = telling(q)
    return {
        "qf": FIELDS,
        "mm": str(max(len(words) // 3, 1)),
        "tie": "0.1",
        **asked,
        "q": " ".join([*words, *_instead_of_phrases(words)]),
    }


def _instead_of_phrases(words: list[str]) -> list[str]:
    """Return what else the phrases in a question are called: Solr sees one word at a time."""
    text = _stems(words)
    found: dict[str, None] = {}
    for phrases, others in _phrases(tk.config.get("ckanext.independence.catalog.synonyms") or ""):
        if any(phrase in text for phrase in phrases):
            found |= {word: None for word in others if _stems([word]) not in text}
    return list(found)[:16]


@lru_cache(maxsize=2)
def _phrases(path: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return the groups that hold a phrase: its stems as they stand in a text, and all words."""
    return tuple(
        (
            tuple(_stems(term.split()) for term in group if " " in term),
            tuple(word for term in sorted(group) for word in term.split()),
        )
        for group in _synonyms(path)
        if any(" " in term for term in group)
    )


def _stems(words: Iterable[str]) -> str:
    return f" {' '.join(stem(word) for word in words)} "


def telling(question: str) -> list[str]:
    """Return the words of a question that say what is looked for; all, if none of them does."""
    # In capitals these are operators, on which Solr stumbles where they stand alone.
    text = re.sub(r"\b(AND|OR|NOT)\b", lambda m: m[0].lower(), _QUIET.sub(" ", question))
    if text.count('"') % 2:
        text = text.replace('"', " ")
    if '"' in text:
        return text.split()
    words = [word.strip(".-&+") for word in text.split()]
    words = [word for word in words if word]
    return [word for word in words if word.lower() not in _EMPTY] or words


def terms(question: str) -> set[str]:
    """Return the words of a question, and what the city says instead of them."""
    words = [word.strip("\"'*").lower() for word in telling(question)]
    found = {word for word in words if len(word) > 1}
    text = _stems(words)
    for group in _synonyms(tk.config.get("ckanext.independence.catalog.synonyms") or ""):
        if any(_stems(term.split()) in text for term in group):
            found |= group
    return found


@lru_cache(maxsize=2)
def _synonyms(path: str) -> tuple[frozenset[str], ...]:
    if not path or not Path(path).is_file():
        return ()
    return tuple(read_synonyms(Path(path).read_text(encoding="utf-8").splitlines()))


def read_synonyms(lines: Iterable[str]) -> Iterable[frozenset[str]]:
    """Yield each group of words that mean the same, from the lines of a Solr synonym file."""
    for line in lines:
        text = line.partition("#")[0].replace("=>", ",").strip().lower()
        group = frozenset(" ".join(term.split()) for term in text.split(",") if term.strip())
        if len(group) > 1:
            yield group
