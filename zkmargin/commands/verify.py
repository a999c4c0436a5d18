# SPDX-License-Identifier: Apache-2.0
"""`verify`: whether a proof is valid, and whether it says what is expected."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.terminal import (
    EXISTING,
    answer_no,
    as_json,
    natural,
    next_step,
    print_json,
    say,
    show,
)
from zkmargin.documents.decimal_text import grouped_text
from zkmargin.documents.proof_document import load_proof
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.errors import ArtifactError
from zkmargin.proving.artifacts import artifact_home
from zkmargin.proving.groth16 import VerifyingKey, load_verifying_key
from zkmargin.proving.manifest import DEVELOPMENT, KEY_FILE
from zkmargin.statement import Statement
from zkmargin.statement_proof import (
    StatementProof,
    key_digest,
    setup_command,
    verify_statement,
)
from zkmargin.units import BPS

_MEANINGS = {
    "margin": "is healthy at level",
    "shortfall": "is short at level",
    "nav": "has the NAV below, less 2^96, whatever its margin; level",
    "liquidate": "goes to the winner in part, as below; it was short at level",
}
_HASHES = ("commitment", "snapshot_hash", "cm_old", "cm_new", "cm_lot")
_ADDRESSES = ("beneficiary", "winner")


@click.command("verify")
@click.argument("proof_file", metavar="PROOF", type=EXISTING)
@click.option("--key", "key_file", type=EXISTING, help="Default: the key of the proof's preset.")
@click.option("--snapshot", "snapshot_file", type=EXISTING, help="The market that must be meant.")
@click.option("--commitment", type=natural, help="The commitment that must be meant.")
@click.option("--account", type=natural, help="The account that must be meant.")
@click.option("--version", type=natural, help="The version that must be meant.")
@click.option("--level", type=natural, metavar="BPS", help="The level that must be meant.")
@click.option("--domain", type=natural, help="The domain that must be meant.")
@click.option("--beneficiary", type=natural, help="Who must be meant to be paid.")
@as_json
def command(
    proof_file: Path,
    key_file: Path | None,
    snapshot_file: Path | None,
    as_json: bool,
    **wanted: int | None,
) -> None:
    """Verify PROOF, and compare what it says with what is expected.

    A proof that is valid may still be of another market, account or level: give what you expect.
    """
    proof = load_proof(proof_file)
    key = find_key(proof, key_file)
    if snapshot_file:
        wanted["snapshot_hash"] = load_snapshot(snapshot_file).hash
    said = proof.statement.said()
    for name in wanted.keys() - said.keys():
        if wanted[name] is not None:
            raise click.UsageError(f"--{name}: a {proof.circuit} proof does not say that")
    differing = {n: w for n, w in wanted.items() if w is not None and w != said.get(n)}
    valid = verify_statement(proof, key)
    if as_json:
        compared = [name for name, value in wanted.items() if value is not None]
        print_json(
            {
                "valid": valid,
                "as_expected": not differing,
                **_shown(said),
                "circuit": proof.circuit,
                "preset": proof.preset,
                "status": proof.status,
                "compared": compared,
                "differing": list(differing),
            }
        )
    else:
        show(_sentence(proof, valid))
    for name, value in differing.items():
        say(f"{name}: the proof says {_text(name, said[name])}, expected {_text(name, value)}")
    if differing or not valid:
        next_step("ask for a proof of the statement that you expect")
        answer_no()
    _advise(proof, wanted)


def find_key(proof: StatementProof[Statement], key_file: Path | None) -> VerifyingKey:
    """The verifying key in a file, or that of the proof's preset.

    raises   ArtifactError if there is none, or if the proof names another
    """
    path = key_file or artifact_home() / f"{proof.circuit}_{proof.preset}" / KEY_FILE
    if not path.exists():
        rule = f"must be there: {setup_command(proof.circuit, proof.preset)}, or give --key"
        raise ArtifactError(str(path), "nothing", rule)
    key = load_verifying_key(path)
    if (digest := key_digest(key)) != proof.key:
        raise ArtifactError(str(path), f"the key {digest}", f"the proof is for {proof.key}")
    return key


def _sentence(proof: StatementProof[Statement], valid: bool) -> str:
    if not valid:
        return "NOT VALID: this proof proves nothing"
    said = _shown(proof.statement.said())
    account, version, level = (said.pop(name) for name in ("account", "version", "level"))
    first = f"valid: account {account} version {version} {_MEANINGS[proof.circuit]} {level}"
    return "\n".join([first, *(f"{name.replace('_', ' '):13} {said[name]}" for name in said)])


def _shown(said: dict[str, int]) -> dict[str, str]:
    return {name: _text(name, value) for name, value in said.items()}


def _text(name: str, value: int) -> str:
    if name == "level":
        return grouped_text(value, BPS, 4)
    if name in _ADDRESSES:
        return f"{value:#042x}"
    return f"{value:#066x}" if name in _HASHES else str(value)


def _advise(proof: StatementProof[Statement], wanted: dict[str, int | None]) -> None:
    if proof.status == DEVELOPMENT:
        say("the key is a development key: whoever made it can forge proofs")
    said = proof.statement.said()
    names = ("snapshot_hash", "commitment", "level")
    unchecked = [name for name in names if name in said and wanted.get(name) is None]
    if unchecked:
        next_step(f"compare {', '.join(unchecked)} with what the chain holds")
    else:
        next_step("submit the proof while its epoch is accepted")
