# SPDX-License-Identifier: Apache-2.0
"""The tables of the engine's store, on SQLite and PostgreSQL; docs/engine.md has their picture.

Integers above 63 bits (commitments) live inside JSON texts, so no column needs more.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

LIVE: Final = ("intended", "sent", "done")

metadata = MetaData()
_SERIAL = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER keys by itself

blocks = Table(
    "blocks",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False, unique=True),
    Column("parent", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("block", Text, ForeignKey("blocks.hash", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("details", Text, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Column("entry", Text, nullable=False),
)

intents = Table(
    "intents",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("decision", BigInteger, ForeignKey("decisions.place"), nullable=False),
    Column("state", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("nonce", BigInteger, unique=True),
    Column("hash", Text, unique=True),
    Column("raw", Text),
    Column("block", Text),
    Column("number", BigInteger),
    Column("note", Text, nullable=False, server_default=""),
    Column("final", Boolean, nullable=False, server_default=text("false")),
)

_LIVE_ONLY = text("state IN ('intended', 'sent', 'done')")
Index(
    "one_live_intent_a_key",
    intents.c.key,
    unique=True,
    sqlite_where=_LIVE_ONLY,
    postgresql_where=_LIVE_ONLY,
)
