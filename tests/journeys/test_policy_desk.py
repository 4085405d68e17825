"""A steward and the policy: stopped, mended, published; a waiver; a list; advice in the form."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import stewards
from tests.loaded import wait_until_looked_into, wait_until_public
from tests.stewards import COMPLETE, PASSWORD, Office, Visitor

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
# Work is done in its turn on a busy machine.
PATIENCE = 90
# As config/city.yaml names those who grant waivers.
APPROVER = "counselor@independencemo.example"


@pytest.fixture(scope="module")
def office(site: RunningSite) -> Iterator[Office]:
    """A department with an editor, for these tests."""
    with stewards.office(site) as made:
        yield made


@pytest.fixture(scope="module")
def approver(office: Office) -> Iterator[str]:
    """An account without a department that the city's file names among those who grant waivers."""
    site, name = office.site, office.editor.replace("forester", "counselor")
    account = {"name": name, "email": APPROVER, "password": PASSWORD}
    site.api("user_create", token=site.admin_token, **account)
    yield name
    site.api("user_delete", token=site.admin_token, id=name)


def sign_in(browser: Browser, office: Office, name: str) -> BrowserContext:
    """Open a browser in which somebody has signed in."""
    context = browser.new_context(base_url=office.site.url, viewport=DESK)
    context.set_default_timeout(15_000)
    context.add_cookies(
        [
            {"name": key, "value": value, "url": office.site.url}
            for key, value in Visitor(office.site, name).cookies().items()
        ]
    )
    return context


@pytest.fixture(scope="module")
def signed_in(browser: Browser, office: Office) -> Iterator[BrowserContext]:
    """The editor's browser."""
    context = sign_in(browser, office, office.editor)
    yield context
    context.close()


@pytest.fixture(scope="module")
def desk(signed_in: BrowserContext) -> Page:
    """A page of the editor's."""
    return signed_in.new_page()


@pytest.fixture
def numbers() -> list[str]:
    """Numbers that are formed as Social Security numbers, other ones in each run."""
    made = random.Random()
    return [
        f"{made.randint(501, 599)}-{made.randint(11, 89)}-{made.randint(1001, 8999)}"
        for _ in range(4)
    ]


def table(path: Path, column: str, values: list[str]) -> Path:
    """Write a small CSV."""
    rows = [f"A-{at},{value}" for at, value in enumerate(values)]
    path.write_text("\n".join([f"case,{column}", *rows, ""]), "utf-8")
    return path


