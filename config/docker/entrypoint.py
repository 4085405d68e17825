"""What a container of the portal's image does first, and then becomes.

Owns the steps before a start (`core`: the search core's files; `init`: databases, roles,
migrations, permissions, the sysadmin, the city's departments, the index, the sample) and the
file of differences and secrets, which begins with the shared config/ckan.ini and lies in memory.
Refuses to start with a secret missing, and names all that are.

    entrypoint.py core | init | web | worker | loader | clock | check PART | CKAN'S OWN WORDS
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlsplit

# The other parts, by the names that docker-compose.yml gives them.
SOLR = "http://solr:8983/solr"
REDIS = "redis://valkey:6379/1"
DATABASES = "postgres"
# Volumes, as Dockerfile and nginx.conf know them.
STORAGE = Path("/var/lib/portal")
SOLR_HOME = Path("/var/solr/data")
STORED = "/stored"

MAKE = "sh config/docker/make-env makes it"
WANTED = {
    "SITE_URL": "the address that people type, such as https://data.example.gov",
    "SECRET_KEY": MAKE,
    "CKAN_DB_PASSWORD": MAKE,
    "DATASTORE_DB_PASSWORD": MAKE,
    "DATASTORE_READER_PASSWORD": MAKE,
}
WANTED_BY_INIT = {
    "POSTGRES_PASSWORD": MAKE,
    "SYSADMIN_PASSWORD": f"the first password of the sysadmin `admin`; {MAKE}",
}


def main(words: list[str]) -> int:
    """Do one step, or become the part that is named."""
    name = words[0] if words else "web"
    if name == "core":
        return _lay_out_core()
    if name == "check":
        return _check(words[1])
    missing = _missing(WANTED | WANTED_BY_INIT if name == "init" else WANTED)
    if missing:
        print("The portal does not start.", *missing, sep="\n", file=sys.stderr)
        return 1
    _write_ini()
    if name == "init":
        return _init()
    return _become(name, words)


def _missing(wanted: dict[str, str]) -> list[str]:
    wrong = [
        f"{name} is missing in .env: {how}." for name, how in wanted.items() if not _given(name)
    ]
    url = urlsplit(_given("SITE_URL"))
    if _given("SITE_URL") and (
        url.scheme not in ("http", "https") or not url.hostname or url.path.strip("/")
    ):
        wrong.append(
            f"SITE_URL in .env is {_given('SITE_URL')!r}; it must be http:// or https:// and a "
            "name, without a path: https://data.example.gov."
        )
    return wrong


def _given(name: str) -> str:
    return os.environ.get(name, "").strip()


def _become(name: str, words: list[str]) -> int:
    if name == "web":
        program = [
            "gunicorn", "ckanext.independence.wsgi:application",
            "--config", "python:embedded_ckan.gunicorn_conf",
            "--bind", "0.0.0.0:5000",
            "--workers", _given("WEB_WORKERS") or "2",
        ]  # fmt: skip
    else:
        ours = {
            "worker": ["jobs", "worker"],
            "loader": ["jobs", "worker", "loads"],
            "clock": ["independence", "clock"],
        }
        program = ["python", "-m", "embedded_ckan.ckan_command", *ours.get(name, words)]
    os.execvp(program[0], program)  # noqa: S606 -- the container becomes it


def _database(user: str, secret: str, name: str) -> str:
    return f"postgresql://{user}:{quote(_given(secret), safe='')}@{DATABASES}/{name}"


def _write_ini() -> None:
    from embedded_ckan import ini
    from embedded_ckan.project import find

    url = _given("SITE_URL").rstrip("/")
    secret = _given("SECRET_KEY")
    secure = str(url.startswith("https://")).lower()
    shared = find().ini_path
    values = {
        "use": f"config:{shared}",
        "ckan.site_url": url,
        "sqlalchemy.url": _database("ckan", "CKAN_DB_PASSWORD", "ckan"),
        "ckan.datastore.write_url": _database("datastore", "DATASTORE_DB_PASSWORD", "datastore"),
        "ckan.datastore.read_url": _database(
            "datastore_reader", "DATASTORE_READER_PASSWORD", "datastore"
        ),
        "solr_url": f"{SOLR}/ckan",
        "ckan.redis.url": REDIS,
        "SECRET_KEY": secret,
        "api_token.jwt.encode.secret": f"string:{secret}",
        "api_token.jwt.decode.secret": f"string:{secret}",
        "SESSION_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_SECURE": secure,
        "ckanext.independence.catalog.accel_prefix": STORED,
    }
    values |= ini.storage_settings(STORAGE, shared)
    ini.write_settings(
        Path(os.environ["CKAN_INI"]),
        values,
        "Written by the container at its start, from its environment; it lies in memory.",
    )


def _lay_out_core() -> int:
    from embedded_ckan import core
    from embedded_ckan.project import find

    core.lay_out(SOLR_HOME / core.NAME, find())
    _say("The search core's files are in place")
    return 0


def _init() -> int:
    import psycopg2
    from embedded_ckan import core
    from embedded_ckan.databases import Database, ensure
    from embedded_ckan.project import find

    project = find()
    superuser = f"host={DATABASES} user=postgres password={_quoted(_given('POSTGRES_PASSWORD'))}"
    connection = psycopg2.connect(f"{superuser} dbname=postgres", connect_timeout=10)
    connection.autocommit = True
    ensure(
        connection,
        [
            Database("ckan", "ckan", _given("CKAN_DB_PASSWORD")),
            Database(
                "datastore",
                "datastore",
                _given("DATASTORE_DB_PASSWORD"),
                "datastore_reader",
                _given("DATASTORE_READER_PASSWORD"),
            ),
        ],
    )
    connection.close()
    _say("Databases and roles are in place")
    # Solr may run since before this version laid its core's files.
    _solr(f"admin/cores?action=RELOAD&core={core.NAME}")
    fingerprint = core.fingerprint()
    indexed = STORAGE / "indexed"
    stale = not indexed.exists() or indexed.read_text("utf-8") != fingerprint
    empty = _solr(f"{core.NAME}/select?q=*:*&rows=0")["response"]["numFound"] == 0
    wishes = {
        "superuser": f"{superuser} dbname=datastore",
        "parts": {},
        "setup": project.setup,
        "load": [],
        "password": _given("SYSADMIN_PASSWORD"),
        "index": stale or empty,
    }
    subprocess.run(
        [sys.executable, "-m", "embedded_ckan.prepare"],
        input=json.dumps(wishes),
        text=True,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    indexed.write_text(fingerprint, "utf-8")
    _say("Tables, permissions, departments and index are up to date")
    loaded = STORAGE / "sample-loaded"
    if _given("LOAD_SAMPLE") == "yes" and not loaded.exists():
        with tempfile.TemporaryDirectory() as folder:
            _run(str(project.root / project.generate), folder)
            manifest = project.load_path(Path(folder))
            _run("-m", "embedded_ckan.ckan_command", *project.load_command, str(manifest))
        loaded.touch()
        _say("The sample city is loaded")
    return 0


def _run(*words: str) -> None:
    subprocess.run([sys.executable, *words], check=True)  # noqa: S603 -- our own programs


def _solr(question: str) -> dict[str, dict[str, int]]:
    with urllib.request.urlopen(f"{SOLR}/{question}", timeout=60) as answer:  # noqa: S310
        found: dict[str, dict[str, int]] = json.load(answer)
    return found


def _quoted(value: str) -> str:
    """Quote a value for a libpq connection string."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}.", flush=True)


def _check(part: str) -> int:
    """Ask the site how a part is: the exit status is docker's health check."""
    host = "127.0.0.1" if part == "web" else "web"
    address = f"http://{host}:5000/{'healthz' if part == 'web' else 'readyz'}"
    try:
        with urllib.request.urlopen(address, timeout=8) as answer:
            states = json.load(answer)
    except urllib.error.HTTPError as error:
        states = json.load(error)
    except OSError as error:
        print(f"The site does not answer at {address}: {error}")
        return 1
    state = states["process" if part == "web" else part]
    print(state)
    return 0 if state == "ok" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
