"""Fetching an address that a person typed, without being led inside.

Owns the guard: http and https on ports 80 and 443; every address that a host's name
resolves to is judged by `addresses`, the connection goes to the address that was judged
(TLS still checks the name), each redirect is judged anew, no proxy of the environment is
used, and bytes and time are capped, also for a server that sends a byte now and then. It
knows nothing of what it fetches, and nothing of CKAN.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from time import monotonic
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.poolmanager import PoolManager

from .addresses import check_address, check_public_url

__all__ = [
    "AGENT", "Answer", "FetchError", "NotAllowed", "ask", "check_public_url", "fetch",
    "fetch_bytes",
]  # fmt: skip

MAX_BYTES = 64 * 1024 * 1024
SECONDS = 60.0
REDIRECTS = 5
AGENT = "independence-open-data"
"""How the portal names itself to other servers."""
_PORTS = {"http": 80, "https": 443}
_CHUNK = 64 * 1024


class FetchError(Exception):
    """The address was not fetched; the message says which, why, and what to do."""


class NotAllowed(FetchError):
    """The address is not one that is fetched: it leads inside, or is no address of the web."""


class _Refusal(OSError):
    """A connection that cannot be made. An OSError, so that urllib3 passes it through."""


class _Forbidden(_Refusal):
    """A connection that must not be made."""


class _Visit:
    """One fetch: which hosts are excepted, until when it may last, what it holds open."""

    def __init__(self, allow: Collection[str], seconds: float) -> None:
        self.allow = frozenset(entry.lower() for entry in allow)
        self.end = monotonic() + seconds
        self.over = False
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()

    def allows(self, host: str, port: int) -> bool:
        return f"{host.lower()}:{port}" in self.allow

    def left(self) -> float:
        return max(self.end - monotonic(), 0.001)

    def connect(self, host: str, port: int) -> socket.socket:
        """Resolve, judge and connect; the judged address is the one connected to."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise _Refusal(f"{host} is not known to the name server ({error}).") from error
        if not self.allows(host, port):
            for _, _, _, _, where in found:
                wrong = check_address(ipaddress.ip_address(str(where[0]).partition("%")[0]))
                if wrong:
                    raise _Forbidden(f"{host} {wrong}")
        failure: OSError | None = None
        for family, kind, protocol, _, where in found:
            connection = socket.socket(family, kind, protocol)
            connection.settimeout(min(self.left(), 10))
            try:
                connection.connect(where)
            except OSError as error:
                connection.close()
                failure = error
            else:
                connection.settimeout(self.left())
                # The copy stays ours when TLS takes the socket over: shutting it ends both.
                with self._lock:
                    self._open.append(connection.dup())
                return connection
        raise _Refusal(f"{host} cannot be reached ({failure}).")

    def stop(self) -> None:
        """End every connection, whoever is reading from it."""
        self.over = True
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()


def _pools(visit: _Visit) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return visit.connect(self._dns_host, self.port or 80)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return visit.connect(self._dns_host, self.port or 443)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class _Adapter(HTTPAdapter):
    def __init__(self, visit: _Visit) -> None:
        self._visit = visit
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        self.poolmanager = PoolManager(num_pools=1)
        self.poolmanager.pool_classes_by_scheme = _pools(self._visit)


@contextmanager
def _visit(allow: Collection[str], seconds: float) -> Iterator[tuple[_Visit, requests.Session]]:
    visit = _Visit(allow, seconds)
    alarm = threading.Timer(seconds, visit.stop)
    alarm.daemon = True
    session = requests.Session()
    session.trust_env = False
    session.headers.update({"User-Agent": AGENT, "Accept-Encoding": "identity", "Accept": "*/*"})
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(visit))
    alarm.start()
    try:
        yield visit, session
    finally:
        alarm.cancel()
        session.close()
        visit.close()


def fetch(
    url: str,
    sink: BinaryIO,
    *,
    allow: Collection[str] = (),
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
) -> str:
    """Write what an address answers into ``sink``.

    Args:
        url: http or https
        sink: open for writing; what was written before a failure stays in it
        allow: ``host:port`` that are fetched whatever they resolve to (an operator's own)
        max_bytes: the most that is taken, after decompression
        seconds: the most that the whole may last, redirects included

    Returns:
        the address from which it came in the end

    Raises:
        FetchError: refused, unreachable, not found, too large or too slow
    """
    start = url
    with _visit(allow, seconds) as (visit, session):
        for _ in range(REDIRECTS + 1):
            _judge(url, visit)
            try:
                # The alarm ends a silent server; the client's own patience is longer.
                response = session.get(
                    url, allow_redirects=False, stream=True, timeout=visit.left() + 5
                )
                with response:
                    if response.is_redirect:
                        url = urljoin(url, response.headers["location"])
                        continue
                    if response.status_code != 200:
                        raise FetchError(
                            f"{url} answers {response.status_code} {response.reason or ''}".rstrip()
                            + ". Open it in a browser and copy the address that works."
                        )
                    _take(response, sink, url, max_bytes)
            except (requests.RequestException, HTTPError, OSError) as error:
                if visit.over or monotonic() >= visit.end:
                    break
                raise _failure(url, error) from error
            if not visit.over:
                return url
            break
        else:
            raise FetchError(f"{start} redirects more than {REDIRECTS} times. Give its last stop.")
    raise FetchError(
        f"{start} took longer than {seconds:g} s. "
        "Try later, or fetch it yourself and load the file."
    )


