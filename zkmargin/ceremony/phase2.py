# SPDX-License-Identifier: Apache-2.0
"""The steps of phase 2 that snarkjs does: make a key, contribute, apply a beacon, verify.

snarkjs ends with exit code 0 after some failures, such as a circuit that is too big: what it has
written must be read before it is believed.
"""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import Final

from zkmargin.errors import ArtifactError, ToolError
from zkmargin.proving.toolchain import node, node_tools, run, snarkjs

BEACON_NAME: Final = "beacon"

_ENTROPY_BYTES: Final = 64
_REFUSED: Final = 1  # exit code of `zkey verify` when the key is not valid
_ACCEPTED: Final = "ZKey Ok!"
_LISTED: Final = re.compile(r"contribution #(\d+) [^\n]*:\n((?:\s+[0-9a-f]{8}){16})")


def version() -> str:
    """The version of snarkjs that makes the keys."""
    manifest = node_tools() / "node_modules" / "snarkjs" / "package.json"
    return str(json.loads(manifest.read_bytes())["version"])


def make_key(r1cs: Path, ptau: Path, zkey: Path) -> None:
    """Writes the first key of a circuit, to which nobody has contributed."""
    snarkjs(["zkey", "new", *_paths(r1cs, ptau, zkey)])


def contribute(old: Path, new: Path, name: str) -> None:
    """Writes the key that follows another, with fresh entropy of the operating system.

    The entropy goes through a pipe, as the answer to snarkjs' question for it: arguments and
    environment can be read by other processes. snarkjs adds 64 bytes of its own from the same
    source; what it draws from both never leaves its memory.
    """
    script = node_tools() / "node_modules" / "snarkjs" / "build" / "cli.cjs"
    command = [node(), str(script), "zkey", "contribute", *_paths(old, new), f"--name={name}"]
    run(command, stdin=f"{secrets.token_hex(_ENTROPY_BYTES)}\n".encode())


def apply_beacon(old: Path, new: Path, value: str, iterations: int) -> None:
    """Writes the key that follows another, with a secret that anyone can compute from the beacon.

    value        hexadecimal digits
    iterations   log2 of the number of SHA-256 between the value and the secret
    """
    snarkjs(["zkey", "beacon", *_paths(old, new), value, str(iterations), f"--name={BEACON_NAME}"])


def verify_key(r1cs: Path, ptau: Path, zkey: Path) -> list[str]:
    """The contribution hashes of a key, in order, after snarkjs has verified all of it.

    A key without contributions passes, although anyone can forge proofs under it.
    raises   ArtifactError, in snarkjs' words, if the key is refused; ToolError if snarkjs fails
    """
    try:
        output = snarkjs(["zkey", "verify", *_paths(r1cs, ptau, zkey)])
    except ToolError as error:
        if error.code != _REFUSED:
            raise
        rule = f"snarkjs zkey verify refuses it: {_reason(error.output)}"
        raise ArtifactError(zkey.name, "an invalid key", rule) from error
    if _ACCEPTED not in output:
        raise ArtifactError(zkey.name, "no verdict", "snarkjs zkey verify must accept it")
    listed = sorted(
        (int(number), "".join(words.split())) for number, words in _LISTED.findall(output)
    )
    return [digest for _, digest in listed]


def _paths(*paths: Path) -> list[str]:
    # Absolute, since snarkjs takes an argument that begins with a dash for an option.
    return [str(path.absolute()) for path in paths]


def _reason(output: str) -> str:
    """The last line that says something about the key."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    said = [line for line in lines if "INVALID" in line or "ERROR" in line or "match" in line]
    return (said or lines or ["no reason given"])[-1]
