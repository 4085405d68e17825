"""Reading a rulebook's file.

Refuses, with the line, whatever it does not know: a rule is better missed at the start than
thought to be in force. All mistakes are told at once.
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ..rules.registry import Check, WrongParameter
from .shape import (
    ABOUT,
    ENFORCE,
    MODES,
    SEVERITIES,
    TOPICS,
    Clause,
    Rule,
    Rulebook,
    RulebookError,
)  # fmt: skip

__all__ = ["read"]

_LARGEST = 1_000_000  # bytes; the City's own has a twentieth of it
_DEEPEST = 12
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE = re.compile(r"[A-Za-z0-9§][A-Za-z0-9§ ().:-]*")
_FILE = ("title", "sources", "clauses", "rules")
_SOURCE = ("title", "url")
_CLAUSE = ("text", "source")
_RULE = (
    "id", "title", "clauses", "severity", "stricter", "mode", "about", "check", "parameters",
    "why", "fix", "version", "valid_from", "valid_to",
)  # fmt: skip

Fields = dict[str, yaml.Node]


def read(path: Path, checks: Mapping[str, Check], ceiling: str = ENFORCE) -> Rulebook:
    """Read a rulebook.

    Args:
        path: of the file
        checks: those that its rules may name
        ceiling: the highest mode; a rule that asks for a higher one is read as having this one

    Raises:
        RulebookError: the file cannot be read, or something in it cannot be meant
    """
    if ceiling not in MODES:
        raise RulebookError(f"The highest mode must be one of {_listed(MODES)}, not {ceiling!r}.")
    text = _text_of(path)
    try:
        _refuse_tricks(path, text)
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise RulebookError(
            f"{path}{line}: this is no YAML: {error.problem or error.context}."
            " Compare it with the lines above and below."
        ) from error
    except yaml.YAMLError as error:
        raise RulebookError(f"{path}: this is no YAML: {error}") from error
    return _Reader(path, loader, checks, ceiling).rulebook(root)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise RulebookError(
                f"{path} is larger than {_LARGEST:,} bytes. A rulebook holds rules, no data."
            )
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise RulebookError(
            f"{path} is missing. Copy the one that came with the portal and change it."
        ) from error
    except OSError as error:
        raise RulebookError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RulebookError(
            f"{path}, line {line}: this is not written in UTF-8. Save the file as UTF-8."
        ) from error


def _refuse_tricks(path: Path, text: str) -> None:
    """Refuse what could make a small file an endless one: links to other places, and depth."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise RulebookError(
                f"{path}, line {line}: *{event.anchor} stands for something written elsewhere."
                " Write it out."
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise RulebookError(
                f"{path}, line {line}: this lies deeper than {_DEEPEST} levels."
                " No rule needs so many."
            )


