"""Where the files of resources are kept: each once, under its own SHA-256, never overwritten.

Owns the storage of uploads and CKAN's uploader. A version is written in the save's own
session: until that commits, and if it never does, the public goes on reading what it
read before. Refuses files that are empty or too large, and keeps nothing of an upload
that failed. Which version is served is for ``versions``.

Who may read a file is CKAN's to say (``views.download`` asks it), images of
departments and accounts stay with CKAN's own uploader, and what is *in* a file is
no concern of this module.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import IO, Any
from uuid import uuid4

import ckan.plugins.toolkit as tk
import file_keeper as fk
import magic
import sqlalchemy as sa
from ckan import model
from ckan.lib import files as ckan_files
from ckan.lib.uploader import get_max_resource_size
from file_keeper.default.adapters.fs import FsStorage
from sqlalchemy.dialects.postgresql import insert
from werkzeug.datastructures import FileStorage

from . import clock, owed, versions
from .file_types import media_type, safe_name
from .interfaces import looked_into
from .model import KeptFile, Version

__all__ = ["ResourceFile", "StoredFile", "storage", "stored", "stored_version", "sweep"]

log = logging.getLogger(__name__)

CHUNK = 1 << 20
# Where an action's context holds the uploaders of a data set that is being made.
COMING = "independence_coming_files"
# And the ids of the files that a changed one is to have; where it is missing, all that it had.
KEPT = "independence_kept_files"
FOLDER = "sha256"
# Beside FOLDER on the same disk, so that a finished file is moved by a rename.
UNFINISHED = "unfinished"
KEPT_UNREFERENCED = timedelta(days=1)

# The process that the storages' connections belong to.
_connected = os.getpid()
_connecting = Lock()


def storage() -> fk.Storage:
    """Return the storage that CKAN is configured to keep resources in.

    Raises:
        UnknownStorageError: none is configured (``ckan.files.storage.default.type`` …).
    """
    _connect_on_its_own()
    return ckan_files.get_storage(tk.config["ckan.files.default_storages.resource"])


def _connect_on_its_own() -> None:
    """Make the storages anew in a process that was forked after CKAN was loaded.

    Two processes that share a connection to a storage elsewhere would read each other's answers.
    """
    global _connected
    with _connecting:
        if _connected != os.getpid():
            ckan_files.storages.collect()
            _connected = os.getpid()


def location_of(sha256: str) -> fk.Location:
    """Return where bytes of this hash lie in the storage."""
    return fk.Location(f"{FOLDER}/{sha256[:2]}/{sha256}")


@dataclass(frozen=True)
class StoredFile:
    """A file that a resource serves. ``size`` in bytes, ``name`` safe for headers and disks."""

    resource_id: str
    sha256: str
    size: int
    mimetype: str
    name: str
    created: datetime

    @property
    def location(self) -> fk.Location:
        """Where the bytes lie in the storage."""
        return location_of(self.sha256)

    @property
    def path(self) -> Path | None:
        """The file on this machine's disk; None where the storage is elsewhere."""
        kept = storage()
        return Path(kept.full_path(self.location)) if isinstance(kept, FsStorage) else None

    def open(self) -> IO[bytes]:
        """Open the bytes for reading, from wherever they are kept.

        Raises:
            MissingFileError: the storage has lost them.
        """
        return opened(storage(), fk.FileData(self.location, size=self.size))


@dataclass(frozen=True)
class _Incoming:
    """A file that was sent and measured, and is not kept yet."""

    sha256: str
    size: int
    mimetype: str
    name: str
    stream: IO[bytes]


def opened(kept: fk.Storage, data: fk.FileData) -> IO[bytes]:
    """Open bytes of a storage for reading, from wherever it keeps them."""
    stream = kept.stream(data)
    return stream if hasattr(stream, "read") else _spooled(stream)  # type: ignore[return-value]


def _spooled(chunks: Any) -> IO[bytes]:
    file = SpooledTemporaryFile(max_size=16 * CHUNK)
    for chunk in chunks:
        file.write(chunk)
    file.seek(0)
    return file  # type: ignore[return-value]


def stored(resource_id: str) -> StoredFile | None:
    """Return the file that a resource serves; None for a link or an unknown resource."""
    return _stored(Version.resource_id == resource_id, Version.served, Version.source == "")


def stored_version(version_id: int) -> StoredFile | None:
    """Return the file of one version, whatever its state; whoever asks judges who may have it."""
    return _stored(Version.id == version_id)


def _stored(*which: Any) -> StoredFile | None:
    query = (
        sa.select(
            Version.resource_id,
            Version.sha256,
            KeptFile.size,
            Version.mimetype,
            Version.filename,
            Version.created,
        )
        .join(KeptFile, KeptFile.sha256 == Version.sha256)
        .where(*which)
    )
    row = model.Session.execute(query).first()
    return StoredFile(*row) if row is not None else None


