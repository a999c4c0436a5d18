# SPDX-License-Identifier: Apache-2.0
"""`ceremony verify`: everything, from the powers of tau to the last step."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.ceremony.report import all_steps, summary, unchecked
from zkmargin.ceremony.verification import check_included, check_source, verify_ceremony
from zkmargin.commands.ceremony_step import (
    advise,
    circuit_source,
    directory_option,
    include_option,
    ptau_option,
)
from zkmargin.commands.terminal import answer_no, as_json, next_step, print_json, say, show, stages
from zkmargin.documents.writing import Json
from zkmargin.errors import ArtifactError


@click.command("verify")
@ptau_option
@click.option("--circuit", metavar="CIRCUIT", help="Compile it, and compare the constraints.")
@include_option
@click.option(
    "--includes",
    multiple=True,
    metavar="DIGEST",
    help="A contribution hash or transcript digest that must be in it; may be repeated.",
)
@directory_option
@as_json
def command(
    ptau: Path,
    circuit: str | None,
    include: Path | None,
    includes: tuple[str, ...],
    directory: Path,
    as_json: bool,
) -> None:
    """Verify everything, from the powers of tau to the last step.

    Exit code 0 if the ceremony is valid so far, 1 if it is not.
    """
    source = circuit_source(circuit, include) if circuit else None
    try:
        with stages() as log:
            ceremony = verify_ceremony(directory, ptau, log)
            if source:
                check_source(ceremony, source, log)
        for digest in includes:
            check_included(ceremony.transcript, digest)
    except ArtifactError as error:
        refusal: dict[str, Json] = {"valid": False, "reason": str(error)}
        print_json(refusal) if as_json else show(f"NOT VALID: {error}")
        next_step("go back to the last directory that is valid, and find out who changed it")
        answer_no()
    if as_json:
        print_json({"valid": True, **summary(ceremony)})
    else:
        show(f"valid so far: transcript digest {ceremony.transcript.digest}")
        show(all_steps(ceremony.transcript))
    for sentence in unchecked(ceremony.transcript, source is not None):
        say(sentence)
    advise(ceremony)
