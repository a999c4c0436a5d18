# SPDX-License-Identifier: Apache-2.0
"""A ceremony on disk: one directory for each step, which appears whole or not at all.

    0000/    <circuit>.r1cs, <circuit>.wasm, <circuit>.zkey, transcript.json
    0001/    what the step made, and the transcript up to and with it
    ..

The last directory is the state: there is no moment at which a key is there and its record is not.
Nothing is ever changed or removed, so that the directories are the whole history. What a killed
process leaves behind has a name that begins with a dot; the next step removes it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

from zkmargin.ceremony.admission import final_files
from zkmargin.ceremony.contributions import Contribution, History, read_history
from zkmargin.ceremony.transcript import (
    INITIAL,
    TRANSCRIPT_FILE,
    Announcement,
    Transcript,
)
from zkmargin.ceremony.transcript_document import checked, load_transcript
from zkmargin.errors import ArtifactError
from zkmargin.files import exclusive, read_file, replacing_directory, sha256, write_atomic
from zkmargin.proving.manifest import MANIFEST_FILE

_STEP: Final = re.compile(r"[0-9]{4}")
_LEFTOVER: Final = re.compile(r"\.[0-9]{4}\..+")
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A ceremony whose files are all there and are those of its transcript."""

    directory: Path
    transcript: Transcript

    @property
    def last_step(self) -> Path:
        """Directory of the last step."""
        return _step(self.directory, len(self.transcript.steps))

    @property
    def last_key(self) -> Path:
        """The newest proving key."""
        numbers = range(len(self.transcript.steps), -1, -1)
        paths = [_step(self.directory, number) / self.key_name for number in numbers]
        return next(path for path in paths if path.exists())

    @property
    def key_name(self) -> str:
        """The name of every proving key."""
        return f"{self.transcript.circuit.name}.zkey"

    @property
    def r1cs(self) -> Path:
        """The constraint system."""
        return _step(self.directory, INITIAL) / f"{self.transcript.circuit.name}.r1cs"

    @property
    def wasm(self) -> Path:
        """The witness program."""
        return _step(self.directory, INITIAL) / f"{self.transcript.circuit.name}.wasm"


def open_ceremony(directory: Path) -> Ceremony:
    """The ceremony in a directory.

    Every file is hashed and every key's contributions are compared with the transcript; whether a
    key is valid is not looked at (`verification`).
    raises   ArtifactError, naming the file, if anything is missing, added, damaged or out of order
    """
    numbers = _numbers(directory)
    if not numbers:
        raise ArtifactError(str(directory), "no ceremony", "must hold one: zkmargin ceremony init")
    if numbers != list(range(len(numbers))):
        missing = min(set(range(numbers[-1])) - set(numbers))
        raise ArtifactError(str(directory), f"no step {missing:04d}", "no step may be removed")
    transcript = load_transcript(_step(directory, numbers[-1]) / TRANSCRIPT_FILE)
    if len(transcript.steps) != numbers[-1]:
        path, count = _step(directory, numbers[-1]) / TRANSCRIPT_FILE, len(transcript.steps)
        raise ArtifactError(str(path), f"{count} steps", f"must have {numbers[-1]}")
    for number in numbers:
        _check_step(_step(directory, number), transcript.after(number))
    return Ceremony(directory, transcript)


@contextmanager
def first_step(directory: Path) -> Iterator[Path]:
    """An empty directory that becomes step 0 when the block ends without an error.

    raises   ArtifactError if the directory holds anything
    """
    with exclusive(directory / _LOCK):
        _remove_leftovers(directory)
        if others := sorted(path.name for path in directory.iterdir() if path.name != _LOCK):
            raise ArtifactError(str(directory), others[0], "must be empty or not there")
        with replacing_directory(_step(directory, INITIAL)) as new:
            yield new


@contextmanager
def next_step(directory: Path) -> Iterator[tuple[Ceremony, Path]]:
    """The ceremony, and an empty directory that becomes its next step unless the block raises.

    A second process that wants to take a step waits for the first.
    raises   as `open_ceremony`
    """
    if not _numbers(directory):
        open_ceremony(directory)
    with exclusive(directory / _LOCK):
        _remove_leftovers(directory)
        ceremony = open_ceremony(directory)
        number = len(ceremony.transcript.steps) + 1
        with replacing_directory(_step(directory, number)) as new:
            yield ceremony, new


def write_transcript(directory: Path, transcript: Transcript) -> Transcript:
    """Writes the transcript of a step; raises ArtifactError if it breaks a rule."""
    write_atomic(directory / TRANSCRIPT_FILE, checked(transcript).text)
    return transcript


def _step(directory: Path, number: int) -> Path:
    return directory / f"{number:04d}"


def _numbers(directory: Path) -> list[int]:
    names = [path.name for path in directory.iterdir()] if directory.is_dir() else []
    return sorted(int(name) for name in names if _STEP.fullmatch(name))


def _remove_leftovers(directory: Path) -> None:
    for path in directory.iterdir():
        if _LEFTOVER.fullmatch(path.name):
            shutil.rmtree(path)


def _check_step(directory: Path, transcript: Transcript) -> None:
    path, hashes = directory / TRANSCRIPT_FILE, _hashes(transcript)
    if read_file(path) != transcript.text.encode():
        rule = "must be the beginning of the last one, byte for byte"
        raise ArtifactError(str(path), "another transcript", rule)
    manifest = {MANIFEST_FILE} if transcript.final else set()
    present, wanted = {p.name for p in directory.iterdir()}, {TRANSCRIPT_FILE, *hashes, *manifest}
    for name in sorted(present ^ wanted):
        found, rule = ("nothing", "must be here") if name in wanted else ("a file", "must not be")
        raise ArtifactError(str(directory / name), found, rule)
    for name, expected in hashes.items():
        if (found := sha256(directory / name)) != expected:
            rule = f"the transcript has {expected}"
            raise ArtifactError(str(directory / name), f"SHA-256 {found}", rule)
        if name.endswith(".zkey"):
            _check_history(directory / name, transcript.history())


def _hashes(transcript: Transcript) -> dict[str, str]:
    """The files of a step other than its transcript and manifest, with their SHA-256."""
    if transcript.final:
        return final_files(transcript)
    circuit, last = transcript.circuit, transcript.steps[-1] if transcript.steps else transcript
    key = {} if isinstance(last, Announcement) else {f"{circuit.name}.zkey": last.zkey}
    if transcript.steps:
        return key
    return {f"{circuit.name}.r1cs": circuit.r1cs, f"{circuit.name}.wasm": circuit.wasm, **key}


def _check_history(path: Path, expected: History) -> None:
    found = read_history(path)
    if found.circuit_hash != expected.circuit_hash:
        raise ArtifactError(str(path), "a key of another circuit", "must be the transcript's")
    pairs = zip_longest(found.contributions, expected.contributions)
    for number, (here, there) in enumerate(pairs, 1):
        if here != there:
            field, rule = f"{path} contribution {number}", f"the transcript has {_said(there)}"
            raise ArtifactError(field, _said(here), rule)


def _said(contribution: Contribution | None) -> str:
    if contribution is None:
        return "none"
    return f"{contribution.name} {contribution.hash[:16]}.."