class ResourceFile:
    """CKAN's uploader of one resource during one save (``IUploader``).

    Made before validation, it measures and names the file and writes nothing. CKAN calls
    ``upload`` when the data set has passed everything and is written, before the commit.
    """

    def __init__(self, resource: dict[str, Any]) -> None:
        """Take the file out of the resource and put its size, hash, type and name in.

        Raises:
            ValidationError: the file cannot be taken; the message says why and what to do.
        """
        self.storage = storage()
        self._resource = resource
        self._file: _Incoming | None = None
        upload = resource.pop("upload", None)
        clear = resource.pop("clear_upload", None)
        here = model.Resource.get(resource["id"]) if resource.get("id") else None
        # What the portal itself knows of a resource is not for a form or a program to say.
        for name in ("datastore_active", "file_received"):
            if here is not None and name in here.extras:
                resource[name] = here.extras[name]
            else:
                resource.pop(name, None)
        if isinstance(upload, FileStorage) and upload.filename:
            self._take(upload, here)
        elif upload and not isinstance(upload, FileStorage):
            raise _refusal("Send the file itself, as multipart/form-data, in the field 'upload'.")
        elif clear:
            resource["url_type"] = ""
        elif here is not None and resource.get("url_type") in ("upload", None):
            self._restate(here)

    def _take(self, upload: FileStorage, here: model.Resource | None) -> None:
        if not tk.config["ckan.uploads_enabled"]:
            raise _refusal("This portal takes no uploads at present. Give a link to the file.")
        name = safe_name(upload.filename or "")
        sha256, size, head = _measure(upload.stream, get_max_resource_size() << 20)
        if not size:
            raise _refusal(f"{name} is empty (0 bytes). Check the file and choose it again.")
        mimetype = media_type(magic.from_buffer(head, mime=True), name)
        self._file = _Incoming(sha256, size, mimetype, name, upload.stream)
        before = stored(here.id) if here is not None else None
        same = before is not None and (before.sha256, before.name) == (sha256, name)
        self._resource["url_type"] = "upload"
        if not looked_into() or same:
            self._resource.update(url=name, hash=sha256, size=size, mimetype=mimetype)
        elif before is not None:
            # It goes on telling of the file that it serves; CKAN keeps only what changes a row.
            self._tell_of(before)
            self._resource["file_received"] = versions.received_at()
        else:
            self._resource.update(url=name, hash="", size=None, mimetype=mimetype)
            self._resource["file_received"] = versions.received_at()
        if before is not None and (same or looked_into()):
            self._resource["last_modified"] = here.last_modified if here is not None else None
        else:
            # CKAN's dates are UTC without saying so.
            self._resource["last_modified"] = datetime.now(UTC).replace(tzinfo=None)

    def _tell_of(self, kept: StoredFile) -> None:
        self._resource.update(
            url=kept.name, hash=kept.sha256, size=kept.size, mimetype=kept.mimetype
        )

    def _restate(self, here: model.Resource) -> None:
        """Put back what a form does not send, and what a program could send wrongly."""
        kept = stored(here.id)
        last = None if kept else versions.newest(here.id, source="")
        if kept is None and last is None:
            return
        if self._resource.get("url_type") is None:
            if f"/resource/{here.id}/download" not in self._resource.get("url", ""):
                return
            # The address of our own file: still the file, and not a link to itself.
            self._resource["url_type"] = "upload"
        # A form whose file stays has no name to send.
        name = self._resource.get("url")
        if kept is not None:
            self._tell_of(kept)
            self._resource["url"] = name or kept.name
        elif last is not None:
            self._resource.update(hash="", size=None, mimetype=last.mimetype)
            self._resource["url"] = name or last.filename

    def get_path(self, id: str) -> fk.Location:
        """Return where the storage holds what the resource serves.

        Raises:
            ObjectNotFound: it serves no file.
        """
        kept = stored(id)
        if kept is None:
            raise tk.ObjectNotFound(f"Resource {id} serves no file.")
        return kept.location

    def upload(self, id: str, max_size: int = 0) -> None:
        """Keep the bytes, and let the resource serve them once the session commits.

        Args:
            id: the resource's id, which a new resource has only now
            max_size: CKAN's; the size was checked before

        Raises:
            ValidationError: the disk is full; nothing of the file stays.
        """
        if self._file is None:
            if self._resource.get("url_type") != "upload":
                versions.serve_nothing(id)
            return
        try:
            _keep(self.storage, self._file)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            log.error("The disk with the files is full: %s was refused", self._file.name)
            raise _refusal(
                "The server's disk is full, so the file could not be kept; nothing was changed. "
                "Tell the portal's operator, and try again later."
            ) from error
        versions.receive(id, self._file.sha256, self._file.name, self._file.mimetype)


def keep_coming(context: dict[str, Any], dataset: dict[str, Any]) -> None:
    """Keep the files of a data set that was just written, resource by resource."""
    coming: list[ResourceFile] = context.pop(COMING, [])
    for uploader, resource in zip(coming, dataset.get("resources") or [], strict=False):
        uploader.upload(resource["id"])


def _refusal(message: str) -> tk.ValidationError:
    return tk.ValidationError({"upload": [message]})


