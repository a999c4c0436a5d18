# SPDX-License-Identifier: Apache-2.0
"""The external programs: what is compiled, and what is said when one of them is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from zkmargin.errors import ArtifactError, ToolError
from zkmargin.proving import toolchain
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.r1cs import read_r1cs

REPOSITORY = Path(__file__).parents[2]
FIXTURES = REPOSITORY / "tests" / "circuits" / "fixtures"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A directory laid out like site-packages with the wheel in it."""
    package = tmp_path / "site" / "zkmargin"
    shutil.copytree(REPOSITORY / "zkmargin", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REPOSITORY / "circuits", package / "circuits")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(REPOSITORY / name, package / "node")
    return package


def run_installed(package: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"PYTHONPATH": str(package.parent), "PATH": os.environ["PATH"]} | environment
    command = [sys.executable, "-P", "-c", f"from zkmargin.proving import toolchain\n{code}"]
    return subprocess.run(
        command, env=settings, cwd=package.parent, capture_output=True, text=True, check=False
    )


def test_in_a_checkout_circuits_and_tools_are_those_of_the_repository() -> None:
    assert toolchain.checkout() == REPOSITORY
    assert toolchain.circuits_dir() == REPOSITORY / "circuits"


def test_in_an_installed_package_circuits_are_those_of_the_package(installed: Path) -> None:
    done = run_installed(installed, "print(toolchain.checkout(), toolchain.circuits_dir())")

    assert done.stdout.split() == ["None", str(installed / "circuits")], done.stderr


def test_a_missing_node_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ToolError, match="node is not on PATH: install Node") as caught:
        toolchain.node()
    assert caught.value.code is None


def test_a_missing_npm_is_named(installed: Path, tmp_path: Path) -> None:
    code = "toolchain.node_tools()"
    done = run_installed(installed, code, PATH=str(tmp_path), ZKMARGIN_CACHE=str(tmp_path / "c"))

    assert "ToolError: npm could not be started" in done.stderr
    assert "npm is not on PATH" in done.stderr


def test_a_cache_that_cannot_be_written_is_named(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run_installed(installed, "toolchain.node_tools()", ZKMARGIN_CACHE=str(tmp_path / "file"))

    assert "ToolError: npm could not be started" in done.stderr
    assert "the cache is not writable" in done.stderr


def test_a_program_that_cannot_start_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="nothing could not be started"):
        toolchain.run([str(tmp_path / "nothing")])


@pytest.mark.circuit
def test_a_program_that_fails_leaves_its_exit_code_and_last_words() -> None:
    command = [toolchain.node(), "-e", "console.error('last words'); process.exit(7)"]

    with pytest.raises(ToolError, match="exit code 7:\nlast words") as caught:
        toolchain.run(command)
    assert caught.value.code == 7
    assert caught.value.command == tuple(command)


@pytest.mark.circuit
def test_a_failed_installation_leaves_nothing_behind(installed: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    done = run_installed(
        installed,
        "toolchain.node_tools()",
        ZKMARGIN_CACHE=str(cache),
        HOME=str(tmp_path),
        npm_config_offline="true",
        npm_config_cache=str(tmp_path / "empty"),
    )

    assert "ToolError" in done.stderr
    assert "ended with exit code 1" in done.stderr
    assert [path.suffix for path in cache.iterdir()] == [".lock"]


@pytest.mark.slow
def test_an_installed_package_fetches_its_tools_once(installed: Path, tmp_path: Path) -> None:
    code = (
        "tools = toolchain.node_tools(lambda stage, seconds: print(stage))\n"
        "print((tools / 'node_modules' / 'snarkjs').is_dir())"
    )
    first, again = (
        run_installed(installed, code, ZKMARGIN_CACHE=str(tmp_path / "cache")) for _ in range(2)
    )

    assert first.stdout.splitlines() == ["install tools", "install tools", "True"], first.stderr
    assert again.stdout.splitlines() == ["True"]


@pytest.mark.circuit
def test_the_compiler_has_the_pinned_version() -> None:
    cli = toolchain.node_tools() / "node_modules" / "circom2" / "cli.js"
    words = toolchain.run([toolchain.node(), str(cli), "--version"]).decode().split()

    assert toolchain.CIRCOM_VERSION in words


@pytest.mark.circuit
@pytest.mark.parametrize(
    ("reported", "used"), [("circom compiler 2.2.3", True), ("circom compiler 2.1.9", False)]
)
def test_a_circom_on_path_is_used_if_it_has_the_pinned_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reported: str, used: bool
) -> None:
    cli = toolchain.node_tools() / "node_modules" / "circom2" / "cli.js"
    launcher = tmp_path / "circom"
    launcher.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "{reported}" && exit\n'
        f'touch "{tmp_path}/used"\nexec node "{cli}" "$@"\n'
    )
    launcher.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    toolchain.compile_circuit(FIXTURES / "product.circom", tmp_path / "out")

    assert (tmp_path / "used").exists() == used


@pytest.mark.circuit
def test_an_older_program_named_circom_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "circom").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "circom").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    compiled = toolchain.compile_circuit(FIXTURES / "product.circom", tmp_path / "out")
    assert compiled.r1cs.is_file()


@pytest.mark.circuit
def test_a_circuit_compiles_with_includes_from_another_directory(tmp_path: Path) -> None:
    stages: list[tuple[str, bool]] = []
    compiled = toolchain.compile_circuit(
        FIXTURES / "bytes.circom",
        tmp_path / "out",
        include=FIXTURES / "lib",
        progress=lambda stage, seconds: stages.append((stage, seconds is None)),
    )

    assert read_r1cs(compiled.r1cs).public_signals == 3
    assert compiled.wasm.read_bytes().startswith(b"\0asm")
    assert "main.value[3]" in compiled.sym.read_text()
    assert stages == [("compile bytes", True), ("compile bytes", False)]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"bytes.r1cs", "bytes.wasm", "bytes.sym"}


@pytest.mark.circuit
def test_a_circuit_that_does_not_compile_is_refused_in_the_compilers_words(tmp_path: Path) -> None:
    source = tmp_path / "wrong.circom"
    source.write_text('pragma circom 2.2.0;\ninclude "absent.circom";\n')

    with pytest.raises(ToolError, match=r"absent\.circom to be included has not been found"):
        toolchain.compile_circuit(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_circuit_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="no such file") as caught:
        toolchain.compile_circuit(tmp_path / "none.circom", tmp_path / "out")

    assert caught.value.value == str(tmp_path / "none.circom")


def test_a_circuit_is_its_main_file_and_what_it_includes(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "main.circom").write_text(
        'include "beside.circom";\n// include "commented.circom";\ninclude"deep.circom";'
        '/* include "also.circom"; */'
    )
    (tmp_path / "beside.circom").write_text('include "main.circom"; include "absent.circom";')
    (tmp_path / "lib" / "deep.circom").write_text('include "../beside.circom";')
    for name in ("commented", "also", "stranger"):
        (tmp_path / f"{name}.circom").touch()

    source = CircuitSource(tmp_path / "main.circom", tmp_path / "lib")
    assert list(source.hashes) == ["beside.circom", "lib/deep.circom", "main.circom"]
