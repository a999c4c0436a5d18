# SPDX-License-Identifier: Apache-2.0
"""What a proof says in public: the signals of each circuit, in the circuit's order.

A field of a statement has the signal's name, so a proof document shows them by name.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import ClassVar

from zkmargin.book import Book
from zkmargin.commitment import commitment
from zkmargin.errors import BookError, InputError
from zkmargin.liquidation import Slice
from zkmargin.margin import MarginReport
from zkmargin.snapshot import Snapshot
from zkmargin.units import ADDRESS_BOUND, BPS, DOMAIN_BOUND, LEVEL_MAX, NAV_OFFSET

_LEVEL_BITS = 32
_VERSION_BITS = 64


class Statement:
    """The public signals of one circuit; each subclass is the dataclass of one circuit's."""

    __slots__ = ()

    circuit: ClassVar[str]
    domain: int
    header: int

    @property
    def signals(self) -> tuple[int, ...]:
        """The public signals, in circuit order."""
        return astuple(self)  # type: ignore[call-overload, no-any-return]  # a dataclass below

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of the signals, in circuit order."""
        return tuple(field.name for field in fields(cls))  # type: ignore[arg-type]

    def said(self) -> dict[str, int]:
        """Every signal by name, in order; account, version and level [bps] for the header."""
        parts = {"account": self.account, "version": self.version, "level": self.level}
        said: dict[str, int] = {}
        for name, signal in zip(self.names(), self.signals, strict=True):
            said |= parts if name == "header" else {name: signal}
        return said

    @property
    def account(self) -> int:
        """Account in the header."""
        return self.header >> (_LEVEL_BITS + _VERSION_BITS)

    @property
    def version(self) -> int:
        """Version in the header."""
        return (self.header >> _LEVEL_BITS) % (1 << _VERSION_BITS)

    @property
    def level(self) -> int:
        """Level in the header [bps]."""
        return self.header % (1 << _LEVEL_BITS)


@dataclass(frozen=True, slots=True)
class MarginStatement(Statement):
    """A book has excess >= 0 at the header's level (M9)."""

    circuit: ClassVar[str] = "margin"
    domain: int
    header: int
    commitment: int
    snapshot_hash: int


@dataclass(frozen=True, slots=True)
class ShortfallStatement(Statement):
    """A book has excess < 0 at the header's level (M9); the beneficiary is paid for the proof."""

    circuit: ClassVar[str] = "shortfall"
    domain: int
    header: int
    commitment: int
    snapshot_hash: int
    beneficiary: int


@dataclass(frozen=True, slots=True)
class NavStatement(Statement):
    """A book has exactly this NAV (M4); nav is NAV [1e-6 quote], down, plus 2^96."""

    circuit: ClassVar[str] = "nav"
    domain: int
    header: int
    commitment: int
    snapshot_hash: int
    nav: int


@dataclass(frozen=True, slots=True)
class LiquidateStatement(Statement):
    """A slice of a book in shortfall goes to the winner for the auction's price (L1 to L4).

    price, reserved, deficit, top_up   [1e-6 quote]
    fraction, discount                 [1e-6]
    target                             [bps]
    """

    circuit: ClassVar[str] = "liquidate"
    domain: int
    header: int
    cm_old: int
    cm_new: int
    cm_lot: int
    snapshot_hash: int
    price: int
    fraction: int
    discount: int
    reserved: int
    target: int
    deficit: int
    winner: int
    top_up: int


STATEMENTS: dict[str, type[Statement]] = {
    kind.circuit: kind
    for kind in (MarginStatement, ShortfallStatement, NavStatement, LiquidateStatement)
}


def header(account: int, version: int, level: int) -> int:
    """account 2^96 + version 2^32 + level: what a proof is for; level [bps].

    raises   BookError if the level is not within [0, 20000]
    """
    if not 0 <= level <= LEVEL_MAX:
        raise BookError("level", level, f"must be between 0 and {LEVEL_MAX} bps")
    return (account << 96) + (version << 32) + level


def margin_statement(book: Book, snapshot: Snapshot, level: int, domain: int) -> MarginStatement:
    """What a margin proof of this book says in public.

    raises   InputError if the domain is out of range; BookError if the level is
    """
    head = header(book.account, book.version, level)
    return MarginStatement(checked_domain(domain), head, commitment(book), snapshot.hash)


def shortfall_statement(
    book: Book, snapshot: Snapshot, level: int, domain: int, beneficiary: int
) -> ShortfallStatement:
    """What a shortfall proof of this book says in public; beneficiary is an address, 160 bits.

    raises   InputError if the domain or the beneficiary is out of range; BookError if the level is
    """
    head = header(book.account, book.version, level)
    paid = checked_address("beneficiary", beneficiary)
    return ShortfallStatement(
        checked_domain(domain), head, commitment(book), snapshot.hash, beneficiary=paid
    )


def nav_statement(report: MarginReport, domain: int) -> NavStatement:
    """What a NAV proof of a book says in public; raises InputError for a domain out of range."""
    book = report.book
    head = header(book.account, book.version, 0)
    nav = report.nav + NAV_OFFSET
    return NavStatement(
        checked_domain(domain), head, commitment(book), report.snapshot.hash, nav=nav
    )


def liquidate_statement(taken: Slice, lot: Book, winner: int, domain: int) -> LiquidateStatement:
    """What a liquidation proof says in public; the lot is one of this slice.

    raises   InputError if the domain or the winner is out of range
    """
    book = taken.old.book
    return LiquidateStatement(
        domain=checked_domain(domain),
        header=header(book.account, book.version, BPS),
        cm_old=commitment(book),
        cm_new=commitment(taken.remainder),
        cm_lot=commitment(lot),
        snapshot_hash=taken.old.snapshot.hash,
        price=taken.price,
        fraction=taken.fraction,
        discount=taken.terms.discount,
        reserved=taken.terms.reserved,
        target=taken.terms.target,
        deficit=taken.deficit,
        winner=checked_address("winner", winner),
        top_up=lot.cash - taken.cash,
    )


def checked_domain(domain: int) -> int:
    """The domain; raises InputError if it is out of range."""
    if not 0 <= domain < DOMAIN_BOUND:
        raise InputError("domain", domain, "must be at least 0 and below 2^248")
    return domain


def checked_address(name: str, address: int) -> int:
    """The address as a number; raises InputError if it is out of range."""
    if not 0 <= address < ADDRESS_BOUND:
        raise InputError(name, address, "must be an address: at least 0 and below 2^160")
    return address
