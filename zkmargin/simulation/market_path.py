# SPDX-License-Identifier: Apache-2.0
"""Paths of spot and at-the-money vol: a seeded jump-diffusion with a crash, or recorded prices.

Floats: a simulation is not money.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zkmargin.errors import InputError

Floats = NDArray[np.float64]

SECONDS_PER_YEAR = 365 * 86_400
_LOWEST_VOL, _HIGHEST_VOL = 0.15, 3.5


@dataclass(frozen=True)
class MarketPath:
    """Spot and vol at evenly spaced times.

    seconds   between two points
    spot      [steps + 1], quote units
    vol       [steps + 1], annual at-the-money vol, 1.0 is 100 %
    """

    seconds: int
    spot: Floats
    vol: Floats

    @property
    def steps(self) -> int:
        """Number of moves."""
        return len(self.spot) - 1


@dataclass(frozen=True, slots=True)
class JumpDiffusion:
    """Log-spot diffuses at the path's own vol and jumps; log-vol reverts and jumps with it.

    vol             annual, where log-vol reverts to
    vol_of_vol      annual, of log-vol
    reversion       per year
    correlation     of the two Brownian motions
    jumps           expected number a year
    jump_mean, jump_spread   of the log-spot jump
    vol_response    move of log-vol per unit of downward log-spot jump
    crash           log-spot move added over `crash_hours`, starting a third into the path
    """

    vol: float = 0.65
    vol_of_vol: float = 1.5
    reversion: float = 12.0
    correlation: float = -0.6
    jumps: float = 150.0
    jump_mean: float = -0.01
    jump_spread: float = 0.02
    vol_response: float = 3.0
    crash: float = 0.0
    crash_hours: float = 3.0


def jump_diffusion(
    model: JumpDiffusion, *, spot: float, seconds: int, steps: int, seed: int
) -> MarketPath:
    """A path of `steps` moves; the same seed gives the same path."""
    rng = np.random.default_rng(seed)
    years = seconds / SECONDS_PER_YEAR
    common, own = rng.standard_normal((2, steps))
    other = model.correlation * common + math.sqrt(1 - model.correlation**2) * own
    counts = rng.poisson(model.jumps * years, steps)
    jumps = counts * model.jump_mean + np.sqrt(counts) * model.jump_spread * rng.standard_normal(
        steps
    )
    moves = jumps + _crash(model, seconds, steps)
    prices, vols = [spot], [model.vol]
    for step in range(steps):
        vol = vols[-1]
        diffusion = vol * math.sqrt(years) * common[step] - vol * vol * years / 2
        prices.append(prices[-1] * math.exp(diffusion + moves[step]))
        pull = model.reversion * years * (math.log(model.vol) - math.log(vol))
        shock = model.vol_of_vol * math.sqrt(years) * other[step]
        response = model.vol_response * max(0.0, -moves[step])
        vols.append(_within(vol * math.exp(pull + shock + response)))
    return MarketPath(seconds, np.array(prices), np.array(vols))


def recorded(path: Path) -> MarketPath:
    """Prices from a CSV file with the columns `time` [s], `spot` and, if wanted, `vol`.

    Times must be evenly spaced. Without `vol` the path takes an EWMA of its own moves.
    raises   InputError that names the row, the field and what it must be
    """
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    if len(rows) < 2:
        raise InputError(str(path), len(rows), "must have at least two rows of prices")
    times = [_number(path, place, row, "time") for place, row in enumerate(rows, 2)]
    spot = np.array([_number(path, place, row, "spot") for place, row in enumerate(rows, 2)])
    gap = times[1] - times[0]
    for place, (before, after) in enumerate(pairwise(times), 3):
        if after - before != gap or gap != int(gap):
            rule = f"must be {gap} s after the row before it, a whole number of seconds"
            raise InputError(f"{path} row {place} time", after, rule)
    if "vol" in rows[0]:
        vol = np.array([_number(path, place, row, "vol") for place, row in enumerate(rows, 2)])
    else:
        vol = ewma_vol(spot, int(gap))
    return MarketPath(int(gap), spot, np.clip(vol, _LOWEST_VOL, _HIGHEST_VOL))


def ewma_vol(spot: Floats, seconds: int, decay: float = 0.97) -> Floats:
    """Annual vol at every point from an EWMA of squared log-returns; the first is 65 %."""
    per_year = SECONDS_PER_YEAR / seconds
    variance = [0.65**2]
    for move in np.diff(np.log(spot)):
        variance.append(decay * variance[-1] + (1 - decay) * move * move * per_year)
    vol: Floats = np.sqrt(np.array(variance))
    return vol


def _crash(model: JumpDiffusion, seconds: int, steps: int) -> Floats:
    moves = np.zeros(steps)
    length = max(1, min(steps, round(model.crash_hours * 3_600 / seconds)))
    start = min(steps // 3, steps - length)
    moves[start : start + length] = model.crash / length
    return moves


def _within(vol: float) -> float:
    return min(_HIGHEST_VOL, max(_LOWEST_VOL, vol))


def _number(path: Path, place: int, row: dict[str, str], field: str) -> float:
    text = row.get(field)
    try:
        number = float(text or "")
    except ValueError:
        number = math.nan
    lowest = -1.0 if field == "time" else 0.0
    if not math.isfinite(number) or number <= lowest:
        rule = "must be a number of seconds" if field == "time" else "must be a number above 0"
        raise InputError(f"{path} row {place} {field}", text, rule)
    return number
