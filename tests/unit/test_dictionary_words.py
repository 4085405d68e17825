"""Columns explained: words find their columns again, and the CSV form loses nothing."""

from __future__ import annotations

import pytest
from ckanext.independence.content import dictionary
from ckanext.independence.content.dictionary import Entry, Wrong

COLUMNS = [
    {"name": "Case_No", "label": "Case No.", "type": "text"},
    {"name": "fine", "label": "Fine", "type": "numeric", "unit": "$"},
]


def test_words_lie_over_what_the_file_says() -> None:
    entries, gone = dictionary.merged(
        COLUMNS, [{"name": "fine", "description": "What is owed.", "label": "", "unit": "USD"}]
    )
    assert [entry.label for entry in entries] == ["Case No.", "Fine"]
    assert (entries[1].description, entries[1].unit) == ("What is owed.", "USD")
    assert gone == []


def test_words_whose_column_is_gone_are_kept_and_told() -> None:
    words = [{"name": "zone", "description": "Zoning district."}]
    _entries, gone = dictionary.merged(COLUMNS, words)
    assert [(one.name, one.description) for one in gone] == [("zone", "Zoning district.")]
    after = dictionary.updated(words, [{"name": "fine", "description": "Owed."}])
    assert [one["name"] for one in after] == ["zone", "fine"]


def test_words_follow_a_column_to_its_new_name() -> None:
    words = [{"name": "case", "label": "Case", "description": "Its number.", "role": "identifier"}]
    after = dictionary.updated(words, [], rename={"case": "Case_No"})
    entries, gone = dictionary.merged(COLUMNS, after)
    assert gone == []
    assert (entries[0].label, entries[0].description) == ("Case No.", "Its number.")
    assert entries[0].role == "identifier"


def test_words_can_be_forgotten() -> None:
    words = [{"name": "zone", "description": "Zoning district."}]
    assert dictionary.updated(words, [], forget=["zone"]) == []


def test_a_role_that_was_taken_away_is_not_proposed_into_the_words_again() -> None:
    entries, _gone = dictionary.merged(
        [{"name": "id", "type": "integer", "role": "identifier"}], [{"name": "id", "role": ""}]
    )
    assert entries[0].role == ""


def test_the_csv_form_comes_back_as_it_was() -> None:
    entries = [
        Entry("a", "A", 'He said "no", twice,\nand left', "%", {"1": "Yes", "2": "No; never"}),
        Entry("b", "=B", "-1 means unknown", "", {}, "measure", "numeric"),
    ]
    text = dictionary.to_csv(entries)
    assert "\r\nb,'=B,'-1 means unknown" in text
    back = dictionary.from_csv(text.encode(), ["a", "b"])
    again, _gone = dictionary.merged([{"name": "a"}, {"name": "b", "type": "numeric"}], back)
    assert again == entries


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04\x00\x00", "This is no CSV file"),
        (b"label,unit\nx,y\n", 'Row 1 has no heading "column"'),
        (b"column,label,label\nfine,a,b\n", "Row 1 names label twice"),
        (b"column,label\nfine,Fine\nzone,Zone\n", "Row 3: the table has no column named 'zone'"),
        (b"column,label\nfine,Fine\nFine,Again\n", "Row 3: fine was explained in row 2"),
        (b"column,label\n,x\n", "Row 2 names no column"),
        (b"column,label\nfine,one,two\n", "Row 2 has 3 cells"),
        (b"column,role\nfine,boss\n", "Row 2: fine: 'boss' is no role"),
        (b"column,codes\nfine,A\n", "Row 2: fine: the code 'A' needs a meaning"),
        (b'column,label\n"fine,x\n', "is not CSV"),
        (b"column,description\nfine," + b"x" * 4001, "Row 2: fine: the description has 4,001"),
    ],
)
def test_a_csv_that_cannot_be_taken_says_in_which_row(content: bytes, problem: str) -> None:
    with pytest.raises(Wrong) as raised:
        dictionary.from_csv(content, ["Case_No", "fine"])
    assert any(problem in one for one in raised.value.problems), raised.value.problems


def test_every_wrong_row_is_named_at_once() -> None:
    with pytest.raises(Wrong) as raised:
        dictionary.from_csv(b"column,role\nx,y\nfine,z\n", ["fine"])
    assert len(raised.value.problems) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfField Name;Definition\nCASE_NO;Number\n",
        "column,description\nCase_No,Number\n".encode("cp1252"),
        b"definition\tcolumn\textra\nNumber\tCase_No\twhatever\n",
    ],
)
def test_a_csv_that_people_made_in_their_own_way_is_understood(content: bytes) -> None:
    found = dictionary.from_csv(content, ["Case_No", "fine"])
    assert found == [{"name": "Case_No", "description": "Number"}]


@pytest.mark.parametrize(
    ("entry", "profile", "role"),
    [
        (Entry("Case_No", type="text"), {"distinct": 9, "top": [["a", 1]]}, "identifier"),
        (Entry("Case_No", type="text"), {"distinct": 9, "top": [["a", 3]]}, "category"),
        (Entry("Longitude", type="numeric"), {"min": -94.5, "max": -94.2}, "longitude"),
        (Entry("lat", type="numeric"), {"min": "39.0", "max": "39.2"}, "latitude"),
        (Entry("lat", type="numeric"), {"min": 0, "max": 4e6}, "measure"),
        (Entry("Owner_Phone", type="text"), {"distinct": 900}, "personal-contact"),
        (Entry("residents", type="integer"), {"distinct": 9}, "count-of-persons"),
        (Entry("fine", type="numeric", unit="$"), {"distinct": 9}, "measure"),
        (Entry("notes", type="text"), {"distinct": 5000, "top": [["a", 1]]}, ""),
    ],
)
def test_a_role_is_proposed_from_name_and_profile(entry: Entry, profile: dict, role: str) -> None:
    assert dictionary.proposed(entry, profile) == role
