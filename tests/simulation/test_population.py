# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from zkmargin.documents.params_document import load_params
from zkmargin.margin import margin
from zkmargin.simulation.market import PathMarket
from zkmargin.simulation.market_path import JumpDiffusion, jump_diffusion
from zkmargin.simulation.population import LOWEST_RATIO, population
from zkmargin.snapshot import Snapshot
from zkmargin.snapshot_rules import validate

PATH = jump_diffusion(JumpDiffusion(crash=-0.45), spot=2_700.0, seconds=600, steps=72, seed=2)
MARKET = PathMarket(PATH, load_params("zkmargin_eth"))


def start() -> Snapshot:
    return MARKET.snapshot(0)


def test_every_snapshot_of_a_path_is_one_that_signers_would_sign() -> None:
    for step in range(0, PATH.steps + 1, 8):
        validate(MARKET.snapshot(step))


def test_every_account_starts_above_its_requirement() -> None:
    ratios = []
    for book in population(100, start(), seed=3):
        report = margin(book, start())
        ratios.append(report.nav / report.mmr)

    assert min(ratios) >= LOWEST_RATIO - 1e-3
    assert max(ratios) > 2


def test_accounts_are_told_apart_and_drawn_alike_from_a_seed() -> None:
    books = population(20, start(), seed=3)

    assert [book.account for book in books] == list(range(1, 21))
    assert books == population(20, start(), seed=3)
    assert books != population(20, start(), seed=4)