class _Reader:
    """One reading of one file: collects what is wrong on the way."""

    def __init__(
        self, path: Path, loader: yaml.CSafeLoader, checks: Mapping[str, Check], ceiling: str
    ) -> None:
        self.path = path
        self.loader = loader
        self.checks = checks
        self.ceiling = ceiling
        self.mistakes: list[tuple[int, str]] = []

    def rulebook(self, root: yaml.Node | None) -> Rulebook:
        if root is None:
            raise RulebookError(
                f"{self.path} is empty. It must hold title, sources, clauses and rules."
            )
        fields = self.fields(root, "the file", _FILE)
        title = self.text(fields, "title", root, "the file")
        sources = {
            name: self.source(name, node)
            for name, node in self.fields(fields.get("sources"), "sources").items()
        }
        clauses = {
            code: self.clause(code, node, sources)
            for code, node in self.fields(fields.get("clauses"), "clauses").items()
        }
        rules = [self.rule(node, clauses) for node in self.members(fields, root)]
        seen: set[str] = set()
        for rule, node in zip(rules, self.members(fields, root), strict=True):
            if rule and rule.id in seen:
                self.wrong(node, f"{rule.id} stands there twice. Keep one of them.")
            seen |= {rule.id} if rule else set()
        if self.mistakes:
            raise RulebookError(
                *(f"{self.path}, line {line}: {what}" for line, what in sorted(self.mistakes))
            )
        kept = tuple(rule for rule in rules if rule)
        return Rulebook(title, clauses, kept, _edition(title, clauses, kept))

    def wrong(self, node: yaml.Node, what: str) -> None:
        self.mistakes.append((node.start_mark.line + 1, what))

    def members(self, fields: Fields, root: yaml.Node) -> list[yaml.Node]:
        node = fields.get("rules")
        if node is None or (isinstance(node, yaml.SequenceNode) and not node.value):
            if not self.mistakes:
                self.wrong(node or root, "rules: there is none. Write at least one.")
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, "rules: must be a list, each rule beginning with '- id: '.")
            return []
        return node.value

    def fields(
        self, node: yaml.Node | None, where: str, known: Collection[str] | None = None
    ) -> Fields:
        """Return the values by their names, once each."""
        if node is None or self.is_nothing(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{where}: must hold names and values, as in 'title: Open format'.")
            return {}
        found: Fields = {}
        for key, value in node.value:
            name = self.value(key, where)
            if not isinstance(name, str):
                self.wrong(key, f"{where}: the name {name!r} must be a text.")
            elif name in found:
                self.wrong(key, f"{where}: {name} stands there twice. Keep one of them.")
            elif known is not None and name not in known:
                self.wrong(key, f"{where}: {name} is not known. {_mend(name, known)}")
            else:
                found[name] = value
        return found

    def is_nothing(self, node: yaml.Node) -> bool:
        return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"

    def value(self, node: yaml.Node, where: str) -> Any:
        try:
            return self.loader.construct_object(node, deep=True)
        except yaml.MarkedYAMLError as error:
            self.wrong(node, f"{where}: {error.problem or error.context}.")
        except (ValueError, OverflowError):
            self.wrong(node, f"{where}: there is no such day or number.")
        except TypeError:
            self.wrong(node, f"{where}: a name must be a text.")
        return None

    def text(
        self, fields: Fields, name: str, owner: yaml.Node, where: str, *, required: bool = True
    ) -> str:
        node = fields.get(name)
        if node is None:
            if required:
                self.wrong(owner, f"{where}: {name} is missing.")
            return ""
        value = self.value(node, f"{where}: {name}")
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
        if isinstance(value, str) or value is None:
            self.wrong(node, f"{where}: {name} is empty. Write it, or leave the line out.")
        else:
            self.wrong(node, f"{where}: {name} must be a text, not {value!r}. Put it in quotes.")
        return ""

    def choice(
        self, fields: Fields, name: str, owner: yaml.Node, where: str, choices: Collection[str]
    ) -> str:
        node = fields.get(name)
        if node is None:
            self.wrong(owner, f"{where}: {name} is missing. It is one of {_listed(choices)}.")
            return ""
        value = self.value(node, f"{where}: {name}")
        # YAML 1.1 reads a bare off as false.
        value = "off" if value is False and node.value == "off" else value
        if not isinstance(value, str) or value not in choices:
            self.wrong(node, f"{where}: {name} {value!r} is not known. {_mend(value, choices)}")
            return ""
        return value

    def source(self, name: str, node: yaml.Node) -> tuple[str, str]:
        """Return the title of what clauses come from, and its address."""
        where = f"source {name}"
        fields = self.fields(node, where, _SOURCE)
        url = self.text(fields, "url", node, where, required=False)
        if url and not re.match(r"https?://[^\s/]+", url):
            self.wrong(fields["url"], f"{where}: url {url!r} must begin with https:// or http://.")
        return self.text(fields, "title", node, where), url

    def clause(self, code: str, node: yaml.Node, sources: Mapping[str, tuple[str, str]]) -> Clause:
        where = f"clause {code}"
        if not _CODE.fullmatch(code):
            self.wrong(node, f"{where}: a code is made of letters, digits, spaces and §.:()- only.")
        fields = self.fields(node, where, _CLAUSE)
        source = self.text(fields, "source", node, where)
        if source and source not in sources:
            self.wrong(
                fields["source"],
                f"{where}: there is no source {source!r}. {_mend(source, sources)}",
            )
        return Clause(code, self.text(fields, "text", node, where), *sources.get(source, ()))

    def rule(self, node: yaml.Node, clauses: Mapping[str, Clause]) -> Rule | None:
        before = len(self.mistakes)
        fields = self.fields(node, "a rule", _RULE)
        id = self.text(fields, "id", node, "a rule")
        where = f"rule {id}" if id else "a rule"
        if id and not _ID.fullmatch(id):
            self.wrong(fields["id"], f"{where}: an id is made of a-z, 0-9 and single hyphens only.")
        mode = self.choice(fields, "mode", node, where, MODES)
        severity = self.choice(fields, "severity", node, where, SEVERITIES)
        check = self.check(fields, node, where)
        read: dict[str, Any] = dict(
            title=self.text(fields, "title", node, where),
            clauses=self.named_clauses(fields.get("clauses"), where, clauses),
            stricter=self.stricter(fields.get("stricter"), where, severity),
            about=self.choice(fields, "about", node, where, ABOUT),
            parameters=self.parameters(fields.get("parameters"), where, check),
            why=self.text(fields, "why", node, where),
            fix=self.text(fields, "fix", node, where),
            version=self.version(fields, node, where),
        )
        start, end = (self.day(fields.get(name), f"{where}: {name}") for name in _RULE[-2:])
        if start and end and end < start:
            self.wrong(
                fields["valid_to"],
                f"{where}: valid_to {end} is earlier than valid_from {start}. Change one of them.",
            )
        if check is None or len(self.mistakes) > before:
            return None
        mode = min(mode, self.ceiling, key=MODES.index)
        return Rule(
            id=id, mode=mode, severity=severity, check=check, valid_from=start, valid_to=end, **read
        )

    def check(self, fields: Fields, owner: yaml.Node, where: str) -> Check | None:
        name = self.text(fields, "check", owner, where)
        if name and name not in self.checks:
            self.wrong(
                fields["check"],
                f"{where}: there is no check {name!r}. {_mend(name, self.checks)}",
            )
        return self.checks.get(name)

    def named_clauses(
        self, node: yaml.Node | None, where: str, clauses: Mapping[str, Clause]
    ) -> tuple[Clause, ...]:
        if node is None:
            return ()
        codes = self.value(node, f"{where}: clauses")
        if not isinstance(codes, list):
            self.wrong(node, f"{where}: clauses must be a list of codes, as in [IND-P1].")
            return ()
        found = []
        for code, item in zip(codes, node.value, strict=True):
            if not isinstance(code, str) or code not in clauses:
                self.wrong(item, f"{where}: there is no clause {code!r}. {_mend(code, clauses)}")
            elif clauses[code] in found:
                self.wrong(item, f"{where}: clause {code} stands there twice. Keep one of them.")
            else:
                found.append(clauses[code])
        return tuple(found)

    def stricter(self, node: yaml.Node | None, where: str, severity: str) -> dict[str, str]:
        asked: dict[str, str] = {}
        fields = self.fields(node, f"{where}: stricter", TOPICS)
        for topic, item in fields.items():
            value = self.choice(fields, topic, item, f"{where}: stricter", SEVERITIES)
            if not value or not severity:
                continue
            if SEVERITIES.index(value) >= SEVERITIES.index(severity):
                self.wrong(
                    item, f"{where}: stricter: {topic} is {value}, no stricter than {severity}."
                )
            asked[topic] = value
        return asked

    def parameters(self, node: yaml.Node | None, where: str, check: Check | None) -> dict[str, Any]:
        if check is None:
            return {}
        given: dict[str, Any] = {}
        for name, item in self.fields(node, f"{where}: parameters").items():
            value = self.value(item, f"{where}: {name}")
            try:
                given |= {name: check.read({name: value})[name]}
            except WrongParameter as error:
                self.wrong(item, f"{where}: {error}")
        return check.read(given)

    def version(self, fields: Fields, owner: yaml.Node, where: str) -> int:
        node = fields.get("version")
        if node is None:
            self.wrong(owner, f"{where}: version is missing. The first one is 1.")
            return 1
        value = self.value(node, f"{where}: version")
        if type(value) is not int or value < 1:
            self.wrong(node, f"{where}: version {value!r} must be a whole number from 1 on.")
            return 1
        return value

    def day(self, node: yaml.Node | None, where: str) -> dt.date | None:
        if node is None:
            return None
        before = len(self.mistakes)
        value = self.value(node, where)
        if isinstance(value, str):
            try:
                value = dt.date.fromisoformat(value)
            except ValueError:
                pass
        if type(value) is dt.date:
            return value
        if len(self.mistakes) == before:
            self.wrong(node, f"{where} {value!r} is no day. Write it as 2027-04-26.")
        return None


def _mend(name: Any, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(str(name), names, 1) if len(str(name)) < 100 else []
    return f"Did you mean {near[0]}?" if near else f"Known are {_listed(names)}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _edition(title: str, clauses: Mapping[str, Clause], rules: Iterable[Rule]) -> str:
    """Digest what a rulebook means, whatever its file looks like."""
    meant = {
        "title": title,
        "clauses": {code: vars(clause) for code, clause in clauses.items()},
        "rules": [
            vars(rule)
            | {
                "check": [rule.check.name, rule.check.version],
                "clauses": [clause.code for clause in rule.clauses],
            }
            for rule in rules
        ],
    }
    written = json.dumps(meant, sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:16]
