"""The steward's pages of a file: how it is read, what comes of it, and what it says of its set."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import xlsxwriter

from tests import stewards
from tests.integration.inside import DEPARTMENT, Inside

MESSY = b"""Fines of the court,,,
Prepared by the clerk,,,
Case,Opened,Fine,Kind
00712,9/14/2020,"$1,161.11",A
00713,9/15/2020,--,B
00714,9/16/2020,$20.00,A
00715,9/30/2020,$30.00,A
Total,,"$1,211.11",
"""


@pytest.fixture(scope="module")
def tokens(inside: Inside) -> Iterator[dict[str, str]]:
    """Tokens of an editor of the department, and of one of another."""
    made = {}
    homes = {"editor": DEPARTMENT, "stranger": "finance"}
    for name, home in homes.items():
        account = f"desk-{name}"
        inside.act(
            "user_create",
            name=account,
            email=f"{account}@independencemo.example",
            password=stewards.PASSWORD,
        )
        inside.act("organization_member_create", id=home, username=account, role="editor")
        made[name] = inside.act("api_token_create", user=account, name="desk")["token"]
    yield made
    for name in homes:
        inside.act("user_delete", id=f"desk-{name}")


class Desk:
    """The pages of one file, as somebody sees them."""

    def __init__(self, inside: Inside, file: dict[str, Any], token: str = "") -> None:
        self.inside, self.file = inside, file
        self.headers = {"Authorization": token} if token else {}

    def get(self, rest: str = "/reading") -> Any:
        path = f"/dataset/{self.file['package_id']}/resource/{self.file['id']}{rest}"
        return self.inside.client.get(path, headers=self.headers)

    def post(self, rest: str = "/reading", **data: Any) -> Any:
        path = f"/dataset/{self.file['package_id']}/resource/{self.file['id']}{rest}"
        return self.inside.client.post(path, data=data, headers=self.headers)

    def form(self) -> dict[str, Any]:
        """What the page's form would send unchanged."""
        return sent(self.get().text)

    def rows(self) -> list[dict[str, Any]]:
        found = self.inside.act("datastore_search", resource_id=self.file["id"], sort="_id")
        return found["records"]

    def state(self) -> str:
        told = self.inside.act("independence_content_state_show", id=self.file["id"])
        return str(told["status"])


