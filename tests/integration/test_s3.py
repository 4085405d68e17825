"""Files on S3: the portal's settings name a bucket, and everything else is as it is on a disk."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest
import sqlalchemy as sa
from embedded_ckan.ini import storage_settings, write_settings
from moto.server import ThreadedMotoServer

from tests.integration.inside import Inside

BUCKET, FOLDER = "city", "files"
ROWS = [(f"A-{number}", number) for number in range(1, 101)]
# The last line cannot be taken: it has more cells than there are columns.
FIRST = b"lamp,watts\n" + b"".join(b"%s,%d\n" % (n.encode(), w) for n, w in ROWS) + b"X-1,2,3\n"
SECOND = b"lamp,watts\nA-1,55\nA-2,2\nB-4,110\n"


class Bucket:
    """The bucket, seen from outside of the portal."""

    def __init__(self, address: str) -> None:
        """Connect to it."""
        self._client = boto3.client(
            "s3",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="lamps",
            aws_secret_access_key="lamps",
        )

    def names(self, below: str = "") -> set[str]:
        """What lies in the portal's folder."""
        listed = self._client.list_objects_v2(Bucket=BUCKET, Prefix=f"{FOLDER}/{below}")
        return {one["Key"].removeprefix(f"{FOLDER}/") for one in listed.get("Contents", [])}

    def read(self, name: str) -> bytes:
        content: bytes = self._client.get_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")[
            "Body"
        ].read()
        return content

    def put(self, name: str, content: bytes) -> None:
        self._client.put_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}", Body=content)

    def lose(self, name: str) -> None:
        self._client.delete_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")


@pytest.fixture(scope="module")
def bucket(inside: Inside) -> Iterator[Bucket]:
    """The portal of this process with the settings that README gives for S3."""
    import ckan.plugins
    import ckan.plugins.toolkit as tk

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    base = "ckan.files.storage.resources"
    before = dict(tk.config)
    tk.config.update(
        {
            f"{base}.type": "ckan:s3",
            f"{base}.bucket": BUCKET,
            f"{base}.path": FOLDER,
            f"{base}.endpoint": address,
            f"{base}.region": "us-east-1",
            f"{base}.key": "lamps",
            f"{base}.secret": "lamps",
        }
    )
    try:
        ckan.plugins.load("file_keeper_cloud")
        yield Bucket(address)
    finally:
        for key in set(tk.config) - set(before):
            del tk.config[key]
        tk.config.update(before)
        ckan.plugins.unload("file_keeper_cloud")
        server.stop()


def at(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"sha256/{digest[:2]}/{digest}"


def numbers(resource_id: str) -> list[int]:
    """All versions of a resource, the oldest first."""
    from ckan import model
    from ckanext.independence.catalog.model import Version

    query = sa.select(Version.id).where(Version.resource_id == resource_id).order_by(Version.id)
    try:
        return list(model.Session.scalars(query))
    finally:
        model.Session.remove()


def a_day_later(sweep: Callable[[], Any]) -> None:
    from ckan import model

    with model.meta.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE independence_catalog_file SET stored_at = now() - interval '2 days'")
        )
    sweep()
    model.Session.remove()


@pytest.fixture
def file(inside: Inside, bucket: Bucket) -> dict[str, Any]:
    """A file that was loaded."""
    return inside.upload("lamps.csv", FIRST, package_id=inside.dataset()["id"])


@pytest.fixture
def page(file: dict[str, Any]) -> str:
    return f"/dataset/{file['package_id']}/resource/{file['id']}"


def test_a_file_is_kept_in_the_bucket_and_served_byte_for_byte(
    inside: Inside, bucket: Bucket, file: dict[str, Any]
) -> None:
    assert bucket.read(at(FIRST)) == FIRST
    answer = inside.get(file["url"])
    assert (answer.status_code, answer.data) == (200, FIRST)
    digest = hashlib.sha256(FIRST).hexdigest()
    told = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Length": str(len(FIRST)),
        "Content-Disposition": "attachment; filename=lamps.csv",
        "ETag": f'"{digest}"',
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: answer.headers[name] for name in told} == told
    again = inside.get(file["url"], **{"If-None-Match": f'"{digest}"'})
    assert (again.status_code, again.data) == (304, b"")


def test_its_table_and_what_was_set_aside_are_made_of_it(
    inside: Inside, bucket: Bucket, file: dict[str, Any], page: str, tmp_path: Path
) -> None:
    found = inside.act("datastore_search", resource_id=file["id"], sort="watts")
    assert [(row["lamp"], row["watts"]) for row in found["records"]] == ROWS
    (number,) = numbers(file["id"])
    rows = f"derived/{number}/table.parquet"
    assert bucket.names(f"derived/{number}/") == {rows, f"derived/{number}/rejects.csv"}
    kept = tmp_path / "kept.parquet"
    kept.write_bytes(bucket.read(rows))
    assert duckdb.read_parquet(str(kept)).project("lamp, watts").fetchall() == ROWS
    assert b"X-1" in bucket.read(f"derived/{number}/rejects.csv")
    token = inside.act("api_token_create", user="admin", name=file["id"])["token"]
    aside = inside.client.get(f"{page}/reading/set-aside.csv", headers={"Authorization": token})
    assert aside.data == bucket.read(f"derived/{number}/rejects.csv")


