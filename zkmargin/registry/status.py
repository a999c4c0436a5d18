# SPDX-License-Identifier: Apache-2.0
"""The statuses of an account; the numbers are those of verifier/src/interfaces/IAccounts.sol."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Status of an account now."""

    NONE = 0
    HEALTHY = 1
    STALE = 2
    CALLED = 3
    PRESUMED = 4
    LIQUIDATABLE = 5
    IN_AUCTION = 6
    AWARDED = 7
    CLOSED = 8

    @property
    def word(self) -> str:
        """As people and documents see it."""
        return self.name.capitalize() if self is not Status.IN_AUCTION else "InAuction"
