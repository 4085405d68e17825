"""What the feed costs, beside ckanext-dcat's crawl and a feed built from package_search.

Fills the portal, and stock CKAN 2.12 with scheming and dcat, with the same number of data sets,
each of three files. Measures on ours: rendering of every record, a publication of both languages,
what records add to a save, how long a save takes to be in the feed, what a publication does to
visitors, and how many unchanged answers (304) nginx gives in a second. Measures on stock: the
crawl of every page of ``catalog.jsonld``, and DCAT-US 1.1 made from pages of ``package_search``.

BENCH_SIZES are the numbers of data sets, by default 2,000 and 10,000; 100,000 takes long on stock.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests
from embedded_ckan.project import find
from embedded_ckan.site import environment, settings
from embedded_ckan.testing import RunningSite
from pages import Peer, api

# Its data sets are made to be public, whatever the policy asks of real ones.
NOTHING_STOPS = {"ckanext.independence.policy.highest_mode": "warn"}
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "2000,10000").split(",")]
STOCK_TO = int(os.environ.get("BENCH_STOCK_TO", "10000"))
HERE = Path(__file__).parent
SEEDS = 20
SECONDS = 15  # of visitors, in each state
FEEDS = ("data.json", "dcat-us/3.0.json")


def seed_ours(site: RunningSite) -> None:
    """Make the data sets that are copied, with every field that the feed tells of."""
    department = api(site.url, site.admin_token, "organization_list")[0]
    for number in range(SEEDS):
        api(
            site.url, site.admin_token, "package_create",
            title=f"Seed {number:02d} of permits", name=f"seed-{number:02d}",
            notes="Every permit that the city has issued, with type, value and status. " * 4,
            owner_org=department, private=False, tags=[{"name": "permits"}, {"name": "houses"}],
            steward_name="Permits desk", steward_email="permits@example.gov",
            data_modified="2026-09-14", issued="2021-07-01", update_frequency="R/P1M",
            temporal_start="2021-01-01", temporal_end="2026-06-30", license_id="cc-zero",
            spatial_bbox="-94.50,39.01,-94.27,39.16", resources=links(number),
        )  # fmt: skip


def seed_stock(peer: Peer) -> None:
    """Make the same in stock CKAN."""
    api(peer.url, peer.token, "organization_create", name="city", title="City")
    for number in range(SEEDS):
        api(
            peer.url, peer.token, "package_create",
            title=f"Seed {number:02d} of permits", name=f"seed-{number:02d}",
            notes="Every permit that the city has issued, with type, value and status. " * 4,
            owner_org="city", tags=[{"name": "permits"}, {"name": "houses"}],
            identifier=f"urn:uuid:00000000-0000-4000-8000-0000000000{number:02d}",
            contact=[{"name": "Permits desk", "email": "permits@example.gov"}],
            publisher=[{"name": "City"}], modified="2026-09-14", issued="2021-07-01",
            frequency="R/P1M", license_id="cc-zero",
            temporal_coverage=[{"start": "2021-01-01", "end": "2026-06-30"}],
            bbox=[{"west": "-94.50", "south": "39.01", "east": "-94.27", "north": "39.16"}],
            resources=links(number),
        )  # fmt: skip


def links(number: int) -> list[dict[str, str]]:
    """Return three files that lie elsewhere."""
    return [
        {
            "name": f"Permits as {form}",
            "description": "All rows since 2021.",
            "format": form,
            "url": f"https://data.example.gov/files/{number}/permits.{form.lower()}",
        }
        for form in ("CSV", "GeoJSON", "PDF")
    ]


def run(python: str, script: str, ini: Path, *words: str) -> str:
    """Run a script of this folder in an environment, on a site."""
    done = subprocess.run(
        [python, str(HERE / script), str(ini), *words],
        env=os.environ | environment(ini),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip().rpartition("\n")[2]


def inside(site: RunningSite, work: str) -> dict[str, float]:
    """Measure a part of the feed's work in a process of its own."""
    measured: dict[str, float] = json.loads(run(sys.executable, "feed_inside.py", site.ini, work))
    return measured


