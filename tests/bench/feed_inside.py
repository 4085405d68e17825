"""What one part of the feed's work costs, in a process that does nothing else.

Run as ``python feed_inside.py INI WORK``; WORK is rebuild, publish or saves. Prints a JSON object
with ``seconds``, ``processor`` (seconds of this process) and ``megabytes`` (its peak above what it
had before), or for saves the milliseconds of each.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pylibmagic  # noqa: F401 -- brings the library that CKAN's import looks for
import sqlalchemy as sa

SAVES = 60


def status(name: str) -> float:
    """Return one of this process's memory figures, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"/proc/self/status says nothing of {name}")


def measured(work: Callable[[], Any]) -> dict[str, float]:
    """Do it, and return what it cost."""
    Path("/proc/self/clear_refs").write_text("5")
    base, began, used = status("VmRSS"), time.perf_counter(), time.process_time()
    work()
    return {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - used,
        "megabytes": status("VmHWM") - base,
    }


def rebuild() -> dict[str, float]:
    """Render every record anew."""
    from ckan import model
    from ckanext.independence.feed import reconciler

    model.Session.execute(sa.text("DELETE FROM independence_feed_record"))
    model.Session.commit()
    return measured(reconciler.reconcile)


def publish() -> dict[str, float]:
    """Publish after one data set has changed."""
    from ckan import model
    from ckanext.independence.catalog import reader
    from ckanext.independence.feed import publisher, records

    package = model.Package.get(reader.public_ids()[0])
    package.title = f"{package.title.partition(' at ')[0]} at {os.getpid()}"
    records.settle([package.id])
    model.repo.commit()
    return measured(publisher.publish)


def saves() -> dict[str, float]:
    """Save data sets, and say how long the records took in each save."""
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckanext.independence.catalog import reader
    from ckanext.independence.feed import records

    inner: list[float] = []
    whole: list[float] = []
    original = records.saved

    def timed(*arguments: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return original(*arguments, **named)
        finally:
            inner.append((time.perf_counter() - began) * 1000)

    records.saved = timed
    for id_ in reader.public_ids()[:SAVES]:
        began = time.perf_counter()
        tk.get_action("package_patch")(
            {"ignore_auth": True, "user": "admin"}, {"id": id_, "notes": f"Saved by {os.getpid()}."}
        )
        whole.append((time.perf_counter() - began) * 1000)
        model.Session.remove()
    # The first ones fill caches.
    return {
        "records": statistics.median(inner[5:]),
        "slow": statistics.quantiles(inner[5:], n=20)[-1],
        "save": statistics.median(whole[5:]),
    }


def main(ini: str, work: str) -> None:
    """Load CKAN and measure."""
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():
        known = {"rebuild": rebuild, "publish": publish, "saves": saves}
        print(json.dumps(known[work]()))


if __name__ == "__main__":
    main(*sys.argv[1:])
