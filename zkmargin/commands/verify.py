# SPDX-License-Identifier: Apache-2.0
"""`verify`: whether a proof is valid, and whether it says what is expected."""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import Path
from typing import Final

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
from zkmargin.documents.decimal_text import exact_text, grouped_text
from zkmargin.documents.proof_document import load_proof
from zkmargin.documents.reading import Field
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.errors import ArtifactError, InputError
from zkmargin.proving.artifacts import artifact_home
from zkmargin.proving.groth16 import VerifyingKey, load_verifying_key
from zkmargin.proving.manifest import DEVELOPMENT, KEY_FILE
from zkmargin.report import CURRENCY
from zkmargin.statement import Statement
from zkmargin.statement_proof import (
    StatementProof,
    key_digest,
    setup_command,
    verify_statement,
)
from zkmargin.units import BPS, FRACTION_ONE, NAV_OFFSET, QUOTE

_MEANINGS: Final = {
    "margin": "is healthy at level {level}",
    "shortfall": "is short at level {level}",
    "nav": "has a NAV of {nav} {currency}, whatever its margin",
    "liquidate": "is short at level {level}, and the slice below goes to the winner",
}
_HASHES: Final = ("commitment", "snapshot_hash", "cm_old", "cm_new", "cm_lot")
_ADDRESSES: Final = ("beneficiary", "winner")
_SCALES: Final = {
    **dict.fromkeys(("nav", "price", "reserved", "deficit", "top_up"), QUOTE),
    **dict.fromkeys(("fraction", "discount"), FRACTION_ONE),
}
_TO_CHECK: Final = ("snapshot_hash", "commitment", "cm_old", "winner")
_LEVELLED: Final = ("margin", "shortfall")  # whose level is not fixed by the circuit
_OTHER_NAMES: Final = {"commitment": "cm_old"}  # of a signal in some statement


def _money(text: str) -> int:
    return Field("amount", "", text, InputError).amount(QUOTE, -NAV_OFFSET, NAV_OFFSET)


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
@click.option("--winner", type=natural, help="The winner that must be meant.")
@click.option("--nav", type=_money, metavar="AMOUNT", help="The NAV that must be meant.")
@click.option("--price", type=_money, metavar="AMOUNT", help="The price that must be meant.")
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
    said, expected = _said(proof.statement), _expected(proof.statement, wanted)
    differing = {name: value for name, value in expected.items() if value != said[name]}
    valid = verify_statement(proof, key)
    if as_json:
        print_json(
            {
                "valid": valid,
                "as_expected": not differing,
                **_shown(said),
                "circuit": proof.circuit,
                "preset": proof.preset,
                "status": proof.status,
                "compared": list(expected),
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
    _advise(proof, said.keys() - expected.keys())


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


def _said(statement: Statement) -> dict[str, int]:
    """What a proof says, by name; the NAV is NAV [1e-6 quote], not its signal."""
    said = statement.said()
    return {**said, "nav": said["nav"] - NAV_OFFSET} if "nav" in said else said


def _expected(statement: Statement, wanted: Mapping[str, int | None]) -> dict[str, int]:
    """What was asked for, by the statement's own names; a usage error if it does not say that."""
    said, expected = statement.said(), {}
    for name, value in wanted.items():
        if value is None:
            continue
        known = name if name in said else _OTHER_NAMES.get(name, name)
        if known not in said:
            raise click.UsageError(f"--{name}: a {statement.circuit} proof does not say that")
        expected[known] = value
    return expected


def _sentence(proof: StatementProof[Statement], valid: bool) -> str:
    if not valid:
        return "NOT VALID: this proof proves nothing"
    said = _shown(_said(proof.statement))
    meaning = _MEANINGS[proof.circuit].format(**said, currency=CURRENCY)
    first = f"valid: account {said['account']} version {said['version']} {meaning}"
    rest = [name for name in said if name not in ("account", "version", "level")]
    return "\n".join([first, *(f"{name.replace('_', ' '):13} {said[name]}" for name in rest)])


def _shown(said: dict[str, int]) -> dict[str, str]:
    return {name: _text(name, value) for name, value in said.items()}


def _text(name: str, value: int) -> str:
    if name in ("level", "target"):
        return grouped_text(value, BPS, 4)
    if name in _ADDRESSES:
        return f"{value:#042x}"
    if name in _HASHES:
        return f"{value:#066x}"
    return exact_text(value, _SCALES.get(name, 1))


def _advise(proof: StatementProof[Statement], unchecked: Set[str]) -> None:
    if proof.status == DEVELOPMENT:
        say("the key is a development key: whoever made it can forge proofs")
    names = [*_TO_CHECK, *(("level",) if proof.circuit in _LEVELLED else ())]
    if missing := [name for name in names if name in unchecked]:
        next_step(f"compare {', '.join(missing)} with what the chain holds")
    else:
        next_step("submit the proof while its epoch is accepted")
