"""Putting a rulebook to anybody's catalog at the command line: what is told, and how it ends."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ckanext.independence.policy.check_command import check_command
from click.testing import CliRunner, Result
from embedded_ckan.cli import main
from embedded_ckan.project import ROOT_VARIABLE

from tests.conftest import ROOT, SHARED

CATALOGS = SHARED / "corpora/catalogs"
KANSAS_CITY = ROOT / "tests/policy/kansas-city.yaml"
GOOD: dict[str, Any] = {
    "title": "Building permits",
    "description": "Every permit since 2021, one row each, with type, value and status. It comes "
    "out of the permits system each night.",
    "keyword": ["permits", "housing", "construction"],
    "theme": ["Houses"],
    "modified": "2026-09-01",
    "accrualPeriodicity": "R/P1M",
    "publisher": {"name": "Permits and Inspections"},
    "contactPoint": {"fn": "Permits desk", "hasEmail": "mailto:permits@example.gov"},
    "identifier": "a",
    "accessLevel": "public",
    "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    "distribution": [{"downloadURL": "https://example.gov/permits.csv", "mediaType": "text/csv"}],
}


def check(*words: object, day: str = "2026-09-14") -> Result:
    return CliRunner().invoke(check_command, [*map(str, words), "--day", day])


def told(*words: object, day: str = "2026-09-14") -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(check(*words, "--json", day=day).stdout)
    return answer


def failing(report: dict[str, Any]) -> dict[str, int]:
    return {rule["rule"]: rule["fails"] for rule in report["rules"] if rule["fails"]}


def reasons(report: dict[str, Any], rule: str) -> dict[str, int]:
    (found,) = (one for one in report["rules"] if one["rule"] == rule)
    return {one["evidence"]: one["datasets"] for one in found["reasons"]}


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data.json"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.log_message = lambda *words: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def written(file: Path, *records: Any) -> Path:
    head = {"conformsTo": "https://project-open-data.cio.gov/v1.1/schema"}
    file.write_text(json.dumps(head | {"dataset": records}), "utf-8")
    return file


# ---- What is judged -------------------------------------------------------------------------


def test_a_good_record_fails_nothing_and_the_command_ends_with_0(file: Path) -> None:
    done = check(written(file, GOOD))
    assert done.exit_code == 0, done.output
    assert failing(told(file)) == {}


def test_what_would_be_held_back_here_ends_the_command_with_1(file: Path) -> None:
    bad = GOOD | {"title": "Parks", "license": "https://creativecommons.org/licenses/by/4.0/"}
    done = check(written(file, GOOD, bad | {"identifier": "b"}))
    assert done.exit_code == 1
    assert "DCAT-US 1.1, 2 data sets, judged as of September 14, 2026" in done.output
    assert "The data is in the public domain: 1 of 2 fail. blocker (IND-L2)" in done.output
    assert "such as: Parks (dataset[1])" in done.output
    assert "Permits and Inspections: 2 data sets" in done.output
    # Blockers first, then warnings.
    public, title = (done.output.index(words) for words in ("1 of 2 fail. b", "1 of 2 fail. w"))
    assert public < title


def test_what_such_a_file_has_no_place_for_cannot_be_judged(file: Path) -> None:
    rules = {rule["rule"]: rule for rule in told(written(file, GOOD))["rules"]}
    for rule in ("privacy-reviewed", "serves-a-goal", "limits-stated", "reviewed-yearly"):
        assert (rules[rule]["unjudged"], rules[rule]["fails"]) == (1, 0), rule
    assert rules["department-current"]["not_asked"] == 1


def test_what_is_wrong_is_not_told_as_missing(file: Path) -> None:
    wrong = GOOD | {
        "license": "https://example.gov/terms",
        "contactPoint": {"fn": "Desk", "hasEmail": "mailto:The permits desk"},
        "accrualPeriodicity": "now and then",
    }
    report = told(written(file, wrong))
    assert "none that the portal knows" in str(reasons(report, "public-domain"))
    assert "no e-mail address" in str(reasons(report, "steward-reachable"))
    assert "in a way that is known" in str(reasons(report, "frequency-declared"))


def test_what_is_due_is_judged_as_on_the_day_that_is_given(file: Path) -> None:
    written(file, GOOD)
    assert "on-time" not in failing(told(file, day="2026-10-07"))
    assert "on-time" in failing(told(file, day="2026-10-08"))


def test_numbers_that_differ_are_one_reason(file: Path) -> None:
    parks = [GOOD | {"identifier": title, "title": title} for title in ("Parks", "Trails")]
    report = told(written(file, *parks))
    assert reasons(report, "title-names-the-data") == {
        "The title has … characters, fewer than 10.": 2
    }


def test_a_record_that_cannot_be_read_is_named_and_not_judged(file: Path) -> None:
    written(file, GOOD, {"description": "Without a title"})
    done = check(file)
    assert "1 record cannot be read; first dataset[1]: It has no title." in done.output
    assert told(file)["datasets_judged"] == 1


def test_a_manifest_is_judged_by_our_own_departments_and_goals(file: Path) -> None:
    dataset = {
        "title": "Building permits", "department": "Public Works", "goals": ["quality"],
        "privacy_reviewer": "Coordinator",
    }  # fmt: skip
    file.write_text(json.dumps({"manifest": 1, "datasets": [dataset]}), "utf-8")
    report = told(file)
    assert "no department of the City after June 30, 2020" in str(
        reasons(report, "department-current")
    )
    assert "does not say when its privacy" in str(reasons(report, "privacy-reviewed"))
    assert "serves-a-goal" not in failing(report)


def test_another_citys_rulebook_is_put_to_the_same_catalog(file: Path) -> None:
    report = told(written(file, GOOD | {"title": "Parks"}), "--rulebook", KANSAS_CITY)
    assert "Kansas City" in report["rulebook"]["title"]
    assert report["rules"]


def test_a_catalog_at_an_address_is_fetched(address: str, file: Path) -> None:
    written(file, GOOD)
    assert check(f"{address}/data.json").exit_code == 0
    gone = check(f"{address}/gone.json")
    assert gone.exit_code == 2
    assert "404" in gone.output


def test_text_of_strangers_does_not_steer_the_terminal(file: Path) -> None:
    done = check(written(file, GOOD | {"title": "Par\x1b[2Jks", "license": None}))
    assert "\x1b" not in done.output


def test_the_command_needs_no_portal(
    file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(ROOT))
    assert main(["ckan", "independence", "policy", "check", str(written(file, GOOD))]) == 0
    assert "1 data set" in capfd.readouterr().out


# ---- Bad input ------------------------------------------------------------------------------

BAD: list[tuple[str, bytes | None, str]] = [
    ("missing", None, "cannot be read: No such file"),
    ("empty", b"", "is empty"),
    ("a page", b"<!doctype html><html></html>", "is an HTML page"),
    ("a workbook", b"PK\x03\x04rest", "Office document"),
    ("half of it", b'{"dataset": [', "not valid JSON"),
    ("something else", b'{"a": 1}', "Accepted are"),
    ("a number", b"7", "Accepted are"),
    ("deep", b"[" * 100_000, ""),
]


@pytest.mark.parametrize(("case", "content", "words"), BAD, ids=lambda v: str(v)[:20])
def test_what_is_no_catalog_ends_with_2_and_a_sentence(
    case: str, content: bytes | None, words: str, file: Path
) -> None:
    if content is not None:
        file.write_bytes(content)
    done = check(file)
    assert done.exit_code == 2
    assert done.output.startswith("Error: ")
    assert words in done.output
    assert len(done.output) < 600


def test_a_folder_and_a_wrong_rulebook_end_with_2_and_a_sentence(file: Path) -> None:
    assert "Is a directory" in check(file.parent).output
    wrong = file.parent / "rulebook.yaml"
    wrong.write_text("title: x\nrules:\n  - id: A b\n", "utf-8")
    done = check(written(file, GOOD), "--rulebook", wrong)
    assert done.exit_code == 2
    assert "line 3" in done.output


def test_away_from_the_portals_folder_it_says_what_is_missing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    done = check(written(file, GOOD))
    assert done.exit_code == 2
    assert "schemas/policy/rulebook.yaml is neither in" in done.output


# ---- Real catalogs --------------------------------------------------------------------------

# Counted apart from the portal's code, by looking at the files themselves.
REAL: list[tuple[str, str, dict[str, dict[str, int]]]] = [
    ("baltimore.socrata.2020-07-22.data.json", "2020-07-22", {
        "public-domain": {"It has no license.": 124,
                          "Its license is none that the portal knows.": 167},
        "steward-reachable": {"It gives no address of a steward.": 46,
                              "The steward's address is no e-mail address.": 134},
        "description-explains": {"It has no description.": 32,
                                 "The description has … characters, fewer than 100.": 72},
        "keywords": {"It has 0 keywords of 3.": 48},
        "frequency-declared": {"It does not say how often it is updated.": 295},
    }),
    ("pittsburgh-wprdc.ckan.2019-06.data.json", "2019-06-30", {
        "public-domain": {"It has no license.": 140,
                          "Its license is none that the portal knows.": 67,
                          "Its license, odc-by, is none of those allowed.": 7,
                          "Its license, odc-odbl, is none of those allowed.": 1},
        "frequency-declared": {"It does not say how often it is updated.": 316},
    }),
    ("cincinnati.socrata.2020-07-22.data.json", "2020-07-22", {
        "public-domain": {"It has no license.": 145},
        "open-format": {"It is offered only as HTML.": 42, "It is offered only as PDF.": 5},
        "has-a-resource": {"It has no file and no link.": 1},
    }),
    ("detroit.hub.2022-03-27.data.json", "2022-03-27", {
        "steward-reachable": {"The steward's address is no e-mail address.": 159},
        "public-domain": {"It has no license.": 143},
        "keywords": {"It has 0 themes of 1.": 2, "It has 0 keywords of 3.": 2},
    }),
]  # fmt: skip


@pytest.mark.parametrize(("name", "day", "figures"), REAL, ids=lambda v: str(v)[:20])
def test_a_real_catalog_fails_what_a_person_counted(
    name: str, day: str, figures: dict[str, dict[str, int]]
) -> None:
    if not CATALOGS.is_dir():
        pytest.skip(f"there are no real catalogs in {CATALOGS}")
    report = told(CATALOGS / name, day=day)
    for rule, expected in figures.items():
        found = reasons(report, rule)
        assert {words: found.get(words) for words in expected} == expected, (rule, found)
    judged = report["datasets_judged"]
    for rule in report["rules"]:
        states = [rule[state] for state in ("fails", "passes", "unjudged", "not_asked")]
        assert sum(states) <= judged
    assert sum(one["datasets"] for one in report["publishers"]) == judged


def test_every_catalog_of_some_kind_gets_a_report_or_a_sentence() -> None:
    """Large ones are left out where smaller ones are of their kind."""
    if not CATALOGS.is_dir():
        pytest.skip(f"there are no real catalogs in {CATALOGS}")
    told_of = {name for name, _day, _figures in REAL}
    for file in sorted(CATALOGS.rglob("*.json")):
        if file.name in told_of or file.stat().st_size > 250_000:
            continue
        done = check(file)
        assert done.exit_code in (0, 1, 2), f"{file.name}: {done.exception!r}"
        if done.exit_code == 2:
            assert "which cannot be loaded. " in done.output, file.name
        else:
            assert "judged as of" in done.output
