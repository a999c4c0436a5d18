# SPDX-License-Identifier: Apache-2.0
"""The public names of `zkmargin`: what there is, what it is, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

import zkmargin
from zkmargin.cli import COMMANDS

HEAVY = ["click", "galois", "gmpy2", "mpmath", "numpy", "py_ecc", "rich", "scipy", "wasmtime"]


def output(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_public_names_are_sorted_and_fewer_than_twenty() -> None:
    assert zkmargin.__all__ == sorted(zkmargin.__all__)
    assert len(zkmargin.__all__) < 20


@pytest.mark.parametrize("name", zkmargin.__all__)
def test_every_public_name_is_there_and_no_module(name: str) -> None:
    assert not isinstance(getattr(zkmargin, name), ModuleType)
    assert name in dir(zkmargin)


@pytest.mark.parametrize("name", sorted({*zkmargin.__all__} - {"__version__"}))
def test_every_public_name_is_described_in_the_docstring(name: str) -> None:
    assert name in (zkmargin.__doc__ or "").replace(",", " ").split()


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'prover_of_everything'"):
        _ = zkmargin.prover_of_everything


def test_importing_the_library_imports_nothing_else() -> None:
    program = "import sys, zkmargin; print([m for m in sys.modules if m.startswith('zkmargin')])"

    assert output(program) == "['zkmargin']"


def test_importing_the_library_imports_no_heavy_package() -> None:
    program = f"import sys, zkmargin; print([m for m in {HEAVY} if m in sys.modules])"

    assert output(program) == "[]"


@pytest.mark.parametrize(
    "earlier", ["zkmargin.margin", "zkmargin.commitment", "zkmargin.wallet.prover", "zkmargin.cli"]
)
def test_functions_are_not_hidden_by_the_modules_of_their_names(earlier: str) -> None:
    program = (
        f"import {earlier}; from zkmargin import commitment, margin; import zkmargin;"
        "import zkmargin.margin, zkmargin.commitment;"
        "print(margin.__name__, zkmargin.margin is margin, zkmargin.commitment is commitment)"
    )

    assert output(program) == "margin True True"


def test_the_modules_of_those_names_can_be_imported_from() -> None:
    program = (
        "from zkmargin import margin as m; from zkmargin.margin import margin; print(m is margin)"
    )

    assert output(program) == "True"


def test_the_wallet_is_a_command() -> None:
    assert "wallet" in COMMANDS
