# SPDX-License-Identifier: Apache-2.0
"""tests/snapshots/mutants.json: for each circuit file its mutants, the killed and the survivors.

    {"circuits/range.circom": {"sha256": ..., "mutants": 16, "invalid": 0, "same constraints": 0,
                               "unjudged": 0, "killed": 16, "survivors": {name: reason}}}

`sha256` is of the file's set of mutants, so that a test sees without judging any that the committed
verdicts are those of the file as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from circuits.compiled import ROOT

from mutation.mutant import Mutant
from mutation.verdict import EQUIVALENT, INVALID, KILLED, Verdict
from zkmargin.files import write_atomic

SNAPSHOT: Final = ROOT / "tests" / "snapshots" / "mutants.json"
REASONS: Final = ROOT / "tests" / "mutation" / "survivors.json"
Row = dict[str, Any]


def circuit_sources() -> dict[str, str]:
    """Every circuit file but the mains, by path below the root of the checkout."""
    files = sorted((ROOT / "circuits").rglob("*.circom"))
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files}
    return {path: text for path, text in texts.items() if "/main/" not in path}


def digest(found: Iterable[Mutant]) -> str:
    """SHA-256 of a set of mutants: what they are called and what they put in."""
    lines = (f"{mutant.name}\n{mutant.text}\n" for mutant in found)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def names(found: Iterable[Mutant]) -> dict[Mutant, str]:
    """A name for each mutant that no other of its file has."""
    counts: dict[str, int] = {}
    named = {}
    for mutant in found:
        counts[mutant.name] = counts.get(mutant.name, 0) + 1
        place = counts[mutant.name]
        named[mutant] = mutant.name if place == 1 else f"{mutant.name} #{place}"
    return named


def reasons() -> dict[str, dict[str, str]]:
    """File -> name of a survivor -> why it may survive; a name may be that of several (`*`)."""
    return json.loads(REASONS.read_text("utf-8")) if REASONS.exists() else {}


def row(path: str, found: Sequence[Mutant], verdicts: Mapping[Mutant, Verdict]) -> Row:
    """The row of one file, from the verdicts on its mutants; a run that was stopped has fewer."""
    outcomes = [verdict.outcome for verdict in verdicts.values()]
    given = reasons().get(path, {})
    named = names(found)
    survivors = {
        named[mutant]: given.get(named[mutant], "")
        for mutant, verdict in verdicts.items()
        if verdict.outcome not in (KILLED, EQUIVALENT, INVALID)
    }
    return {
        "sha256": digest(found),
        "mutants": len(outcomes) - outcomes.count(INVALID) - outcomes.count(EQUIVALENT),
        "invalid": outcomes.count(INVALID),
        "same constraints": outcomes.count(EQUIVALENT),
        "unjudged": len(found) - len(outcomes),
        "killed": outcomes.count(KILLED),
        "survivors": survivors,
    }


def committed() -> dict[str, Row]:
    """The snapshot."""
    return json.loads(SNAPSHOT.read_text("utf-8")) if SNAPSHOT.exists() else {}


def write(rows: Mapping[str, Row]) -> None:
    """Writes the snapshot."""
    write_atomic(SNAPSHOT, json.dumps(dict(sorted(rows.items())), indent=2) + "\n")
