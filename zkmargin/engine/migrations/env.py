# SPDX-License-Identifier: Apache-2.0
"""Runs migrations on the connection that `Store.open` hands over."""

from __future__ import annotations

from alembic import context

from zkmargin.engine.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
