# SPDX-License-Identifier: Apache-2.0
"""`doctor`: what is installed, in which version, and what to do about what is not."""

from __future__ import annotations

import json
import platform
import shutil
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from zkmargin.commands.terminal import answer_no, as_json, next_step, print_json, show
from zkmargin.errors import ToolError
from zkmargin.prover import choose_backend
from zkmargin.toolchain import CIRCOM_VERSION, cache_dir, checkout, run

_NATIVE = "pip install 'zkmargin[native]': proofs in half the time, without node"
_LATER = "nothing: `zkmargin setup` installs it into the cache"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for; advice is empty if nothing needs to be done."""

    name: str
    found: str | None
    needed_for: str
    advice: str = ""


@click.command("doctor")
@as_json
def command(as_json: bool) -> None:
    """What is installed, and what to do about what is not.

    Exit code 0 if circuits can be set up and margins proven here, 1 if not.
    """
    findings = [_python(), _node(), *_pinned_tools(), *_native()]
    ready = all(finding.found for finding in findings if finding.name in ("node", "npm"))
    backend, reason = choose_backend()
    if as_json:
        tools = [asdict(finding) for finding in findings]
        print_json({"ready": ready, "backend": backend, "cache": str(cache_dir()), "tools": tools})
    else:
        _show(findings)
        show(f"backend {backend}: {reason}\ncache {cache_dir()}")
    if not ready:
        next_step("install Node.js 18 or later, then run zkmargin doctor again")
        answer_no()
    next_step("zkmargin setup tiny")
