"""One site's data directory: where its parts keep what they keep.

Owns the layout, what is remembered between runs (`state.json`), the lock that
lets one supervisor use a directory at a time, and writing files whole. Refuses
to guess about a directory that it cannot write to.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import IO, Any

from embedded_ckan.trouble import Trouble

# A Unix socket's address holds 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET = 100
# What a first run needs at the least: cluster, write-ahead log, index and logs.
LEAST_FREE = 400 * 1024 * 1024


class Home:
    """The folder of one site."""

    def __init__(self, path: Path) -> None:
        """Lay out the folder's names; nothing is made yet."""
        self.path = path.resolve()
        self.logs = self.path / "logs"
        self.run = self.path / "run"
        self.ini = self.path / "ckan.ini"
        self.password = self.path / "admin-password"
        self.solr = self.path / "solr"
        self.valkey = self.path / "valkey"
        self.storage = self.path / "storage"
        self.generated = self.path / "generated"
        self._state = self.path / "state.json"
        self._lock: IO[str] | None = None

    @property
    def key(self) -> str:
        """A short name that is this folder's alone on this machine."""
        return hashlib.sha256(str(self.path).encode()).hexdigest()[:12]

    def make(self) -> None:
        """Make the folder and prove that it can be written to.

        Raises:
            Trouble: read-only, not ours, or too little room.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for folder in (self.logs, self.run, self.solr, self.valkey, self.storage):
                folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.run) as probe:
                probe.write(b"x" * 65536)
                probe.flush()
        except OSError as error:
            raise Trouble(sentence_for(error, self.path)) from error
        free = shutil.disk_usage(self.path).free
        if free < LEAST_FREE:
            raise Trouble(
                f"Only {free // 2**20} MB are free where {self.path} lies; the portal needs at "
                f"least {LEAST_FREE // 2**20} MB. Make room or choose another place with --data."
            )

    def lock(self) -> bool:
        """Take the folder for this process; False when another one holds it.

        The kernel lets go of the lock when its holder dies, however it dies.
        """
        handle = (self.run / "lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self._lock = handle
        return True

    @property
    def state(self) -> dict[str, Any]:
        """What is remembered between runs; empty at first or when unreadable."""
        try:
            return dict(json.loads(self._state.read_text("utf-8")))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}

    def remember(self, **facts: Any) -> None:
        """Add facts to what is remembered; None forgets one."""
        merged = {k: v for k, v in (self.state | facts).items() if v is not None}
        write_whole(self._state, json.dumps(merged, indent=1, sort_keys=True))

    def make_private(self, folder: Path, owner: tuple[int, int] | None = None) -> None:
        """Make a folder that its owner alone may enter.

        Args:
            folder: where; folders above it are made, too.
            owner: user and group ids; None is ourselves.

        Raises:
            Trouble: somebody else has put something there.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (
            os.geteuid(),
            owner[0] if owner else os.geteuid(),
        ):
            raise Trouble(f"{folder} is another user's: remove it, or choose another --data.")
        folder.chmod(0o700)
        if owner:
            os.chown(folder, *owner)

    def socket_folder(self, wanted: Path) -> Path:
        """Return `wanted`, or a shorter folder where its path is too long for a socket."""
        if len(str(wanted)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET:
            return wanted
        return Path(tempfile.gettempdir()) / f"embedded-ckan-{self.key}"


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file so that a crash leaves the old one or the new one, never half."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sentence_for(error: OSError, path: Path) -> str:
    """Put an operating system's error about a path into words that say what to do."""
    where = error.filename or path
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {where} is full. Make room, then run the command again."
    if error.errno == errno.EROFS:
        return f"{where} is on a read-only disk. Choose another place with --data."
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"This user may not write to {where}. Choose another place with --data, "
            "or change who owns it."
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{where} is not a folder. Choose another place with --data."
    return f"{error.strerror or error} ({where})."


def remove_folder(path: Path) -> None:
    """Remove a folder and what is in it; nothing when it is not there."""
    if path.exists():
        shutil.rmtree(path)
