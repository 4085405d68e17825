"""The command line: what follows `./portal`.

Owns arguments, and turning what goes wrong into one sentence and an exit status.
What the commands do stands in the modules of their own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from embedded_ckan import processes, report
from embedded_ckan.console import say
from embedded_ckan.home import Home, sentence_for, write_whole
from embedded_ckan.postgres import Postgres
from embedded_ckan.processes import SUPERVISOR
from embedded_ckan.project import DATA_VARIABLE, OWNER_VARIABLE, ROOT_VARIABLE, Project, find
from embedded_ckan.site import Site, run_ckan
from embedded_ckan.solr import free_port
from embedded_ckan.supervisor import clear_remains
from embedded_ckan.trouble import Trouble
from embedded_ckan.valkey import Valkey

INTERRUPTED = 130  # the exit status of what was stopped before it was done
STOPPING = 60.0  # seconds a supervisor may take to stop its parts


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parse(list(sys.argv[1:] if arguments is None else arguments))
    try:
        project = find()
        home = Home(Path(options.data) if options.data else project.root / ".portal")
        return int(options.run(project, home, options))
    except Trouble as trouble:
        print(f"portal: {trouble}", file=sys.stderr)
    except OSError as error:
        if error.errno is None or (error.filename is None and error.errno not in (28, 30)):
            raise
        print(f"portal: {sentence_for(error, Path())}", file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 1


# Commands that hand all that follows to another program.
PASSING = ("ckan", "load", "test", "bench")


def parse(given: list[str]) -> argparse.Namespace:
    """Read a command's arguments; a wrong one ends the program with status 2."""
    ours, words = _split(given)
    options = _parser().parse_args(ours)
    options.words = words
    return options


def _split(given: list[str]) -> tuple[list[str], list[str]]:
    """Part the portal's own arguments from those that another program reads."""
    if not given or given[0] not in PASSING:
        return given, []
    ours, words = given[:1], given[1:]
    if words and words[0].startswith("--data="):
        ours.append(words.pop(0))
    elif words and words[0] == "--data":
        ours += words[:2]
        words = words[2:]
    return ours, words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="portal", description="Run this CKAN portal.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: object, words: str, **options: object) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words, **options)  # type: ignore[arg-type]
        added.add_argument("--data", metavar="DIR", help="the site's data (default: .portal)")
        added.set_defaults(run=run)
        return added

    up = command("up", _up, "make what is missing, start all parts, say the address")
    up.add_argument("--port", type=int, default=5000, help="0 takes a free one (default: 5000)")
    up.add_argument("--empty", action="store_true", help="load nothing into a new site")
    up.add_argument("--servers", action="store_true", help="start what CKAN needs, and no CKAN")
    up.add_argument("--detach", action="store_true", help="return when it is ready")
    command("down", _down, "stop all parts; no process is left")
    status = command("status", _status, "show each part: version, port, memory, size")
    status.add_argument("--json", action="store_true", help="print it for programs")
    logs = command("logs", _logs, "show what the parts wrote")
    logs.add_argument("part", nargs="?", help="one part's (default: all)")
    logs.add_argument("-f", "--follow", action="store_true", help="go on showing")
    reset = command("reset", _reset, "remove the site and all its data (asks first)")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    for name, run, words in (
        ("ckan", _ckan, "run CKAN's own command line on this site"),
        ("load", _load, "load a catalog into this site"),
        ("test", _test, "run the project's tests, with pytest's arguments"),
        ("bench", _bench, "measure: all measurements, or those named"),
    ):
        command(name, run, words, add_help=False)
    return parser


def _running(home: Home) -> processes.Running | None:
    """Return the supervisor that holds a data directory, or None."""
    for one in processes.recorded(home, SUPERVISOR):
        if one.process() is not None:
            return one
    return None


def _require_running(home: Home) -> None:
    if _running(home) is None:
        raise Trouble(f"No portal runs on {home.path}: start it with `./portal up{_data(home)}`.")


def _data(home: Home) -> str:
    return "" if home.path.name == ".portal" else f" --data {home.path}"


def _up(project: Project, home: Home, options: argparse.Namespace) -> int:
    home.make()
    if options.detach:
        return _detach(home, options)
    if not home.lock():
        found = _running(home)
        raise Trouble(
            f"A portal already runs on {home.path}"
            f"{f' (pid {found.pid}, {found.where})' if found else ''}: stop it with "
            f"`./portal down{_data(home)}` or choose another place with --data."
        )
    if left := clear_remains(home):
        say(f"  The last run did not stop in good order; {left} processes of it were ended.")
    site = Site(project, home, options.port or free_port())
    processes.record(
        home,
        [
            processes.Running(
                SUPERVISOR, os.getpid(), processes.started_at(os.getpid()), where=site.url
            )
        ],
        SUPERVISOR,
    )
    stopped = threading.Event()
    _stop_on_signals(stopped)
    _follow_owner()
    began = time.monotonic()
    status = INTERRUPTED
    try:
        password = site.up(empty=options.empty, servers=options.servers)
        where = "its servers alone" if options.servers else site.url
        say(f"\n{project.name} is ready after {time.monotonic() - began:.0f} s: {where}")
        if password:
            say(f"Sysadmin `admin`, password {password} (kept in {home.password}).")
            home.remember(password_shown=True)
        say(f"Stop with Ctrl-C or `./portal down{_data(home)}`.")
        write_whole(home.run / "ready", f"{os.getpid()}\n")
        status = 0
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        site.watch(stopped)
    except KeyboardInterrupt:
        say("")
    finally:
        (home.run / "ready").unlink(missing_ok=True)
        # A second Ctrl-C must not leave half of the parts behind.
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        if site.supervisor.names():
            say(f"Stopping {', '.join(reversed(site.supervisor.names()))}.")
        site.supervisor.stop()
        processes.forget(home, SUPERVISOR)
    return status


