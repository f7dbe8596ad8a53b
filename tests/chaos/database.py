"""A database of its own for a campaign, on a PostgreSQL that is there, and gone when the campaign is."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

HOST, PORT = "127.0.0.1", 5432
USER = os.environ.get("PGUSER", "postgres")


class AbsentError(Exception):
    """There is no PostgreSQL."""


@contextmanager
def fresh_database(wanted: bool) -> Iterator[str | None]:
    """The connection URL of a new database, or None for SQLite where none is wanted. Raises AbsentError."""
    if not wanted:
        yield None
        return
    name = f"observatory_{secrets.token_hex(4)}"
    asyncio.run(_execute(f"CREATE DATABASE {name}"))
    try:
        yield f"postgresql+asyncpg://{USER}@{HOST}:{PORT}/{name}"
    finally:
        asyncio.run(_execute(f"DROP DATABASE {name} WITH (FORCE)"))


async def _execute(statement: str) -> None:
    try:
        connection = await asyncpg.connect(host=HOST, port=PORT, user=USER, database="postgres", timeout=5)
    except OSError as error:
        raise AbsentError(f"no PostgreSQL answers at {HOST}:{PORT} ({type(error).__name__})") from None
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
