# SPDX-License-Identifier: Apache-2.0
"""Spans of blocks: every log once, in order, whatever a node allows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zkmargin.chain.log_reader import SPAN, LogReader
from zkmargin.errors import ChainError, NodeRefused


class Node:
    """A chain with a log in each of some blocks, which answers for so many blocks and logs."""

    def __init__(self, blocks: set[int], most_blocks: int, most_logs: int) -> None:
        self.blocks, self.most_blocks, self.most_logs = blocks, most_blocks, most_logs
        self.refusals = 0
        self.queries: list[dict[str, Any]] = []

    def get_logs(self, query: dict[str, Any]) -> list[int]:
        self.queries.append(query)
        first, last = query["fromBlock"], query["toBlock"]
        logs = sorted(b for b in self.blocks if first <= b <= last)
        if last - first + 1 > self.most_blocks or len(logs) > self.most_logs:
            self.refusals += 1
            raise NodeRefused("query exceeds the limit")
        return logs


@settings(deadline=None)
@given(
    blocks=st.sets(st.integers(0, 40_000), max_size=60),
    most_blocks=st.sampled_from([1_000, 2_000, 8_999, 9_000, 10_000]),
    most_logs=st.integers(1, 60),
    ends=st.tuples(st.integers(0, 40_000), st.integers(0, 40_000)),
)
def test_every_log_is_read_once_and_in_order(
    blocks: set[int], most_blocks: int, most_logs: int, ends: tuple[int, int]
) -> None:
    node = Node(blocks, most_blocks, most_logs)
    first, last = ends
    expected = sorted(b for b in blocks if first <= b <= last)
    oldest = [b for page in LogReader(node.get_logs).oldest_first({}, first, last) for b in page]
    pages = LogReader(node.get_logs).newest_first({}, first, last)

    assert oldest == expected
    assert [b for page in pages for b in reversed(page)] == expected[::-1]


def test_few_questions_are_refused_by_a_node_that_allows_less() -> None:
    node = Node(set(), 2_000, 1)
    list(LogReader(node.get_logs).oldest_first({}, 0, 99_999))

    assert node.refusals < len(node.queries) / 3
    assert len(node.queries) < 2 * 100_000 / 2_000


def test_a_crowded_block_does_not_make_all_others_slow() -> None:
    node = Node({20, 21}, SPAN, 1)
    list(LogReader(node.get_logs).oldest_first({}, 0, 99_999))

    assert len(node.queries) < 100


def test_a_node_that_allows_the_first_span_is_never_asked_for_more() -> None:
    node = Node(set(), SPAN, 1)
    list(LogReader(node.get_logs).oldest_first({"topics": [None]}, 5, SPAN + 5))

    ends = [(q["fromBlock"], q["toBlock"], q["topics"]) for q in node.queries]
    assert ends == [(5, SPAN + 4, [None]), (SPAN + 5, SPAN + 5, [None])]


def test_a_block_that_is_refused_by_itself_is_an_error() -> None:
    node = Node({3, 4}, 10, 0)

    with pytest.raises(NodeRefused, match="query exceeds the limit"):
        list(LogReader(node.get_logs).oldest_first({}, 0, 9))


def test_a_node_that_is_away_is_asked_once() -> None:
    asked = []

    def away(query: dict[str, Any]) -> list[Any]:
        asked.append(query)
        raise ChainError("the node cannot be reached")

    with pytest.raises(ChainError):
        list(LogReader(away).newest_first({}, 0, 9_999))
    assert len(asked) == 1
