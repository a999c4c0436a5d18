# SPDX-License-Identifier: Apache-2.0
"""Every external function and error of an interface is documented where it is declared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

INTERFACES = Path(__file__).parents[2] / "verifier" / "src" / "interfaces"
FILES = sorted(INTERFACES.glob("*.sol"))
DECLARATION = re.compile(r"((?:^ *///.*\n)*)^ +(function|error) (\w+)\(", re.MULTILINE)


def declarations(kind: str) -> list[tuple[str, str]]:
    """Name and documentation of every declaration of a kind."""
    return [
        (f"{path.stem}.{name}", comment)
        for path in FILES
        for comment, found, name in DECLARATION.findall(path.read_text())
        if found == kind
    ]


@pytest.mark.parametrize(("name", "comment"), declarations("function"))
def test_an_external_function_says_what_it_does(name: str, comment: str) -> None:
    assert "@notice" in comment, name


@pytest.mark.parametrize(("name", "comment"), declarations("error"))
def test_an_error_says_when_it_is_thrown(name: str, comment: str) -> None:
    assert "@notice Thrown " in comment, name
