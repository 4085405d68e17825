"""Files of resources: kept once, never overwritten, served as the last good save left them."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.inside import DEPARTMENT, Inside


def kept(content: bytes) -> Path:
    """Where bytes lie in the storage, whether they do or not."""
    from ckanext.independence.catalog import files

    location = files.location_of(hashlib.sha256(content).hexdigest())
    return Path(files.storage().full_path(location))


def unfinished() -> list[Path]:
    from ckanext.independence.catalog import files

    return list((Path(files.storage().settings.path) / files.UNFINISHED).glob("*"))


def execute(statement: str, **values: Any) -> None:
    from ckan import model

    with model.meta.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def test_a_failed_save_leaves_the_old_file_in_its_place(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = inside.dataset()
    resource = inside.upload("lamps.csv", b"lamp\nold\n", package_id=dataset["id"])

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("Solr is gone")

    with monkeypatch.context() as patched:
        patched.setattr("ckan.logic.index_update_package_dicts", broken)
        with pytest.raises(RuntimeError, match="Solr is gone"):
            inside.upload("lamps.csv", b"lamp\nnew\n", id=resource["id"])
    answer = inside.get(resource["url"])
    assert answer.data == b"lamp\nold\n"
    shown = inside.act("resource_show", id=resource["id"])
    assert shown["hash"] == hashlib.sha256(b"lamp\nold\n").hexdigest()

    inside.upload("lamps.csv", b"lamp\nnew\n", id=resource["id"])
    assert inside.get(resource["url"]).data == b"lamp\nnew\n"
    assert kept(b"lamp\nold\n").read_bytes() == b"lamp\nold\n", "older versions are kept"


def test_the_resource_says_what_the_file_is(inside: Inside) -> None:
    content = b"lamp,kind\n1,gas\n"
    resource = inside.upload("../Old lamps\0.CSV", content, package_id=inside.dataset()["id"])
    assert resource["url"].endswith("/download/old-lamps.csv")
    assert resource["hash"] == hashlib.sha256(content).hexdigest()
    assert (resource["size"], resource["mimetype"]) == (len(content), "text/csv")
    told = inside.act("resource_patch", id=resource["id"], hash="0" * 64, size=1, mimetype="a/b")
    assert {k: told[k] for k in ("hash", "size", "mimetype")} == {
        k: resource[k] for k in ("hash", "size", "mimetype")
    }, "what CKAN knows of its own file is not a matter of opinion"
    # A program that leaves url_type out means the file that is there.
    again = {k: told[k] for k in ("id", "name", "url", "package_id")}
    assert inside.act("resource_update", **again)["url_type"] == "upload"
    assert inside.get(resource["url"]).data == content


def test_a_new_data_set_brings_its_files_or_is_not_made(inside: Inside) -> None:
    import ckan.plugins.toolkit as tk
    from werkzeug.datastructures import FileStorage

    def bring(content: bytes, title: str) -> dict[str, Any]:
        link = {"url": "https://www.example.gov/lamps.csv", "name": "Elsewhere"}
        file = {"upload": FileStorage(io.BytesIO(content), filename="lamps.csv"), "name": "Here"}
        twin = {"upload": FileStorage(io.BytesIO(content), filename="twin.csv"), "name": "Twin"}
        return inside.dataset(title=title, resources=[link, file, twin])

    content = b"lamp\nof a new data set\n"
    here = bring(content, "Lamps with a file")["resources"][1]
    inside.work()
    here = inside.act("resource_show", id=here["id"])
    assert here["hash"] == hashlib.sha256(content).hexdigest()
    assert inside.get(here["url"]).data == content
    with pytest.raises(tk.ValidationError):
        bring(b"lamp\nof no data set\n", "")
    assert not kept(b"lamp\nof no data set\n").exists()


@pytest.mark.parametrize(
    ("name", "content", "disposition"),
    [
        ("page.csv", b"<html><script>alert(1)</script></html>", "attachment"),
        ("map.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"></svg>', "attachment"),
        ("lamps.csv", b"lamp\n1\n", "attachment"),
        ("plan.pdf", b"%PDF-1.4\n%\n", "inline"),
    ],
)
def test_only_what_cannot_run_scripts_opens_in_the_browser(
    inside: Inside, name: str, content: bytes, disposition: str
) -> None:
    resource = inside.upload(name, content, package_id=inside.dataset()["id"])
    answer = inside.get(resource["url"])
    assert answer.data == content
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith(disposition)


def test_a_download_can_be_asked_for_in_part_and_only_when_it_has_changed(inside: Inside) -> None:
    resource = inside.upload("lamps.csv", b"0123456789", package_id=inside.dataset()["id"])
    whole = inside.get(resource["url"])
    assert whole.headers["ETag"] == f'"{resource["hash"]}"'
    assert (
        inside.get(resource["url"], **{"If-None-Match": whole.headers["ETag"]}).status_code == 304
    )
    part = inside.get(resource["url"], Range="bytes=2-4")
    assert (part.status_code, part.data) == (206, b"234")


def test_nginx_sends_the_file_where_it_stands_in_front(inside: Inside) -> None:
    resource = inside.upload("lamps.csv", b"behind nginx", package_id=inside.dataset()["id"])
    with inside.settings({"ckanext.independence.catalog.accel_prefix": "/protected"}):
        answer = inside.get(resource["url"])
    assert answer.data == b""
    path = answer.headers["X-Accel-Redirect"]
    assert path == f"/protected/sha256/{resource['hash'][:2]}/{resource['hash']}"
    assert answer.headers["Content-Disposition"] == "attachment; filename=lamps.csv"


@pytest.mark.parametrize("state", ["private", "deleted", "another data set's address"])
def test_a_file_that_is_not_public_is_not_there_for_the_public(inside: Inside, state: str) -> None:
    dataset = inside.dataset()
    url = inside.upload("lamps.csv", b"lamp\n1\n", package_id=dataset["id"])["url"]
    assert inside.get(url).status_code == 200
    if state == "private":
        inside.act("package_patch", id=dataset["id"], private=True)
    elif state == "deleted":
        inside.act("package_delete", id=dataset["id"])
    else:
        url = url.replace(dataset["id"], inside.dataset()["id"])
    assert inside.get(url).status_code == 404


def test_what_cannot_be_taken_is_refused_in_words_and_nothing_of_it_is_kept(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ckan.plugins.toolkit as tk

    dataset = inside.dataset()

    def refused(name: str, content: bytes) -> str:
        with pytest.raises(tk.ValidationError) as error:
            inside.upload(name, content, package_id=dataset["id"])
        return str(error.value.error_dict["upload"])

    assert "0 bytes" in refused("empty.csv", b"")
    with inside.settings({"ckan.max_resource_size": 1}):
        assert "larger than 1 MB" in refused("large.csv", b"x" * (1 << 20) + b"y")
    with pytest.raises(tk.ValidationError, match="multipart"):
        inside.act("resource_create", package_id=dataset["id"], name="x", upload="lamps.csv")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("ckanext.independence.catalog.files.os.fsync", full)
        assert "disk is full" in refused("lamps.csv", b"no room")
    assert not kept(b"no room").exists()
    assert not unfinished()
    assert inside.act("package_show", id=dataset["id"])["resources"] == []


def test_a_link_in_place_of_a_file_serves_the_file_no_more(inside: Inside) -> None:
    resource = inside.upload("lamps.csv", b"lamp\n1\n", package_id=inside.dataset()["id"])
    link = "https://www.example.gov/lamps.csv"
    inside.act("resource_patch", id=resource["id"], url=link, clear_upload=True)
    answer = inside.get(resource["url"])
    assert (answer.status_code, answer.headers["Location"]) == (302, link)


def test_the_same_bytes_are_stored_once_and_go_when_nobody_has_named_them_for_a_day(
    inside: Inside,
) -> None:
    from ckanext.independence.catalog import files

    content = b"lamp\nshared by two\n"
    one, two = inside.dataset(), inside.dataset()
    first = inside.upload("one.csv", content, package_id=one["id"])
    second = inside.upload("two.csv", content, package_id=two["id"])
    assert first["hash"] == second["hash"] and kept(content).exists()
    old = "UPDATE independence_catalog_file SET stored_at = now() - interval '2 days'"

    inside.act("dataset_purge", id=one["id"])
    execute(old)
    files.sweep()
    assert inside.get(second["url"]).data == content, "another resource still has it"
    inside.act("dataset_purge", id=two["id"])
    files.sweep()
    assert not kept(content).exists()

    # The same id again: what was purged is not served by it.
    forged = inside.act(
        "resource_create",
        package_id=inside.dataset()["id"],
        id=second["id"],
        url="two.csv",
        url_type="upload",
    )
    assert inside.get(forged["url"]).status_code == 404


def test_the_sweep_notes_unknown_files_before_it_removes_them(inside: Inside) -> None:
    from ckanext.independence.catalog import files

    unknown, young = kept(b"of a later backup"), kept(b"just arrived")
    unknown.parent.mkdir(parents=True, exist_ok=True)
    unknown.write_bytes(b"of a later backup")
    files.sweep()
    assert unknown.exists()
    execute("UPDATE independence_catalog_file SET stored_at = now() - interval '2 days'")
    inside.upload("young.csv", b"just arrived", package_id=inside.dataset()["id"])
    leftover = Path(files.storage().settings.path) / files.UNFINISHED / "leftover"
    leftover.parent.mkdir(exist_ok=True)
    leftover.write_bytes(b"half")
    os.utime(leftover, (0, time.time() - 2 * 86400))
    swept = files.sweep()
    assert not unknown.exists() and not leftover.exists() and young.exists()
    assert swept.unfinished == 1 and swept.files >= 1


def test_files_can_be_kept_by_another_storage_than_a_disk(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan.lib.files.default import MemoryStorage
    from ckanext.independence.catalog import files

    elsewhere = MemoryStorage({"name": "elsewhere"})
    monkeypatch.setattr(files, "storage", lambda: elsewhere)
    content = b"lamp\nkept elsewhere\n"
    resource = inside.upload("lamps.csv", content, package_id=inside.dataset()["id"])
    answer = inside.get(resource["url"])
    assert (answer.data, answer.headers["Content-Length"]) == (content, str(len(content)))
    assert answer.headers["Content-Disposition"] == "attachment; filename=lamps.csv"
    known = files.stored(resource["id"])
    assert known is not None and known.path is None
    with known.open() as file:
        assert file.read() == content
    inside.act("dataset_purge", id=resource["package_id"])
    inside.work()
    execute("UPDATE independence_catalog_file SET stored_at = now() - interval '2 days'")
    files.sweep()
    assert list(elsewhere.scan()) == []


def test_pictures_of_departments_cannot_run_scripts(inside: Inside) -> None:
    import ckan.plugins.toolkit as tk
    from werkzeug.datastructures import FileStorage

    def picture(name: str, content: bytes) -> Any:
        file = FileStorage(io.BytesIO(content), filename=name)
        return inside.act("organization_patch", id=DEPARTMENT, image_upload=file)

    for name in ("logo.svg", "logo.png"):
        with pytest.raises(tk.ValidationError):
            picture(name, b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"></svg>')
    with pytest.raises(tk.ValidationError):
        picture("logo.png", b"<html><script>x()</script></html>")
    shown = picture("logo.png", dot())["image_display_url"]
    assert inside.get(shown).data == dot()


def dot() -> bytes:
    """A picture of one grey dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    image = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + image


def test_an_identifier_is_one_data_sets_in_the_database_too(inside: Inside) -> None:
    one, two = inside.dataset(), inside.dataset()
    inside.act("package_delete", id=one["id"])
    with pytest.raises(sa.exc.IntegrityError):
        execute(
            "UPDATE package SET extras = jsonb_set(extras, '{identifier}', to_jsonb("
            "(SELECT extras ->> 'identifier' FROM package WHERE id = :one))) WHERE id = :two",
            one=one["id"],
            two=two["id"],
        )
