# SPDX-License-Identifier: Apache-2.0
"""`prove`: a proof that a book has enough margin, once the reference has said that it has."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from zkmargin.commands.opening import open_book, report_of, view_secret_option
from zkmargin.commands.terminal import (
    EXISTING,
    OUTPUT,
    answer_no,
    as_json,
    level_option,
    natural,
    next_step,
    print_json,
    say,
    stages,
)
from zkmargin.documents.proof_document import dump_margin_proof, write_margin_proof
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.margin import MarginReport, healthy
from zkmargin.margin_proof import prove_margin
from zkmargin.presets import PRESETS
from zkmargin.proving.prover import choose_backend
from zkmargin.report import margin_document, verdict


@click.command("prove")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.argument("snapshot_file", metavar="SNAPSHOT", type=EXISTING)
@level_option
@click.option("--preset", type=click.Choice(list(PRESETS)), help="Default: the smallest that fits.")
@click.option(
    "--domain",
    type=natural,
    default="0",
    metavar="NUMBER",
    help="Domain that the verifier expects; 0, the default, binds the proof to no contract.",
)
@click.option("--backend", default="auto", show_default=True, help="auto, native or snarkjs.")
@view_secret_option
@click.option("-o", "--output", type=OUTPUT, default=Path("proof.json"), show_default=True)
@as_json
def command(
    book_file: Path,
    snapshot_file: Path,
    level: int,
    preset: str | None,
    domain: int,
    backend: str,
    view_secret: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """Prove that BOOK has enough margin under SNAPSHOT, without showing BOOK.

    Exit code 1 if the book is short at the level: then no proof exists, and none is tried.
    """
    snapshot = load_snapshot(snapshot_file)
    book = open_book(book_file, view_secret)
    report = report_of(book_file, snapshot, book)
    say(verdict(report, level))
    if not healthy(report, level):
        _stop(report, level, as_json)
    chosen, reason = choose_backend(backend)
    say(f"backend {chosen}: {reason}")
    with stages() as log:
        proof = prove_margin(
            book,
            snapshot,
            level,
            domain=domain,
            preset=PRESETS[preset] if preset else None,
            backend=chosen,
            progress=log,
        )
    write_margin_proof(output, proof)
    if as_json:
        seconds = {stage: f"{time:.3f}" for stage, time in log.timings.items()}
        print_json({**dump_margin_proof(proof), "backend": chosen, "seconds": seconds})
    say(f"wrote {output}: preset {proof.preset}, {proof.status} key")
    next_step(f"zkmargin verify {output} --snapshot {snapshot_file} --level {level}")


def _stop(report: MarginReport, level: int, as_json: bool) -> NoReturn:
    """Ends the command before any witness is made: the book is short."""
    if as_json:
        print_json(margin_document(report, level))
    next_step("add cash or reduce the position: a book that is short has no margin proof")
    answer_no()
