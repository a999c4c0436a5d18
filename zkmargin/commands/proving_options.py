# SPDX-License-Identifier: Apache-2.0
"""What the commands that make a proof file share: size, domain, prover, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from zkmargin.commands.terminal import (
    EXISTING,
    OUTPUT,
    StageLog,
    natural,
    next_step,
    print_json,
    say,
)
from zkmargin.documents.proof_document import dump_proof, write_proof
from zkmargin.presets import PRESETS
from zkmargin.proving.prover import choose_backend
from zkmargin.statement import Statement
from zkmargin.statement_proof import StatementProof

F = TypeVar("F", bound=Callable[..., Any])

COMMANDS: Final = {
    "margin": "prove",
    "shortfall": "prove-shortfall",
    "nav": "prove-nav",
    "liquidate": "prove-liquidation",
}


@dataclass(frozen=True)
class ProvingOptions:
    """How a proof is to be made, and where it goes.

    domain       that the verifier expects; 0 binds the proof to no contract
    deployment   from which domain and size are taken instead
    """

    preset: str | None
    domain: int
    deployment: Path | None
    backend: str
    output: Path

    def arguments(self, circuit: str, progress: StageLog) -> dict[str, Any]:
        """The keyword arguments of the library's functions that prove a circuit.

        raises   click.UsageError if size or domain are said twice; DeploymentError
        """
        domain, preset = self.domain, self.preset
        if self.deployment is not None:
            if domain or preset:
                raise click.UsageError("--deployment takes the place of --domain and --preset")
            domain, preset = _deployed(self.deployment, circuit)
        chosen, reason = choose_backend(self.backend)
        say(f"backend {chosen}: {reason}")
        size = PRESETS[preset] if preset else None
        return {"domain": domain, "preset": size, "backend": chosen, "progress": progress}

    def finish(
        self, proof: StatementProof[Statement], made: dict[str, Any], as_json: bool, wanted: str
    ) -> None:
        """Writes a proof and says so.

        made     the arguments that it was made with
        wanted   the flags that `verify` should be given
        """
        write_proof(self.output, proof)
        if as_json:
            timings: StageLog = made["progress"]
            seconds = {stage: f"{time:.3f}" for stage, time in timings.timings.items()}
            print_json({**dump_proof(proof), "backend": made["backend"], "seconds": {**seconds}})
        say(f"wrote {self.output}: preset {proof.preset}, {proof.status} key")
        next_step(f"zkmargin verify {self.output} {wanted}")


def prove_command(circuit: str, preset: str) -> str:
    """The command that proves a circuit's statement."""
    return f"zkmargin {COMMANDS[circuit]} BOOK SNAPSHOT --preset {preset}"


def proving_options(command: F) -> F:
    """Adds the options of a proof; the command gets them as `proving`."""

    def with_options(*args: Any, **kwargs: Any) -> Any:
        names = ("preset", "domain", "deployment", "backend", "output")
        options = ProvingOptions(*(kwargs.pop(name) for name in names))
        return command(*args, proving=options, **kwargs)

    wrapped: Any = with_options
    wrapped.__doc__ = command.__doc__
    wrapped.__click_params__ = [*getattr(command, "__click_params__", [])]
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    result: F = wrapped
    return result


def _deployed(path: Path, circuit: str) -> tuple[int, str]:
    """Domain and preset that a deployment demands of a circuit's proofs."""
    from zkmargin.chain.deployment import load_deployment  # needs the extra `chain`

    deployment = load_deployment(path)
    return deployment.domain(circuit), deployment.preset(circuit).name


_OPTIONS: Final = (
    click.option("--preset", type=click.Choice(list(PRESETS)), help="Default: the smallest."),
    click.option(
        "--domain",
        type=natural,
        default="0",
        metavar="NUMBER",
        help="Domain that the verifier expects; 0, the default, binds the proof to no contract.",
    ),
    click.option(
        "--deployment",
        type=EXISTING,
        help="Deployment file, from which domain and preset are taken.",
    ),
    click.option("--backend", default="auto", show_default=True, help="auto, native or snarkjs."),
    click.option("-o", "--output", type=OUTPUT, default=Path("proof.json"), show_default=True),
)
