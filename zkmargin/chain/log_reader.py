# SPDX-License-Identifier: Apache-2.0
"""Logs, asked for in spans of blocks.

A public node answers for so many blocks (500 to 10,000) or so many logs at once, and each says so
in its own words. So whatever the refusal: a span that is refused is halved, down to one block, and
grows by a quarter at each answer, for it may be that only some blocks are crowded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from zkmargin.errors import NodeRefused

SPAN: Final = 9_000  # at first [blocks]

Query = dict[str, Any]


class LogReader:
    """Reads the logs of one node.

    get_logs   what `eth_getLogs` answers to a query; raises NodeRefused
    span       blocks of the next query
    """

    def __init__(self, get_logs: Callable[[Query], list[Any]], span: int = SPAN) -> None:
        self._get_logs = get_logs
        self.span = self._most = span

    def oldest_first(self, query: Query, first: int, last: int) -> Iterator[list[Any]]:
        """The logs of the blocks first to last, a span at a time; raises as `get_logs`."""
        while first <= last:
            end = min(first + self.span - 1, last)
            logs = self._answer(query, first, end)
            if logs is not None:
                yield logs
                first = end + 1

    def newest_first(self, query: Query, first: int, last: int) -> Iterator[list[Any]]:
        """The same from the other end; within a span the oldest is first."""
        while first <= last:
            start = max(last - self.span + 1, first)
            logs = self._answer(query, start, last)
            if logs is not None:
                yield logs
                last = start - 1

    def _answer(self, query: Query, first: int, last: int) -> list[Any] | None:
        """The logs, or None and a smaller span; raises NodeRefused if one block is too much."""
        try:
            logs = self._get_logs({**query, "fromBlock": first, "toBlock": last})
            self.span = min(self.span + self.span // 4 + 1, self._most)
            return logs
        except NodeRefused:
            if first == last:
                raise
            self.span = (last - first + 1) // 2
            return None
