# SPDX-License-Identifier: Apache-2.0
"""One mutant: a circuit file with one small fault."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A replacement in one file.

    path       of the file, below the root of the checkout
    template   where the fault is
    operator   what kind of fault
    before     the statement, on one line
    after      the same with the fault
    start, end, text   the replacement itself, as offsets in the file
    forgeries  for a lost constraint: statements, with the same signals, that give it another value
    replay     for a lost constraint outside loops: the statement that takes its signals from an
               earlier witness, and what these are a part of, as in ("@ b <== c;", "opening.book")
    """

    path: str
    template: str
    operator: str
    before: str
    after: str
    start: int
    end: int
    text: str
    forgeries: tuple[str, ...] = ()
    replay: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        """What mutants.json calls it; not unique if a template has the statement twice."""
        return f"{self.template}, {self.operator}: {self.before} -> {self.after}"

    def applied(self, source: str, text: str | None = None) -> str:
        """The source of the file with the fault, or with a forgery in its place."""
        return source[: self.start] + (self.text if text is None else text) + source[self.end :]


def one_line(text: str) -> str:
    """The text with its blanks and line breaks made single blanks."""
    return " ".join(text.split())
