"""Damaged XLS workbooks that ask for more memory than there is end no process but their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckanext.independence.content.reading import read
from ckanext.independence.policy.identifiers import scan_file

from tests.conftest import SHARED

WORKBOOK = SHARED / "corpora/files/sf-state-local-deflator.xls"
pytestmark = pytest.mark.skipif(not WORKBOOK.is_file(), reason=f"there is no {WORKBOOK.name}")
# A record with one number: its kind, its length, then two bytes of its row and two of its column.
NUMBER = b"\x03\x02\x0e\x00"


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A real workbook in which one cell says that it is the last of four billion."""
    content = bytearray(WORKBOOK.read_bytes())
    place = content.index(NUMBER) + len(NUMBER)
    content[place : place + 4] = b"\xff" * 4
    path = tmp_path / "damaged.xls"
    path.write_bytes(content)
    return path


def test_a_workbook_that_asks_for_any_memory_is_refused(damaged: Path, tmp_path: Path) -> None:
    found = read(damaged, name=damaged.name, into=tmp_path)
    assert found.status == "refused"
    assert "damaged, or too large" in repr(found)


def test_a_workbook_that_asks_for_any_memory_is_said_not_to_be_looked_at(damaged: Path) -> None:
    scan = scan_file(damaged)
    assert not scan.complete
    assert "damaged, or too large" in scan.notes[0]


def test_an_undamaged_one_is_read_as_before(tmp_path: Path) -> None:
    found = read(WORKBOOK, name=WORKBOOK.name, into=tmp_path)
    assert found.status == "read"
    assert scan_file(WORKBOOK).complete
