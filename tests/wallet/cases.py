# SPDX-License-Identifier: Apache-2.0
"""Books of preset tiny, healthy at level 1.00 under the snapshot beside them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from random_market import random_case

from zkmargin.book import Book
from zkmargin.margin import healthy, margin
from zkmargin.presets import TINY
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS


def cases(seed: int, *, is_healthy: bool = True) -> Iterator[tuple[Book, Snapshot]]:
    """Endlessly many books and snapshots; the short ones if `is_healthy` is false."""
    source = random.Random(seed)
    while True:
        book, snapshot = random_case(source, TINY)
        if healthy(margin(book, snapshot), BPS) == is_healthy:
            yield book, snapshot
