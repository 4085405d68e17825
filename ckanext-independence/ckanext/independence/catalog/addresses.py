"""Which addresses of the web lead inside: to this machine, its network, or its cloud.

Owns that judgement, from the text of a URL and from an IP address. Pure: it asks no name
server; `fetch` asks, and judges every answer here before it connects.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

LINK_SCHEMES = ("http", "https", "ftp")

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_INSIDE = (".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
# What inet_aton takes for an address though it does not look like one: 127.1, 0x7f.1, 017700000001.
_NUMBER = re.compile(r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)")


def check_public_url(url: str, schemes: tuple[str, ...] = LINK_SCHEMES) -> str | None:
    """Say why a URL cannot be one that the public reaches, without asking a name server.

    Args:
        url: as a person typed it
        schemes: which schemes are accepted

    Returns:
        what is wrong with it and an example, or None where nothing is seen to be wrong
    """
    if not url.isprintable() or any(char.isspace() for char in url):
        return "holds a blank or a control character. Write a blank in an address as %20."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not a web address. Example: https://data.example.gov/file.csv."
    if parts.scheme.lower() not in schemes or not parts.hostname:
        named = " or ".join(f"{scheme}://" for scheme in schemes)
        return f"must begin with {named} and a host, as in https://data.example.gov/file.csv."
    if parts.username is not None or parts.password is not None:
        return "holds a user name or a password. Leave out what stands before the @."
    if port == 0:
        return "names port 0, which nobody serves. Leave the port out."
    return _check_host(parts)


def _check_host(parts: SplitResult) -> str | None:
    host = (parts.hostname or "").rstrip(".").lower()
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    else:
        return check_address(address)
    labels = host.split(".")
    if all(_NUMBER.fullmatch(label) for label in labels) or re.fullmatch(r"0x.*|\d+", labels[-1]):
        return "writes an IP address in an unusual way. Give the host's name."
    if host == "localhost" or host.endswith(_INSIDE):
        return f"leads to {host}, which only this network can reach. Give a public address."
    if len(labels) < 2:
        return f"leads to {host}, which has no domain. Give a public address."
    try:
        encoded = host.encode("idna").decode().split(".") if not host.isascii() else labels
    except UnicodeError:
        encoded = [""]
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in encoded):
        return "names no host that can exist. Example: https://data.example.gov/file.csv."
    # Letters such as fullwidth digits may fold into an address or an inside name.
    if not host.isascii():
        return _check_host(SplitResult(parts.scheme, ".".join(encoded), "", "", ""))
    return None


def check_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str | None:
    """Say why an IP address is not one of the public internet, or None where it is."""
    inner: ipaddress.IPv4Address | None = None
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo:
            inner = address.teredo[1]
        elif address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if not address.is_global or address.is_multicast or address.is_reserved:
        if not (inner and address.is_global):
            return f"leads to {address}, which is not on the public internet."
    if inner is not None and check_address(inner):
        return f"leads to {address}, which stands for {inner}, inside a network."
    return None
