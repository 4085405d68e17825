"""What is published gets a Brotli form of exactly its bytes, or none."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import brotli
import pytest
from ckanext.independence.feed import packing

WHEN = 1_700_000_000


def publish(folder: Path, number: int, files: dict[str, bytes]) -> None:
    """Lay a snapshot down as the publisher does, and lead to it."""
    last = folder / "current"
    into = folder / "snapshots" / str(number)
    for name, content in files.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = last / name
        if before.exists() and before.read_bytes() == content:
            for kept in before.parent.glob(f"{before.name}*"):
                path.with_name(kept.name).hardlink_to(kept)
            continue
        path.write_bytes(content)
        Path(f"{path}.gz").write_bytes(gzip.compress(content, mtime=0))
        for one in (path, Path(f"{path}.gz")):
            os.utime(one, (WHEN + number, WHEN + number))
    aside = folder / "aside"
    aside.symlink_to(f"snapshots/{number}")
    aside.replace(folder / "current")


def packed(folder: Path) -> dict[str, bytes]:
    served = (folder / "current").resolve()
    return {
        str(path.relative_to(served)).removesuffix(".br"): brotli.decompress(path.read_bytes())
        for path in served.rglob("*.br")
    }


def test_every_served_file_gets_its_brotli_form_once(tmp_path: Path) -> None:
    files = {"data.json": b"one", "dcat-us/3.0.json": b"three", "data/parks.json": b"parks"}
    publish(tmp_path, 1, files)
    (tmp_path / "current/inside").mkdir()
    (tmp_path / "current/inside/book.gz").write_bytes(b"not served")
    (tmp_path / "changes.atom").write_bytes(b"news")
    (tmp_path / "changes.atom.gz").write_bytes(gzip.compress(b"news"))
    assert sorted(packing.pack(tmp_path)) == [
        "changes.atom", "current/data.json", "current/data/parks.json", "current/dcat-us/3.0.json",
    ]  # fmt: skip
    assert packed(tmp_path) == files
    assert packing.pack(tmp_path) == []
    assert not (tmp_path / ".packing").exists()


def test_a_form_has_the_time_of_its_file_so_that_hosts_tag_it_alike(tmp_path: Path) -> None:
    publish(tmp_path, 1, {"data.json": b"one"})
    packing.pack(tmp_path)
    assert (tmp_path / "current/data.json.br").stat().st_mtime == WHEN + 1


def test_a_file_that_did_not_change_keeps_its_form_and_one_that_did_gets_a_new_one(
    tmp_path: Path,
) -> None:
    publish(tmp_path, 1, {"data.json": b"one", "dcat-us/3.0.json": b"three"})
    packing.pack(tmp_path)
    publish(tmp_path, 2, {"data.json": b"another", "dcat-us/3.0.json": b"three"})
    assert packed(tmp_path) == {"dcat-us/3.0.json": b"three"}
    assert packing.pack(tmp_path) == ["current/data.json"]
    assert packed(tmp_path) == {"data.json": b"another", "dcat-us/3.0.json": b"three"}


def test_a_publication_in_between_never_gets_the_form_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compress = packing._compress
    files = {"data.json": b"one", "dcat-us/3.0.json": b"three"}
    publish(tmp_path, 1, files)

    def overtaken(*words: object) -> None:
        compress(*words)  # type: ignore[arg-type]
        if not (tmp_path / "snapshots/2").exists():
            publish(tmp_path, 2, files | {"data.json": b"another"})

    monkeypatch.setattr(packing, "_compress", overtaken)
    packing.pack(tmp_path)
    # The first file is another now; the second is the same, in its new place.
    assert packed(tmp_path) == {"dcat-us/3.0.json": b"three"}
    packing.pack(tmp_path)
    assert packed(tmp_path) == files | {"data.json": b"another"}


def test_where_nothing_is_published_nothing_is_packed(tmp_path: Path) -> None:
    assert packing.pack(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
