"""A site's databases and the roles that may use them, on whichever server.

Owns making what is missing. Refuses to remove anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg2
from psycopg2 import sql


@dataclass(frozen=True)
class Database:
    """One database and the roles that may use it, with their passwords."""

    name: str
    owner: str
    password: str
    reader: str = ""
    reader_password: str = ""


def ensure(connection: psycopg2.extensions.connection, databases: list[Database]) -> None:
    """Make databases and roles that are missing, and set the roles' passwords.

    Args:
        connection: a superuser's, which commits every statement.
        databases: what there must be.
    """
    with connection.cursor() as cursor:
        for one in databases:
            _role(cursor, one.owner, one.password)
            if one.reader:
                _role(cursor, one.reader, one.reader_password)
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [one.name])
            if cursor.fetchone() is None:
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(one.name), sql.Identifier(one.owner)
                    )
                )


def _role(cursor: psycopg2.extensions.cursor, name: str, password: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    cursor.execute(
        sql.SQL(f"{verb} ROLE {{}} LOGIN PASSWORD {{}}").format(
            sql.Identifier(name), sql.Literal(password)
        )
    )
