"""Of the real files that cities published, none would be held back."""

from __future__ import annotations

import pytest
from ckanext.independence.policy.identifiers import CERTAIN, KINDS, scan_file

from tests.conftest import SHARED

FILES = SHARED / "corpora"
# The measurement looks at the larger ones, too.
_LARGEST = 150_000


@pytest.mark.skipif(not FILES.is_dir(), reason="the real files in ../shared/corpora are not here")
def test_no_real_file_is_held_back() -> None:
    paths = [path for path in FILES.rglob("*") if path.is_file()]
    small = sorted(path for path in paths if path.stat().st_size < _LARGEST)
    held = []
    for path in small:
        scan = scan_file(path)
        held += [
            (path.name, hit)
            for hit in scan.hits
            if KINDS[hit.kind].blocks and hit.certainty == CERTAIN
        ]
        assert scan.complete or path.suffix in (".pdf", ".tsv"), (path.name, scan.notes)
    assert len(small) > 50
    assert not held
