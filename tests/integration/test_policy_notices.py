"""Stewards are told of blockers at once and of the rest each week, and nothing of it is lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from embedded_ckan.solr import free_port

from tests.integration.inside import DEPARTMENT, Inside


class Mailbox:
    """A mail server that keeps what it gets, or refuses everything while it is ``down``."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.down = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.down:
            return "451 Not now"
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters += [(receiver, letter) for receiver in envelope.rcpt_tos]
        return "250 OK"

    def to(self, email: str) -> list[EmailMessage]:
        return [letter for receiver, letter in self.letters if receiver == email]


def text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture(scope="module")
def mailbox(inside: Inside) -> Iterator[Mailbox]:
    from ckan import model
    from ckanext.independence.policy.model import Notice

    # What other tests made, and nobody could send.
    model.Session.execute(sa.delete(Notice))
    model.Session.commit()
    mailbox = Mailbox()
    port = free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=port, ready_timeout=20)
    server.start()
    with inside.settings({"smtp.server": f"127.0.0.1:{port}", "smtp.starttls": False}):
        yield mailbox
    server.stop()


@pytest.fixture
def steward() -> str:
    """An address that is nobody else's in this run."""
    return f"desk-{uuid4().hex[:8]}@independencemo.example"


def do(inside: Inside, kind: str, key: str = "") -> None:
    """Let a kind of work be done now."""
    from ckan import model
    from ckanext.independence.catalog import owed

    owed.owe(kind, key)
    model.Session.commit()
    inside.work()


def notices(email: str) -> list[Any]:
    from ckan import model
    from ckanext.independence.policy.model import Notice

    found = list(model.Session.scalars(sa.select(Notice).where(Notice.email == email)))
    model.Session.expunge_all()
    return found


def due_now(email: str) -> None:
    """Let what waits for a receiver be sent before whatever waits for others."""
    from ckan import model
    from ckanext.independence.policy.model import Notice

    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    model.Session.execute(sa.update(Notice).where(Notice.email == email).values(due=before))
    model.Session.commit()


def test_a_blocker_in_public_data_is_told_at_once_and_once(
    inside: Inside, mailbox: Mailbox, steward: str
) -> None:
    made = inside.dataset(steward_email=steward, license_id="")
    inside.work()
    letters = mailbox.to(steward)
    assert len(letters) == 1
    assert made["title"] in str(letters[0]["Subject"])
    body = text(letters[0])
    assert "IND-L2" in body
    assert "What to do:" in body
    assert f"/dataset/{made['name']}/policy" in body
    inside.act("package_patch", id=made["id"], notes="Every lamp of the city, once more.")
    do(inside, "policy-notices")
    assert len(mailbox.to(steward)) == 1


def test_a_draft_tells_nobody(inside: Inside, mailbox: Mailbox, steward: str) -> None:
    inside.dataset(steward_email=steward, license_id="", private=True)
    inside.work()
    do(inside, "policy-notices")
    assert mailbox.to(steward) == []


def test_a_mail_server_that_is_down_delays_and_loses_nothing(
    inside: Inside, mailbox: Mailbox, steward: str
) -> None:
    mailbox.down = True
    try:
        inside.dataset(steward_email=steward, license_id="")
        inside.work()
        assert mailbox.to(steward) == []
        waiting = notices(steward)
        assert [one.attempts for one in waiting] == [1]
        assert waiting[0].due > dt.datetime.now(dt.UTC)
    finally:
        mailbox.down = False
    due_now(steward)
    do(inside, "policy-send")
    assert len(mailbox.to(steward)) == 1
    due_now(steward)
    do(inside, "policy-send")
    assert len(mailbox.to(steward)) == 1


def test_each_week_a_steward_gets_one_list_with_the_fixes(
    inside: Inside, mailbox: Mailbox, steward: str
) -> None:
    first = inside.dataset(steward_email=steward, license_id="cc-zero", notes="Lamps.")
    second = inside.dataset(steward_email=steward.upper(), license_id="cc-zero", notes="Poles.")
    inside.work()
    mailbox.letters.clear()
    do(inside, "policy-digest")
    do(inside, "policy-digest")
    letters = [one for one in mailbox.to(steward) if "something from you" in str(one["Subject"])]
    assert len(letters) == 1
    body = text(letters[0])
    assert first["title"] in body
    assert second["title"] in body
    assert "/desk" in body


def test_what_stays_open_for_thirty_days_reaches_the_head_once(
    inside: Inside, mailbox: Mailbox, steward: str
) -> None:
    from ckan import model
    from ckanext.independence.policy.model import Finding

    head = f"{DEPARTMENT}-head@independencemo.example"
    made = inside.dataset(steward_email=steward, license_id="cc-zero", notes="Lamps.")
    inside.work()
    mailbox.letters.clear()
    do(inside, "policy-escalation")
    assert made["title"] not in "".join(text(one) for one in mailbox.to(head))
    model.Session.execute(
        sa.update(Finding)
        .where(Finding.subject == made["id"])
        .values(since=dt.datetime.now(dt.UTC) - dt.timedelta(days=31))
    )
    model.Session.commit()
    for _ in range(2):
        do(inside, "policy-escalation")
    told = [one for one in mailbox.to(head) if made["title"] in text(one)]
    assert len(told) == 1
    assert f"/policy/scorecard/{DEPARTMENT}" in text(told[0])


def test_a_receiver_stops_a_kind_of_message_without_an_account(
    inside: Inside, mailbox: Mailbox, steward: str
) -> None:
    inside.dataset(steward_email=steward, license_id="")
    inside.work()
    (letter,) = mailbox.to(steward)
    stop = re.search(r"/policy/notices/\S+", text(letter))
    assert stop is not None
    assert stop[0] in str(letter["List-Unsubscribe"]).replace("\n", "").replace(" ", "")
    page = inside.client.get(stop[0])
    assert steward in page.text
    token = re.search(r'name="_csrf_token"[^>]*value="([^"]+)"', page.text) or re.search(
        r'value="([^"]+)"[^>]*name="_csrf_token"', page.text
    )
    sent = {"then": "stop"} | ({"_csrf_token": token[1]} if token else {})
    assert "Stopped" in inside.client.post(stop[0], data=sent).text
    mailbox.letters.clear()
    inside.dataset(steward_email=steward, license_id="")
    inside.work()
    assert mailbox.to(steward) == []
    assert inside.client.get(stop[0][:-3] + "xyz").status_code == 404
