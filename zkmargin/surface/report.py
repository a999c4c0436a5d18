# SPDX-License-Identifier: Apache-2.0
"""How well a surface meets its quotes: per quote, per expiry, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from zkmargin.errors import QuoteError
from zkmargin.quotes import Quote, Rejected
from zkmargin.surface.smile import Smile, describe
from zkmargin.surface.svi import SviSlice, utc_text

WARN_POINTS: Final = 0.5  # vol points: a larger error is reported as a warning
REFUSE_POINTS: Final = 2.0  # vol points, refused together with the bound on the price
REFUSE_BASIS_POINTS: Final = 5.0  # of the forward, or half the bid-ask spread if that is wider

_NAMED = 4  # quotes named besides the worst one


@dataclass(frozen=True)
class QuoteFit:
    """One quote against the surface.

    model_vol     vol of the slice at the strike, fraction
    vol_error     model minus quote [vol points]
    price_error   model minus quote, Black-76 undiscounted [bp of the forward]
    tolerance     price error that is accepted at any vol error [bp of the forward]
    vega          price per vol point [bp of the forward]
    """

    quote: Quote
    model_vol: float
    vol_error: float
    price_error: float
    tolerance: float
    vega: float

    @property
    def is_refused(self) -> bool:
        """The quote is missed both in vol and in price."""
        return abs(self.vol_error) > REFUSE_POINTS and abs(self.price_error) > self.tolerance

    def __str__(self) -> str:
        """One line of the report."""
        return (
            f"{self.quote.name}: vol {self.quote.mark_vol:.2%}, fitted {self.model_vol:.2%}, "
            f"off by {_error(self)}"
        )


@dataclass(frozen=True)
class SliceFit:
    """One expiry against its quotes.

    words   which parameters the quotes decided, and where the others come from
    rms     root mean square vol error, weighted by vega [vol points]
    """

    slice: SviSlice
    years: float
    words: str
    quotes: tuple[QuoteFit, ...]
    rms: float
    warnings: tuple[str, ...]

    @property
    def is_refused(self) -> bool:
        """Some quote is missed both in vol and in price."""
        return any(quote.is_refused for quote in self.quotes)

    def vol(self, strike: float) -> float:
        """Annual vol of a strike, fraction."""
        return self.slice.total_vol(strike) / math.sqrt(self.years)


@dataclass(frozen=True)
class Surface:
    """The fitted slices of a chain, by expiry, with the report of the fit."""

    source: str
    as_of: int
    fits: tuple[SliceFit, ...]
    rejected: tuple[Rejected, ...] = ()

    @property
    def slices(self) -> tuple[SviSlice, ...]:
        """One slice per expiry, ascending."""
        return tuple(fit.slice for fit in self.fits)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a user should look at before the surface is used."""
        return tuple(warning for fit in self.fits for warning in fit.warnings)

    def report(self) -> tuple[str, ...]:
        """The fit in lines of text: expiries, quotes, warnings, rejected rows."""
        lines = [f"{self.source}: valued at {utc_text(self.as_of)}"]
        for fit in self.fits:
            lines.append(
                f"{utc_text(fit.slice.expiry)}: {fit.slice.quotes} quotes, {fit.words}; "
                f"vega-weighted error {fit.rms:.2f} vol points"
            )
            lines += [f"  {quote}" for quote in fit.quotes]
        lines += [f"warning: {warning}" for warning in self.warnings]
        lines += [f"not used: {rejected}" for rejected in self.rejected]
        return tuple(lines)


def slice_fit(smile: Smile, piece: SviSlice, words: str) -> SliceFit:
    """A slice measured against the quotes of its expiry."""
    quotes = tuple(_quote_fit(smile, piece, quote) for quote in smile.quotes)
    total = sum(quote.vega for quote in quotes)
    square = sum(quote.vega * quote.vol_error**2 for quote in quotes)
    return SliceFit(
        slice=piece,
        years=smile.years,
        words=words,
        quotes=quotes,
        rms=math.sqrt(square / total) if total else 0.0,
        warnings=tuple(_warnings(smile, quotes, words)),
    )


def check_errors(source: str, fits: Sequence[SliceFit], condition: str) -> None:
    """Every quote is met closely enough by the best fit under a condition, given in words.

    raises   QuoteError naming the quote that is missed worst, and a few others that are off
    """
    refused = [quote for fit in fits for quote in fit.quotes if quote.is_refused]
    if not refused:
        return
    worst = max(refused, key=lambda quote: abs(quote.price_error) / quote.tolerance)
    rule = (
        f"is off by {_error(worst)} from {worst.model_vol:.4f}, the best fit {condition}; "
        f"must be within {REFUSE_POINTS:g} vol points or {worst.tolerance:.1f} bp"
    )
    others = [
        quote
        for fit in fits
        for quote in fit.quotes
        if quote is not worst and abs(quote.vol_error) > WARN_POINTS
    ]
    others.sort(key=lambda quote: -abs(quote.price_error))
    if others:
        also = ", ".join(f"{quote.quote.name} by {_error(quote)}" for quote in others[:_NAMED])
        rule += f"; also off: {also}" + ("" if len(others) <= _NAMED else ", and more")
    where = f"{source} {worst.quote.name}, expiry {utc_text(worst.quote.expiry)}, mark vol"
    raise QuoteError(where, worst.quote.mark_vol, rule)


def _error(quote: QuoteFit) -> str:
    return f"{quote.vol_error:+.2f} vol points, {quote.price_error:+.1f} bp of the forward"


def _quote_fit(smile: Smile, piece: SviSlice, quote: Quote) -> QuoteFit:
    root = math.sqrt(smile.years)
    forward, strike = smile.forward, quote.strike
    s = piece.total_vol(strike)
    unit = 1e4 / forward
    price = unit * _out_of_the_money(forward, strike, s)
    half_spread = 0.0
    if quote.bid_vol is not None and quote.ask_vol is not None:
        bid, ask = (
            _out_of_the_money(forward, strike, v * root) for v in (quote.bid_vol, quote.ask_vol)
        )
        half_spread = unit * (ask - bid) / 2
    at = smile.quotes.index(quote)
    return QuoteFit(
        quote=quote,
        model_vol=s / root,
        vol_error=100 * (s / root - quote.mark_vol),
        price_error=price - unit * _out_of_the_money(forward, strike, quote.mark_vol * root),
        tolerance=max(REFUSE_BASIS_POINTS, half_spread),
        vega=float(smile.vega[at]) * unit / 100,
    )


def _warnings(smile: Smile, quotes: tuple[QuoteFit, ...], words: str) -> list[str]:
    found = []
    if smile.count < 5:
        found.append(f"{describe(smile)}: {words}")
    found += [str(quote) for quote in quotes if abs(quote.vol_error) > WARN_POINTS]
    return found


def _out_of_the_money(forward: float, strike: float, s: float) -> float:
    """Undiscounted Black-76 call, or put below the forward (M2); s is total vol."""
    d1 = math.log(forward / strike) / s + s / 2
    if strike >= forward:
        return forward * _cdf(d1) - strike * _cdf(d1 - s)
    return strike * _cdf(s - d1) - forward * _cdf(-d1)


def _cdf(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2