def fetch_bytes(
    url: str,
    *,
    allow: Collection[str] = (),
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
) -> tuple[bytes, str]:
    """Return what an address answers and the address from which it came; see `fetch`."""
    sink = BytesIO()
    final = fetch(url, sink, allow=allow, max_bytes=max_bytes, seconds=seconds)
    return sink.getvalue(), final


@dataclass(frozen=True)
class Answer:
    """What an address answered: the last address, its status, and how many redirects led there."""

    url: str
    status: int
    hops: int
    headers: Mapping[str, str]


def ask(
    url: str,
    *,
    method: str = "HEAD",
    headers: Mapping[str, str] | None = None,
    allow: Collection[str] = (),
    seconds: float = 20.0,
) -> Answer:
    """Ask an address without taking what it holds; guarded as `fetch` is.

    Args:
        url: http or https
        method: ``HEAD``, or ``GET`` for servers that do not know it; its body is not read
        headers: sent beside our own
        allow: ``host:port`` that are asked whatever they resolve to
        seconds: the most that the whole may last, redirects included

    Raises:
        NotAllowed: it leads inside, or is no address of the web
        FetchError: unreachable, too slow, or redirected without end
    """
    start = url
    with _visit(allow, seconds) as (visit, session):
        session.headers.update(headers or {})
        for hops in range(REDIRECTS + 1):
            _judge(url, visit)
            try:
                with session.request(
                    method, url, allow_redirects=False, stream=True, timeout=visit.left() + 5
                ) as response:
                    if response.is_redirect:
                        url = urljoin(url, response.headers["location"])
                        continue
                    return Answer(url, response.status_code, hops, dict(response.headers))
            except (requests.RequestException, HTTPError, OSError) as error:
                if visit.over or monotonic() >= visit.end:
                    break
                raise _failure(url, error) from error
        else:
            raise FetchError(f"{start} redirects more than {REDIRECTS} times.")
    raise FetchError(f"{start} does not answer within {seconds:g} s.")


def _failure(url: str, error: Exception) -> FetchError:
    seen = _beneath(error)
    kind = NotAllowed if isinstance(seen, _Forbidden) else FetchError
    return kind(f"{url}: {_reason(error)}")


def _judge(url: str, visit: _Visit) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme.lower(), 0)
    except ValueError as error:
        raise NotAllowed(f"{url} is not a web address.") from error
    host = parts.hostname or ""
    excepted = parts.scheme.lower() in _PORTS and visit.allows(host, port)
    wrong = None if excepted else check_public_url(url, tuple(_PORTS))
    if wrong:
        raise NotAllowed(f"{url} {wrong}")
    if not excepted and port not in _PORTS.values():
        raise NotAllowed(f"{url} names port {port}; only 80 and 443 are fetched.")


def _take(response: requests.Response, sink: BinaryIO, url: str, max_bytes: int) -> None:
    too_large = FetchError(f"{url} is larger than {max_bytes / 1e6:g} MB, the limit.")
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise too_large
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise FetchError(f"{url} is packed as {encoding!r}, which was not asked for.")
    inflate = zlib.decompressobj(47) if encoding not in ("identity", "") else None
    taken = 0
    for chunk in response.raw.stream(_CHUNK, decode_content=False):
        packed = chunk
        while packed:
            if inflate is None:
                plain, packed = packed, b""
            else:
                try:
                    plain = inflate.decompress(packed, _CHUNK)
                except zlib.error as error:
                    raise FetchError(f"{url} is packed wrongly ({error}).") from error
                packed = inflate.unconsumed_tail
            taken += len(plain)
            if taken > max_bytes:
                raise too_large
            sink.write(plain)


def _beneath(error: Exception) -> BaseException:
    """Find what is beneath the layers that requests and urllib3 put around it."""
    seen: BaseException = error
    while not isinstance(seen, _Refusal):
        inner = seen.__cause__ or seen.__context__
        if inner is None and seen.args and isinstance(seen.args[0], BaseException):
            inner = seen.args[0]
        if inner is None or inner is seen:
            break
        seen = inner
    return seen


def _reason(error: Exception) -> str:
    seen = _beneath(error)
    if isinstance(seen, _Refusal):
        return str(seen)
    if isinstance(error, requests.exceptions.SSLError):
        return f"its certificate is not trusted or its TLS fails ({seen})."
    if isinstance(error, requests.Timeout):
        return "does not answer in time. Try later."
    return f"the connection failed ({seen})."