def wait_for(site: RunningSite, etag: str) -> float:
    """Return the time at which the feed's entity tag is another one."""
    until = time.monotonic() + 600
    while time.monotonic() < until:
        if requests.head(f"{site.url}/data.json", timeout=60).headers.get("ETag") != etag:
            return time.monotonic()
        time.sleep(0.05)
    raise SystemExit("What was saved did not come into the feed in ten minutes.")


def visible(site: RunningSite) -> float:
    """Save a data set when a publication may follow at once; return seconds until it is served."""
    interval = int(settings(site.ini).get("ckanext.independence.feed.least_interval", "60"))
    time.sleep(interval + 5)
    etag = requests.head(f"{site.url}/data.json", timeout=60).headers["ETag"]
    told = f"Saved at {time.time()}."
    api(site.url, site.admin_token, "package_patch", id="seed-00", notes=told)
    began = time.monotonic()
    seconds = wait_for(site, etag) - began
    if told not in requests.get(f"{site.url}/data.json", timeout=60).text:
        raise SystemExit("The feed changed, and does not hold what was saved.")
    return seconds


def visit(site: RunningSite, busy: bool) -> list[float]:
    """Open a data set's page again and again; return the times in milliseconds."""
    times: list[float] = []
    until = time.monotonic() + SECONDS
    if busy:
        inside_done = threading.Thread(target=inside, args=(site, "publish"))
        inside_done.start()
    while time.monotonic() < until or (busy and inside_done.is_alive()):
        began = time.perf_counter()
        requests.get(f"{site.url}/dataset/seed-01", timeout=60).raise_for_status()
        times.append((time.perf_counter() - began) * 1000)
    return times


def unchanged_answers(folder: Path) -> float:
    """Return how many 304s one nginx process gives in a second, asked over one connection."""
    with tempfile.TemporaryDirectory() as temporary:
        port = _free_port()
        conf = Path(temporary) / "nginx.conf"
        # As root its workers would be somebody who may not read the site's folder.
        user = "user root; " if os.geteuid() == 0 else ""
        conf.write_text(
            f"{user}worker_processes 1; daemon off; pid nginx.pid; error_log stderr crit;\n"
            "events {}\nhttp { access_log off; keepalive_requests 10000000;\n"
            "types { application/json json; }\n"
            f"server {{ listen 127.0.0.1:{port}; root {folder / 'current'}; }} }}\n"
        )
        nginx = subprocess.Popen(["nginx", "-p", temporary, "-c", str(conf)])
        try:
            return _ask(port)
        finally:
            nginx.terminate()
            nginx.wait(30)


def _ask(port: int) -> float:
    url = f"http://127.0.0.1:{port}/data.json"
    for _ in range(50):
        try:
            etag = requests.head(url, timeout=5).headers["ETag"]
            break
        except requests.ConnectionError:
            time.sleep(0.1)
    at_once, rounds = 100, 200
    one = f"GET /data.json HTTP/1.1\r\nHost: city\r\nIf-None-Match: {etag}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        began = time.perf_counter()
        for _ in range(rounds):
            connection.sendall(one * at_once)
            answered = b""
            while answered.count(b"\r\n\r\n") < at_once:
                answered += connection.recv(1 << 16)
            if answered.count(b" 304 ") != at_once:
                raise SystemExit(f"nginx did not answer 304: {answered[:200]!r}")
        return at_once * rounds / (time.perf_counter() - began)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def crawl(peer: Peer) -> tuple[float, int]:
    """Read every page of stock's ``catalog.jsonld``; return seconds and data sets."""
    began, page, found = time.monotonic(), 1, set()
    while True:
        answer = requests.get(f"{peer.url}/catalog.jsonld?page={page}", timeout=600)
        answer.raise_for_status()
        here = set(re.findall(r'"@id": "([^"]*/dataset/[0-9a-f-]{36})"', answer.text))
        if not here - found:
            return time.monotonic() - began, len(found)
        found |= here
        page += 1


