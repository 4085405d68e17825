"""What goes wrong while the feed is published: the last good one is served, nothing is lost.

Each fault ends the same way: what was served before it is served after it, whole; and the next
publication serves what the database says, once.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.feeding import Feeding, die, identifier
from tests.integration.inside import Inside

KILLED = -signal.SIGKILL


@pytest.fixture
def second(feed: Feeding) -> dict[int, str]:
    """One publication was made, and the next one has something to add, change and remove."""
    for number in range(1, 7):
        feed.save(number, "First", department="water" if number == 6 else "streets")
    feed.publish()
    feed.save(1, "Second")
    feed.save(7, "New")
    feed.withdraw(2)
    return {1: "Second", 3: "First", 4: "First", 5: "First", 6: "First", 7: "New"}


FIRST = dict.fromkeys(range(1, 7), "First")

# Every step of a publication in turn, by where it is done.
STEPS = [
    "settling.mend",
    "publication.make",
    "snapshot.Folder.tidy",
    "snapshot.Folder.aside",
    "streaming.asked",
    "streaming.rows",
    "snapshot.FeedFile.add",
    "snapshot.FeedFile.close",
    "snapshot.read_back",
    "snapshot.Folder.keep_unchanged",
    "snapshot.Folder.pack",
    "snapshot.Folder.place",
    "snapshot.Folder.serve",
    "settling.settle",
    "settling._mark_batch",
    "settling._finish",
    "settling._tell_changes",
    "changes.write_atom",
    "snapshot.Folder.keep",
    "telling.published",
]


def place(name: str) -> tuple[Any, str]:
    """Find a step by its name."""
    from ckanext.independence import feed as slice_
    from ckanext.independence.feed import publisher  # noqa: F401 -- imports them all

    *way, last = name.split(".")
    found: Any = slice_
    for word in way:
        found = getattr(found, word)
    return found, last


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_publisher_is_killed_at_any_step(
    feed: Feeding, second: dict[int, str], step: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name = place(step)
    whole: Callable[..., Any] = getattr(owner, name)

    def done_and_killed(*arguments: Any, **named: Any) -> Any:
        whole(*arguments, **named)
        die()

    monkeypatch.setattr(owner, name, done_and_killed if after else die)
    assert feed.in_another_process(feed.publish) == KILLED
    monkeypatch.undo()
    assert feed.served() in (FIRST, second), "the one or the other, and whole"
    feed.publish()
    assert feed.served() == second
    assert feed.publish() is None
    feed.published_hashes_are_right()
    told = [
        (row.what, row.identifier)
        for row in feed.sql(
            "SELECT what, identifier FROM independence_feed_change ORDER BY number OFFSET 6"
        )
    ]
    assert told == [
        ("changed", identifier(1)), ("removed", identifier(2)), ("added", identifier(7)),
    ], "each change is told once"  # fmt: skip
    (left,) = feed.sql("SELECT left_at FROM independence_feed_withdrawal")
    assert left.left_at is not None
    assert {entry.name for entry in feed.folder.iterdir() if "changes.atom" not in entry.name} == {
        "current",
        "snapshots",
    }
    assert all(entry.name.isdigit() for entry in (feed.folder / "snapshots").iterdir())


@pytest.mark.parametrize("step", STEPS)
def test_an_edit_at_any_moment_is_neither_skipped_nor_published_twice(
    feed: Feeding, second: dict[int, str], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name = place(step)
    whole: Callable[..., Any] = getattr(owner, name)
    edits: list[int] = []

    def edit_before(*arguments: Any, **named: Any) -> Any:
        if not edits:
            edits.append(1)
            feed.save(3, "Edited")
            feed.save(8, "Added")
            feed.withdraw(4)
        return whole(*arguments, **named)

    monkeypatch.setattr(owner, name, edit_before)
    feed.publish()
    monkeypatch.undo()
    assert edits, "this step was taken"
    assert set(feed.served()) >= {1, 3, 5, 6, 7}
    feed.publish()
    del second[4]
    assert feed.served() == {**second, 3: "Edited", 8: "Added"}
    feed.published_hashes_are_right()
    told = feed.sql(
        "SELECT what, identifier, count(*) AS n FROM independence_feed_change GROUP BY 1, 2"
    )
    assert all(row.n == 1 for row in told)
    assert feed.publish() is None


def test_two_publishers_at_once_take_turns(
    feed: Feeding, second: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import publication

    inside_: list[int] = []
    make = publication.make
    most = []

    def watched(*arguments: Any, **named: Any) -> Any:
        inside_.append(1)
        most.append(len(inside_))
        try:
            return make(*arguments, **named)
        finally:
            inside_.pop()

    monkeypatch.setattr(publication, "make", watched)
    numbers: list[int | None] = []
    threads = [threading.Thread(target=lambda: numbers.append(feed.publish())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert max(most) == 1
    assert sorted(numbers, key=str) == [2, None, None]
    assert feed.served() == second


def test_the_disk_is_full(feed: Feeding, second: dict[int, str]) -> None:
    def publish_on_a_full_disk() -> None:
        # A write beyond it fails, as on a full disk.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
        feed.publish()

    assert feed.in_another_process(publish_on_a_full_disk) == 1
    assert feed.served() == FIRST
    (told,) = feed.sql("SELECT value FROM independence_feed_state WHERE name = 'failing'")
    assert "File too large" in told.value["error"]
    feed.publish()
    assert feed.served() == second
    assert not feed.sql("SELECT FROM independence_feed_state WHERE name = 'failing'")


@pytest.mark.parametrize("step", ["streaming.rows", "snapshot.read_back", "snapshot.Folder.serve"])
def test_postgresql_goes_away_while_records_are_read(
    feed: Feeding, second: dict[int, str], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name = place(step)
    whole: Callable[..., Any] = getattr(owner, name)

    def disconnected(*arguments: Any, **named: Any) -> Any:
        feed.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return whole(*arguments, **named)

    monkeypatch.setattr(owner, name, disconnected)
    with pytest.raises(sa.exc.DBAPIError):
        feed.publish()
    monkeypatch.undo()
    assert feed.served() in (FIRST, second)
    feed.publish()
    assert feed.served() == second
    feed.published_hashes_are_right()


def test_whoever_may_not_be_alone_any_longer_does_not_serve(
    feed: Feeding, second: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed.snapshot import Folder

    placed = Folder.place

    def disconnected(*arguments: Any) -> None:
        placed(*arguments)
        feed.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )

    monkeypatch.setattr(Folder, "place", disconnected)
    with pytest.raises(sa.exc.DBAPIError):
        feed.publish()
    monkeypatch.undo()
    assert feed.served() == FIRST
    feed.publish()
    assert feed.served() == second


def test_the_clock_was_moved_back(feed: Feeding, second: dict[int, str], inside: Inside) -> None:
    from ckanext.independence.feed import publisher

    before = feed.files()
    feed.sql("UPDATE independence_feed_snapshot SET made = now() + interval '30 days'")
    for path in (feed.folder / "current").rglob("*"):
        os.utime(path, (2**32, 2**32))
    manifest = feed.folder / "current/manifest.json"
    text = manifest.read_text()
    for name, (_, time) in before.items():
        if not name.endswith(".gz"):
            text = text.replace(str(time // 10**9), str(2**32))
    manifest.write_text(text)
    publisher.publish_when_due()
    (owed,) = feed.sql(
        "SELECT due < now() + interval '61 seconds' AS soon FROM independence_catalog_owed"
    )
    assert owed.soon
    feed.publish()
    assert feed.served() == second
    changed = (feed.folder / "current/data.json").stat().st_mtime
    assert changed == 2**32 + 1, "new bytes have a later time than those before them"


def test_the_link_to_the_present_snapshot_is_lost(feed: Feeding, second: dict[int, str]) -> None:
    from ckanext.independence.feed import publisher

    feed.publish()
    (feed.folder / "current").unlink()
    assert publisher.is_pending()
    feed.publish()
    assert feed.served() == second
    assert feed.publish() is None


def test_the_present_snapshot_is_lost_and_no_earlier_one_is_served_in_its_place(
    feed: Feeding, second: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import publication

    feed.publish()
    shutil.rmtree((feed.folder / "current").resolve())
    feed.sql("DELETE FROM independence_feed_record WHERE key = '3'")
    read_back = publication.snapshot.read_back

    def look(*arguments: Any) -> int:
        assert not (feed.folder / "current/data.json").exists()
        return read_back(*arguments)

    monkeypatch.setattr(publication.snapshot, "read_back", look)
    feed.publish()
    assert feed.served() == second, "what only the earlier one knew is carried over from it"
    feed.published_hashes_are_right()


def test_half_a_snapshot_lies_about(feed: Feeding, second: dict[int, str]) -> None:
    (feed.folder / "snapshots/.new/dcat-us").mkdir(parents=True)
    (feed.folder / "snapshots/.new/data.json").write_text('{"dataset":[')
    (feed.folder / "snapshots/.gone1").mkdir()
    (feed.folder / "snapshots/17").mkdir()
    (feed.folder / "snapshots/17/data.json").write_text("{}")
    (feed.folder / "current.new").symlink_to("nowhere")
    feed.publish()
    assert feed.served() == second
    assert sorted(entry.name for entry in (feed.folder / "snapshots").iterdir()) == ["1", "2"]


def test_the_folder_is_lost_and_all_is_served_again_also_what_was_carried_over(
    feed: Feeding, second: dict[int, str]
) -> None:
    from ckanext.independence.feed import publisher

    feed.sql("UPDATE independence_feed_record SET standing = 'lost' WHERE key = '3'")
    feed.publish()
    count = feed.sql("SELECT count(*) AS n FROM independence_feed_change")
    shutil.rmtree(feed.folder)
    assert publisher.is_pending()
    feed.publish()
    assert feed.served() == second
    assert feed.sql("SELECT count(*) AS n FROM independence_feed_change") == count
    feed.published_hashes_are_right()


def test_all_rows_are_deleted_behind_our_back(feed: Feeding) -> None:
    for number in range(1, 30):
        feed.save(number)
    feed.publish()
    before = feed.files()
    feed.sql("TRUNCATE independence_feed_record")
    feed.publish()
    assert feed.files() == before
    feed.save(30, "New")
    feed.publish()
    assert list(feed.served()) == list(range(1, 31))


def test_a_database_from_another_day_is_brought_to_what_is_served(
    feed: Feeding, second: dict[int, str]
) -> None:
    feed.publish()
    # As from a dump that was made before anything was published.
    feed.sql("UPDATE independence_feed_record SET published_hash = NULL")
    feed.sql("DELETE FROM independence_feed_snapshot")
    feed.save(9, "New")
    feed.sql("UPDATE independence_feed_record SET published_hash = 'x' WHERE key = '9'")
    feed.publish()
    assert feed.served() == {**second, 9: "New"}
    feed.published_hashes_are_right()


def test_a_damaged_snapshot_is_not_carried_over_into_the_next(
    feed: Feeding, second: dict[int, str]
) -> None:
    from ckanext.independence.feed.snapshot import Damaged

    path = feed.folder / "current/data.json"
    content = path.read_bytes()
    feed.sql("DELETE FROM independence_feed_record WHERE key = '5'")
    path.write_bytes(content.replace(b"First", b"Fir\0t"))
    with pytest.raises(Damaged, match="is not as it was"):
        feed.publish()
    path.write_bytes(content)
    feed.publish()
    assert feed.served() == second


@pytest.mark.parametrize("missing", [False, True], ids=["short", "missing"])
def test_without_knowing_all_that_was_served_nothing_is_published(
    feed: Feeding, second: dict[int, str], missing: bool
) -> None:
    from ckanext.independence.feed.snapshot import Damaged

    book = feed.folder / "current/inside/1.1-dataset"
    whole = book.read_bytes()
    lines = whole.splitlines(keepends=True)
    if missing:
        book.unlink()
    else:
        book.write_bytes(b"".join(lines[:-2]))
    feed.sql("DELETE FROM independence_feed_record WHERE key = '6'")
    with pytest.raises(Damaged, match="from a backup"):
        feed.publish()
    assert feed.served() == FIRST
    book.write_bytes(whole)
    feed.publish()
    assert feed.served() == second


def test_what_is_read_back_otherwise_than_it_was_written_is_not_served(
    feed: Feeding, second: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed.snapshot import Damaged, FeedFile

    close = FeedFile.close

    def flip(self: FeedFile) -> str:
        digest = close(self)
        content = bytearray(self.path.read_bytes())
        content[len(content) // 2] ^= 1
        self.path.write_bytes(content)
        return digest

    monkeypatch.setattr(FeedFile, "close", flip)
    with pytest.raises(Damaged):
        feed.publish()
    monkeypatch.undo()
    assert feed.served() == FIRST
    feed.publish()
    assert feed.served() == second


def test_a_record_of_five_megabytes_and_one_of_ten_thousand_distributions_are_served(
    feed: Feeding,
) -> None:
    feed.save(1, description="x" * 5_000_000)
    feed.save(2, distribution=[{"accessURL": f"https://example.gov/{n}"} for n in range(10_000)])
    feed.save(3)
    feed.publish()
    assert list(feed.served()) == [1, 2, 3]
    assert feed.publish() is None


def test_a_save_that_takes_long_is_not_waited_for_and_not_ended(
    feed: Feeding, second: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import publisher, settling

    monkeypatch.setattr(settling, "_TRIES", 1)
    with feed.engine.connect() as save:
        save.execute(sa.text("UPDATE independence_feed_record SET title = 'T' WHERE key = '1'"))
        assert feed.publish() == 2
        assert feed.served() == second, "the files are right already"
        with pytest.raises(publisher.Busy, match="holds records"):
            feed.publish()
        assert publisher.is_pending()
        save.commit()
    feed.publish()
    assert feed.served() == second
    feed.published_hashes_are_right()
    assert not feed.sql("SELECT FROM independence_feed_state WHERE name = 'failing'")
