# SPDX-License-Identifier: Apache-2.0
"""A circuit compiled anew gives the hashes of its manifest, and every difference is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from zkmargin.errors import ArtifactError
from zkmargin.proving.artifacts import Artifacts, build_circuit
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.reproduction import reproduce

FIXTURES = Path(__file__).parents[1] / "circuits" / "fixtures"
PRODUCT = CircuitSource(FIXTURES / "product.circom")

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    return build_circuit(PRODUCT, tmp_path_factory.mktemp("reproduced") / "product")


def edited(folder: Path, old: str, new: str) -> CircuitSource:
    """The source with one text replaced."""
    copy = folder / "product.circom"
    text = PRODUCT.main.read_text()
    assert old in text
    copy.write_text(text.replace(old, new))
    return CircuitSource(copy)


def test_a_circuit_is_reproduced_from_its_sources(product: Artifacts) -> None:
    found = reproduce(PRODUCT, product)

    assert found.differences == ()
    assert set(found.expected) == {"product.circom", "product.r1cs", "product.wasm", "verifier"}


def test_other_constraints_are_found(product: Artifacts, tmp_path: Path) -> None:
    source = edited(tmp_path, "c <== a * b", "c <== a * (b + 1)")

    assert set(reproduce(source, product).differences) >= {"product.circom", "product.r1cs"}


def test_a_lost_constraint_is_found(product: Artifacts, tmp_path: Path) -> None:
    source = edited(tmp_path, "c <== a * b", "c <-- a * b")

    assert "product.r1cs" in reproduce(source, product).differences


def test_a_changed_comment_is_a_difference_of_the_source_alone(
    product: Artifacts, tmp_path: Path
) -> None:
    source = edited(tmp_path, "c <== a * b;", "c <== a * b; // again")

    assert reproduce(source, product).differences == ("product.circom",)


def test_another_verifier_is_found(product: Artifacts) -> None:
    manifest = replace(product.manifest, verifier="0" * 64)

    assert reproduce(PRODUCT, replace(product, manifest=manifest)).differences == ("verifier",)


@pytest.mark.parametrize(
    "change", [{"compiler": "circom 2.0.0"}, {"flags": ("--O1",)}, {"circuit": "other"}]
)
def test_artifacts_of_another_compiler_or_circuit_decide_nothing(
    product: Artifacts, change: dict[str, object]
) -> None:
    other = replace(product, manifest=replace(product.manifest, **change))

    with pytest.raises(ArtifactError, match=f"manifest.json {next(iter(change))}"):
        reproduce(PRODUCT, other)
