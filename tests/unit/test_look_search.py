"""How a resident's question is put to Solr. Read without CKAN: only the words are looked at."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from ckanext.independence.catalog import search

SYNONYMS = Path(__file__).resolve().parents[2] / "schemas/catalog/synonyms.txt"


def test_words_that_say_nothing_are_left_out_of_a_question() -> None:
    assert search.telling("Where can I see the potholes on my street?") == ["potholes", "street"]
    assert search.telling("where is my") == ["where", "is", "my"]
    assert search.telling('"winter storm" 2024') == ['"winter', 'storm"', "2024"]
    assert search.telling('an odd " quote') == ["odd", "quote"]


@pytest.mark.parametrize("text", ["{!func}x", "a_query_b)", "((", "[* TO *]", "a/b\\c", "?? ~ ^"])
def test_what_is_typed_can_never_be_a_program(text: str) -> None:
    asked = search.parameters({"q": text})
    assert not set("{}()[]^~?/\\") & set(asked["q"])


def test_a_program_that_names_fields_is_left_alone() -> None:
    asked = {"q": "title:budget", "rows": 5}
    assert search.parameters(asked) is asked
    assert search.parameters({"q": "x", "mm": "100%"})["mm"] == "100%"


def test_each_group_of_synonyms_says_two_things_and_no_word_twice() -> None:
    lines = SYNONYMS.read_text("utf-8").splitlines()
    groups = list(search.read_synonyms(lines))
    assert len(groups) > 60
    told = [line for line in lines if line.strip() and not line.startswith("#")]
    assert len(told) == len(groups)
    for line in told:
        terms = [" ".join(term.split()) for term in line.split(",")]
        assert len(terms) == len(set(terms)), line
    assert any({"potholes", "street defects"} <= group for group in groups)
    assert any({"trash", "solid waste"} <= group for group in groups)


def test_a_phrase_is_also_looked_for_by_its_single_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(search.tk.config, "ckanext.independence.catalog.synonyms", str(SYNONYMS))
    assert "trash" in search.parameters({"q": "solid waste"})["q"].split()
    assert search.parameters({"q": "waste"})["q"] == "waste"


def test_a_long_question_asks_for_more_than_one_of_its_words() -> None:
    assert search.parameters({"q": "potholes"})["mm"] == "1"
    question = "vacant lots beside elementary schools sold at auction 2024"
    assert search.parameters({"q": question})["mm"] == "2"


def test_what_is_late_is_told_as_of_the_day_on_which_somebody_searches() -> None:
    due = {"2026-09-30": 2, "2026-10-01": 3, "2027-01-01": 1}
    assert search.by_currency(due, dt.date(2026, 10, 1)) == {"on-time": 4, "late": 2}
    assert search.by_currency(due, dt.date(2026, 10, 2)) == {"on-time": 1, "late": 5}
    assert search.narrowed_to("late", dt.date(2026, 10, 1)).endswith("[* TO 2026-10-01T00:00:00Z}")
    assert search.narrowed_to("late] OR *:*", dt.date(2026, 10, 1)) == ""