def build(peer: Peer) -> tuple[float, int]:
    """Make DCAT-US 1.1 of stock's ``package_search``, a thousand at a time."""
    began, records = time.monotonic(), []
    while True:
        page = api(peer.url, peer.token, "package_search", rows=1000, start=len(records))
        if not page["results"]:
            break
        records += [
            {
                "title": one["title"], "description": one["notes"], "identifier": one["id"],
                "keyword": [tag["name"] for tag in one["tags"]], "accessLevel": "public",
                "modified": one["metadata_modified"],
                "publisher": {"name": one["organization"]["title"]},
                "contactPoint": one.get("contact"),
                "distribution": [
                    {"title": file["name"], "downloadURL": file["url"]} for file in one["resources"]
                ],
            }
            for one in page["results"]
        ]  # fmt: skip
    json.dumps({"dataset": records})
    return time.monotonic() - began, len(records)


def line(name: str, *values: str) -> None:
    """Print a line of the table."""
    print(f"{name:<44}" + "".join(f"{value:>22}" for value in values), flush=True)


def ours_at(site: RunningSite, size: int) -> dict[str, str]:
    """Grow our catalog and measure."""
    run(sys.executable, "cloning.py", site.ini, "seed-", str(size))
    rebuilt = inside(site, "rebuild")
    inside(site, "publish")
    published = inside(site, "publish")
    saved = inside(site, "saves")
    folder = Path(settings(site.ini)["ckan.storage_path"]) / "feed"
    sizes = [(folder / "current" / name).stat().st_size / 2**20 for name in FEEDS]
    quiet, busy = (statistics.quantiles(visit(site, on), n=20)[-1] for on in (False, True))
    told = {
        "every record anew, s": f"{rebuilt['seconds']:.1f}",
        "  peak memory of that above its base, MB": f"{rebuilt['megabytes']:.0f}",
        "a publication, s (processor)": (
            f"{published['seconds']:.1f} ({published['processor']:.1f})"
        ),
        "  its peak memory above its base, MB": f"{published['megabytes']:.0f}",
        "the files, MB (1.1, 3.0)": f"{sizes[0]:.0f}, {sizes[1]:.0f}",
        "save to visible, s": f"{visible(site):.1f}",
        "records in a save, ms (p50, p95)": f"{saved['records']:.1f}, {saved['slow']:.1f}",
        "  the whole save, ms (p50)": f"{saved['save']:.0f}",
        "visitors' p95, ms (quiet, publishing)": f"{quiet:.0f}, {busy:.0f}",
    }
    if shutil.which("nginx"):
        told["304s a second, nginx, one process"] = f"{unchanged_answers(folder):,.0f}"
    told["_seconds"] = str(published["seconds"])
    return told


def stock_at(peer: Peer, size: int) -> dict[str, float]:
    """Grow stock's catalog and measure."""
    run(peer.python, "cloning.py", peer.data / "ckan.ini", "seed-", str(size), "search")
    measured = {}
    for name, way in (("crawl", crawl), ("build", build)):
        seconds, number = way(peer)
        if number != size:
            raise SystemExit(f"stock's {name} has {number} data sets and not {size}")
        measured[name] = seconds
    return measured


def main() -> None:
    """Measure and print."""
    ours = RunningSite(find(), empty=True, differing=NOTHING_STOPS)
    peer = None
    try:
        seed_ours(ours)
        if min(SIZES) <= STOCK_TO:
            peer = Peer()
            seed_stock(peer)
        for size in sorted(SIZES):
            told = ours_at(ours, size)
            published = float(told.pop("_seconds"))
            line(f"{size:,} data sets, {os.cpu_count()} cores", urlsplit(ours.url).netloc)
            for name, value in told.items():
                line(name, value)
            if peer and size <= STOCK_TO:
                for name, seconds in stock_at(peer, size).items():
                    what = {"crawl": "dcat's crawl of catalog.jsonld", "build": "package_search"}
                    line(
                        f"{what[name]}, s",
                        f"{seconds:.1f}",
                        f"{seconds / published:.1f} publications",
                    )
            print(flush=True)
    finally:
        if peer:
            peer.stop()
        ours.stop()


if __name__ == "__main__":
    main()
