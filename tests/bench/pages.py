"""How quick the public pages are, beside the same pages of stock CKAN.

Starts the portal with its sample city and, in an environment and databases of its own,
stock CKAN 2.12 with scheming and dcat; fills both with the same number of data sets, texts
and files; asks both for the same pages in turns, by one client and by ten; prints the
middle (p50), the slow end (p95) and the rate, with ours as a share of stock's. Below 1.00
in time and above it in rate, ours is the quicker.
"""

from __future__ import annotations

import http.client
import itertools
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from embedded_ckan.project import find
from embedded_ckan.testing import RunningSite

# Its data sets are made to be public, whatever the policy asks of real ones.
NOTHING_STOPS = {"ckanext.independence.policy.highest_mode": "warn"}
PEER = Path(__file__).parent / "peers" / "stock"
DATASETS = int(os.environ.get("BENCH_DATASETS", "300"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "4"))
REQUESTS = {1: 25, 10: 100}  # in one round, by number of clients
CORE = ("title", "notes", "license_id")


class Peer:
    """Stock CKAN as a process of another environment, spoken to over HTTP alone."""

    def __init__(self) -> None:
        """Make the environment where it is missing, and start the site."""
        uv = _uv()
        environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
        subprocess.run(
            [uv, "sync", "--project", str(PEER), "--frozen", "--quiet", "--python", sys.executable],
            check=True,
            env=environment,
        )
        # RunningSite starts `sys.executable -m embedded_ckan`; the peer's is another one.
        self.python = str(PEER / ".venv" / "bin" / "python")
        program = (
            "import sys; from embedded_ckan.project import find;"
            "from embedded_ckan.testing import RunningSite;"
            "site = RunningSite(find(), empty=True);"
            "print(site.url, site.admin_token, site.data, flush=True);"
            "sys.stdin.read(); site.stop()"
        )
        self._process = subprocess.Popen(
            [self.python, "-c", program],
            env=environment | {"EMBEDDED_CKAN_PROJECT": str(PEER)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        words = self._process.stdout.readline().split()
        if len(words) != 3:
            raise SystemExit("Stock CKAN did not start; its own words stand above.")
        self.url, self.token = words[:2]
        self.data = Path(words[2])

    def stop(self) -> None:
        """Stop the site and remove what it had."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=120)


def _uv() -> str:
    here = find().root / ".portal" / "uv" / "bin" / "uv"
    return str(here) if here.exists() else "uv"


def api(url: str, token: str, action: str, /, **data: Any) -> Any:
    """Call an action and return its result; a refusal ends the measurement."""
    answer = requests.post(
        f"{url}/api/3/action/{action}", json=data, headers={"Authorization": token}, timeout=120
    )
    body = answer.json()
    if not body.get("success"):
        raise SystemExit(f"{url}: {action} was refused: {body.get('error')}")
    return body["result"]


def pad(site: RunningSite) -> list[dict[str, Any]]:
    """Copy the sample's data sets until there are enough; return all of them."""
    token = site.admin_token
    shown = api(site.url, token, "package_search", rows=1000)["results"]
    made = itertools.count(len(shown))
    for dataset in itertools.cycle(shown):
        number = next(made)
        if number >= DATASETS:
            break
        copy = {k: v for k, v in dataset.items() if k not in DERIVED}
        copy |= {"name": f"{dataset['name']}-{number}", "title": f"{dataset['title']} {number}"}
        copy["resources"] = [_link(resource) for resource in dataset["resources"]]
        api(site.url, token, "package_create", **copy)
    return [
        dataset
        for start in range(0, DATASETS, 1000)
        for dataset in api(site.url, token, "package_search", rows=1000, start=start)["results"]
    ]


DERIVED = {
    "id",
    "identifier",
    "metadata_created",
    "metadata_modified",
    "organization",
    "num_resources",
    "num_tags",
    "next_update_due",
    "creator_user_id",
    "relationships_as_object",
    "relationships_as_subject",
}


def _link(resource: dict[str, Any]) -> dict[str, Any]:
    # The address of a page on another machine: both sites only print it.
    return {
        "name": resource.get("name"),
        "description": resource.get("description"),
        "format": resource.get("format"),
        "url": f"https://data.example.gov/files/{resource['id']}",
    }


def mirror(peer: Peer, datasets: list[dict[str, Any]]) -> None:
    """Give stock CKAN the same departments, data sets, texts and files."""
    departments = {d["organization"]["name"]: d["organization"]["title"] for d in datasets}
    for name, title in departments.items():
        api(peer.url, peer.token, "organization_create", name=name, title=title)
    for dataset in datasets:
        api(
            peer.url,
            peer.token,
            "package_create",
            **{name: dataset.get(name) for name in CORE},
            name=dataset["name"],
            owner_org=dataset["organization"]["name"],
            tags=[{"name": tag["name"]} for tag in dataset["tags"]],
            issued=dataset.get("issued") or "",
            modified=dataset.get("data_modified") or "",
            frequency=dataset.get("update_frequency") or "",
            identifier=dataset["identifier"],
            contact=[{"name": dataset.get("steward_name"), "email": dataset.get("steward_email")}],
            publisher=[{"name": departments[dataset["organization"]["name"]]}],
            resources=[_link(resource) for resource in dataset["resources"]],
            **_texts(dataset),
        )


def _texts(dataset: dict[str, Any]) -> dict[str, Any]:
    """Return what else is said of a data set, under stock's names."""
    said = {
        "provenance": dataset.get("collection_method"),
        "usage": [dataset["known_limits"]] if dataset.get("known_limits") else None,
        "purpose": dataset.get("goals"),
        "theme": dataset.get("themes"),
        "access_rights": dataset.get("access_level"),
        "liability": dataset.get("citation"),
        "documentation": dataset.get("references"),
        "url": dataset.get("landing_page"),
    }
    if dataset.get("temporal_start"):
        period = {"start": dataset["temporal_start"], "end": dataset.get("temporal_end") or ""}
        said["temporal_coverage"] = [period]
    if dataset.get("spatial_places"):
        said["spatial_coverage"] = [{"text": ", ".join(dataset["spatial_places"])}]
    if dataset.get("spatial_bbox"):
        edges = zip(
            ("west", "south", "east", "north"), dataset["spatial_bbox"].split(","), strict=True
        )
        said["bbox"] = [dict(edges)]
    return {name: value for name, value in said.items() if value}


def pages(names: list[str]) -> dict[str, Callable[[], str]]:
    """Return the addresses to ask for, by what they are called; each call gives the next."""
    words = itertools.cycle(["permits", "street", "budget", "police", "water", "inspections"])
    turn = itertools.cycle(names)
    facets = '["organization","tags","res_format","license_id"]'
    return {
        "home": lambda: "/",
        "search": lambda: f"/dataset/?q={next(words)}",
        "data set": lambda: f"/dataset/{next(turn)}",
        "package_search": lambda: (
            f"/api/3/action/package_search?q={next(words)}&rows=20&facet.field={facets}"
        ),
        "package_show": lambda: f"/api/3/action/package_show?id={next(turn)}",
    }


def ask(url: str, path: Callable[[], str], clients: int, number: int) -> tuple[list[float], float]:
    """Ask for pages with several clients at once.

    Returns:
        the time of each answer and the time of all of them together, in seconds
    """
    address = urlsplit(url)
    lock = threading.Lock()
    left = iter(range(number))
    times: list[float] = []
    wrong: list[str] = []

    def paths() -> Iterator[str]:
        while True:
            with lock:
                if next(left, None) is None:
                    return
                one = path()
            yield one

    def client() -> None:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)
        for one in paths():
            began = time.perf_counter()
            connection.request("GET", one)
            answer = connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - began)
            if answer.status != 200:
                wrong.append(f"{one}: {answer.status}")
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"{url} answered {wrong[0]}")
    return times, time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    ours = RunningSite(find(), differing=NOTHING_STOPS)
    peer = None
    try:
        datasets = pad(ours)
        peer = Peer()
        mirror(peer, datasets)
        names = [dataset["name"] for dataset in datasets[:40]]
        files = sum(len(dataset["resources"]) for dataset in datasets)
        print(f"{len(datasets)} data sets with {files} files in each site; {os.cpu_count()} cores")
        print(
            f"{'page':<16}{'clients':>8}{'p50 ms':>16}{'p95 ms':>16}{'per second':>16}"
            f"{'p50':>7}{'p95':>7}{'rate':>7}"
        )
        print(f"{'':<24}{'ours / stock':>16}{'ours / stock':>16}{'ours / stock':>16}{'ratio':>14}")
        for name in pages(names):
            for clients, number in REQUESTS.items():
                row(name, clients, number, names, ours.url, peer.url)
    finally:
        if peer:
            peer.stop()
        ours.stop()


def row(name: str, clients: int, number: int, names: list[str], ours: str, stock: str) -> None:
    """Measure one page on both sites in turns and print its line."""
    times: dict[str, list[float]] = {ours: [], stock: []}
    spent = {ours: 0.0, stock: 0.0}
    path = {url: pages(names)[name] for url in times}
    for url in times:
        ask(url, path[url], clients, 2 * clients + 6)
    for turn in range(ROUNDS):
        for url in (ours, stock) if turn % 2 else (stock, ours):
            some, whole = ask(url, path[url], clients, number)
            times[url] += some
            spent[url] += whole
    middle = {url: statistics.median(times[url]) * 1000 for url in times}
    slow = {url: statistics.quantiles(times[url], n=20)[-1] * 1000 for url in times}
    rate = {url: len(times[url]) / spent[url] for url in times}
    print(
        f"{name:<16}{clients:>8}"
        + "".join(f"{f'{v[ours]:.0f} / {v[stock]:.0f}':>16}" for v in (middle, slow, rate))
        + "".join(f"{v[ours] / v[stock]:>7.2f}" for v in (middle, slow, rate)),
        flush=True,
    )


if __name__ == "__main__":
    main()
