# SPDX-License-Identifier: Apache-2.0
"""Artifact directories: built once, checked at every load, never half replaced."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zkmargin.errors import ArtifactError, ToolError
from zkmargin.files import sha256
from zkmargin.proving.artifacts import Artifacts, artifact_home, build_circuit, load
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.manifest import SCHEMA
from zkmargin.proving.solidity_verifier import verifier_source
from zkmargin.proving.toolchain import CIRCOM_VERSION

FIXTURES = Path(__file__).parents[1] / "circuits" / "fixtures"
PRODUCT = CircuitSource(FIXTURES / "product.circom")

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    return build_circuit(PRODUCT, tmp_path_factory.mktemp("artifacts") / "product")


@pytest.fixture
def copied(product: Artifacts, tmp_path: Path) -> Path:
    return Path(shutil.copytree(product.directory, tmp_path / "product"))


def contents(directory: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in directory.iterdir()}


def edit_manifest(directory: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    path = directory / "manifest.json"
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(json.dumps(document))


def test_a_build_leaves_four_files_and_a_manifest_of_them(product: Artifacts) -> None:
    manifest = product.manifest

    assert manifest.status == "development"
    assert manifest.compiler == f"circom {CIRCOM_VERSION}"
    assert (manifest.constraints, manifest.wires, manifest.public_signals) == (1, 4, 1)
    assert manifest.sources == {"product.circom": sha256(FIXTURES / "product.circom")}
    names = {"product.r1cs", "product.wasm", "product.zkey", "verification_key.json"}
    assert set(manifest.files) == names
    rendered = verifier_source(product.verifying_key, "CircuitProductVerifier")
    assert manifest.verifier == hashlib.sha256(rendered.encode()).hexdigest()
    assert (manifest.transcript, manifest.ptau) == (None, None)
    assert set(contents(product.directory)) == names | {"manifest.json"}


def test_a_second_build_of_the_same_source_changes_nothing(copied: Path) -> None:
    before, stages = contents(copied), list[str]()
    build_circuit(PRODUCT, copied, lambda stage, seconds: stages.append(stage))

    assert contents(copied) == before
    assert stages == []


def test_a_changed_source_is_built_anew(copied: Path, product: Artifacts, tmp_path: Path) -> None:
    source = tmp_path / "product.circom"
    source.write_text((FIXTURES / "product.circom").read_text() + "// changed\n")

    rebuilt = build_circuit(CircuitSource(source), copied)
    assert rebuilt.manifest.sources == {"product.circom": sha256(source)}
    assert rebuilt.verifying_key != product.verifying_key


def test_a_development_build_of_an_older_zkmargin_is_made_anew(copied: Path) -> None:
    edit_manifest(copied, lambda m: (m.update(schema=1), m.pop("verifier")))

    assert build_circuit(PRODUCT, copied).manifest.schema == SCHEMA


def test_an_older_build_with_strangers_beside_it_is_not_replaced(copied: Path) -> None:
    (copied / "letter.txt").write_text("dear")
    edit_manifest(copied, lambda m: (m.update(schema=1), m.pop("verifier")))

    with pytest.raises(ArtifactError, match=r"letter\.txt.*must hold artifacts only"):
        build_circuit(PRODUCT, copied)


def test_a_source_that_does_not_compile_leaves_the_old_build(copied: Path, tmp_path: Path) -> None:
    source, before = tmp_path / "product.circom", contents(copied)
    source.write_text("pragma circom 2.2.0; nonsense")

    with pytest.raises(ToolError):
        build_circuit(CircuitSource(source), copied)
    assert contents(copied) == before
    assert {path.name for path in tmp_path.iterdir()} == {
        ".product.lock",
        "product",
        "product.circom",
    }


def test_two_processes_build_a_circuit_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from zkmargin.proving.artifacts import *;"
        "from zkmargin.proving.circuit_source import CircuitSource;"
        "build_circuit(CircuitSource(Path(sys.argv[1])), Path(sys.argv[2]),"
        "lambda stage, seconds: seconds is None or print(stage))"
    )
    command = [sys.executable, "-c", code, str(PRODUCT.main), str(tmp_path / "product")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate()[0].split("\n")[0] for process in running]

    assert [process.returncode for process in running] == [0, 0]
    assert sorted(outputs) == ["", "compile product"]


def test_a_directory_of_other_files_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")

    with pytest.raises(ArtifactError, match=r"must be empty or hold a manifest\.json"):
        build_circuit(PRODUCT, tmp_path / "home")
    assert (tmp_path / "home" / "letter.txt").read_text() == "dear"


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")

    with pytest.raises(ArtifactError, match=r"letter\.txt.*must be a writable directory"):
        build_circuit(PRODUCT, tmp_path / "letter.txt" / "product")


def test_a_build_with_strangers_beside_it_is_not_replaced(copied: Path) -> None:
    (copied / "letter.txt").write_text("dear")
    edit_manifest(copied, lambda manifest: manifest.update(compiler="circom 2.0.0"))

    with pytest.raises(ArtifactError, match=r"letter\.txt.*must hold artifacts only"):
        build_circuit(PRODUCT, copied)


def test_a_key_from_a_ceremony_is_not_replaced(copied: Path) -> None:
    edit_manifest(copied, lambda m: m.update(status="ceremony", compiler="circom 2.0.0"))

    with pytest.raises(ArtifactError, match="only a development build is ever replaced"):
        build_circuit(PRODUCT, copied)


FILES = ["product.r1cs", "product.wasm", "product.zkey", "verification_key.json"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "one bit"])
def test_a_damaged_file_is_refused_by_name(copied: Path, name: str, damage: str) -> None:
    path = copied / name
    data = path.read_bytes()
    damaged = {
        "empty": b"",
        "truncated": data[:-1],
        "one bit": data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
    }
    path.unlink() if damage == "missing" else path.write_bytes(damaged[damage])

    with pytest.raises(ArtifactError) as caught:
        load(copied)
    assert caught.value.field == str(path)
    with pytest.raises(ArtifactError):
        build_circuit(PRODUCT, copied)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_build_is_refused_by_name(
    copied: Path, tmp_path: Path, name: str
) -> None:
    source = tmp_path / "product.circom"
    text = (FIXTURES / "product.circom").read_text()
    source.write_text(text.replace("c <== a * b", "signal d <== a * a; c <== d * b"))
    other = build_circuit(CircuitSource(source), tmp_path / "other")
    shutil.copy(other.directory / name, copied / name)

    with pytest.raises(ArtifactError) as caught:
        load(copied)
    assert caught.value.field == str(copied / name)


def test_a_swapped_key_is_refused_even_if_the_manifest_was_made_to_match(
    copied: Path, tmp_path: Path
) -> None:
    other = build_circuit(PRODUCT, tmp_path / "other")
    shutil.copy(other.zkey, copied / "product.zkey")
    edit_manifest(copied, lambda m: m["files"].update({"product.zkey": sha256(other.zkey)}))

    with pytest.raises(ArtifactError, match="must be the key of verification_key"):
        load(copied)


def test_a_development_key_cannot_pass_for_a_ceremonys(copied: Path) -> None:
    edit_manifest(copied, lambda manifest: manifest.update(status="ceremony"))

    with pytest.raises(ArtifactError, match="this is a development key"):
        load(copied)


@pytest.mark.parametrize("field", ["wires", "public_signals"])
def test_sizes_that_are_not_the_keys_are_refused(copied: Path, field: str) -> None:
    edit_manifest(copied, lambda manifest: manifest.update({field: manifest[field] + 1}))

    with pytest.raises(ArtifactError, match="the manifest has"):
        load(copied)


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda m: m.pop("wires"), "manifest.json"),
        (lambda m: m.update(extra=1), "manifest.json"),
        (lambda m: m.update(schema=0), "manifest.json schema"),
        (lambda m: m.update(circuit="../product"), "manifest.json circuit"),
        (lambda m: m.update(status="audited"), "manifest.json status"),
        (lambda m: m.update(wires="4"), "manifest.json wires"),
        (lambda m: m.update(constraints=-1), "manifest.json constraints"),
        (lambda m: m.update(compiler=None), "manifest.json compiler"),
        (lambda m: m.update(flags="--O2"), "manifest.json flags"),
        (lambda m: m["sources"].update({"product.circom": "0"}), "manifest.json sources"),
        (lambda m: m["files"].pop("product.zkey"), "manifest.json files"),
        (lambda m: m.update(verifier="0x00"), "manifest.json verifier"),
        (lambda m: m.update(ptau="0" * 64), "manifest.json ptau"),
        (lambda m: m.update(transcript="0" * 64), "manifest.json transcript"),
        (lambda m: m["files"].update({"../key": "0" * 64}), "manifest.json files"),
    ],
)
def test_a_malformed_manifest_is_refused_by_field(
    copied: Path, edit: Callable[[dict[str, Any]], object], field: str
) -> None:
    edit_manifest(copied, edit)

    with pytest.raises(ArtifactError) as caught:
        load(copied)
    assert caught.value.field == field


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_a_manifest_that_is_no_json_object_is_refused_by_name(copied: Path, content: str) -> None:
    (copied / "manifest.json").write_text(content)

    with pytest.raises(ArtifactError, match=r"manifest\.json"):
        load(copied)


def test_a_directory_without_a_manifest_asks_for_a_build(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="build the circuit first"):
        load(tmp_path / "product")


def test_artifacts_are_kept_where_zkmargin_home_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZKMARGIN_HOME", str(tmp_path))

    assert artifact_home() == tmp_path


def test_in_a_checkout_artifacts_are_kept_in_its_build_directory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ZKMARGIN_HOME", raising=False)

    assert artifact_home() == Path(__file__).parents[2] / "build" / "artifacts"
