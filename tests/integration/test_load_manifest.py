"""A manifest with its files: loaded twice, cut short, fetched from an address."""

from __future__ import annotations

import functools
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from embedded_ckan.site import environment

from tests.integration.inside import Inside

Run = Callable[..., tuple[int, dict[str, Any]]]


def manifest(folder: Path, word: str, **more: Any) -> Path:
    """Write a manifest with a department, two data sets and a file; ``word`` tells tests apart."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / "files" / "rows.csv").write_text("case,reported\n007,2026-01-02\n", "utf-8")
    whole = {
        "title": f"{word} reports",
        "name": f"{word}-reports",
        "department": f"{word} office",
        "description": "One row for each report.",
        "keywords": ["reports"],
        "steward_name": "Desk",
        "steward_email": "desk@example.gov",
        "data_modified": "2026-01-05",
        "access_level": "public",
        "spatial_bbox": "-94.50,39.01,-94.27,39.16",
        "references": ["https://example.gov/b", "https://example.gov/a"],
    }
    path = folder / "manifest.yaml"
    path.write_text(
        yaml.safe_dump(
            {
                "manifest": 1,
                "departments": [{"name": f"{word}-office", "title": f"{word} office"}],
                "datasets": [
                    whole
                    | {
                        "resources": [
                            {
                                "name": "Rows",
                                "path": "files/rows.csv",
                                "format": "CSV",
                                "columns": [
                                    {"name": "case", "type": "text", "label": "Case number"},
                                    {"name": "reported", "type": "date"},
                                ],
                            },
                            {
                                "name": "Rows elsewhere",
                                "url": "https://example.gov/rows.json",
                                "alternative_of": "Rows",
                            },
                        ]
                    }
                    | more,
                    whole | {"title": "Draft", "name": f"{word}-draft", "publish": False},
                ],
            }
        ),
        "utf-8",
    )
    return path


@pytest.fixture
def run(inside: Inside, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run what `ckan independence load` runs; returns the exit status and the report."""
    from ckan import model
    from ckanext.independence.catalog.loading import command

    def load(place: Path | str, **options: Any) -> tuple[int, dict[str, Any]]:
        wishes: dict[str, Any] = {
            "dry_run": False,
            "publisher_map_file": None,
            "make_departments": False,
            "department": None,
            "publish_as_is": False,
            "report_file": tmp_path / "report.json",
            "json": True,
        }
        status = command.run(str(place), **(wishes | options))
        model.Session.remove()
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else {"refused": said.err}

    return load


def statuses(report: dict[str, Any]) -> list[str]:
    """Return the status of each record."""
    return [record["status"] for record in report["records"]]


def owed(inside: Inside) -> dict[str, Any]:
    """Return the tables that are still to be made, by resource."""
    from ckanext.independence.catalog import owed

    return {row.key: row.payload for row in owed.waiting() if row.kind == "content"}


def test_a_manifest_loads_with_its_files_and_a_second_time_sends_none(
    inside: Inside, run: Run, tmp_path: Path
) -> None:
    path = manifest(tmp_path / "m", "police")
    status, dry = run(path, dry_run=True)
    assert (status, statuses(dry), dry["departments"]) == (0, ["added", "added"], ["police office"])
    status, report = run(path)
    assert (status, statuses(report)) == (0, ["added", "added"]), report["records"]
    assert json.loads((tmp_path / "report.json").read_text())["counts"] == report["counts"]

    shown = inside.act("package_show", id="police-reports")
    rows, elsewhere = shown["resources"]
    assert (shown["private"], shown["spatial_bbox"]) == (False, "-94.5,39.01,-94.27,39.16")
    assert inside.act("package_show", id="police-draft")["private"] is True
    assert elsewhere["alternative_of"] == rows["id"]
    assert [column["name"] for column in owed(inside)[rows["id"]]["columns"]] == [
        "case",
        "reported",
    ]
    inside.work()
    shown = inside.act("package_show", id="police-reports")
    assert inside.get(rows["url"]).data == b"case,reported\n007,2026-01-02\n"
    assert search_finds(inside, "police-reports")

    status, second = run(path)
    assert (status, statuses(second)) == (0, ["left", "left"]), second["records"]
    assert inside.act("package_show", id="police-reports") == shown

    # Only what changed is sent: here the file, whose address stays.
    (tmp_path / "m" / "files" / "rows.csv").write_text("case,reported\n008,2026-01-03\n")
    status, third = run(path)
    assert third["records"][0]["changed"] == ["file Rows"]
    again = inside.act("package_show", id="police-reports")["resources"]
    assert [resource["id"] for resource in again] == [rows["id"], elsewhere["id"]]
    inside.work()
    assert b"008" in inside.get(again[0]["url"]).data


