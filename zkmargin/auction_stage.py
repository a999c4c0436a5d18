# SPDX-License-Identifier: Apache-2.0
"""The stages of an auction; the numbers are those of ILiquidationAuction.sol."""

from __future__ import annotations

from enum import IntEnum


class Stage(IntEnum):
    """Stage of an auction."""

    NONE = 0
    BIDDING = 1
    AWARDED = 2
    SETTLED = 3
    CURED = 4
    FAILED = 5

    @property
    def word(self) -> str:
        """As people and documents see it."""
        return self.name.capitalize()
