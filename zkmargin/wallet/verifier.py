# SPDX-License-Identifier: Apache-2.0
"""The verifier of a wallet: a proof is accepted if it is valid and says what the caller holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zkmargin.errors import ArtifactError, InputError
from zkmargin.margin_proof import MarginProof, margin_artifacts, verify_margin
from zkmargin.presets import Preset
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.proving.manifest import DEVELOPMENT, MANIFEST_FILE
from zkmargin.wallet.prover import named_preset

_SIGNALS: Final = 4  # domain, header, commitment, snapshot hash


@dataclass(frozen=True, slots=True)
class Difference:
    """One public signal, or part of one, that is not what the caller holds."""

    name: str
    said: int
    expected: int

    def __str__(self) -> str:
        shown = "{:#066x}" if self.name in ("commitment", "snapshot_hash") else "{}"
        said, expected = shown.format(self.said), shown.format(self.expected)
        return f"{self.name}: the proof says {said}, expected {expected}"


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """What became of a proof; true if it is accepted.

    valid       whether it verifies under the verifier's key
    differing   what it says otherwise than expected, in the order of the public signals
    """

    valid: bool
    differing: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return self.valid and not self.differing

    def __str__(self) -> str:
        if self:
            return "accepted"
        invalid = () if self.valid else ("the proof is not valid under this key",)
        return "; ".join((*invalid, *map(str, self.differing)))


class MarginVerifier:
    """A verifying key, and the domain that its proofs must name.

    domain   of the contract that the proofs are for; 0 for none
    raises   ArtifactError if the key is of another circuit
    """

    def __init__(self, key: VerifyingKey, domain: int) -> None:
        if key.public_signals != _SIGNALS:
            rule = f"a margin circuit has {_SIGNALS}"
            raise ArtifactError("key", f"{key.public_signals} public signals", rule)
        self.key = key
        self.domain = domain

    @classmethod
    def load(
        cls, preset: Preset | str, *, domain: int, allow_development: bool = False
    ) -> MarginVerifier:
        """The verifier of a preset that is set up here.

        raises   ArtifactError if it is not, if a file is damaged, or if the key is a development
                 key, whose maker can forge proofs, and `allow_development` does not admit it
        """
        artifacts = margin_artifacts(named_preset(preset))
        status = artifacts.manifest.status
        if status == DEVELOPMENT and not allow_development:
            rule = "must come from a ceremony; allow_development=True admits it for tests"
            raise ArtifactError(f"{artifacts.directory / MANIFEST_FILE} status", status, rule)
        return cls(artifacts.verifying_key, domain)

    def check(
        self,
        proof: MarginProof,
        *,
        account: int,
        version: int,
        level: int,
        commitment: int,
        snapshot_hash: int,
    ) -> ProofCheck:
        """Verifies a proof and compares all that it says in public with what the caller holds.

        Neither the proof's own word for its key nor any other claim beside the public signals is
        believed.

        level    [bps]; the proof must be of this very level
        raises   InputError if what the caller holds is no integer; ProvingError if two verifiers
                 disagree about the proof
        """
        expected = {
            "domain": self.domain,
            "account": account,
            "version": version,
            "level": level,
            "commitment": commitment,
            "snapshot_hash": snapshot_hash,
        }
        for name, value in expected.items():
            if not isinstance(value, int):
                raise InputError(name, value, "must be an integer")
        said = proof.statement.said()
        differing = tuple(
            Difference(name, said[name], value)
            for name, value in expected.items()
            if said[name] != value
        )
        return ProofCheck(verify_margin(proof, self.key), differing)
