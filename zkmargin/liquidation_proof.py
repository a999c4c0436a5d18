# SPDX-License-Identifier: Apache-2.0
"""A proof that a slice of a book in shortfall is the auction's, and the books after it.

The specification is asked first: what it finds invalid has no witness, and is refused in words.
"""

from __future__ import annotations

from zkmargin.book import Book
from zkmargin.errors import ProvingError
from zkmargin.liquidation import Slice, Terms, smallest_slice
from zkmargin.margin import margin
from zkmargin.presets import Preset
from zkmargin.progress import Progress
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.snapshot import Snapshot
from zkmargin.statement import LiquidateStatement, liquidate_statement
from zkmargin.statement_proof import (
    StatementProof,
    fitting_preset,
    prove_statement,
    verify_statement,
)
from zkmargin.witness import liquidate_inputs

LiquidationProof = StatementProof[LiquidateStatement]


def prove_liquidation(
    taken: Slice,
    lot: Book,
    winner: int,
    *,
    domain: int = 0,
    preset: Preset | None = None,
    backend: str = "auto",
    progress: Progress | None = None,
) -> LiquidationProof:
    """Proves that a slice is the auction's: its price, its size, lot and remainder.

    taken    `liquidated` makes it, and `taken.remainder` is the owner's book afterwards
    lot      `taken.lot(..)`: the winner's book afterwards, under an identity of the winner's
    winner   address that pays, as a number of 160 bits
    domain, preset, backend, progress   as of prove_margin
    raises   ProvingError if the slice is not valid or the lot not one of it, or if the prover
             fails; BookError if the book does not fit; InputError if domain or winner is out of
             range; ArtifactError if the preset is not set up; ToolError if a prover fails
    """
    public = liquidate_statement(taken, lot, winner, domain)
    _check(taken, lot, public.top_up)
    book, snapshot = taken.old.book, taken.old.snapshot
    preset = preset or fitting_preset(book, snapshot)
    inputs = liquidate_inputs(taken, lot, winner, domain, preset)
    return prove_statement(public, inputs, preset, backend=backend, progress=progress)


def verify_liquidation(proof: LiquidationProof, key: VerifyingKey) -> bool:
    """True if the proof is valid under a key; as verify_margin."""
    return verify_statement(proof, key)


def liquidated(book: Book, snapshot: Snapshot, terms: Terms) -> Slice:
    """The slice that an auction's terms make of a book in shortfall.

    raises   BookError if the account is healthy; InputError if it has reached the target
    """
    return smallest_slice(margin(book, snapshot), terms)


def _check(taken: Slice, lot: Book, top_up: int) -> None:
    for holds, words in (
        (taken.old.excess_unreduced(10_000) < 0, "the account is not in shortfall"),
        (taken.restores, "the remainder does not reach the target"),
        (taken.minimal, "a smaller slice reaches the target"),
        (taken.improves, "the excess at level 1 falls"),
        (taken.valid, "the fraction is not within 1 and 1000000"),
        (top_up >= 0, "the top-up is negative"),
        (lot == taken.lot(lot.account, lot.version, lot.blinding, top_up), "the lot is another's"),
    ):
        if not holds:
            raise ProvingError(f"no proof of liquidation: {words}")
