# SPDX-License-Identifier: Apache-2.0
"""Constraint counts: of every gadget and preset as committed, within budget, as the READMEs say.

A gadget is measured alone, with private inputs; a preset is its own main file as `build` compiles
it. `make snapshots` rewrites tests/snapshots/constraints.json, and nothing else does.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from circuits.compiled import ROOT
from circuits.harness import compile_template, cost
from zkmargin.files import write_atomic
from zkmargin.presets import LARGE, PRESETS, STANDARD
from zkmargin.proving.r1cs import read_r1cs
from zkmargin.proving.toolchain import circuits_dir, compile_circuit
from zkmargin.statement import STATEMENTS

pytestmark = pytest.mark.circuit

SNAPSHOT = ROOT / "tests" / "snapshots" / "constraints.json"
Row = dict[str, int]
GADGETS: dict[str, tuple[str, str, *tuple[int, ...]]] = {
    "bits_64": ("range", "Bits", 64),
    "assert_range_64": ("range", "AssertRange", 64),
    "is_zero": ("compare", "IsZero"),
    "sign_magnitude_40": ("compare", "SignMagnitude", 40),
    "max_31": ("compare", "Max", 31),
    "floor_sqrt_42": ("sqrt", "FloorSqrt", 42),
    "floor_cut_32": ("fixed", "FloorCut", 32, 80),
    "floor_divide_37_30_29": ("fixed", "FloorDivide", 37, 30, 29),
    "assert_quotient_1e6": ("fixed", "AssertQuotient", 1_000_000),
    "poseidon_4": ("poseidon", "Poseidon", 4, 0),
    "poseidon_5": ("poseidon", "Poseidon", 5, 0),
    "poseidon_10": ("poseidon", "Poseidon", 10, 0),
    "poseidon_11": ("poseidon", "Poseidon", 11, 0),
    "poseidon_16": ("poseidon", "Poseidon", 16, 0),
    "cdf": ("cdf", "Cdf", 17),
    "cell_cdf": ("cdf", "CellCdf", 17),
    "density": ("cdf", "Density"),
    "ln": ("ln", "NaturalLog"),
    "svi": ("svi", "Svi"),
    "scenario_black76": ("black76", "ScenarioBlack76"),
    "base_black76": ("black76", "BaseBlack76"),
    "slot_scenario": ("slot", "SlotScenario", 1),
    "slot": ("slot", "Slot", 8),
    "vols": ("vols", "Vols"),
    "moneyness": ("vols", "Moneyness"),
    "sizes": ("slot", "Sizes"),
    "select_row": ("row", "SelectRow", 8),
    "row_hash": ("row", "RowHash"),
    "open_rows": ("row", "OpenRows", 8),
    "params_hash": ("params", "ParamsHash", 2),
    "snapshot_hash": ("market", "SnapshotHash", 8, 2),
    "commitment": ("commitment", "Commitment", 11),
    "open_book": ("book", "OpenBook", 11),
    "charges": ("charges", "Charges", 11),
    "requirement_upper": ("requirement", "RequirementUpper", 22, 8),
    "requirement_lower": ("requirement", "RequirementLower", 22, 8),
    "excess": ("requirement", "Excess"),
    "slot_exposure": ("slot", "SlotExposure"),
    "slot_move": ("slot", "SlotMove"),
    "whole_units": ("sale", "WholeUnits"),
    "for_sale": ("sale", "ForSale"),
    "sale_price": ("sale", "SalePrice"),
    "share_40": ("slice", "Share", 40),
    "share_up_63": ("slice", "ShareUp", 63),
    "signs": ("slice", "Signs", 11),
    "slice": ("slice", "Slice", 11),
    "assert_safe": ("requirement", "AssertSafe"),
    "assert_short": ("requirement", "AssertShort"),
    "assert_short_unless": ("requirement", "AssertShortUnless"),
    "restoration": ("restoration", "Restoration", 2, 2, 1),
    "terms": ("liquidate", "Terms"),
    "base_point": ("net_value", "BasePoint", 2, 2),
    "net_value": ("net_value", "NetValue", 2),
    "halves": ("liquidate", "Halves", 2),
    "valuation": ("valuation", "Valuation", 2, 2, 1),
}
CIRCUITS = {
    f"{circuit}_{name}": circuit
    for circuit in STATEMENTS
    for name in PRESETS
    if (circuits_dir() / "main" / f"{circuit}_{name}.circom").exists()
}
BUDGETS = {
    "cdf": 67,
    "slot_scenario": 140,
    "margin_small": 32_700,
    "margin_standard": 65_500,
    "margin_large": 131_000,
    "margin_deribit": 65_500,
    "liquidate_standard": 131_000,
}
ONE_MORE_SLOT = 4_500
OTHER_ROW = re.compile(r"\| (\w+_\w+) \| ([\d,]+) \| 2\^(\d+) \|")
FULL_ROW = re.compile(r"\| (\w+) \| (\d+) \| (\d+) \| (\d+) \| ([\d,]+) \|(?: 2\^(\d+) \|)?")


def committed() -> dict[str, Row]:
    """The snapshot."""
    return json.loads(SNAPSHOT.read_text("utf-8")) if SNAPSHOT.exists() else {}


def write(rows: dict[str, Row]) -> None:
    """Writes the snapshot, gadgets before presets, in the order of this file."""
    order = [name for name in (*GADGETS, *CIRCUITS) if name in rows]
    lines = (f"  {json.dumps(name)}: {json.dumps(rows[name])}" for name in order)
    SNAPSHOT.parent.mkdir(exist_ok=True)
    write_atomic(SNAPSHOT, "{\n" + ",\n".join(lines) + "\n}\n")


def difference(name: str, measured: Row, rows: dict[str, Row]) -> str | None:
    """What to do about a row that is not the committed one; None if it is."""
    where = f"{SNAPSHOT.relative_to(ROOT)}"
    if name not in rows:
        return f"{name} is missing in {where}: `make snapshots` adds {measured}"
    if measured == rows[name]:
        return None
    found, old = measured["constraints"], rows[name]["constraints"]
    if found == old:
        return f"{name} has {measured}, {where} has {rows[name]}: `make snapshots` rewrites it"
    change = "rises, which needs a reason," if found > old else "falls"
    return f"{name} {change} from {old} to {found} constraints: `make snapshots` rewrites {where}"


def check(name: str, measured: Row, write_snapshots: bool) -> None:
    """Compares one row with the snapshot, or puts it there."""
    if write_snapshots:
        write(committed() | {name: measured})

    assert difference(name, measured, committed()) is None


@pytest.mark.parametrize("name", GADGETS)
def test_a_gadget_costs_what_is_committed(name: str, write_snapshots: bool) -> None:
    file, template, *parameters = GADGETS[name]
    size = cost(compile_template(f"circuits/{file}.circom", template, *parameters))
    constraints = size.constraints + size.linear

    row = {"constraints": constraints, "wires": size.wires, "public_signals": size.publics}
    check(name, row, write_snapshots)


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.slow] * (not n.endswith("_tiny"))) for n in CIRCUITS],
)
def test_a_preset_costs_what_is_committed(name: str, write_snapshots: bool, tmp_path: Path) -> None:
    main = circuits_dir() / "main" / f"{name}.circom"
    system = read_r1cs(compile_circuit(main, tmp_path, include=circuits_dir()).r1cs)

    row = {"constraints": system.constraints, "wires": system.wires}
    check(name, row | {"public_signals": system.public_signals}, write_snapshots)


def test_the_snapshot_lists_what_is_measured_here_and_no_more(write_snapshots: bool) -> None:
    if write_snapshots:
        write(committed())
    surplus = sorted(committed().keys() - GADGETS.keys() - CIRCUITS.keys())
    missing = sorted((GADGETS.keys() | CIRCUITS.keys()) - committed().keys())

    assert not surplus, f"nothing measures {surplus}: `make snapshots` removes them"
    assert not missing, f"{missing} were never measured: `make snapshots` adds them"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"constraints": 3, "wires": 3}, None),
        ({"constraints": 4, "wires": 3}, "rises, which needs a reason, from 3 to 4 constraints"),
        ({"constraints": 2, "wires": 3}, "falls from 3 to 2 constraints"),
        ({"constraints": 3, "wires": 4}, "'wires': 4"),
    ],
)
def test_every_difference_names_the_command_that_accepts_it(row: Row, words: str | None) -> None:
    found = difference("is_zero", row, {"is_zero": {"constraints": 3, "wires": 3}})
    missing = difference("is_zero", row, {})

    assert missing
    assert "missing" in missing
    assert "`make snapshots`" in missing
    if words is None:
        assert found is None
    else:
        assert found
        assert words in found
        assert "`make snapshots`" in found


@pytest.mark.parametrize("name", BUDGETS)
def test_a_cost_is_within_its_budget(name: str) -> None:
    assert committed()[name]["constraints"] <= BUDGETS[name]


def test_one_more_slot_is_within_its_budget() -> None:
    rows = committed()
    more = rows["margin_large"]["constraints"] - rows["margin_standard"]["constraints"]

    assert more <= ONE_MORE_SLOT * (LARGE.slots - STANDARD.slots)


@pytest.mark.parametrize(("name", "circuit"), CIRCUITS.items())
def test_every_preset_has_the_public_signals_of_its_statement(name: str, circuit: str) -> None:
    assert committed()[name]["public_signals"] == len(STATEMENTS[circuit].names())


@pytest.mark.parametrize("preset", PRESETS)
def test_a_shortfall_costs_no_more_than_a_margin(preset: str) -> None:
    rows = committed()

    assert rows[f"shortfall_{preset}"]["constraints"] <= rows[f"margin_{preset}"]["constraints"]


@pytest.mark.parametrize(
    ("file", "names"),
    [("circuits/README.md", [*PRESETS]), ("README.md", ["tiny", "small", "standard", "large"])],
)
def test_the_tables_of_the_readmes_show_the_committed_costs(file: str, names: list[str]) -> None:
    found = FULL_ROW.findall((ROOT / file).read_text("utf-8"))

    assert [row[0] for row in found] == names
    for name, slots, expiries, scenarios, constraints, power in found:
        preset, count = PRESETS[name], committed()[f"margin_{name}"]["constraints"]
        sizes = (preset.slots, preset.expiries, preset.scenarios)

        assert (int(slots), int(expiries), int(scenarios)) == sizes
        assert constraints == f"{count:,}"
        if power:  # the domain also holds a row for each public signal and one for the wire 1
            assert int(power) == (count + 4).bit_length()


def test_the_readme_shows_the_committed_costs_of_the_other_statements() -> None:
    found = OTHER_ROW.findall((ROOT / "circuits/README.md").read_text("utf-8"))

    assert [row[0] for row in found] == [n for n, c in CIRCUITS.items() if c != "margin"]
    for name, constraints, power in found:
        row = committed()[name]

        assert constraints == f"{row['constraints']:,}"
        assert int(power) == (row["constraints"] + row["public_signals"]).bit_length()
