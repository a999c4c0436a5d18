# SPDX-License-Identifier: Apache-2.0
"""`prove`: a proof that a book has enough margin, or that it is short, as the reference says."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

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
from zkmargin.documents.proof_document import dump_proof, write_proof
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.margin import MarginReport, healthy
from zkmargin.margin_proof import prove_margin
from zkmargin.presets import PRESETS
from zkmargin.proving.prover import choose_backend
from zkmargin.report import margin_document, verdict
from zkmargin.shortfall_proof import prove_shortfall
from zkmargin.statement import MarginStatement, ShortfallStatement, Statement
from zkmargin.statement_proof import StatementProof


@click.command("prove")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.argument("snapshot_file", metavar="SNAPSHOT", type=EXISTING)
@level_option
@click.option(
    "--statement",
    type=click.Choice([MarginStatement.circuit, ShortfallStatement.circuit]),
    default=MarginStatement.circuit,
    show_default=True,
    help="margin: BOOK has enough. shortfall: it has not.",
)
@click.option(
    "--beneficiary",
    type=natural,
    metavar="ADDRESS",
    help="Who is paid for a proof of shortfall, 0x...; needed for one.",
)
@click.option("--preset", type=click.Choice(list(PRESETS)), help="Default: the smallest that fits.")
@click.option(
    "--domain",
    type=natural,
    default="0",
    metavar="NUMBER",
    help="Domain that the verifier expects; 0, the default, binds the proof to no contract.",
)
@click.option(
    "--deployment",
    type=EXISTING,
    help="Deployment file, from which domain and preset are taken.",
)
@click.option("--backend", default="auto", show_default=True, help="auto, native or snarkjs.")
@view_secret_option
@click.option("-o", "--output", type=OUTPUT, default=Path("proof.json"), show_default=True)
@as_json
def command(
    book_file: Path,
    snapshot_file: Path,
    level: int,
    statement: str,
    beneficiary: int | None,
    preset: str | None,
    domain: int,
    deployment: Path | None,
    backend: str,
    view_secret: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """Prove that BOOK has enough margin under SNAPSHOT, or that it is short, without showing BOOK.

    Exit code 1 if that is not so at the level: then no proof exists, and none is tried.
    """
    short = statement == ShortfallStatement.circuit
    if short != (beneficiary is not None):
        raise click.UsageError("--beneficiary goes with --statement shortfall, and it with that")
    if deployment is not None:
        if domain or preset:
            raise click.UsageError("--deployment takes the place of --domain and --preset")
        domain, preset = _deployed(deployment, statement)
    snapshot = load_snapshot(snapshot_file)
    book = open_book(book_file, view_secret)
    report = report_of(book_file, snapshot, book)
    say(verdict(report, level))
    if healthy(report, level) == short:
        _stop(report, level, as_json)
    chosen, reason = choose_backend(backend)
    say(f"backend {chosen}: {reason}")
    with stages() as log:
        proof: StatementProof[Statement]
        options: dict[str, Any] = {"domain": domain, "backend": chosen, "progress": log}
        options["preset"] = PRESETS[preset] if preset else None
        if beneficiary is None:
            proof = prove_margin(book, snapshot, level, **options)
        else:
            proof = prove_shortfall(book, snapshot, beneficiary, level, **options)
    write_proof(output, proof)
    if as_json:
        seconds = {stage: f"{time:.3f}" for stage, time in log.timings.items()}
        print_json({**dump_proof(proof), "backend": chosen, "seconds": seconds})
    say(f"wrote {output}: preset {proof.preset}, {proof.status} key")
    next_step(f"zkmargin verify {output} --snapshot {snapshot_file} --level {level}")


def _deployed(path: Path, circuit: str) -> tuple[int, str]:
    """Domain and preset that the registry of a deployment demands of a circuit's proofs."""
    from zkmargin.chain.deployment import load_deployment  # needs the extra `chain`

    deployment = load_deployment(path)
    return deployment.domain(circuit), deployment.preset(circuit).name


def _stop(report: MarginReport, level: int, as_json: bool) -> NoReturn:
    """Ends the command before any witness is made: what was to be proven is not so."""
    if as_json:
        print_json(margin_document(report, level))
    if healthy(report, level):
        next_step("leave the account alone: a book that is healthy has no proof of shortfall")
    else:
        next_step("add cash or reduce the position: a book that is short has no margin proof")
    answer_no()