def _measure(stream: IO[bytes], limit: int) -> tuple[str, int, bytes]:
    """Read a stream once; return SHA-256, size and the first bytes, and rewind it."""
    digest, size, head = hashlib.sha256(), 0, b""
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise _refusal(
                f"The file is larger than {limit >> 20} MB, the most that this portal takes. "
                "Compress it, split it, or put it elsewhere and give a link."
            )
        head = head or chunk[:4096]
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest(), size, head


def keep(stream: IO[bytes], name: str) -> tuple[str, str]:
    """Keep bytes that did not come as an upload; return their SHA-256 and their type.

    Raises:
        OSError: the disk is full; nothing of the file stays.
    """
    sha256, size, head = _measure(stream, get_max_resource_size() << 20)
    mimetype = media_type(magic.from_buffer(head, mime=True), name)
    _keep(storage(), _Incoming(sha256, size, mimetype, name, stream))
    return sha256, mimetype


def _keep(kept: fk.Storage, file: _Incoming) -> None:
    """Put the bytes in their place unless they are there; whole, or not at all."""
    with model.meta.engine.begin() as connection:
        row = insert(KeptFile).values(sha256=file.sha256, size=file.size)
        # Known, and safe from the sweep, before the bytes are there.
        connection.execute(
            row.on_conflict_do_update(
                index_elements=[KeptFile.sha256],
                set_={"stored_at": sa.func.now(), "size": row.excluded.size},
            )
        )
    location = location_of(file.sha256)
    with contextlib.suppress(ckan_files.exc.MissingFileError):
        if kept.size(location) == file.size:
            return
    put(kept, location, file.stream, file.size, file.mimetype)


def put(
    kept: fk.Storage, location: fk.Location, stream: IO[bytes], size: int, mimetype: str
) -> None:
    """Write bytes to a place in a storage, on a disk or elsewhere; whole, or not at all."""
    stream.seek(0)
    if not isinstance(kept, FsStorage):
        name = location.rpartition("/")[2]
        kept.upload(location, ckan_files.Upload(stream, name, size, mimetype))
        return
    final = Path(kept.full_path(location))
    unfinished = Path(kept.settings.path) / UNFINISHED / uuid4().hex
    for folder in (unfinished.parent, final.parent):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with unfinished.open("xb") as out:
            while chunk := stream.read(CHUNK):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(final)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_folder(final.parent)


def _sync_folder(folder: Path) -> None:
    # The rename itself is only on disk when the folder is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Swept:
    """What a sweep removed: stored files, their bytes, and unfinished uploads."""

    files: int
    size: int
    unfinished: int


@owed.handler("files-sweep")
def _sweep_when_owed(key: str, payload: dict[str, Any] | None) -> None:
    sweep()


clock.schedule("files-sweep", "15 3 * * *")


def sweep() -> Swept:
    """Remove stored files that no version has named for a day, and what uploads left behind.

    A file that the database does not know (its backup is older than the storage, say) is
    noted first, and goes a day later if it is still nobody's.
    """
    kept = storage()
    _note_unknown(kept)
    count = freed = 0
    named = sa.exists().where(Version.sha256 == KeptFile.sha256)
    old = KeptFile.stored_at < sa.func.now() - KEPT_UNREFERENCED
    with model.meta.engine.connect() as connection:
        candidates = connection.scalars(sa.select(KeptFile.sha256).where(old, ~named)).all()
    for sha256 in candidates:
        with model.meta.engine.begin() as connection:
            # Asked for again at this moment, its row is locked or young, and it stays.
            locked = sa.select(KeptFile.sha256).where(KeptFile.sha256 == sha256, old, ~named)
            if not connection.scalar(locked.with_for_update(skip_locked=True)):
                continue
            size = connection.scalar(
                sa.delete(KeptFile).where(KeptFile.sha256 == sha256).returning(KeptFile.size)
            )
            kept.remove(fk.FileData(location_of(sha256)))
        count += 1
        freed += size or 0
    unfinished = _remove_unfinished(kept)
    log.info("Swept %d files (%d bytes) and %d unfinished uploads", count, freed, unfinished)
    return Swept(count, freed, unfinished)


def _note_unknown(kept: fk.Storage) -> None:
    if not kept.supports(fk.Capability.SCAN):
        return
    with model.meta.engine.connect() as connection:
        known = set(connection.scalars(sa.select(KeptFile.sha256)))
    for location in kept.filtered_scan(prefix=f"{FOLDER}/"):
        sha256 = location.rpartition("/")[2]
        if sha256 in known or location != location_of(sha256):
            continue
        size = kept.size(fk.Location(location))
        with model.meta.engine.begin() as connection:
            row = insert(KeptFile).values(sha256=sha256, size=size)
            connection.execute(row.on_conflict_do_nothing())


def _remove_unfinished(kept: fk.Storage) -> int:
    if not isinstance(kept, FsStorage):
        return 0
    folder = Path(kept.settings.path) / UNFINISHED
    before = time.time() - KEPT_UNREFERENCED.total_seconds()
    removed = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
