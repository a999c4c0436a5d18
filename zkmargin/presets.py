# SPDX-License-Identifier: Apache-2.0
"""Circuit sizes, known at compile time; risk numbers are run-time and live in `params`.

Proving time follows the power of two of the constraint count, so each preset fills its own. The
scenarios of a circuit come in blocks whose vol modes are fixed: a larger grid opens one block more
and an unused block is a constant, so that one params hash serves every preset.
"""

from __future__ import annotations

from dataclasses import dataclass

from zkmargin.errors import BookError

VolMode = str  # "none", "up" or "down"


def _modes(none: int, up: int, down: int) -> tuple[VolMode, ...]:
    return ("none",) * none + ("up",) * up + ("down",) * down


# The first two scenarios of the first block are the basis shocks of M6, down and up.
SCENARIO_BLOCKS: tuple[tuple[VolMode, ...], ...] = (
    _modes(2, 3, 3),
    _modes(4, 6, 4),
    _modes(2, 8, 2),
)
SLOT_BLOCK = 4  # slots hashed together
SLOT_BLOCKS = 8  # blocks in a commitment, so a book holds at most 32 slots
ROWS = 15  # expiries listed in a snapshot


@dataclass(frozen=True, slots=True)
class Preset:
    """The size of one circuit: strike slots, opened expiries, scenario blocks."""

    name: str
    slots: int
    expiries: int
    scenario_blocks: int

    @property
    def modes(self) -> tuple[VolMode, ...]:
        """Vol mode of every scenario beside the base point, in circuit order."""
        return sum(SCENARIO_BLOCKS[: self.scenario_blocks], ())

    @property
    def scenarios(self) -> int:
        """Number of scenarios, the base point included."""
        return len(self.modes) + 1


TINY = Preset("tiny", slots=2, expiries=2, scenario_blocks=1)
SMALL = Preset("small", slots=5, expiries=2, scenario_blocks=2)
STANDARD = Preset("standard", slots=11, expiries=8, scenario_blocks=2)
LARGE = Preset("large", slots=27, expiries=8, scenario_blocks=2)
DERIBIT = Preset("deribit", slots=7, expiries=8, scenario_blocks=3)
PRESETS = {preset.name: preset for preset in (TINY, SMALL, STANDARD, LARGE, DERIBIT)}


def smallest(strikes: int, expiries: int, scenario_blocks: int) -> Preset:
    """The smallest preset that opens every scenario block in use and holds the book.

    raises   BookError, saying how much the largest preset that knows these scenarios holds
    """
    fitting = [p for p in PRESETS.values() if p.scenario_blocks >= scenario_blocks]
    fitting.sort(key=lambda p: (p.scenario_blocks, p.slots))
    for preset in fitting:
        if strikes <= preset.slots and expiries <= preset.expiries:
            return preset
    most = max(fitting, key=lambda p: p.slots)
    if strikes > most.slots:
        rule = f"the book has {strikes} strikes, the largest preset holds {most.slots}"
        raise BookError("options", strikes, rule)
    rule = f"the book has {expiries} expiries, the largest preset holds {most.expiries}"
    raise BookError("options", expiries, rule)
