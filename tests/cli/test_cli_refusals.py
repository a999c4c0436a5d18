# SPDX-License-Identifier: Apache-2.0
"""Files that `zkmargin check` refuses: each by name, none with a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zkmargin.cli import cli

EXAMPLES = Path(__file__).parents[2] / "examples"
BOOK, SNAPSHOT = EXAMPLES / "eth_book.json", EXAMPLES / "eth_snapshot.json"

Change = Callable[[dict[str, Any]], Any]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


REFUSALS: list[tuple[Path, Change, str]] = [
    (
        BOOK,
        lambda d: d["options"][3].update(strike="-3200"),
        "eth_book.json: options[3].strike: got '-3200', must be between 0.000001 and 281474976.71",
    ),
    (
        BOOK,
        lambda d: d["options"][1].update(expiry="2025-03-02T00:00:00Z"),
        "options[1].expiry: got '2025-03-02T00:00:00Z', is not in the snapshot, which has 2025-03",
    ),
    (
        BOOK,
        lambda d: d["options"][0].update(strike="0.01"),
        "eth_book.json: strike: got 10000, must be within a factor of e^8 of the forward",
    ),
    (
        BOOK,
        lambda d: d["options"][0].update(call="1000000", strike="7000000"),
        "eth_book.json: gross: got ",
    ),
    (BOOK, lambda d: d.pop("base"), "eth_book.json: base: got 'nothing', is required"),
    (BOOK, lambda d: d.update(base="-60"), "eth_book.json: base: got '-60', must be between 0 and"),
    (
        SNAPSHOT,
        lambda d: d.update(index="2681.604"),
        "eth_snapshot.json: hash: got '0x",
    ),
    (
        SNAPSHOT,
        lambda d: d["params"].update(phi="2"),
        "eth_snapshot.json: params.phi: got '2', must be between 0.0001 and 1",
    ),
    (
        SNAPSHOT,
        lambda d: d["expiries"][0]["svi"].update(rho="2"),
        "eth_snapshot.json: expiries[0].svi.rho: got '2', must be between -1 and 1",
    ),
]


@pytest.mark.parametrize(("example", "change", "message"), REFUSALS)
def test_a_refusal_names_file_field_value_and_bound(
    changed: Callable[[Path, Change], Path], example: Path, change: Change, message: str
) -> None:
    path = changed(example, change)
    result = run("check", *((path, SNAPSHOT) if example is BOOK else (BOOK, path)))

    assert result.exit_code == 2
    assert f"error: {message}" in result.stderr or message in result.stderr
    assert result.stdout == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
VALUES = JSON | st.sampled_from(["-1", "0", "1e9", "0x0", "9" * 30, "-0.5", "5%", "1.", "up"])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of every value inside a document."""
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    return [path, *(p for key in keys for p in places(value[key], (*path, key)))]


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    inside = document
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return document


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), is_book=st.booleans(), value=VALUES)
def test_no_malformed_file_gives_a_traceback(
    tmp_path: Path, data: st.DataObject, is_book: bool, value: Any
) -> None:
    document = json.loads((BOOK if is_book else SNAPSHOT).read_text())
    path = data.draw(st.sampled_from(places(document)))
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(replaced(document, path, value)))
    result = run("check", *((broken, SNAPSHOT) if is_book else (BOOK, broken)))

    assert result.exit_code in (0, 1, 2)
    assert "Traceback" not in result.output
    if result.exit_code == 2:
        assert result.stderr.startswith("error: ")