def _stop_on_signals(stopped: threading.Event) -> None:
    def interrupt(number: int, frame: FrameType | None) -> None:
        stopped.set()
        raise KeyboardInterrupt

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, interrupt)


def _follow_owner() -> None:
    """Stop when the process is gone for which this site runs, where one was named (tests)."""
    named = os.environ.get(OWNER_VARIABLE)
    if not named:
        return
    owner = processes.Running("owner", int(named), processes.started_at(int(named)))

    def watch() -> None:
        while owner.process() is not None:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _detach(home: Home, options: argparse.Namespace) -> int:
    """Start `up` in a session of its own and show its output until it is ready."""
    log = home.logs / "portal.log"
    argv = [sys.executable, "-u", "-m", "embedded_ckan", "up", "--data", str(home.path)]
    argv += ["--port", str(options.port)] + (["--empty"] if options.empty else [])
    argv += ["--servers"] if options.servers else []
    with log.open("ab") as out:
        said_before = out.tell()
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    ready = home.run / "ready"
    try:
        with log.open("r", encoding="utf-8", errors="replace") as shown:
            shown.seek(said_before)
            while True:
                ended = child.poll() is not None
                is_ready = ready.exists() and ready.read_text("utf-8").strip() == str(child.pid)
                sys.stdout.write(shown.read())
                sys.stdout.flush()
                if is_ready:
                    return 0
                if ended:
                    return child.returncode or 1
                time.sleep(0.1)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise


def _down(project: Project, home: Home, options: argparse.Namespace) -> int:
    found = _running(home)
    if found is not None:
        os.kill(found.pid, signal.SIGTERM)
        if not processes.wait_until_gone(found, STOPPING):
            os.kill(found.pid, signal.SIGKILL)
    left = clear_remains(home) if home.run.exists() else 0
    processes.forget(home, SUPERVISOR)
    if found is None and not left:
        say(f"No portal runs on {home.path}.")
    else:
        say("Stopped.")
    return 0


def _status(project: Project, home: Home, options: argparse.Namespace) -> int:
    found = _running(home)
    shown = report.of(home, [found, *processes.recorded(home)] if found else [])
    say(report.as_json(shown) if options.json else report.as_text(shown, home))
    return 0 if found else 3


def _logs(project: Project, home: Home, options: argparse.Namespace) -> int:
    files = sorted(home.logs.glob(f"{options.part or '*'}.log"))
    if not files:
        names = ", ".join(sorted(file.stem for file in home.logs.glob("*.log"))) or "none yet"
        raise Trouble(f"{home.logs} has no log `{options.part or '*'}`; there are: {names}.")
    tool = shutil.which("tail")
    if tool is None:
        raise Trouble(f"This machine has no `tail`; the logs are in {home.logs}.")
    return subprocess.run(
        [tool, "-n", "200", *(["-F"] if options.follow else []), *map(str, files)], check=False
    ).returncode


def _reset(project: Project, home: Home, options: argparse.Namespace) -> int:
    if not home.path.exists():
        say(f"{home.path} does not exist; nothing to do.")
        return 0
    if not (home.run.exists() and home.logs.exists()):
        raise Trouble(f"{home.path} is not a portal's data directory; it was left alone.")
    if not options.yes:
        try:
            answer = input(f"Remove the site in {home.path} with all its data? Type yes: ")
        except EOFError:
            answer = ""
        if answer.strip().lower() != "yes":
            say("Nothing was removed.")
            return 1
    _down(project, home, options)
    Postgres(home, "").remove()
    Valkey(home).remove()
    for kept in (home.logs, home.run, home.solr, home.valkey, home.storage):
        shutil.rmtree(kept, ignore_errors=False)
    shutil.rmtree(home.generated, ignore_errors=True)
    for file in (home.ini, home.password, home.path / "state.json"):
        file.unlink(missing_ok=True)
    if not any(home.path.iterdir()):
        home.path.rmdir()
    say(f"Removed the site in {home.path}.")
    return 0


def _ckan(project: Project, home: Home, options: argparse.Namespace) -> int:
    for command, module in project.alone.items():
        name = command.split()
        if options.words[: len(name)] == name:
            words = options.words[len(name) :]
            return subprocess.run([sys.executable, "-m", module, *words], check=False).returncode
    if options.words and "--help" not in options.words:
        _require_running(home)
    return run_ckan(project, home, options.words)


def _load(project: Project, home: Home, options: argparse.Namespace) -> int:
    if not project.load_command:
        raise Trouble("This project names no load-command in [tool.portal].")
    if "--help" not in options.words:
        _require_running(home)
    return run_ckan(project, home, [*project.load_command, *options.words])


def _test(project: Project, home: Home, options: argparse.Namespace) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options.words],
        cwd=project.root,
        env=_child_environment(project, options),
        check=False,
    ).returncode


def _child_environment(project: Project, options: argparse.Namespace) -> dict[str, str]:
    """Tell tests and measurements which project they are about, and where sites may lie."""
    place = {DATA_VARIABLE: str(Path(options.data).resolve())} if options.data else {}
    return os.environ | {ROOT_VARIABLE: str(project.root)} | place


def _bench(project: Project, home: Home, options: argparse.Namespace) -> int:
    names = options.words or list(project.bench)
    for name in names:
        if name not in project.bench:
            known = ", ".join(project.bench) or "none"
            raise Trouble(f"There is no measurement `{name}`; there are: {known}.")
    for name in names:
        say(f"{name}:")
        done = subprocess.run(
            [sys.executable, str(project.root / project.bench[name])],
            cwd=project.root,
            env=_child_environment(project, options),
            check=False,
        )
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
