"""Snapshots and their ledgers: what is written is read back, and whose text is taken."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from ckanext.independence.feed import ledger
from ckanext.independence.feed.ledger import Choice, Line, Row, Ruling, aligned, choose
from ckanext.independence.feed.snapshot import Damaged, FeedFile, Folder, read_back
from hypothesis import given, settings
from hypothesis import strategies as st

RECORDS = [{"identifier": "a", "title": "Ä,\n"}, {"identifier": "b", "title": "]"}]


def written(tmp_path: Path, records: list[dict[str, str]]) -> tuple[Path, Path, str]:
    path, book = tmp_path / "data.json", tmp_path / "book"
    file = FeedFile(path, b'{"head":1}')
    file.array("dataset")
    with book.open("wb") as told:
        for record in records:
            body = json.dumps(record).encode()
            start, digest = file.add(body), hashlib.sha256(body).hexdigest()
            told.write(ledger.packed(Line(record["identifier"], digest, start, len(body), "d")))
    file.array("service")
    return path, book, file.close()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_feed_is_json_with_one_record_a_line_and_is_read_back(tmp_path: Path, count: int) -> None:
    path, book, digest = written(tmp_path, RECORDS[:count])
    whole = json.loads(path.read_bytes())
    assert whole == {"head": 1, "dataset": RECORDS[:count], "service": []}
    assert read_back(path, [book], digest) == count
    for line, record in zip(ledger.lines(book), RECORDS, strict=False):
        assert json.loads(path.read_bytes()[line.start : line.start + line.length]) == record


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_changed_byte_is_overlooked(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path, book, digest = written(tmp_path_factory.mktemp("feed"), RECORDS)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with pytest.raises(Damaged):
        read_back(path, [book], digest)


def test_a_file_that_ends_too_early_is_noticed(tmp_path: Path) -> None:
    path, book, digest = written(tmp_path, RECORDS)
    path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(Damaged):
        read_back(path, [book], digest)


def test_a_snapshot_is_served_when_it_has_its_number_and_not_before(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.tidy()
    aside = folder.aside()
    (aside / "data.json").write_text("{}")
    folder.pack(aside, "data.json", 1_000_000)
    assert folder.number() is None and folder.numbers() == []
    folder.place(aside, 4, {"number": 4})
    assert folder.number() is None and folder.numbers() == [4]
    folder.serve(4)
    served = tmp_path / "current"
    assert gzip.decompress((served / "data.json.gz").read_bytes()) == b"{}"
    assert (served / "data.json").stat().st_mtime == 1_000_000
    assert folder.manifest(4) == {"number": 4}
    assert folder.manifest(5) is None


def test_the_same_bytes_are_packed_the_same(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.tidy()
    aside = folder.aside()
    packed = set()
    for changed in (1_000, 2_000):
        (aside / "data.json").write_text("{}" * 1000)
        folder.pack(aside, "data.json", changed)
        packed.add((aside / "data.json.gz").read_bytes())
    assert len(packed) == 1


def row(identifier: str = "a", standing: str = "listed", published: str | None = "h") -> Row:
    return Row(identifier, standing, "h", "{}", "d", published)


LAST, PINNED = Line("a", "last", 0, 1, "d"), Line("a", "pinned", 0, 1, "d")


@pytest.mark.parametrize(
    ("row", "last", "pinned", "ruling", "taken"),
    [
        (row(), LAST, None, Ruling(), Choice("row", "record")),
        (row(), None, None, Ruling(leaving={"a"}), Choice("row", "record")),
        (row(standing="baseline"), LAST, None, Ruling(), Choice("row", "baseline")),
        (row(standing="baseline"), LAST, None, Ruling(leaving={"a"}), None),
        (row(standing="withdrawn"), LAST, None, Ruling(leaving={"a"}), None),
        (row(standing="withdrawn"), LAST, None, Ruling(held={"a"}), Choice("last", "held")),
        (row(standing="withdrawn"), LAST, None, Ruling(), Choice("last", "carried")),
        (row(standing="lost"), LAST, None, Ruling(), Choice("last", "carried")),
        (row(standing="lost"), None, None, Ruling(), Choice("row", "carried")),
        (row(standing="lost", published=None), None, None, Ruling(), None),
        (None, LAST, None, Ruling(), Choice("last", "carried")),
        (None, LAST, None, Ruling(leaving={"a"}), None),
        (None, None, PINNED, Ruling(pinned=True), None),
        (row(), LAST, PINNED, Ruling(pinned=True), Choice("pinned", "pinned")),
        (row(), LAST, PINNED, Ruling(pinned=True, renewed={"a"}), Choice("last", "pinned")),
        (row(), LAST, None, Ruling(pinned=True), Choice("last", "pinned")),
        (row(), None, None, Ruling(pinned=True), Choice("row", "record")),
        (row(), None, PINNED, Ruling(pinned=True, renewed={"a"}), Choice("row", "record")),
    ],
)
def test_whose_text_is_taken(
    row: Row | None, last: Line | None, pinned: Line | None, ruling: Ruling, taken: Choice | None
) -> None:
    assert choose("a", row, last, pinned, ruling) == taken


NAMES = st.sets(st.text(max_size=3))


@settings(max_examples=200, deadline=None)
@given(NAMES, NAMES, NAMES, NAMES)
def test_streams_are_merged_and_nothing_is_lost(
    ours: set[str], before: set[str], last: set[str], pinned: set[str]
) -> None:
    merged = list(
        aligned(
            [row(one) for one in sorted(ours)],
            [row(one, "baseline") for one in sorted(before)],
            [Line(one, "", 0, 0, "") for one in sorted(last)],
            [Line(one, "", 0, 0, "") for one in sorted(pinned)],
        )
    )
    assert [one for one, *_ in merged] == sorted(ours | before | last | pinned)
    for identifier, found, was, pin in merged:
        assert (found is None) == (identifier not in ours | before)
        assert found is None or (found.standing == "listed") == (identifier in ours)
        assert ((was is None), (pin is None)) == (identifier not in last, identifier not in pinned)
