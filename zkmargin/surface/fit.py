# SPDX-License-Identifier: Apache-2.0
"""From a chain of quotes to one arbitrage-free slice per expiry."""

from __future__ import annotations

from itertools import pairwise

from zkmargin.quotes import Chain
from zkmargin.surface.alone import fit_alone
from zkmargin.surface.report import Surface, check_errors
from zkmargin.surface.smile import smile_of
from zkmargin.surface.svi import check_calendar
from zkmargin.surface.together import without_crossings


def fit_surface(chain: Chain) -> Surface:
    """The slices of a chain's expiries, and how well each quote is met.

    Each expiry is fitted alone, then those that cross again together; the result is checked on
    dense grids against R1 to R5. The same chain gives the same slices.

    raises   QuoteError naming the quote that the fit misses by more than 2 vol points and by more
             than 5 bp of the forward (or half its bid-ask spread, if wider), or the expiries and
             the rule that they cannot obey
    """
    fits = fit_alone([smile_of(chain, expiry) for expiry in chain.expiries])
    check_errors(
        chain.source, [fit.report for fit in fits], "without butterfly arbitrage in its expiry"
    )
    fits = without_crossings(chain.source, fits)
    surface = Surface(
        source=chain.source,
        as_of=chain.as_of,
        fits=tuple(fit.report for fit in fits),
        rejected=chain.rejected,
    )
    for piece in surface.slices:
        piece.check()
    for early, late in pairwise(surface.slices):
        check_calendar(early, late)
    check_errors(chain.source, surface.fits, "without arbitrage within and between expiries")
    return surface
