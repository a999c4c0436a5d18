# SPDX-License-Identifier: Apache-2.0
"""The engine's store: SQLite by default, PostgreSQL by URL; one engine at a time.

    sqlite:///engine.db          postgresql+psycopg://user@host/name

What must be true together is written in one transaction: a decision with its intent, a signature
with its nonce, a block with its events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from zkmargin.engine.action import Action, Outcome, Signed
from zkmargin.engine.decision_log import GENESIS, LogEntry, chained
from zkmargin.engine.schema import blocks, decisions, events, intents
from zkmargin.engine.store_rows import Intent, event_of, event_row, intent_of, intent_row, vars_of
from zkmargin.engine.view import BlockId, VenueEvent
from zkmargin.errors import ZkMarginError

KEPT_BLOCKS: Final = 64  # how far back a reorganisation can be followed

_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class StoreError(ZkMarginError):
    """The database cannot be used now; nothing of the step that failed is lost or done twice."""


class Store:
    """One database; every method is one transaction, and raises StoreError if it fails."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Store:
        """Connects, and brings the tables up to date; raises StoreError."""
        try:
            engine = sa.create_engine(url, pool_pre_ping=True)
            if engine.dialect.name == "sqlite":
                sa.event.listen(engine, "connect", _durable)
            with engine.begin() as connection:
                _migrate(connection)
        except sa.exc.SQLAlchemyError as error:
            raise StoreError(f"the store cannot be opened: {_words(error)}") from None
        return cls(engine)

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    # Blocks

    def followed(self) -> list[BlockId]:
        """The blocks that were followed last, the newest first."""
        with self._transaction() as connection:
            rows = connection.execute(sa.select(blocks).order_by(blocks.c.number.desc()))
            return [BlockId(r.number, r.hash, r.parent) for r in rows]

    def follow(self, block: BlockId, happened: Sequence[VenueEvent]) -> None:
        """Adds the next block with its events."""
        with self._transaction() as connection:
            connection.execute(blocks.insert().values(vars_of(block)))
            if happened:
                connection.execute(events.insert(), [event_row(e) for e in happened])
            old = blocks.c.number <= block.number - KEPT_BLOCKS
            stale = sa.select(blocks.c.hash).where(old)
            connection.execute(events.delete().where(events.c.block.in_(stale)))
            connection.execute(blocks.delete().where(old))

    def undo_above(self, number: int) -> int:
        """Takes back all blocks above a number, their events, and what they settled; the count."""
        with self._transaction() as connection:
            above = blocks.c.number > number
            gone = sa.select(blocks.c.hash).where(above)
            connection.execute(events.delete().where(events.c.block.in_(gone)))
            return int(connection.execute(blocks.delete().where(above)).rowcount)

    def events(self) -> list[VenueEvent]:
        """The events of all followed blocks, in order."""
        with self._transaction() as connection:
            joined = sa.select(events, blocks.c.number).join(blocks)
            rows = connection.execute(joined.order_by(blocks.c.number, events.c.place))
            return [event_of(row) for row in rows]

    # Decisions and intents

    def record(self, entry: str, action: Action | None) -> LogEntry | None:
        """Appends a decision and, if it acts, its intent; None if such an intent is live."""
        with self._transaction() as connection:
            if action is not None and _is_live(connection, action.key):
                return None
            last = connection.execute(
                sa.select(decisions.c.place, decisions.c.hash)
                .order_by(decisions.c.place.desc())
                .limit(1)
            ).first()
            place, previous = (last.place + 1, last.hash) if last else (1, GENESIS)
            line = chained(place, previous, entry)
            connection.execute(decisions.insert().values(vars_of(line)))
            if action is not None:
                connection.execute(intents.insert().values(intent_row(line.place, action)))
            return line

    def log(self, after: int = 0) -> Iterator[LogEntry]:
        """The decision log from a place on."""
        with self._transaction() as connection:
            query = sa.select(decisions).where(decisions.c.place > after)
            rows = list(connection.execute(query.order_by(decisions.c.place)))
        for row in rows:
            yield LogEntry(row.place, row.previous, row.hash, row.entry)

    def intents(self, *states: str, final: bool | None = None) -> list[Intent]:
        """Intents in these states, in the order they were decided; all of them without."""
        query = sa.select(intents).order_by(intents.c.id)
        if states:
            query = query.where(intents.c.state.in_(states))
        if final is not None:
            query = query.where(intents.c.final == final)
        with self._transaction() as connection:
            return [intent_of(row) for row in connection.execute(query)]

    def next_nonce(self, at_least: int) -> int:
        """The nonce after all that were ever given away."""
        with self._transaction() as connection:
            highest = connection.execute(sa.select(sa.func.max(intents.c.nonce))).scalar()
        return at_least if highest is None else max(at_least, int(highest) + 1)

    def sign(self, intent: int, action: Action, signed: Signed) -> bool:
        """Writes down a transaction before it is sent for the first time; it may be sent if True.

        False if another engine on this store was faster: the intent has its transaction.
        """
        return self._update(
            intent,
            intents.c.state == "intended",
            state="sent",
            action=action.to_json(),
            nonce=signed.nonce,
            hash=signed.hash,
            raw=signed.raw.hex(),
        )

    def abandon(self, intent: int, note: str) -> None:
        """Gives up an intent that was never signed."""
        waiting = intents.c.state == "intended"
        self._update(intent, waiting, state="abandoned", note=note, final=True)

    def settle(self, intent: int, outcome: Outcome, *, final: bool) -> None:
        """Writes down what a block made of an intent."""
        self._update(
            intent,
            sa.true(),
            state="done" if outcome.done else "refused",
            block=outcome.block,
            number=outcome.number,
            note=outcome.refusal,
            final=final,
        )

    def unsettle(self, intent: Intent) -> None:
        """Takes back the outcome of an intent whose block is gone."""
        with self._transaction() as connection:
            mine = intents.c.id == intent.id
            state = "sent"
            if intent.state == "refused" and _is_live(connection, intent.action.key):
                state = "refused"  # the same step was decided again: both wait for the chain
            values = {"state": state, "block": None, "number": None}
            connection.execute(intents.update().where(mine).values(values))

    def _update(self, intent: int, where: sa.ColumnElement[bool], **values: Any) -> bool:
        with self._transaction() as connection:
            mine = sa.and_(intents.c.id == intent, where)
            return connection.execute(intents.update().where(mine).values(values)).rowcount == 1

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise StoreError(f"the store failed: {_words(error)}") from None


def _is_live(connection: sa.Connection, key: str) -> bool:
    live = intents.c.state.in_(("intended", "sent", "done"))
    query = sa.select(intents.c.id).where(intents.c.key == key, live)
    return connection.execute(query).first() is not None


def _migrate(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _durable(connection: Any, _: Any) -> None:
    """A commit is on the disk when it returns; readers do not wait for it."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _words(error: Exception) -> str:
    return str(error).splitlines()[0]
