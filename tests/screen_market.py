# SPDX-License-Identifier: Apache-2.0
"""One large venue: 12 expiries, and holdings of very many legs on its listed strikes."""

from __future__ import annotations

import random

import numpy as np

from zkmargin.documents.params_document import load_params
from zkmargin.engine.holdings import Holdings, from_columns
from zkmargin.params import RiskParams
from zkmargin.snapshot import Header, Snapshot
from zkmargin.snapshot_rules import live_row, svi_from_real
from zkmargin.units import QUOTE, SIZE

CLOCK = 1_760_000_000
DAYS = (1, 2, 3, 7, 14, 21, 28, 56, 84, 168, 252, 336)
INDEX = 3_000 * QUOTE


def venue_params(name: str = "zkmargin_eth") -> RiskParams:
    """A set of parameters that comes with the package."""
    return load_params(name)


def venue_snapshot(seed: int = 7, name: str = "zkmargin_eth") -> Snapshot:
    """A smile of about 60 % vol on every expiry."""
    rng, params = random.Random(seed), venue_params(name)
    rows = []
    for days in DAYS:
        vol = rng.uniform(0.5, 0.75)
        variance = vol * vol * days / 365
        sigma = 0.3 * (days / 30) ** 0.5
        svi = svi_from_real(variance * 0.6, variance * 0.4 / sigma, -0.2, 0.0, sigma)
        forward = int(INDEX * (1 + days / 365 * 0.05))
        rows.append(live_row(CLOCK + days * 86_400, forward, svi, params, CLOCK))
    header = Header(1, SIZE, 5, CLOCK, INDEX, INDEX + QUOTE)
    return Snapshot(header, params, tuple(rows))


def venue_holdings(legs: int, each: int, *, distinct: bool, seed: int = 11) -> Holdings:
    """Accounts of `each` legs: on 80 strikes an expiry, or each leg at a strike of its own."""
    rng = np.random.default_rng(seed)
    accounts = legs // each
    expiry = CLOCK + 86_400 * np.sort(rng.choice(DAYS, (accounts, each)), axis=1).ravel()
    if distinct:
        strike = (INDEX * np.exp(rng.normal(0, 0.25, legs))).astype(np.int64)
    else:
        strike = rng.integers(20, 100, legs) * (50 * QUOTE)
    sizes = rng.integers(-20 * SIZE, 20 * SIZE, (2, legs)) * (rng.random((2, legs)) < 0.6)
    cash = rng.integers(-20_000 * QUOTE, 200_000 * QUOTE, accounts)
    perp = rng.integers(-20 * SIZE, 20 * SIZE, accounts)
    heads = (cash, perp * INDEX // SIZE, np.abs(perp) // 5, perp)
    starts = np.arange(0, legs + 1, each)
    return from_columns(heads=heads, starts=starts, legs=(expiry, strike, sizes[0], sizes[1]))
