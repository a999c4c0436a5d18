# SPDX-License-Identifier: Apache-2.0
"""The source of one circuit: the file with `component main` and every file that it includes.

An include is looked up beside the file that names it, then in the include directory, as by circom.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from zkmargin.errors import ArtifactError
from zkmargin.files import sha256

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_INCLUDE = re.compile(r'\binclude\s*"([^"\n]+)"')


@dataclass(frozen=True)
class CircuitSource:
    """A main file and the directory for includes that are not beside the file naming them."""

    main: Path
    include: Path | None = None

    @property
    def name(self) -> str:
        """The circuit's name: that of its main file, without the suffix."""
        return self.main.stem

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """Every file that the circuit is made of, sorted.

        An include that does not exist is left out: the compiler names it better than we could.
        raises   ArtifactError if the main file does not exist
        """
        main = _absolute(self.main)
        if not main.is_file():
            raise ArtifactError("circuit", str(self.main), "no such file")
        found, waiting = {main}, [main]
        while waiting:
            new = self._included(waiting.pop()) - found
            found |= new
            waiting += new
        return tuple(sorted(found))

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of every file, keyed by its path below the directory that holds them all."""
        return {path.relative_to(self._root).as_posix(): sha256(path) for path in self.files}

    def copy_to(self, directory: Path) -> tuple[Path, Path]:
        """Copies the files; returns where main and the include directory are inside the copy."""
        for path in self.files:
            copy = directory / path.relative_to(self._root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        include = _absolute(self.include) if self.include else self._root
        (directory / include.relative_to(self._root)).mkdir(parents=True, exist_ok=True)
        return _absolute(self.main).relative_to(self._root), include.relative_to(self._root)

    @cached_property
    def _root(self) -> Path:
        folders = [str(path.parent) for path in self.files]
        if self.include:
            folders.append(str(_absolute(self.include)))
        return Path(os.path.commonpath(folders))

    def _included(self, path: Path) -> set[Path]:
        text = _COMMENT.sub(" ", path.read_text(encoding="utf-8"))
        return {found for name in _INCLUDE.findall(text) if (found := self._find(path, name))}

    def _find(self, path: Path, name: str) -> Path | None:
        for folder in (path.parent, self.include):
            if folder and (candidate := _absolute(folder / name)).is_file():
                return candidate
        return None


def _absolute(path: Path) -> Path:
    # Not resolve(): a symbolic link keeps the place that the includes count from.
    return Path(os.path.abspath(path))  # noqa: PTH100
