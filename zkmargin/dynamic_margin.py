# SPDX-License-Identifier: Apache-2.0
"""Margin that follows realised volatility: a ladder of risk parameters, each made for one variance.

    rung i:  every spot and basis move (m - 1) and the vol-up move times stretch_i,
             made for variances up to (made_for stretch_i)^2

A governor registers the ladder once; the oracle selects the rung from its EWMA, one epoch ahead
(`zkmargin.market_oracle`). The lowest rung is the base set itself: calm never loosens it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from zkmargin.errors import InputError
from zkmargin.fixed import divide_up
from zkmargin.market_oracle.realised_variance import MAX_VARIANCE, VARIANCE_BITS
from zkmargin.market_oracle.rung_ladder import Rung
from zkmargin.params import HIGHEST_MULTIPLIER, LOWEST_MULTIPLIER, RiskParams, Scenario
from zkmargin.units import BPS

STRETCHES = (10_000, 12_500, 15_000, 20_000)  # 1, 1.25, 1.5, 2              [bps]


@dataclass(frozen=True)
class StretchedParams:
    """One rung: the parameters, and the largest variance they are made for [2^-48 per year]."""

    params: RiskParams
    max_variance: int

    @property
    def rung(self) -> Rung:
        """What the oracle registers of it."""
        return Rung(self.max_variance, self.params.digest)


def ladder(
    base: RiskParams, made_for: int, stretches: Sequence[int] = STRETCHES
) -> tuple[StretchedParams, ...]:
    """The rungs of a base set, calm first; the last is for any variance above.

    made_for    annual vol that the base set is made for [bps]
    stretches   of the rungs, from 10,000, increasing [bps]
    raises      InputError if the vol or a stretch is out of range
    """
    if made_for <= 0:
        raise InputError("made_for", made_for, "must be above 0 bps")
    if not stretches or stretches[0] != BPS or any(a >= b for a, b in pairwise(stretches)):
        raise InputError("stretches", list(stretches), f"must increase from {BPS}")
    bounds = [_variance(made_for, stretch) for stretch in stretches[:-1]] + [MAX_VARIANCE]
    return tuple(
        StretchedParams(stretched(base, stretch), bound)
        for stretch, bound in zip(stretches, bounds, strict=True)
    )


def stretched(base: RiskParams, stretch: int) -> RiskParams:
    """The set with wider moves [bps], each rounded outward and kept within what is provable.

    Of moves that meet at the edge of the provable the one of most weight stays.
    """
    if stretch == BPS:
        return base
    moves: dict[tuple[int, str], Scenario] = {}
    for scenario in base.scenarios:
        wide = replace(scenario, multiplier=_stretched_multiplier(scenario.multiplier, stretch))
        held = moves.setdefault((wide.multiplier, wide.mode), wide)
        if wide.weight > held.weight:
            moves[wide.multiplier, wide.mode] = wide
    law = replace(base.vol_law, up=divide_up(base.vol_law.up * stretch, BPS))
    name = f"{base.name} x{stretch / BPS:g}"
    return replace(
        base,
        name=name,
        scenarios=tuple(moves.values()),
        vol_law=law,
        basis_down=_stretched_multiplier(base.basis_down, stretch),
        basis_up=_stretched_multiplier(base.basis_up, stretch),
    )


def _stretched_multiplier(multiplier: int, stretch: int) -> int:
    move = multiplier - BPS
    outward = divide_up(abs(move) * stretch, BPS)
    moved = BPS + (outward if move > 0 else -outward)
    return min(max(moved, LOWEST_MULTIPLIER), HIGHEST_MULTIPLIER)


def _variance(made_for: int, stretch: int) -> int:
    """(made_for stretch)^2 [2^-48 per year], down."""
    vol = made_for * stretch  # [1e-8]
    return (vol * vol << VARIANCE_BITS) // BPS**4
