# SPDX-License-Identifier: Apache-2.0
"""One policy along one path: accounts fall short, are sold in slices, and are cured or closed.

The venue sees the oracle's market, `oracle_delay` late and not at all in an outage; keepers see the
market itself. A slice f of an account moves its NAV and MMR as L1 says; what it fetched is not sold
again in the same sale. A loss goes through the waterfall of `zkmargin.loss_waterfall`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zkmargin.loss_waterfall import Capital, charge
from zkmargin.price_curve import ONE, Curve, Shape
from zkmargin.simulation.exposure import Exposure
from zkmargin.simulation.keeper import Keeper, Lot, impact
from zkmargin.simulation.market_path import Floats
from zkmargin.simulation.outcome import Outcome
from zkmargin.simulation.policy import DYNAMIC, FIXED, FULL, POOL, Policy, Venue
from zkmargin.simulation.sale import Bid, Purchase, dutch_sale, fixed_sale
from zkmargin.units import QUOTE

# From full value to 70 % in a quarter of an hour, to nothing in 12 hours.
CURVE = Curve(Shape.TWO_PHASE_LINEAR, start=ONE, cutoff=700_000, fast=900, duration=43_200)
DUST = 1.0  # an account that owns less is closed without a sale [quote]
NOISE = 0.004  # spread of keepers' own views of one lot, of its margin
CAPITAL_TURN = 3_600  # capital is tied up by a lot for this long [s]
GAS_CEILING = 50.0


class Run:
    """The state of one policy on one path; `outcome` is complete after `play`."""

    def __init__(
        self, exposure: Exposure, policy: Policy, venue: Venue, keepers: Sequence[Keeper], seed: int
    ) -> None:
        self.exposure, self.policy, self.venue = exposure, policy, venue
        self.keepers = keepers
        self.outcome = Outcome()
        self._rng = np.random.default_rng(seed)
        accounts = exposure.accounts
        self.share = np.ones(accounts)  # of the book at the start that is left
        self.extra = np.zeros(accounts)  # cash from sales [quote]
        self.reserved = np.zeros(accounts)  # of it, from the sale in progress [quote]
        self._flagged = np.full(accounts, np.inf)  # when the oracle first showed it short [s]
        self._short_since = np.full(accounts, np.inf)  # when it truly fell short [s]
        self._touched = np.zeros(accounts, dtype=bool)
        self._insurance = venue.insurance
        self._pool_margin = 0.0
        self._tied = dict.fromkeys((k.name for k in keepers), 0.0)  # margin in use [quote]
        self._lots: deque[tuple[float, str, float]] = deque()  # until [s], keeper, margin
        dynamic = policy.margin == DYNAMIC
        self._mmr = exposure.dynamic_mmr if dynamic else exposure.mmr

    def play(self) -> Outcome:
        """Every point of the path in turn."""
        for point in range(self.exposure.path.steps + 1):
            self._step(point)
        now = self._requirement(self.exposure.path.steps)
        self.outcome.unsold = int(np.sum(self._nav(self.exposure.path.steps) < now))
        self.outcome.accounts_liquidated = int(self._touched.sum())
        return self.outcome

    def _step(self, point: int) -> None:
        seconds = self.exposure.path.seconds
        now, seen = float(point * seconds), self._published(point)
        self._release(now)
        truly_short = self._nav(point) < self._requirement(point)
        self._short_since[truly_short & np.isinf(self._short_since)] = now
        shown = self._nav(seen) < self._requirement(seen)
        self._cure(~truly_short & ~shown, now)
        self._flagged[shown & np.isinf(self._flagged)] = now
        due = np.flatnonzero(shown & (self._flagged + self.policy.notice <= now))
        for account in due[np.argsort(self._nav(seen)[due])]:
            self._sell(int(account), point, seen)

    def _release(self, now: float) -> None:
        while self._lots and self._lots[0][0] <= now:
            _, keeper, margin = self._lots.popleft()
            self._tied[keeper] -= margin

    def _published(self, point: int) -> int:
        """The point that the oracle shows at a point."""
        path = self.exposure.path
        start, end = (share * path.steps for share in self.venue.outage)
        seen = point - round(self.venue.oracle_delay / path.seconds)
        if start <= seen < end:
            seen = int(start)
        return max(0, seen)

    def _cure(self, well: NDArray[np.bool_], now: float) -> None:
        cured = well & ~np.isinf(self._short_since)
        self.outcome.risk_seconds += [now - since for since in self._short_since[cured]]
        self._short_since[cured] = np.inf
        self._flagged[well] = np.inf
        self.reserved[well] = 0.0

    def _sell(self, account: int, point: int, seen: int) -> None:
        self._touched[account] = True
        nav = self._nav_of(account, seen)
        on_sale = nav - self.reserved[account]
        if on_sale <= DUST:
            self._close(account, point)
            return
        elapsed = point * self.exposure.path.seconds - self._flagged[account] - self.policy.notice
        if self.policy.buyers == POOL and self._pool_buys(account, point, seen):
            return
        fraction = self._fraction(account, seen, self._factor(elapsed))
        fraction = min(fraction, self._affordable(account, point))
        if purchase := self._offer(account, point, seen, fraction, elapsed):
            self._settle(account, point, fraction, purchase)

    def _factor(self, elapsed: float) -> float:
        """Price over value so many seconds into a sale."""
        return 1 - self.policy.discount if self.policy.sale == FIXED else _curve(elapsed)

    def _affordable(self, account: int, point: int) -> float:
        """The largest fraction that some keeper has the capital for."""
        most = max(keeper.capital - self._tied[keeper.name] for keeper in self.keepers)
        return max(0.0, most) / max(DUST, self._requirement_of(account, point))

    def _fraction(self, account: int, seen: int, factor: float) -> float:
        """f* of L1 for a price factor, in (0, 1]."""
        if self.policy.size == FULL:
            return 1.0
        nav = self._nav_of(account, seen)
        wanted = self.policy.target * self._requirement_of(account, seen)
        given = (1 - factor * (1 - self.policy.fee)) * (nav - self.reserved[account])
        return min(1.0, (wanted - nav) / (wanted - given)) if wanted > given else 1.0

    def _lot(self, account: int, point: int, fraction: float) -> Lot:
        part = fraction * float(self.share[account])
        on_sale = self._nav_of(account, point) - float(self.reserved[account])
        return Lot(
            value=fraction * on_sale,
            margin=part * float(self._mmr[point, account]),
            delta=part * abs(float(self.exposure.delta[point, account])),
            vega=part * float(self.exposure.vega[point, account]),
        )

    def _offer(
        self, account: int, point: int, seen: int, fraction: float, elapsed: float
    ) -> Purchase | None:
        """What the keepers do with a fraction of an account until the next point."""
        bids = self._bids(self._lot(account, point, fraction), point)
        value = fraction * (self._nav_of(account, seen) - float(self.reserved[account]))
        until = elapsed + self.exposure.path.seconds
        if self.policy.sale == FIXED:
            return fixed_sale(bids, value, self.policy.discount, elapsed, until)
        return dutch_sale(bids, value, _curve, elapsed, until)

    def _bids(self, lot: Lot, point: int) -> list[Bid]:
        gas = self._gas(point)
        views = self._rng.normal(0, NOISE, len(self.keepers)).tolist()
        return [
            Bid(keeper, keeper.worth(lot, self.venue.depth, gas, view))
            for keeper, view in zip(self.keepers, views, strict=True)
            if lot.margin <= keeper.capital - self._tied[keeper.name]
        ]

    def _gas(self, point: int) -> float:
        """Cost of one liquidation [quote]; gas is dearer when everybody moves."""
        path = self.exposure.path
        crowd = min(GAS_CEILING, max(1.0, float(path.vol[point] / path.vol[0]) ** 2))
        return self.venue.gas * self.venue.gas_price * crowd * 1e-9 * float(path.spot[point])

    def _settle(self, account: int, point: int, fraction: float, purchase: Purchase) -> None:
        lot, out, keeper = self._lot(account, point, fraction), self.outcome, purchase.keeper
        gas = keeper.gas_share * self._gas(point)
        now = point * self.exposure.path.seconds
        self._tied[keeper.name] += lot.margin
        self._lots.append((now + CAPITAL_TURN, keeper.name, lot.margin))
        out.credit(keeper, lot.margin)
        out.builder += purchase.builder
        out.gas_paid += gas
        cost = keeper.spread * lot.delta + keeper.vega_points * lot.vega
        cost += impact(lot.delta, self.venue.depth)
        out.keeper_profit += lot.value - purchase.price - cost - gas - purchase.builder
        self._move(account, fraction, lot, purchase.price)
        # The curve stands still while a winner settles: the next slice is offered where it was.
        then = now + self.exposure.path.seconds
        self._flagged[account] = then - self.policy.notice - purchase.wait

    def _pool_buys(self, account: int, point: int, seen: int) -> bool:
        factor = 1 - self.policy.discount
        fraction = self._fraction(account, seen, factor)
        lot = self._lot(account, point, fraction)
        if self._pool_margin + lot.margin > self.venue.pool:
            return False
        seen_value = fraction * (self._nav_of(account, seen) - self.reserved[account])
        self._pool_margin += lot.margin
        self.outcome.pool_margin += lot.margin
        self.outcome.pool_profit += lot.value - factor * seen_value
        self._move(account, fraction, lot, factor * seen_value)
        return True

    def _move(self, account: int, fraction: float, lot: Lot, price: float) -> None:
        """The account gives a slice and receives its price less the fee."""
        fee, out = self.policy.fee * price, self.outcome
        free = self.extra[account] - self.reserved[account]
        self.share[account] *= 1 - fraction
        self.reserved[account] += price - fee
        self.extra[account] = free * (1 - fraction) + self.reserved[account]
        self._insurance += fee
        out.fees += fee
        out.liquidations += 1
        out.sold_value += abs(lot.value)
        out.loss_to_liquidated += max(0.0, lot.value - price) + fee
        out.price_impact += impact(lot.delta, self.venue.depth)

    def _close(self, account: int, point: int) -> None:
        """Nothing is left to sell: the fund takes the book over, and pays what is below zero."""
        nav = self._nav_of(account, point)
        debt, out = max(0.0, -nav), self.outcome
        paid = charge(
            round(debt * QUOTE), Capital(insurance=max(0, round(self._insurance * QUOTE)))
        )
        out.bad_debt += debt
        out.insurance_used += paid.insurance / QUOTE
        out.socialised += paid.socialised / QUOTE
        self._insurance += max(0.0, nav) - paid.insurance / QUOTE
        self.share[account] = self.extra[account] = self.reserved[account] = 0.0

    def _nav(self, point: int) -> Floats:
        nav: Floats = self.share * self.exposure.nav[point] + self.extra
        return nav

    def _requirement(self, point: int) -> Floats:
        requirement: Floats = self.share * self._mmr[point]
        return requirement

    def _nav_of(self, account: int, point: int) -> float:
        return float(self.share[account] * self.exposure.nav[point, account] + self.extra[account])

    def _requirement_of(self, account: int, point: int) -> float:
        return float(self.share[account] * self._mmr[point, account])


def _curve(seconds: float) -> float:
    return CURVE.price(ONE, int(seconds)) / ONE
