# SPDX-License-Identifier: Apache-2.0
"""Blocks, events, decisions, intents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_LIVE = sa.text("state IN ('intended', 'sent', 'done')")
_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    _chain()
    op.create_table(
        "decisions",
        sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("entry", sa.Text, nullable=False),
    )
    op.create_table(
        "intents",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("decision", sa.BigInteger, sa.ForeignKey("decisions.place"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("nonce", sa.BigInteger, unique=True),
        sa.Column("hash", sa.Text, unique=True),
        sa.Column("raw", sa.Text),
        sa.Column("block", sa.Text),
        sa.Column("number", sa.BigInteger),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("final", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.create_index(
        "one_live_intent_a_key",
        "intents",
        ["key"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )


def downgrade() -> None:
    """Drops the tables."""
    for name in ("intents", "decisions", "events", "blocks"):
        op.drop_table(name)


def _chain() -> None:
    op.create_table(
        "blocks",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("parent", sa.Text, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column(
            "block", sa.Text, sa.ForeignKey("blocks.hash", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
    )
