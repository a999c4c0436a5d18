# SPDX-License-Identifier: Apache-2.0
"""Ceremonies that somebody has changed, and what notices it."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ceremony.forgery import (
    Edit,
    edit_all,
    edit_contributions,
    edit_last,
    flip_byte,
    rehash,
    steps,
)
from ceremony.rehearsal import FIXTURES, STAGES
from zkmargin.ceremony.phase2 import verify_key
from zkmargin.ceremony.powers import read_powers
from zkmargin.ceremony.protocol import finalise
from zkmargin.ceremony.steps import open_ceremony
from zkmargin.ceremony.verification import check_included, check_source, verify_ceremony
from zkmargin.errors import ArtifactError
from zkmargin.files import sha256
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.sections import read_sections
from zkmargin.proving.zkey import read_zkey

pytestmark = pytest.mark.prove


At = Callable[[str], Path]


@pytest.mark.parametrize("stage", STAGES)
def test_the_ceremony_is_valid_after_every_step(kept: Path, powers: Path, stage: str) -> None:
    ceremony = verify_ceremony(kept / stage, powers)

    assert len(ceremony.transcript.steps) == STAGES.index(stage)


# Nobody contributed


def test_snarkjs_accepts_a_key_to_which_nobody_contributed_and_we_do_not(
    kept: Path, powers: Path
) -> None:
    begun = open_ceremony(kept / "begun")

    assert verify_key(begun.r1cs, powers, begun.last_key) == []
    assert read_zkey(begun.last_key).is_development()
    with pytest.raises(ArtifactError, match=r"delta1.*nobody contributed"):
        read_zkey(begun.last_key).verifying_key()


def test_a_key_to_which_nobody_contributed_is_not_made_final(at: At, powers: Path) -> None:
    directory = at("begun")

    with pytest.raises(ArtifactError, match="contributors: got 0, must be at least 3"):
        finalise(directory, powers, now=1_750_000_100)
    assert len(steps(directory)) == 1


def test_the_first_key_cannot_pass_for_the_last(at: At, powers: Path) -> None:
    directory = at("applied")
    shutil.copy(directory / "0000" / "bytes.zkey", directory / "0005" / "bytes.zkey")
    rehash(directory)

    with pytest.raises(ArtifactError, match="contribution 1: got 'none', the transcript has alice"):
        finalise(directory, powers, now=2_000_000_000)


# Removed, reordered, duplicated


def test_a_removed_step_is_noticed(at: At) -> None:
    directory = at("applied")
    shutil.rmtree(directory / "0002")

    with pytest.raises(ArtifactError, match=r"no step 0002.*no step may be removed"):
        open_ceremony(directory)


@pytest.mark.parametrize("person", [0, 1, 2])
def test_a_person_who_is_written_out_of_the_transcript_is_still_in_the_keys(
    at: At, person: int
) -> None:
    directory = at("carol")
    shutil.rmtree(directory / f"{person + 1:04d}")
    for number, step in enumerate(steps(directory)):
        step.rename(directory / f"{number:04d}")
    edit_last(directory, lambda d: d["steps"].pop(person)) if person < 2 else None
    edit_all(directory, lambda d: d)

    if person == 2:  # the ceremony as it was before carol: nothing in it shows that she came
        assert len(open_ceremony(directory).transcript.contributions) == 2
        return
    with pytest.raises(ArtifactError, match=r"contribution \d: got '(alice|bob) "):
        open_ceremony(directory)


def test_the_last_person_sees_that_she_was_removed(kept: Path) -> None:
    mine = open_ceremony(kept / "carol").transcript
    without = open_ceremony(kept / "bob").transcript

    for digest in (mine.contributions[-1].hash, mine.digest):
        check_included(open_ceremony(kept / "final").transcript, digest)
        with pytest.raises(ArtifactError, match="must be a contribution hash or a transcript dig"):
            check_included(without, digest)


def test_people_in_another_order_are_not_those_of_the_keys(at: At) -> None:
    directory = at("carol")

    def swap(document: dict[str, Any]) -> None:
        first, second, third = document["steps"]
        document["steps"] = [second, first, third]

    edit_all(directory, swap)
    rehash(directory)

    with pytest.raises(ArtifactError, match=r"contribution 1: got 'alice .*the transcript has bob"):
        open_ceremony(directory)


@pytest.mark.parametrize(
    "edit",
    [
        lambda made: [made[1], made[0], made[2]],
        lambda made: [made[0], made[2]],
        lambda made: [made[1], made[2]],
        lambda made: [made[0], made[0], made[1], made[2]],
        lambda made: [*made, made[2]],
    ],
    ids=["swapped", "second removed", "first removed", "first twice", "last twice"],
)
def test_contributions_inside_a_key_cannot_be_rearranged(
    at: At, edit: Callable[[list[bytes]], list[bytes]]
) -> None:
    directory = at("carol")
    edit_contributions(directory / "0003" / "bytes.zkey", edit)
    rehash(directory)

    with pytest.raises(ArtifactError, match="must follow the contributions before it"):
        open_ceremony(directory)


def test_a_key_without_its_last_contribution_does_not_have_its_delta(at: At) -> None:
    directory = at("carol")
    edit_contributions(directory / "0003" / "bytes.zkey", lambda made: made[:2])
    rehash(directory)

    with pytest.raises(ArtifactError, match=r"another delta1.*must be the last contribution's"):
        open_ceremony(directory)


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda made: [made[0][:-1]], "fewer contributions|parameter"),
        (lambda made: [made[0] + b"\0"], "1 bytes too many"),
        (lambda made: [made[0][:384] + struct.pack("<I", 2) + made[0][388:]], "kind 2"),
        (lambda made: [made[0][:388] + struct.pack("<I", 2) + b"\4\0"], "parameter 4"),
        (lambda made: [made[0][:388] + struct.pack("<I", 1) + b"\1"], "parameter 1"),
        (lambda made: [made[0][:388] + struct.pack("<I", 6) + b"\1\1a\1\1b"], "parameter 1"),
    ],
)
def test_a_malformed_contribution_is_refused(
    at: At, edit: Callable[[list[bytes]], list[bytes]], rule: str
) -> None:
    directory = at("alice")
    edit_contributions(directory / "0001" / "bytes.zkey", edit)
    rehash(directory)

    with pytest.raises(ArtifactError, match=rule):
        open_ceremony(directory)


# Changed bytes


def files() -> Iterator[Path]:
    for number in range(7):
        yield Path(f"{number:04d}") / "transcript.json"
    for number in (0, 1, 2, 3, 5, 6):
        yield Path(f"{number:04d}") / "bytes.zkey"
    for number in (0, 6):
        yield Path(f"{number:04d}") / "bytes.r1cs"
        yield Path(f"{number:04d}") / "bytes.wasm"
    yield Path("0006") / "verification_key.json"
    yield Path("0006") / "manifest.json"


@pytest.mark.parametrize("file", list(files()), ids=str)
@pytest.mark.parametrize("damage", ["one bit", "missing"])
def test_every_file_is_needed_as_it_is(at: At, powers: Path, file: Path, damage: str) -> None:
    path = at("final") / file
    if damage == "missing":
        path.unlink()
    else:
        flip_byte(path, path.stat().st_size // 2)

    with pytest.raises(ArtifactError):
        verify_ceremony(path.parents[1], powers)


def test_a_file_that_no_step_made_is_refused(at: At) -> None:
    directory = at("final")
    (directory / "0004" / "bytes.zkey").write_bytes(b"")

    with pytest.raises(ArtifactError, match=r"0004/bytes\.zkey: got 'a file', must not be"):
        open_ceremony(directory)


@pytest.mark.parametrize("section", [3, 4, 5, 6, 7, 8, 9])
def test_a_point_of_the_last_key_is_verified_even_if_every_hash_was_made_to_match(
    at: At, powers: Path, section: int
) -> None:
    directory = at("applied")
    path = directory / "0005" / "bytes.zkey"
    contents = bytes(read_sections(path, b"zkey", 1).get(section))
    flip_byte(path, path.read_bytes().index(contents) + 70)
    rehash(directory)

    open_ceremony(directory)
    with pytest.raises(ArtifactError, match="snarkjs zkey verify refuses it"):
        verify_ceremony(directory, powers)


def test_a_name_inside_a_key_is_compared_although_no_contribution_hash_covers_it(
    at: At, powers: Path
) -> None:
    directory = at("carol")
    path = directory / "0003" / "bytes.zkey"
    edit_contributions(path, lambda made: [made[0], made[1].replace(b"bob", b"eve"), made[2]])
    rehash(directory)

    assert len(verify_key(directory / "0000" / "bytes.r1cs", powers, path)) == 3
    with pytest.raises(ArtifactError, match=r"contribution 2: got 'eve .*the transcript has bob"):
        verify_ceremony(directory, powers)


# Edited transcripts


def leaves(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every string, number and null."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from leaves(value, (*path, name))
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield from leaves(value, (*path, place))
    else:
        yield path


def changed(value: Any) -> Any:
    """Another value of the same form."""
    if isinstance(value, int):
        return value + 1
    if value is None:
        return "ppot_0080_10.ptau"
    place = len(value) - 1 - value.endswith("Z")  # a time ends with Z
    return value[:place] + ("1" if value[place] == "0" else "0") + value[place + 1 :]


def change(path: tuple[Any, ...]) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        inner: Any = document
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = changed(inner[path[-1]])

    return edit


def test_a_transcript_that_is_edited_anywhere_is_refused(kept: Path, at: At) -> None:
    document = json.loads((kept / "final" / "0006" / "transcript.json").read_text())
    unnoticed = []
    for path in leaves(document):
        directory = at("final")
        edit_last(directory, change(path))
        try:
            verify_ceremony(directory, kept / "no.ptau")
        except ArtifactError:
            continue
        except FileNotFoundError:
            unnoticed.append(path)

    # The last step is in no other transcript. The manifest beside it has the digest.
    assert unnoticed == [("steps", 5, "time")]


def test_the_manifest_knows_the_transcript_that_the_last_step_wrote(at: At, powers: Path) -> None:
    directory = at("final")
    edit_last(directory, change(("steps", 5, "time")))

    with pytest.raises(ArtifactError, match=r"transcript\.json: got 'SHA-256"):
        verify_ceremony(directory, powers)


HEARSAY = [  # what no file can show, so that its digest must have been published
    *[("contributors",), ("snarkjs",), ("time",), ("circuit", "compiler")],
    *[("circuit", "flags", 0), ("circuit", "sources", "bytes.circom")],
    *[("steps", number, "time") for number in range(5)],
    *[("steps", 3, "source"), ("steps", 3, "round"), ("steps", 3, "not_before")],
]


@pytest.mark.parametrize("path", HEARSAY, ids=str)
def test_a_consistent_edit_of_hearsay_changes_the_published_digests(
    at: At, path: tuple[Any, ...]
) -> None:
    directory = at("applied")
    before = open_ceremony(directory).transcript.digest
    edit = change(path)
    edit_all(directory, (lambda d: d.update(contributors=2)) if path == HEARSAY[0] else edit)

    with pytest.raises(ArtifactError, match="must be a contribution hash or a transcript digest"):
        check_included(open_ceremony(directory).transcript, before)


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        (("circuit", "hash"), "a key of another circuit"),
        (("circuit", "r1cs"), r"0000/bytes\.r1cs: got 'SHA-256"),
        (("circuit", "wasm"), r"0000/bytes\.wasm: got 'SHA-256"),
        (("circuit", "constraints"), "the file has"),
        (("circuit", "public_signals"), "the file has"),
        (("powers_of_tau", "sha256"), "the ceremony is on the file of that SHA-256"),
        (("powers_of_tau", "blake2b"), "the ceremony is on the file of that SHA-256"),
        (("zkey",), r"0000/bytes\.zkey: got 'SHA-256"),
        (("steps", 1, "name"), "contribution 2: got 'bob"),
        (("steps", 1, "hash"), "contribution 2: got 'bob"),
        (("steps", 1, "zkey"), r"0002/bytes\.zkey: got 'SHA-256"),
        (("steps", 3, "iterations"), "contribution 4: got 'beacon"),
        (("steps", 4, "value"), "contribution 4: got 'beacon"),
        (("steps", 4, "hash"), "contribution 4: got 'beacon"),
    ],
    ids=str,
)
def test_a_consistent_edit_of_what_files_show_is_noticed(
    at: At, powers: Path, path: tuple[Any, ...], rule: str
) -> None:
    directory = at("applied")
    edit_all(directory, change(path))

    with pytest.raises(ArtifactError, match=rule):
        verify_ceremony(directory, powers)


# Other powers of tau, another circuit


def test_the_wrong_powers_of_tau_are_refused(kept: Path, other_powers: Path) -> None:
    with pytest.raises(ArtifactError, match=r"final_6\.ptau: got 'SHA-256 .*the ceremony is on"):
        verify_ceremony(kept / "final", other_powers)


def test_a_key_does_not_follow_from_other_powers_of_tau(at: At, other_powers: Path) -> None:
    directory, file = at("applied"), read_powers(other_powers)
    digests = {"sha256": file.sha256, "blake2b": file.blake2b}
    edit_all(directory, lambda document: document["powers_of_tau"].update(digests))

    with pytest.raises(ArtifactError, match="snarkjs zkey verify refuses it"):
        verify_ceremony(directory, other_powers)


def test_a_key_does_not_follow_from_other_constraints(at: At, powers: Path, tmp_path: Path) -> None:
    directory = at("applied")
    path = directory / "0000" / "bytes.r1cs"
    coefficients = bytes(read_sections(path, b"r1cs", 1).get(2))
    flip_byte(path, path.read_bytes().index(coefficients) + 12)
    edit_all(directory, lambda document: document["circuit"].update(r1cs=sha256(path)))

    with pytest.raises(ArtifactError, match="snarkjs zkey verify refuses it"):
        verify_ceremony(directory, powers)


def test_the_circuit_can_be_compiled_again_and_compared(kept: Path, tmp_path: Path) -> None:
    ceremony = open_ceremony(kept / "final")
    shutil.copytree(FIXTURES, tmp_path / "fixtures")
    source = CircuitSource(tmp_path / "fixtures" / "bytes.circom", tmp_path / "fixtures" / "lib")
    check_source(ceremony, source)
    source.main.write_text(source.main.read_text().replace("mix * mix", "mix * square"))

    with pytest.raises(ArtifactError, match=r"bytes\.r1cs: got 'SHA-256 .*the ceremony is for"):
        check_source(ceremony, source)
