# SPDX-License-Identifier: Apache-2.0
"""What must be true of an engine's store, whatever happened to the engine."""

from __future__ import annotations

from collections import Counter

from zkmargin.engine.decision_log import action_of, replay
from zkmargin.engine.store import Store


def check_record(store: Store) -> None:
    """No lost decision: each that acts has its intent, each intent came to one end, no step was
    done twice, and the log replays to the same decisions.
    """
    acting = [line.place for line in store.log() if action_of(line.entry) is not None]
    intents = store.intents()
    assert [i.decision for i in intents] == acting
    assert {i.state for i in intents} <= {"done", "refused", "abandoned"}
    assert all(i.final or i.outcome is not None for i in intents)
    done = Counter(i.action.key for i in intents if i.state == "done")
    assert set(done.values()) == {1}
    assert replay(store.log()) == len(list(store.log()))
