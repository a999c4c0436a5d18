# SPDX-License-Identifier: Apache-2.0
"""`prove-liquidation`: a proof that a slice of a book is an auction's, and the books after it."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.opening import open_book, report_of, view_secret_option
from zkmargin.commands.proving_options import ProvingOptions, proving_options
from zkmargin.commands.terminal import (
    EXISTING,
    OUTPUT,
    answer_no,
    as_json,
    natural,
    next_step,
    print_json,
    say,
    stages,
)
from zkmargin.documents.book_document import write_book
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.reading import Field
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.errors import InputError
from zkmargin.liquidation import Terms
from zkmargin.liquidation_proof import prove_liquidation
from zkmargin.margin import healthy
from zkmargin.report import margin_document, money_text, verdict
from zkmargin.settlement import Settlement, settlement
from zkmargin.units import BPS, CASH_BOUND, FRACTION_ONE, QUOTE


def _factor(text: str) -> int:
    return Field("factor", "", text, InputError).amount(FRACTION_ONE, 0, FRACTION_ONE + 1)


def _reserved(text: str) -> int:
    return Field("reserved", "", text, InputError).amount(QUOTE, 0, CASH_BOUND)


@click.command("prove-liquidation")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.argument("snapshot_file", metavar="SNAPSHOT", type=EXISTING)
@click.option("--factor", type=_factor, required=True, help="Price factor of the award, 0 to 1.")
@click.option("--target", type=int, required=True, metavar="BPS", help="Level to be restored.")
@click.option(
    "--reserved",
    type=_reserved,
    default="0",
    metavar="AMOUNT",
    help="Cash that earlier slices of the auction brought; default: none.",
)
@click.option(
    "--winner", type=natural, required=True, metavar="ADDRESS", help="Who pays, and is bound to it."
)
@click.option("--lot-account", type=natural, required=True, help="Account that the lot becomes.")
@click.option(
    "--initial-level",
    type=int,
    default=12_000,
    show_default=True,
    metavar="BPS",
    help="Level of the lot, which the least top-up gives it.",
)
@click.option("--lot", "lot_file", type=OUTPUT, required=True, help="The winner's book after it.")
@click.option("--remainder", type=OUTPUT, required=True, help="The owner's book after it.")
@view_secret_option
@proving_options
@as_json
def command(
    book_file: Path,
    snapshot_file: Path,
    factor: int,
    target: int,
    reserved: int,
    winner: int,
    lot_account: int,
    initial_level: int,
    lot_file: Path,
    remainder: Path,
    view_secret: Path | None,
    proving: ProvingOptions,
    as_json: bool,
) -> None:
    """Prove that the smallest slice of BOOK that restores the target goes for the auction's price.

    The terms are those of an award: `zkmargin chain auction status`. Both books are as secret as
    BOOK. Exit code 1 if BOOK is healthy: then it has no slice.
    """
    snapshot = load_snapshot(snapshot_file)
    book = open_book(book_file, view_secret)
    report = report_of(book_file, snapshot, book)
    if healthy(report, BPS):
        say(verdict(report, BPS))
        if as_json:
            print_json(margin_document(report, BPS))
        next_step("leave the account alone: a book that is healthy is not liquidated")
        answer_no()
    terms = Terms(discount=factor, reserved=reserved, target=target)
    award = settlement(book, snapshot, terms, lot_account, initial_level)
    _say_slice(award)
    with stages() as log:
        made = proving.arguments("liquidate", log)
        proof = prove_liquidation(award.slice, award.lot, winner, **made)
    write_book(lot_file, award.lot)
    write_book(remainder, award.slice.remainder)
    say(f"wrote {lot_file}, the lot, and {remainder}, what is left: keep them secret")
    wanted = f"--snapshot {snapshot_file} --winner {winner:#042x}"
    proving.finish(proof, made, as_json, wanted)


def _say_slice(award: Settlement) -> None:
    taken = award.slice
    say(f"slice {exact_text(taken.fraction, FRACTION_ONE)} for {money_text(taken.price)}")
    say(f"top-up of the lot {money_text(award.top_up)}, deficit {money_text(taken.deficit)}")