def test_downloads_of_the_table_are_made_of_the_bucket(
    inside: Inside, file: dict[str, Any], page: str, tmp_path: Path
) -> None:
    rows = list(csv.reader(io.StringIO(inside.client.get(f"{page}/export/csv?exact=1").text)))
    assert rows == [["lamp", "watts"], *([lamp, str(watts)] for lamp, watts in ROWS)]
    path = tmp_path / "lamps.parquet"
    path.write_bytes(inside.client.get(f"{page}/export/parquet").data)
    assert duckdb.read_parquet(str(path)).fetchall() == ROWS
    whole = inside.client.get(f"/dataset/{file['package_id']}/download.zip")
    with zipfile.ZipFile(io.BytesIO(whole.data)) as zipped:
        assert zipped.read("files/lamps.csv") == FIRST


def test_the_version_before_stays_at_its_address(
    inside: Inside, bucket: Bucket, file: dict[str, Any], page: str
) -> None:
    shown = inside.upload("lamps.csv", SECOND, id=file["id"])
    old, new = numbers(file["id"])
    assert inside.get(shown["url"]).data == SECOND
    assert inside.client.get(f"{page}/version/{old}/download").data == FIRST
    assert inside.client.get(f"{page}/version/{new}/download").data == SECOND
    changes = inside.client.get(f"{page}/version/{new}/changes").text
    assert "1 row added, 98 removed, 1 changed." in changes


def test_the_same_bytes_are_stored_once(
    inside: Inside, bucket: Bucket, file: dict[str, Any]
) -> None:
    before = bucket.names("sha256/")
    twin = inside.upload("twin.csv", FIRST, package_id=inside.dataset()["id"])
    assert bucket.names("sha256/") == before
    assert inside.get(twin["url"]).data == inside.get(file["url"]).data == FIRST


def test_of_a_version_that_is_held_nothing_is_left_but_its_file(
    inside: Inside, bucket: Bucket, file: dict[str, Any], page: str
) -> None:
    inside.upload("lamps.csv", SECOND, id=file["id"])
    old, new = numbers(file["id"])
    assert bucket.names(f"derived/{new}/")
    inside.act("independence_content_version_hold", version_id=new, reason="Names a person.")
    inside.work()
    assert not bucket.names(f"derived/{new}/")
    assert inside.client.get(f"{page}/version/{new}/download").status_code == 404
    assert bucket.read(at(SECOND)) == SECOND, "whoever held it can still look into it"
    assert bucket.names(f"derived/{old}/")
    assert inside.get(file["url"]).data == FIRST


def test_the_sweeps_remove_what_nobody_names(
    inside: Inside, bucket: Bucket, file: dict[str, Any]
) -> None:
    from ckanext.independence.catalog import files
    from ckanext.independence.content import removal

    lost, alone = b"of a later backup", b"lamp\nof one data set\n"
    resource = inside.upload("alone.csv", alone, package_id=inside.dataset()["id"])
    (number,) = numbers(resource["id"])
    bucket.put(at(lost), lost)
    bucket.put("derived/987654321/table.parquet", b"PAR1")
    files.sweep()
    assert at(lost) in bucket.names(), "it is noted first"
    inside.act("dataset_purge", id=resource["package_id"])
    inside.work()
    a_day_later(files.sweep)
    removal.sweep("", None)
    names = bucket.names()
    assert not {at(lost), at(alone)} & names
    assert not {name for name in names if name.startswith(("derived/98765", f"derived/{number}/"))}
    assert inside.get(file["url"]).data == FIRST


def test_a_file_that_the_bucket_has_lost_is_not_there(inside: Inside, bucket: Bucket) -> None:
    content = b"lamp\nlost\n"
    resource = inside.upload("lamps.csv", content, package_id=inside.dataset()["id"])
    bucket.lose(at(content))
    assert inside.get(resource["url"]).status_code == 404


def test_only_a_storage_on_the_disk_gets_a_folder_of_this_machine(tmp_path: Path) -> None:
    shared = tmp_path / "shared.ini"
    kinds = {"resources": "ckan:s3", "users": "ckan:fs"}
    write_settings(shared, {f"ckan.files.storage.{k}.type": v for k, v in kinds.items()})
    values = storage_settings(tmp_path / "storage", shared)
    assert values["ckan.files.storage.users.path"] == str(tmp_path / "storage" / "users")
    assert "ckan.files.storage.resources.path" not in values


def test_a_process_that_is_forked_talks_to_the_bucket_on_its_own(
    inside: Inside, bucket: Bucket
) -> None:
    from ckanext.independence.catalog import files

    mine = files.storage()
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writable, b"own" if files.storage() is not mine else b"shared")
        finally:
            os._exit(0)
    os.close(writable)
    os.waitpid(child, 0)
    with os.fdopen(readable, "rb") as said:
        assert said.read() == b"own"
    assert files.storage() is mine
