"""Files made in bad faith, or by accident: bounded memory, no hang, and a plain sentence.

All of them are read by one process of its own, one after another, so that what it held at most
is known, and a file that hangs is named.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .bad_files import FILES

ROOT = Path(__file__).resolve().parents[2]
MOST_MB = 600
SECONDS = 500

# What archives may unpack to is less here than the default, so that the bombs can be small.
READER = """
import json, sys, tempfile
from dataclasses import replace
from pathlib import Path
from ckanext.independence.content.reading import Limits, read

def held():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1000 for line in lines if line.startswith("VmHWM"))

for name in sys.argv[1:]:
    print(json.dumps({"begins": Path(name).name}), flush=True)
    limits = Limits(unpacked_bytes=50_000_000 if "bomb" in name else 2_000_000_000)
    with tempfile.TemporaryDirectory() as folder:
        outcome = read(Path(name), into=Path(folder), limits=limits)
        strays = [str(one) for one in Path(folder).rglob("*") if one.is_symlink()]
    told = replace(outcome, reading=None)
    print(json.dumps({"name": Path(name).name, "held": held(), "strays": strays,
                      "outcome": {"status": told.status, "message": told.message,
                                  "notes": told.notes, "download": told.download_only,
                                  "rows": [t.rows for t in told.tables],
                                  "aside": [t.set_aside_total for t in told.tables]}}), flush=True)
"""

# Name: status, and what the message or a note says.
EXPECTED: dict[str, tuple[str, str]] = {
    "line-of-100-mb.csv": ("refused", "longer than 8 MB"),
    "quoted-lines-without-end.csv": ("ask", ""),
    "5000-columns.csv": ("refused", "5,000 columns"),
    "1700-columns.csv": ("refused", "1,700 columns"),
    "quoted-newline-at-the-end.csv": ("read", "2 rows"),
    "unclosed-quote-in-row-3.csv": ("read", "200,002 rows"),
    "nul-bytes.csv": ("read", "NUL bytes were left out"),
    "half-a-character.utf16.csv": ("read", "41 rows"),
    "odd-length.utf16.csv": ("read", "40 rows"),
    "many-blank-lines.csv": ("read", "1 row "),
    "more-blank-lines-than-are-read.csv": ("refused", "1,100,000 blank rows"),
    "only-blank-lines.csv": ("refused", "empty"),
    "one-column.csv": ("read", "3,000 rows with 1 column"),
    "only-commas.csv": ("refused", "not a table"),
    "noise.csv": ("refused", "could not be recognised"),
    "quotes-only.csv": ("refused", "not a table"),
    "deep.json": ("refused", "nested too deeply"),
    "deep-objects.json": ("refused", "nested too deeply"),
    "deep-in-record.json": ("refused", "nested too deeply"),
    "deep.jsonl": ("read", "3 rows with 1 column"),
    "numbers.json": ("read", "3 rows"),
    "number-of-a-million-digits.json": ("refused", "thousands of digits"),
    "same-key-twice.json": ("read", "“a” stands twice"),
    "5000-keys.json": ("refused", "columns"),
    "a-million-keys.json": ("refused", "no table"),
    "text-without-end.json": ("refused", "closing quotation mark"),
    "half-a-character.json": ("read", "2 rows"),
    "cut-off.json": ("refused", "cut off"),
    "a-billion-laughs.xml": ("refused", "entities"),
    "another-file.xml": ("refused", "entities"),
    "an-address.xml": ("refused", "entities"),
    "deep.xml": ("refused", "nested too deeply"),
    "element-without-end.xml": ("refused", "longer than 32 MB"),
    "record-cut-off.xml": ("refused", "broken"),
    "cut-off.xml": ("refused", "line 2"),
    "unknown-encoding.xml": ("refused", "klingon"),
    "one-far-cell.xlsx": ("refused", "column 16,384"),
    "a-billion-cells-said.xlsx": ("read", "2 rows"),
    "unpacks-to-3-gb.xlsx": ("refused", "3.0 GB"),
    "says-less-than-it-is.xlsx": ("read", "1 row"),
    "cut-off.xlsx": ("refused", "cut off"),
    "cut-off-inside.xlsx": ("refused", "damaged"),
    "password.xlsx": ("refused", "password"),
    "broken.xls": ("refused", "cannot be opened"),
    "repeated-cells.ods": ("refused", "column 16,384"),
    "bomb.zip": ("refused", "unpacks to more"),
    "says-less-than-it-is.zip": ("refused", "broken"),
    "cut-off.zip": ("refused", "cut off"),
    "password.zip": ("refused", "password"),
    "five-archives-deep.zip": ("refused", "archive within archives"),
    "a-hundred-thousand-files.zip": ("refused", "too many files"),
    "another-place.zip": ("read", "2 rows"),
    "cut-off.csv.gz": ("refused", "cut off"),
    "bomb.csv.gz": ("refused", "unpacks to more"),
    "far-away.geojson": ("read", "3 rows with 2 columns were read, 7 rows were set aside"),
    "a-system-out-of-a-file.geojson": ("refused", "coordinate system"),
    "links-only.kml": ("refused", "only links to other files"),
    "count-of-4-billion.shp.zip": ("refused", "4,294,967,295 rows"),
    "drawn-by-another-format.shp.zip": ("refused", "no shapefile"),
    "points-without-end.shp.zip": ("refused", "broken"),
    "locked.pdf": ("refused", "PDF"),
    "cut-off.parquet": ("refused", "cut off"),
    "bogus-footer.parquet": ("refused", "broken"),
    "login.csv": ("refused", "Please log in"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """Make the files, read them all in a process of their own, and tell what came of each."""
    folder = tmp_path_factory.mktemp("bad")
    paths = []
    for name, make in FILES.items():
        paths.append(folder / name)
        paths[-1].write_bytes(make())
    command = [sys.executable, "-c", READER, *map(str, paths)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        said, wrong = done.stdout, done.stderr
    except subprocess.TimeoutExpired as error:
        said, wrong = (error.stdout or b"").decode(), "it hangs"
    lines = [json.loads(line) for line in said.splitlines()]
    if lines and "begins" in lines[-1]:
        pytest.fail(f"{lines[-1]['begins']}: {wrong[-1000:]}")
    yield {line["name"]: line for line in lines if "name" in line}
    for path in paths:
        path.unlink()


def test_every_bad_file_has_an_expected_outcome() -> None:
    assert set(FILES) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_file_is_told_apart_in_words(told: dict[str, dict[str, Any]], name: str) -> None:
    status, says = EXPECTED[name]
    outcome = told[name]["outcome"]
    said = " ".join([outcome["message"], *outcome["notes"]])
    assert outcome["status"] == status, said
    assert says in said
    assert "Traceback" not in said


def test_none_of_them_takes_more_memory_than_is_given(told: dict[str, dict[str, Any]]) -> None:
    held = {name: line["held"] for name, line in told.items()}
    first = next((name for name, most in held.items() if most > MOST_MB), None)
    assert first is None, f"{first} made it {held[first or '']} MB"


def test_nothing_is_written_where_a_name_in_an_archive_says(
    told: dict[str, dict[str, Any]],
) -> None:
    assert told["another-place.zip"]["strays"] == []
    assert not Path("/tmp/out-of-the-archive.csv").exists()  # noqa: S108
