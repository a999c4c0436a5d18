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


def collect_sources(own: Path, libraries: Path, rendered: Mapping[str, str]) -> dict[str, str]:
    """Every source of a build by its unit's name, sorted.

    own         directory of the project's sources
    libraries   the node_modules that holds imported packages
    rendered    sources that are in no file, by file name
    raises      ArtifactError, naming importer and path, if an import is nowhere
    """
    sources = {f"{RENDERED}/{name}": text for name, text in rendered.items()}
    for path in sorted(own.rglob("*.sol")):
        sources[f"{OWN}/{path.relative_to(own).as_posix()}"] = path.read_text(encoding="utf-8")
    waiting = list(sources)
    while waiting:
        importer = waiting.pop()
        for unit in _imports(importer, sources[importer]):
            if unit not in sources:
                sources[unit] = _library_source(libraries, unit, importer)
                waiting.append(unit)
    return dict(sorted(sources.items()))


def _imports(unit: str, text: str) -> Iterator[str]:
    """The units that a source imports; a relative path starts at the importing unit."""
    for match in _IMPORT.finditer(_COMMENT.sub("", text)):
        path = match[1]
        yield normpath(PurePosixPath(unit).parent / path) if path.startswith(".") else path


def _library_source(libraries: Path, unit: str, importer: str) -> str:
    path = libraries / unit
    if not path.is_file() or not path.resolve().is_relative_to(libraries.resolve()):
        raise ArtifactError(importer, unit, "is imported and is in no package of the contracts")
    return path.read_text(encoding="utf-8")