def sent(page: str) -> dict[str, Any]:
    """Return what a browser would send of the steward's form on a page."""
    form = re.search(r'<form class="steward-form.*?</form>', page, re.DOTALL)
    assert form, "the page has a form"
    values: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form[0]):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        ticked = " checked" in tag or not re.search(r'type="(checkbox|radio)"', tag)
        if name and ticked:
            values.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    for name, options in re.findall(
        r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = [html.unescape(chosen[1]) if chosen else ""]
    for name, text in re.findall(
        r'<textarea [^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form[0], re.DOTALL
    ):
        values[name] = [html.unescape(text)]
    return dict(values)


def column(form: dict[str, Any], label: str, what: str) -> str:
    """Return the name of a field of the column with this label."""
    name = next(name for name, value in form.items() if name.endswith(".own") and value == [label])
    return f"{name.removesuffix('.own')}.{what}"


def plain(page: str) -> str:
    """Return a page's words."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0] if main else page)).split())


@pytest.fixture
def desk(inside: Inside, tokens: dict[str, str]) -> Desk:
    """The editor's pages of a messy file that was loaded."""
    file = inside.upload("fines.csv", MESSY, package_id=inside.dataset()["id"])
    return Desk(inside, file, tokens["editor"])


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return made.getvalue()


def test_everybody_reads_how_many_rows_were_loaded_and_only_stewards_what_to_do(
    inside: Inside, desk: Desk
) -> None:
    public = Desk(inside, desk.file)
    assert "4 rows loaded, 3 set aside." in plain(public.get("").text)
    assert "How it is read" not in public.get("").text
    assert "How it is read" in desk.get("").text
    told = public.get("/state.json").json
    assert told["sentences"] == ["4 rows loaded, 3 set aside."]
    assert not told["running"]


def test_the_report_shows_before_and_after_and_every_row_set_aside(desk: Desk) -> None:
    page = plain(desk.get().text)
    assert "8 in the file: 4 taken, 3 set aside, 1 with names, 0 blank" in page
    for number, said in ((1, "Fines of the court"), (2, "Prepared by the clerk"), (8, "Total")):
        assert f'aria-label="Put back row {number}"' in desk.get().text
        assert said in page
    # The typed table beside the cells as they were.
    assert "1161.11" in page and "$1,161.11" in page and "2020-09-14" in page
    rejects = desk.get("/reading/set-aside.csv")
    assert rejects.headers["Content-Disposition"].startswith("attachment")
    assert "Prepared by the clerk" in rejects.data.decode()


def test_what_the_page_shows_sent_back_unchanged_reads_the_same(desk: Desk) -> None:
    before = desk.rows()
    tried = desk.post(**desk.form(), do="try")
    assert tried.status_code == 200
    assert "4 rows with 4 columns were read, 3 rows were set aside." in plain(tried.text)
    assert desk.post(**desk.form(), do="use").status_code == 302
    desk.inside.work()
    assert desk.state() == "loaded"
    assert [{**row, "_id": 0} for row in desk.rows()] == [{**row, "_id": 0} for row in before]


def test_trying_shows_the_outcome_and_changes_nothing(desk: Desk) -> None:
    before = desk.rows()
    form = desk.form()
    form |= {"back": ["8"], column(form, "Fine", "type"): ["text"]}
    page = desk.post(**form, do="try")
    assert "5 rows with 4 columns were read, 2 rows were set aside." in plain(page.text)
    assert "This is a try: nothing is saved yet." in plain(page.text)
    assert sent(page.text)["keep"] == ["8"]
    desk.inside.work()
    assert desk.rows() == before


def test_every_part_of_the_reading_can_be_corrected_and_is_kept_for_the_next_file(
    desk: Desk,
) -> None:
    form = desk.form()
    for label, what, value in (
        ("Case", "name", "case_number"),
        ("Case", "label", "Number of the case"),
        ("Opened", "type", "text"),
        ("Fine", "marks", "--\n$20.00"),
        ("Kind", "drop", "1"),
    ):
        form[column(form, label, what)] = [value]
    form["aside"] = ["7"]
    assert desk.post(**form, do="use").status_code == 302
    desk.inside.work()
    assert [
        (row["case_number"], row["Opened"], row["Fine"] and float(row["Fine"]))
        for row in desk.rows()
    ] == [
        ("00712", "9/14/2020", 1161.11),
        ("00713", "9/15/2020", None),
        ("00714", "9/16/2020", None),
    ]
    words = desk.inside.act("independence_content_dictionary_show", id=desk.file["id"])["columns"]
    assert words[0]["label"] == "Number of the case"
    longer = MESSY.replace(b"Total", b"00716,10/1/2020,$5.00,B\nTotal")
    desk.inside.upload("fines.csv", longer, id=desk.file["id"])
    assert desk.state() == "loaded"
    assert [row["case_number"] for row in desk.rows()] == ["00712", "00713", "00714", "00716"]
    page = sent(desk.get().text)
    assert page["aside"] == ["7"] and page[column(page, "Kind", "drop")] == ["1"]
    desk.post(do="anew")
    desk.inside.work()
    assert set(desk.rows()[0]) >= {"Kind"}


def test_a_row_that_names_the_columns_is_corrected_and_the_columns_follow(desk: Desk) -> None:
    form = desk.form()
    page = desk.post(**form | {"header_rows": ["4"]}, do="try")
    assert "the columns were found anew" in plain(page.text)
    owned = [value for name, value in sent(page.text).items() if name.endswith(".own")]
    assert ["00712"] in owned


def test_nothing_that_was_typed_is_lost_by_an_error(desk: Desk) -> None:
    form = desk.form()
    wrong = {
        "aside": ["9-7"],
        "back": ["8"],
        column(form, "Case", "name"): ["Fine"],
        column(form, "Kind", "label"): ["<b>Kind</b>"],
        column(form, "Kind", "drop"): ["1"],
    }
    answer = desk.post(**form | wrong, do="use")
    assert answer.status_code == 422
    shown = sent(answer.text)
    assert {name: shown[name] for name in wrong} == wrong
    problems = " ".join(stewards.listed(answer.text))
    assert "“9-7”: write rows by their numbers, such as 1-4, 17." in problems
    assert "Two columns are named “Fine”" in problems
    for address in re.findall(r'<a href="#([^"]+)">', answer.text):
        if address.startswith("field-"):
            assert f'id="{address}"' in answer.text, address


def test_a_question_offers_answers_shows_what_each_takes_and_loads_the_one_chosen(
    inside: Inside, tokens: dict[str, str]
) -> None:
    north = [["Tree", "Height"], *[[f"oak {n}", n] for n in range(5)]]
    south = [["Street", "Lamps"], *[[f"Lane {n}", n * 10] for n in range(7)]]
    file = inside.upload(
        "two.xlsx", workbook(("North", north), ("South", south)), package_id=inside.dataset()["id"]
    )
    desk = Desk(inside, file, tokens["editor"])
    assert desk.state() == "asked"
    page = desk.get()
    answers = [
        html.unescape(value) for value in re.findall(r'name="answer.0" value="([^"]+)"', page.text)
    ]
    assert len(answers) == 2
    assert "Reads the sheet “South”." in plain(page.text) and "Lane 0" in plain(page.text)
    south_answer = next(one for one in answers if "South" in one)
    tried = desk.post(**desk.form() | {"answer.0": [south_answer]}, do="try")
    assert "7 rows with 2 columns were read" in plain(tried.text)
    assert desk.state() == "asked", "trying loads nothing"
    assert desk.post(**sent(tried.text), do="use").status_code == 302
    assert "waits to be read" in plain(desk.get("").text), "and the page follows it"
    inside.work()
    assert desk.state() == "loaded"
    assert desk.rows()[1]["Street"] == "Lane 1"
    # The public is told of rows, and of no questions.
    assert "7 rows loaded." in plain(Desk(inside, file).get("").text)


def test_a_newer_file_that_cannot_be_loaded_leaves_the_good_one_and_tells_its_steward_why(
    inside: Inside, desk: Desk
) -> None:
    inside.upload("fines.csv", b"\x00\x01\x02 nothing at all", id=desk.file["id"])
    page = plain(desk.get("").text)
    assert "A newer file could not be loaded; the file of" in page
    assert "4 rows loaded, 3 set aside." in page
    reason = inside.act("independence_content_state_show", id=desk.file["id"])["message"]
    assert reason and reason in page
    public = plain(Desk(inside, desk.file).get("").text)
    assert "4 rows loaded, 3 set aside." in public and reason not in public
    assert reason not in Desk(inside, desk.file).get("/state.json").text
    assert desk.post(do="as-is").status_code == 302
    inside.work()
    assert desk.state() == "download"


def test_outsiders_learn_nothing_and_change_nothing(
    inside: Inside, desk: Desk, tokens: dict[str, str]
) -> None:
    stranger, nobody = Desk(inside, desk.file, tokens["stranger"]), Desk(inside, desk.file)
    form, before = desk.form(), desk.rows()
    staff = ("/reading", "/reading/set-aside.csv", "/columns")
    for rest in staff:
        assert stranger.get(rest).status_code == 403, rest
        assert "/user/login" in nobody.get(rest).headers["Location"]
    for other in (stranger, nobody):
        for data in ({**form, "do": "use", "aside": ["4"]}, {"do": "anew"}, {"do": "as-is"}):
            assert other.post(**data).status_code in (302, 400, 403)
        other.post("/columns", **{"name.0": "Fine", "description.0": "Mine"})
    inside.act("package_patch", id=desk.file["package_id"], private=True)
    for rest in (*staff, "/state.json", "/columns.csv", ""):
        assert stranger.get(rest).status_code == 404, rest
    for rest in ("/state.json", "/columns.csv", "/columns.json", ""):
        assert nobody.get(rest).status_code == 404, rest
    inside.work()
    assert desk.rows() == before
    assert "Mine" not in desk.get("/columns").text


def test_columns_are_explained_in_one_table_and_an_error_loses_no_word(desk: Desk) -> None:
    form = sent(desk.get("/columns").text)
    names = {
        value[0]: name.removeprefix("name.") for name, value in form.items() if "name." in name
    }
    at = names["Kind"]
    # Pre-filled from the file and its profile; it counts once it is saved.
    assert form[f"role.{names['Fine']}"] == ["measure"] and form[f"unit.{names['Fine']}"] == ["$"]
    form |= {f"description.{at}": ["What was done"], f"codes.{at}": ["A = Speeding\nB"]}
    answer = desk.post("/columns", **form)
    assert answer.status_code == 422
    assert "the code 'B' needs a meaning" in html.unescape(" ".join(stewards.listed(answer.text)))
    assert sent(answer.text)[f"description.{at}"] == ["What was done"]
    form[f"codes.{at}"] = ["A = Speeding\nB = Parking"]
    assert desk.post("/columns", **form).status_code == 302
    page = plain(Desk(desk.inside, desk.file).get("").text)
    assert "What was done" in page and "Parking" in page and "Columns explained" in page
    assert sent(desk.get("/columns").text)[f"codes.{at}"] == ["A = Speeding\nB = Parking"]


def test_columns_are_explained_by_a_csv_file_or_the_rows_that_are_wrong_are_named(
    desk: Desk,
) -> None:
    def send(content: bytes) -> Any:
        return desk.post("/columns", take="csv", csv=(io.BytesIO(content), "words.csv"))

    wrong = send(b"column,description\nKind,x\nnone,y\n")
    assert wrong.status_code == 422
    assert "Row 3: the table has no column named 'none'." in html.unescape(
        " ".join(stewards.listed(wrong.text))
    )
    assert send(b"column,description\nKind,What was done\n").status_code == 302
    assert b",What was done," in desk.get("/columns.csv").data
    assert desk.post("/columns", take="csv").status_code == 422


def test_what_the_files_say_of_the_data_set_is_proposed_and_taken_by_a_click(
    inside: Inside, desk: Desk
) -> None:
    id = desk.file["package_id"]
    path = f"/dataset/{inside.act('package_show', id=id)['name']}"

    def page(headers: dict[str, str]) -> str:
        return inside.client.get(path, headers=headers).text

    asked = page(desk.headers)
    said = "The dates of “Opened” run from September 14, 2020 to September 30, 2020."
    assert said in html.unescape(asked) and said not in html.unescape(page({}))
    assert not inside.act("package_show", id=id).get("temporal_start"), "never in silence"
    keys = re.findall(r'name="offered" value="([^"]+)"', asked)
    period = next(key for key in keys if key.startswith("period"))
    stale = inside.client.post(
        f"{path}/proposals", data={"use": "period|1999-01-01|1999-12-31"}, headers=desk.headers
    )
    assert stale.status_code == 302
    assert not inside.act("package_show", id=id).get("temporal_start")
    inside.client.post(f"{path}/proposals", data={"use": period}, headers=desk.headers)
    shown = inside.act("package_show", id=id)
    assert (shown["temporal_start"], shown["temporal_end"]) == ("2020-09-14", "2020-09-30")
    assert said not in html.unescape(page(desk.headers))


def test_places_and_the_day_of_the_file_are_proposed_and_all_taken_at_once(
    inside: Inside, tokens: dict[str, str]
) -> None:
    rows = "".join(
        f"{n},2024-05-{n + 1:02d},{-94.4 - n / 100},{39.05 + n / 100}\n" for n in range(9)
    )
    content = f"id,seen on,longitude,latitude\n{rows}".encode()
    made = inside.dataset(data_modified="2020-01-01")
    # An editor's upload by way of the form: its day is that of the data.
    answer = inside.client.post(
        f"/dataset/{made['name']}/resource/new",
        data={
            "save": "go-dataset-complete", "id": "", "url_type": "upload", "url": "",
            "name": "Trees", "upload": (io.BytesIO(content), "trees.csv"),
        },
        headers={"Authorization": tokens["editor"]},
    )  # fmt: skip
    assert answer.status_code == 302
    inside.work()
    path, headers = f"/dataset/{made['name']}", {"Authorization": tokens["editor"]}
    page = inside.client.get(path, headers=headers).text
    keys = [html.unescape(key) for key in re.findall(r'name="offered" value="([^"]+)"', page)]
    assert [key.split("|")[0] for key in keys] == ["period", "area", "modified"]
    inside.client.post(f"{path}/proposals", data={"use": "all", "offered": keys}, headers=headers)
    shown = inside.act("package_show", id=made["id"])
    assert shown["temporal_end"] == "2024-05-09"
    assert shown["spatial_bbox"] == "-94.48,39.05,-94.4,39.13"
    assert shown["data_modified"] > "2020-01-01"
    assert 'name="offered"' not in inside.client.get(path, headers=headers).text
