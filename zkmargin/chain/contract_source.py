# SPDX-License-Identifier: Apache-2.0
"""The Solidity sources of a build: the project's own, rendered ones, and the libraries they import.

Source units are named as the compiler names them: `src/..` for the project, `rendered/..` for
sources that were made from a verifying key, and the package name for a library from npm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Final

from zkmargin.errors import ArtifactError

OWN: Final = "src"
RENDERED: Final = "rendered"

_COMMENT: Final = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_IMPORT: Final = re.compile(r"""\bimport\b[^;"']*["']([^"']+)["']""")


def own_sources(own: Path) -> dict[str, str]:
    """Every source of the project by its unit's name; own is the directory that holds them."""
    return {
        f"{OWN}/{path.relative_to(own).as_posix()}": path.read_text(encoding="utf-8")
        for path in sorted(own.rglob("*.sol"))
    }


def with_imports(sources: Mapping[str, str], own: Path, libraries: Path) -> dict[str, str]:
    """Sources with everything that they import, by unit and sorted.

    own         directory of the project's sources
    libraries   the node_modules that holds imported packages
    raises      ArtifactError, naming importer and path, if an import is nowhere
    """
    found = dict(sources)
    waiting = list(sources)
    while waiting:
        importer = waiting.pop()
        for unit in _imports(importer, found[importer]):
            if unit not in found:
                found[unit] = _read(unit, importer, own, libraries)
                waiting.append(unit)
    return dict(sorted(found.items()))


def _imports(unit: str, text: str) -> Iterator[str]:
    """The units that a source imports; a relative path starts at the importing unit."""
    for match in _IMPORT.finditer(_COMMENT.sub("", text)):
        path = match[1]
        yield normpath(PurePosixPath(unit).parent / path) if path.startswith(".") else path


def _read(unit: str, importer: str, own: Path, libraries: Path) -> str:
    head, _, rest = unit.partition("/")
    home, path = (own, own / rest) if head == OWN else (libraries, libraries / unit)
    if not path.is_file() or not path.resolve().is_relative_to(home.resolve()):
        raise ArtifactError(importer, unit, "is imported and is in no package of the contracts")
    return path.read_text(encoding="utf-8")