def search_finds(inside: Inside, name: str) -> bool:
    """Tell whether the public finds a data set."""
    found = inside.act("package_search", fq=f"name:{name}")
    return bool(found["count"] == 1)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"resources": [{"name": "A", "path": "files/none.csv"}]}, "is not in the manifest's"),
        ({"resources": [{"name": "A", "path": "link.csv"}]}, "leads out"),
        ({"resources": [{"name": "A", "path": "empty.csv"}]}, "is empty (0 bytes)"),
        ({"department": "nobody"}, "is no department here"),
    ],
)
def test_a_record_that_cannot_be_saved_leaves_nothing_and_the_other_loads(
    inside: Inside, run: Run, tmp_path: Path, more: dict[str, Any], why: str
) -> None:
    import ckan.plugins.toolkit as tk

    word = f"half{abs(hash(why)) % 10_000}"
    path = manifest(tmp_path / "m", word, **more)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (tmp_path / "m" / "link.csv").symlink_to(tmp_path / "secret.csv")
    (tmp_path / "m" / "empty.csv").touch()
    waiting = owed(inside)
    status, report = run(path)
    assert (status, statuses(report)) == (1, ["failed", "added"])
    assert why in report["records"][0]["why"]
    with pytest.raises(tk.ObjectNotFound):
        inside.act("package_show", id=f"{word}-reports")
    assert owed(inside) == waiting


def test_wrong_values_of_a_manifest_are_left_out_and_said(
    inside: Inside, run: Run, tmp_path: Path
) -> None:
    path = manifest(
        tmp_path / "m",
        "wrong",
        license_id="nobody-knows",
        steward_phone="call us",
        update_frequency="now and then",
        resources=[
            {"name": "A", "url": "http://127.0.0.1/a.csv"},
            {"name": "B", "url": "https://example.gov/b.csv"},
        ],
    )
    status, report = run(path)
    assert (status, statuses(report)) == (0, ["added", "added"])
    refused = {p["field"] for p in report["records"][0]["problems"] if p["kind"] == "refused"}
    assert refused == {"license_id", "steward_phone", "update_frequency", "file A"}
    shown = inside.act("package_show", id="wrong-reports")
    assert [resource["name"] for resource in shown["resources"]] == ["B"]
    assert statuses(run(path)[1]) == ["left", "left"]


def test_what_cannot_be_read_ends_with_2_and_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html></html>")
    path = manifest(tmp_path / "m", "never")
    for place, options, said in (
        (tmp_path / "none.json", {}, "cannot be read"),
        (tmp_path, {}, "is a folder"),
        (tmp_path / "page.html", {}, "is an HTML page"),
        ("http://127.0.0.1:1/data.json", {}, "not on the public internet"),
        (path, {"publisher_map_file": tmp_path / "none.yaml"}, "cannot be read"),
        (path, {"department": "nowhere"}, "There is no department"),
    ):
        status, report = run(place, **options)
        assert status == 2
        assert said in report["refused"]


def test_a_manifest_at_an_address_brings_its_files(
    inside: Inside, run: Run, tmp_path: Path
) -> None:
    manifest(tmp_path / "m", "remote")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "m"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{server.server_address[1]}"
        with inside.settings({"ckanext.independence.catalog.fetch_allowed": [host]}):
            status, report = run(f"http://{host}/manifest.yaml")
            assert (status, statuses(report)) == (0, ["added", "added"]), report
            assert statuses(run(f"http://{host}/manifest.yaml")[1]) == ["left", "left"]
        server.shutdown()
    rows = inside.act("package_show", id="remote-reports")["resources"][0]
    inside.work()
    assert b"007" in inside.get(rows["url"]).data


def test_a_load_that_was_killed_is_completed_by_the_next(
    inside: Inside, run: Run, tmp_path: Path
) -> None:
    """Started as the command it is, killed in the middle, run again."""
    entries = [
        {
            "title": f"Hydrant list {number}",
            "identifier": f"hydrants-{number}",
            "publisher": {"name": "Public Works"},
        }
        for number in range(60)
    ]
    path = tmp_path / "hydrants.json"
    path.write_text(json.dumps({"dataset": entries}))
    running = subprocess.Popen(
        [sys.executable, "-m", "embedded_ckan.ckan_command", "independence", "load", str(path)],
        env=os.environ | environment(inside.ini),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while running.poll() is None and not there(inside):
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    before = there(inside)
    assert 0 < before < 60
    status, report = run(path)
    assert status == 0
    assert (report["counts"]["left"], report["counts"]["added"]) == (before, 60 - before)
    assert there(inside) == 60
    assert statuses(run(path)[1]) == ["left"] * 60


def there(inside: Inside) -> int:
    """Count the hydrant lists in the database."""
    from ckan import model

    try:
        return int(
            model.Session.query(model.Package)
            .filter(model.Package.title.startswith("Hydrant list"))
            .count()
        )
    finally:
        model.Session.remove()
