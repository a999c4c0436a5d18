# SPDX-License-Identifier: Apache-2.0
"""`make mutants`: judges every mutant of every circuit and rewrites tests/snapshots/mutants.json.

Verdicts are kept under build/mutation, by what they depend on: the mutant, and the text of all that
its template contains. A run that is stopped goes on where it was, and a changed template asks again
only for itself and what it is part of. A survivor's verdict holds only until a test changes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache

from circuits.compiled import ROOT

from mutation.campaign import Campaign, collect
from mutation.mutant import Mutant
from mutation.operators import mutants
from mutation.report import circuit_sources, committed, names, reasons, row, write
from mutation.templates import Library, blanked
from mutation.verdict import EQUIVALENT, INVALID, KILLED, Verdict

BUILD = ROOT / "build" / "mutation"


def main(arguments: Sequence[str] | None = None) -> int:
    """Judges; 1 if a mutant survives without a reason."""
    parser = argparse.ArgumentParser(prog="python -m mutation")
    parser.add_argument("files", nargs="*", help="circuit files; all unless given")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--seconds", type=float, default=240.0, help="of CPU for a mutant; thrice that again"
    )
    parser.add_argument("--every", type=int, default=1, help="judge every n-th mutant only")
    parser.add_argument("--tests", default="tests/circuits", help="that judge; all unless given")
    parser.add_argument("--no-write", action="store_true", help="leave the snapshot as it is")
    parser.add_argument("--no-judge", action="store_true", help="write what earlier runs found")
    options = parser.parse_args(arguments)
    sources = circuit_sources()
    chosen = options.files or list(sources)
    found = {path: mutants(path, sources) for path in chosen}
    kept = Kept(sources)
    verdicts = {m: v for ms in found.values() for m in ms if (v := kept.get(m))}
    waiting = [m for ms in found.values() for m in ms[:: options.every] if m not in verdicts]
    print(
        f"{sum(map(len, found.values()))} mutants of {len(chosen)} files, {len(waiting)} to judge"
    )
    if waiting and not options.no_judge:
        progress = Progress(len(waiting), kept, verdicts)
        coverage = BUILD / "coverage.json"
        library, most = Library(sources), (options.seconds, 3 * options.seconds)
        campaign = Campaign(
            waiting, library, coverage, progress.decided, options.jobs, _excused(found), most
        )
        if collect(campaign, options.tests, "--require-tools", "--tb=native"):
            return 1
    rows = {
        path: row(path, ms, {m: verdicts[m] for m in ms if m in verdicts})
        for path, ms in found.items()
    }
    if not options.no_write:
        write({path: r for path, r in (committed() | rows).items() if path in sources})
    return _summary(rows)


class Kept:
    """Verdicts of earlier runs."""

    def __init__(self, sources: dict[str, str]) -> None:
        self._path = BUILD / "verdicts.jsonl"
        self._sources = sources
        self._library = Library(sources)
        self._texts: dict[str, list[tuple[str, str]]] = {}
        lines = self._path.read_text("utf-8").splitlines() if self._path.exists() else []
        self._known = {key: Verdict(**value) for key, value in map(json.loads, lines)}

    def get(self, mutant: Mutant) -> Verdict | None:
        """The verdict; a survivor's only while no test changes."""
        return self._known.get(self._key(mutant, "")) or self._known.get(
            self._key(mutant, _tests_digest())
        )

    def put(self, mutant: Mutant, verdict: Verdict) -> None:
        """Keeps one."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        survives = verdict.outcome not in (KILLED, EQUIVALENT, INVALID)
        key = self._key(mutant, _tests_digest() if survives else "")
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, asdict(verdict)]) + "\n")

    def _key(self, mutant: Mutant, tests: str) -> str:
        """What a verdict depends on: the mutant, and all that its template contains."""
        block = self._library.blocks[mutant.template]
        text = mutant.applied(self._sources[mutant.path])
        longer = len(text) - len(self._sources[mutant.path])
        mutated = blanked(text[block.start : block.start + len(block.body) + longer])
        if mutant.template not in self._texts:
            self._texts[mutant.template] = self._library.text(mutant.template)
        parts = [mutant.path, mutated, self._texts[mutant.template], tests]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Progress:
    """Prints and keeps what is decided."""

    def __init__(self, total: int, kept: Kept, verdicts: dict[Mutant, Verdict]) -> None:
        self._total, self._kept, self._verdicts = total, kept, verdicts
        self._done, self._start = 0, time.monotonic()

    def decided(self, mutant: Mutant, verdict: Verdict) -> None:
        self._done += 1
        self._kept.put(mutant, verdict)
        self._verdicts[mutant] = verdict
        took = time.monotonic() - self._start
        by = verdict.test.rpartition("/")[2] or verdict.words
        print(
            f"{self._done}/{self._total} {took:.0f} s  {verdict.outcome:16} {mutant.name}  [{by}]",
            flush=True,
        )


@lru_cache(maxsize=1)
def _tests_digest() -> str:
    files = sorted((ROOT / "tests" / "circuits").rglob("*.py")) + sorted(
        (ROOT / "zkmargin").glob("*.py")
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _excused(found: dict[str, list[Mutant]]) -> frozenset[Mutant]:
    """The mutants whose survival has a reason."""
    given = reasons()
    named = ((p, m, name) for p, ms in found.items() for m, name in names(ms).items())
    return frozenset(m for p, m, name in named if name in given.get(p, {}))


def _summary(rows: dict[str, dict[str, object]]) -> int:
    bare = 0
    for path, found in rows.items():
        survivors = found["survivors"]
        assert isinstance(survivors, dict)
        print(
            f"{path}: {found['killed']} of {found['mutants']} killed, "
            f"{len(survivors)} survive, {found['unjudged']} unjudged"
        )
        for name, reason in survivors.items():
            bare += not reason
            print(f"    {name}: {reason or 'NO REASON'}")
    print("every survivor has a reason" if not bare else f"{bare} survivors without a reason")
    return int(bare > 0)


if __name__ == "__main__":
    sys.exit(main())