def upload_planted(page: Page, office: Office, dataset: str, file: Path) -> str:
    """Add a file to a data set by its form, and wait until it was looked through and judged."""
    title = office.show(dataset)["title"]
    page.goto(f"/dataset/{dataset}/resource/new")
    page.locator("#field-upload").set_input_files(file)
    page.locator("#field-name").fill("Cases")
    page.get_by_role("button", name="Save file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    id: str = office.show(dataset)["resources"][0]["id"]
    wait_until_looked_into(office.site, id)
    until = time.monotonic() + PATIENCE
    while not any(one["kind"] == "social-security" for one in failing(office, dataset)):
        assert time.monotonic() < until, "nobody judged it"
        time.sleep(0.3)
    return id


def failing(office: Office, dataset: str) -> list[dict[str, Any]]:
    """Return where a data set fails the policy's rules, as its department is told."""
    told = office.site.api(
        "independence_policy_dataset_show", token=office.site.admin_token, id=dataset
    )
    return [one for rule in told["rules"] for one in rule["findings"] if one["state"] == "fails"]


def wait_until_seen(office: Office, dataset: str) -> None:
    """Wait until the portal has published what waits for it, and everybody sees it."""
    wait_until_public(office.site, dataset)
    assert Visitor(office.site).get(f"/dataset/{dataset}").status_code == 200


def test_a_planted_number_stops_a_steward_who_mends_the_file_and_the_portal_publishes_it(
    desk: Page, office: Office, numbers: list[str], tmp_path: Path
) -> None:
    name = office.data_set(title=f"Cases of {office.title}", **COMPLETE)["name"]
    upload_planted(desk, office, name, table(tmp_path / "cases.csv", "ssn", numbers))

    desk.goto(f"/dataset/{name}/publish")
    held = desk.get_by_role("region", name="What holds it back")
    expect(held).to_contain_text(re.compile("“ssn” of “Cases” holds Social Security numbers: 4 of"))
    expect(held).to_contain_text("IND-P6")
    desk.get_by_role("button", name="Publish").click()
    expect(desk.locator(".problems")).to_contain_text("Social Security")
    assert office.show(name)["private"]
    pages = [desk.content()]
    for path in (f"/dataset/{name}/policy", "/desk", f"/dataset/edit/{name}", f"/dataset/{name}"):
        opened = desk.goto(path)
        assert opened and opened.ok, path
        pages.append(desk.content())
    assert not [number for number in numbers if any(number in page for page in pages)]

    desk.goto(f"/dataset/{name}/publish")
    desk.get_by_role("region", name="What holds it back").get_by_role("link").first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(re.compile("^Edit file"))
    desk.locator("#field-upload").set_input_files(table(tmp_path / "b.csv", "kind", ["oak"] * 4))
    desk.get_by_role("button", name="Save file").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Cases")
    desk.goto(f"/dataset/{name}/publish")
    desk.get_by_role("button", name="Publish").click()
    expect(desk.get_by_role("status").first).to_have_text(re.compile("public"))
    wait_until_seen(office, name)

    nobody = Visitor(office.site)
    line = nobody.get(f"/dataset/{name}").text
    assert re.search(r"Meets\s+<a [^>]*/policy\">\d+ of \d+ points</a>", line)
    points = nobody.get(f"/dataset/{name}/policy").text
    assert "No number that identifies a person" in points
    assert "Mend it" not in points and "Ask for a waiver" not in points


def test_a_waiver_is_asked_for_and_granted_by_somebody_else_and_the_data_is_public(
    desk: Page, browser: Browser, office: Office, approver: str, numbers: list[str], tmp_path: Path
) -> None:
    title = f"Exercise of {office.title}"
    name = office.data_set(title=title, **COMPLETE)["name"]
    file = upload_planted(desk, office, name, table(tmp_path / "cases.csv", "ssn", numbers))

    desk.goto(f"/dataset/{name}/policy")
    desk.get_by_role("link", name=re.compile("^Ask for a waiver No number")).first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Ask for a waiver")
    expect(desk.get_by_text("These numbers cannot be permitted")).to_be_visible()
    desk.get_by_label("It is a false alarm").check()
    desk.get_by_label("Why?").fill(f"One of them is {numbers[0]}.")
    desk.get_by_role("button", name="Ask for it").click()
    expect(desk.locator(".problems")).to_contain_text("Say it without one")
    desk.get_by_label("Why?").fill("They are made up for an exercise; nobody was given them.")
    desk.get_by_role("button", name="Ask for it").click()
    expect(desk.get_by_role("status").first).to_have_text(re.compile("^Asked"))
    desk.goto("/desk/waivers")
    expect(desk.get_by_role("button", name=f"Take it back {title}")).to_be_visible()
    expect(desk.get_by_role("button", name="Grant")).to_have_count(0)

    context = sign_in(browser, office, approver)
    counselor = context.new_page()
    counselor.goto("/desk")
    expect(counselor.get_by_role("heading", level=1)).to_have_text("Waivers to be decided")
    asked = counselor.get_by_role("listitem").filter(has_text=title)
    expect(asked).to_contain_text("4 Social Security numbers")
    counselor.get_by_role("button", name=f"Grant {title}").click()
    expect(counselor.get_by_role("status").first).to_have_text(re.compile("^Granted"))
    context.close()

    wait_until_looked_into(office.site, file)
    desk.goto(f"/dataset/{name}/publish")
    desk.get_by_role("button", name="Publish").click()
    wait_until_seen(office, name)


def test_the_form_says_what_the_policy_asks_while_somebody_types_and_without_a_script(
    desk: Page, office: Office
) -> None:
    desk.goto("/dataset/new")
    desk.locator("#field-title").fill("Trees")
    advice = desk.locator("#field-title-advice")
    expect(advice).to_contain_text("fewer than 10")
    expect(desk.locator("#field-title")).to_have_attribute(
        "aria-describedby", re.compile("field-title-advice")
    )
    expect(desk.locator("#field-notes-advice")).to_have_count(0)
    desk.locator("#field-title").fill("Trees that the city planted")
    expect(advice).to_be_empty()
    desk.locator("#field-notes").fill("Call me: my number is 536-22-1845.")
    expect(desk.locator("#field-notes-advice")).to_contain_text("Social Security")

    made = office.data_set(title="Trees", **COMPLETE)
    page = Visitor(office.site, office.editor).get(f"/dataset/edit/{made['name']}").text
    said = re.search(r'id="field-title-advice"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert said and "fewer than 10" in said[1]


def test_a_list_shows_what_is_asked_and_one_value_serves_many(desk: Page, office: Office) -> None:
    lacking = {key: value for key, value in COMPLETE.items() if key != "license_id"}
    made = [
        office.data_set(title=f"{kind} of {office.title}", **lacking) for kind in ("Oaks", "Elms")
    ]
    desk.goto("/dataset/" + made[0]["name"])
    desk.get_by_role("link", name="My list").first.click()
    expect(desk.get_by_role("link", name=made[0]["title"])).to_be_visible()
    desk.get_by_role("link", name="The data is in the public domain").first.click()
    ours = desk.locator(".needing > li").filter(has_text=made[1]["title"])
    ours.get_by_role("link", name="Mend it: License").click()
    expect(desk.locator("#field-license_id")).to_be_focused()

    desk.goto("/desk/fix/license")
    desk.get_by_role("button", name="Set it for the chosen ones").click()
    expect(desk.locator(".problems")).to_contain_text("License")
    desk.get_by_label("License").select_option("cc-zero")
    desk.get_by_label(made[1]["title"]).uncheck()
    desk.get_by_role("button", name="Set it for the chosen ones").click()
    expect(desk.get_by_role("status").first).to_contain_text("saved")
    assert office.show(made[0]["id"])["license_id"] == "cc-zero"
    assert not office.show(made[1]["id"]).get("license_id")

    for who in (Visitor(office.site), Visitor(office.site, office.stranger)):
        assert made[0]["title"] not in who.get("/desk").text
        for path in ("policy", "waiver", "publish"):
            page = who.get(f"/dataset/{made[0]['name']}/{path}")
            assert made[0]["title"] not in page.text, path


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone, light", "desk, dark"]
)
def test_no_page_of_the_desk_shuts_anybody_out_or_scrolls_sideways(
    signed_in: BrowserContext, office: Office, viewport: dict[str, int], scheme: str
) -> None:
    page = signed_in.new_page()
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=scheme)
    made = office.data_set(title="Elms")
    finding = failing(office, made["id"])[0]["finding"]
    troubles: list[str] = []
    often = (
        "/desk",
        f"/dataset/{made['name']}/policy",
        f"/dataset/{made['name']}/waiver?finding={finding}",
    )
    seldom = (
        "/desk/fix/contact",
        "/desk/waivers",
        f"/dataset/edit/{made['name']}",
        f"/dataset/{made['name']}/publish",
    )
    for path in (*often, *(seldom if viewport is PHONE else ())):
        opened = page.goto(path)
        assert opened and opened.ok, path
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        for found in Axe().run(page).response["violations"]:
            where = [node["target"] for node in found["nodes"]][:3]
            troubles.append(f"{path}: {found['help']} {where}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > viewport["width"]:
            troubles.append(f"{path}: is {wide} px wide")
        if page.get_by_role("heading", level=1).count() != 1:
            troubles.append(f"{path}: has not exactly one first heading")
    page.close()
    assert troubles == []
