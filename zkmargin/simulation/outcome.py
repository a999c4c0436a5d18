# SPDX-License-Identifier: Apache-2.0
"""What one run of one policy came to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import fmean

from zkmargin.simulation.keeper import Keeper, concentration


@dataclass
class Outcome:
    """Sums over one run; money in quote units.

    bad_debt             NAV below zero when an account was closed
    insurance_used       part of it that the fund paid; `socialised` is the rest
    loss_to_liquidated   value given away: discounts and fees
    price_impact         cost of moving the market when lots were hedged at once
    builder              paid to be first in a block
    risk_seconds         of each cured account, from truly short to above target or closed
    bought               margin of the lots, by keeper
    sold_value           absolute value of all lots
    unsold               accounts still short at the end
    """

    bad_debt: float = 0.0
    insurance_used: float = 0.0
    socialised: float = 0.0
    loss_to_liquidated: float = 0.0
    fees: float = 0.0
    price_impact: float = 0.0
    builder: float = 0.0
    gas_paid: float = 0.0
    keeper_profit: float = 0.0
    pool_profit: float = 0.0
    liquidations: int = 0
    accounts_liquidated: int = 0
    sold_value: float = 0.0
    pool_margin: float = 0.0
    unsold: int = 0
    risk_seconds: list[float] = field(default_factory=list)
    bought: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def credit(self, keeper: Keeper, margin: float) -> None:
        """A keeper took a lot with so much margin."""
        self.bought[keeper.name] += margin

    @property
    def hhi(self) -> float:
        """Concentration of the keepers, by the margin that they took over, 0 to 1."""
        return concentration(list(self.bought.values()))

    @property
    def margin_period_of_risk(self) -> float:
        """Mean seconds from truly short to cured or closed; 0 if no account fell short."""
        return fmean(self.risk_seconds) if self.risk_seconds else 0.0

    def to_json(self) -> dict[str, float | int]:
        """The figures of a report, rounded to cents and seconds."""
        return {
            "bad_debt": _cents(self.bad_debt),
            "insurance_used": _cents(self.insurance_used),
            "socialised": _cents(self.socialised),
            "loss_to_liquidated": _cents(self.loss_to_liquidated),
            "fees": _cents(self.fees),
            "price_impact": _cents(self.price_impact),
            "mev_to_first_block": _cents(self.builder),
            "gas_paid": _cents(self.gas_paid),
            "keeper_profit": _cents(self.keeper_profit),
            "pool_profit": _cents(self.pool_profit),
            "liquidations": self.liquidations,
            "accounts_liquidated": self.accounts_liquidated,
            "sold_value": _cents(self.sold_value),
            "still_short": self.unsold,
            "margin_period_of_risk": round(float(self.margin_period_of_risk), 1),
            "keepers": len(self.bought),
            "hhi": round(float(self.hhi), 4),
        }


def _cents(amount: float) -> float:
    return round(float(amount), 2)
