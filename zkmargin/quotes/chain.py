# SPDX-License-Identifier: Apache-2.0
"""A chain of option quotes, and the screen that every quote passes before it is used.

Nothing is dropped in silence: a quote that is expired, stale, crossed, a duplicate, or off its
expiry's forward becomes a `Rejected` row of the chain, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_low
from typing import Final

FORWARD_TOLERANCE: Final = 0.005  # of a quote's forward against the median of its expiry


class Reason(StrEnum):
    """Why a row is not used."""

    NOT_AN_OPTION = "not an option"
    NO_VOL = "no mark vol"
    NO_FORWARD = "no forward"
    OUT_OF_RANGE = "bid or ask vol out of range"
    EXPIRED = "expired"
    STALE = "stale"
    CROSSED = "crossed"
    FORWARD = "forward differs"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Quote:
    """One option's implied vol.

    expiry           unix time [s]
    strike, forward  [quote per underlying unit]
    mark_vol, bid_vol, ask_vol   annual vol, a plain fraction (0.63 is 63 %)
    timestamp        unix time of the quote [s], if the source states one
    row, label       where it stands in its file; label is the venue's instrument name
    option_type      "C", "P", or "" where the source does not say
    """

    expiry: int
    strike: float
    mark_vol: float
    forward: float
    bid_vol: float | None = None
    ask_vol: float | None = None
    timestamp: float | None = None
    row: int = 0
    label: str = ""
    option_type: str = ""

    @property
    def name(self) -> str:
        """How messages call the quote."""
        return f"row {self.row} ({self.label or f'strike {self.strike:g}'})"

    @property
    def is_out_of_the_money(self) -> bool:
        """The side of the strike that trades: calls from the forward up, puts below it."""
        return self.option_type == ("C" if self.strike >= self.forward else "P")


@dataclass(frozen=True)
class Rejected:
    """A row that is not used; detail names the field, its value and the bound."""

    row: int
    label: str
    reason: Reason
    detail: str

    def __str__(self) -> str:
        """One line for a report."""
        name = f" ({self.label})" if self.label else ""
        return f"row {self.row}{name}: {self.reason}: {self.detail}"


@dataclass(frozen=True)
class Chain:
    """The usable quotes of one underlying, by expiry and strike.

    underlying            as the venue writes it, None if the file does not say
    index                 index price [quote], None if the file does not say
    contract_multiplier   underlying units per contract, None if the venue's table is not known
    as_of                 time that the quotes are valued at, unix [s]
    """

    source: str
    underlying: str | None
    index: float | None
    contract_multiplier: float | None
    as_of: int
    quotes: tuple[Quote, ...]
    rejected: tuple[Rejected, ...] = ()

    @property
    def expiries(self) -> tuple[int, ...]:
        """The quoted expiries, ascending [unix s]."""
        return tuple(sorted({quote.expiry for quote in self.quotes}))

    def at(self, expiry: int) -> tuple[Quote, ...]:
        """The quotes of one expiry, by strike."""
        return tuple(quote for quote in self.quotes if quote.expiry == expiry)

    def forward(self, expiry: int) -> float:
        """The one forward of an expiry: the lower median of its quotes'."""
        return median_low(quote.forward for quote in self.at(expiry))


Screened = tuple[tuple[Quote, ...], tuple[Rejected, ...]]


def screen(entries: Iterable[Quote | Rejected], as_of: int, max_age: float | None) -> Screened:
    """Quotes that pass every test, by expiry and strike, and the rejected rows, by row.

    as_of     valuation time, unix [s]
    max_age   largest distance of a quote's timestamp from as_of [s]; None accepts any
    """
    rejected: list[Rejected] = []
    quotes: list[Quote] = []
    for entry in entries:
        outcome = entry if isinstance(entry, Rejected) else _screen_alone(entry, as_of, max_age)
        (rejected if isinstance(outcome, Rejected) else quotes).append(outcome)  # type: ignore[arg-type]
    for rule in (_off_forward, _duplicates):
        losers = rule(quotes)
        rejected += losers.values()
        quotes = [quote for quote in quotes if quote.row not in losers]
    quotes.sort(key=lambda quote: (quote.expiry, quote.strike))
    rejected.sort(key=lambda entry: entry.row)
    return tuple(quotes), tuple(rejected)


def rejection(quote: Quote, reason: Reason, detail: str) -> Rejected:
    """The quote, turned down."""
    return Rejected(quote.row, quote.label, reason, detail)


def _screen_alone(quote: Quote, as_of: int, max_age: float | None) -> Quote | Rejected:
    if quote.expiry <= as_of:
        detail = f"expiry {quote.expiry} must be after the valuation time {as_of}"
        return rejection(quote, Reason.EXPIRED, detail)
    if max_age is not None and quote.timestamp is not None:
        age = as_of - quote.timestamp
        if abs(age) > max_age:
            side = "older" if age > 0 else "newer"
            detail = (
                f"timestamp {quote.timestamp:g} is {abs(age):g} s {side} than the valuation time, "
                f"must be within {max_age:g} s"
            )
            return rejection(quote, Reason.STALE, detail)
    if quote.bid_vol is not None and quote.ask_vol is not None and quote.bid_vol > quote.ask_vol:
        detail = f"bid vol {quote.bid_vol:g} must not be above ask vol {quote.ask_vol:g}"
        return rejection(quote, Reason.CROSSED, detail)
    return quote


def _off_forward(quotes: Sequence[Quote]) -> dict[int, Rejected]:
    """An expiry has one forward; a quote taken at another one has a vol of another market."""
    losers: dict[int, Rejected] = {}
    for group in _groups(quotes, lambda quote: quote.expiry):
        middle = median_low(quote.forward for quote in group)
        for quote in group:
            if abs(quote.forward / middle - 1) > FORWARD_TOLERANCE:
                detail = (
                    f"forward {quote.forward:g} must be within {FORWARD_TOLERANCE:.1%} "
                    f"of the expiry's median {middle:g}"
                )
                losers[quote.row] = rejection(quote, Reason.FORWARD, detail)
    return losers


def _duplicates(quotes: Sequence[Quote]) -> dict[int, Rejected]:
    """A strike counts once: the out-of-the-money option of a pair, otherwise the first row."""
    losers: dict[int, Rejected] = {}
    for group in _groups(quotes, lambda quote: (quote.expiry, quote.strike)):
        kept = next((quote for quote in group if quote.is_out_of_the_money), group[0])
        for quote in group:
            if quote is not kept:
                detail = f"row {kept.row} already quotes strike {kept.strike:g} of this expiry"
                losers[quote.row] = rejection(quote, Reason.DUPLICATE, detail)
    return losers


def _groups(quotes: Sequence[Quote], key: Callable[[Quote], object]) -> list[list[Quote]]:
    found: dict[object, list[Quote]] = {}
    for quote in quotes:
        found.setdefault(key(quote), []).append(quote)
    return list(found.values())
