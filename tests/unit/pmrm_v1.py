# SPDX-License-Identifier: Apache-2.0
"""Derive PMRM v1's published cases: as oracle inputs, and a replica of the venue's own formula.

M1 to M9 leave out two things that PMRM v1 does: it discounts an expiry whose shocked value is
positive (static discount), and in an expiry's last half hour it shocks only the part of the forward
that is not averaged yet (fixed part). The replica does both or either, in floats, leg by leg and
without the oracle.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

from zkmargin.oracle import (
    REAL,
    OracleResult,
    RealBook,
    RealExpiry,
    RealMarket,
    RealScenario,
    RealSlot,
    RealSvi,
    evaluate,
)

Case = dict[str, Any]

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "pmrm_v1.json").read_text())
CASES: dict[int, Case] = {case["case"]: case for case in VECTORS["cases"]}
YEAR = int(VECTORS["surface"]["seconds_per_year"])
MOVES = VECTORS["parameters"]["scenarios"]["spot_moves"]
MODES = VECTORS["parameters"]["scenarios"]["vol_modes"]

DISCOUNT = "static discount"
FIXED = "fixed forward part"


def number(case: Case, name: str) -> Any:
    return REAL.mpf(case["inputs"].get(name, VECTORS["defaults"][name]))


def vol_stretch(seconds: int) -> Any:
    law = VECTORS["parameters"]["vol_law"]
    power = law["power_short" if seconds <= int(law["switch_seconds"]) else "power_long"]
    days = REAL.mpf(law["switch_seconds"]) / max(seconds, int(law["floor_seconds"]))
    return days ** REAL.mpf(power)


def expiry_row(feed: dict[str, str]) -> RealExpiry:
    """One feed as an expiry whose forward is shocked whole; k of the surface is shifted to it."""
    surface = {name: REAL.mpf(value) for name, value in VECTORS["surface"].items()}
    forward = REAL.mpf(feed["forward_variable"]) + REAL.mpf(feed["forward_fixed"])
    years = REAL.mpf(feed["seconds"]) / YEAR
    law, basis = VECTORS["parameters"]["vol_law"], VECTORS["parameters"]["basis"]
    stretch = vol_stretch(int(feed["seconds"]))
    b = surface["b"] * years
    shift = REAL.log(forward / REAL.mpf(feed["surface_forward"]))
    svi = RealSvi(
        surface["a"] * years, b, b * surface["rho"], surface["m"] - shift, surface["sigma"] ** 2
    )
    return RealExpiry(
        forward=forward,
        total_variance=svi,
        sqrt_years=REAL.sqrt(years),
        vol_up=1 + REAL.mpf(law["up"]) * stretch,
        vol_down=max(REAL.mpf(0), 1 - REAL.mpf(law["down"]) * stretch),
        vol_floor=0,
        basis_factor=REAL.mpf(basis["add"]) + REAL.mpf(basis["mult"]) * years,
    )


def market_of(case: Case) -> RealMarket:
    basis, pct = VECTORS["parameters"]["basis"], VECTORS["parameters"]["contingencies"]
    return RealMarket(
        index=number(case, "spot"),
        perp_mark=number(case, "perp"),
        cumulative_funding=-number(case, "unrealised_funding"),
        credit=1,
        debit=1,
        expiries={feed["seconds"]: expiry_row(feed) for feed in case["feeds"]},
        scenarios=tuple(
            RealScenario(f"{move} {mode}", 1 + REAL.mpf(move), mode, 1)
            for move in MOVES
            for mode in MODES
        ),
        basis_down=basis["down"],
        basis_up=basis["up"],
        phi=1,
        perp_pct=pct["perp_pct"],
        base_pct=pct["base_pct"],
        naked_pct=pct["option_pct"],
        hedge_spread=0,
        vega_spread=0,
    )


def book_of(case: Case) -> RealBook:
    """The case's book; its funding is per contract because no case has funding and a perp but 1."""
    sizes: dict[tuple[str, str], dict[str, Any]] = defaultdict(lambda: {"C": 0, "P": 0})
    for option in case["options"]:
        at = sizes[option["seconds"], option["strike"]]
        at[option["type"]] += REAL.mpf(option["quantity"])
    perps = number(case, "perps")
    return RealBook(
        cash=number(case, "cash"),
        base=number(case, "base"),
        perp=perps,
        perp_entry=perps * number(case, "perp") - number(case, "unrealised_perp_pnl"),
        slots=tuple(RealSlot(*at, call=size["C"], put=size["P"]) for at, size in sizes.items()),
    )


def margin_of(case: Case) -> OracleResult:
    return evaluate(market_of(case), book_of(case))


def published(case: Case, name: str) -> Any:
    return REAL.mpf(case["published"][name])


# The replica: floats, one leg at a time, PMRM v1's own signs (losses are negative).


def normal(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2


def leg_price(kind: str, forward: float, strike: float, s: float) -> float:
    d1 = math.log(forward / strike) / s + s / 2
    if kind == "C":
        return forward * normal(d1) - strike * normal(d1 - s)
    return strike * normal(s - d1) - forward * normal(-d1)


def expiry_value(case: Case, feed: dict[str, str], move: float, mode: str, fixed: bool) -> float:
    """Value of one expiry after its forward moved by a factor and its vol by a mode."""
    seconds, law = int(feed["seconds"]), VECTORS["parameters"]["vol_law"]
    stretch = float(vol_stretch(seconds))
    factor = {"none": 1.0, "up": 1 + float(law["up"]) * stretch}
    factor["down"] = max(0.0, 1 - float(law["down"]) * stretch)
    still, moving = float(feed["forward_fixed"]), float(feed["forward_variable"])
    forward = still + moving * move if fixed else (still + moving) * move
    root = math.sqrt(seconds / YEAR) * factor[mode]
    legs = [option for option in case["options"] if option["seconds"] == feed["seconds"]]
    return sum(
        float(leg["quantity"])
        * leg_price(leg["type"], forward, float(leg["strike"]), float(leg["vol"]) * root)
        for leg in legs
    )


def discount_of(feed: dict[str, str]) -> float:
    rule = {name: float(value) for name, value in VECTORS["parameters"]["static_discount"].items()}
    years = int(feed["seconds"]) / YEAR
    rate = float(feed["rate"]) * rule["rate_mult"] + rule["rate_add"]
    return rule["base"] * math.exp(-years * rate)


def replica_pnl(case: Case, move: float, mode: str, causes: set[str]) -> float:
    pnl = (float(number(case, "base") * number(case, "spot"))) * (move - 1)
    pnl += (float(number(case, "perps") * number(case, "perp"))) * (move - 1)
    for feed in case["feeds"]:
        shocked = expiry_value(case, feed, move, mode, FIXED in causes)
        if DISCOUNT in causes and shocked > 0:
            shocked *= discount_of(feed)
        pnl += shocked - expiry_value(case, feed, 1.0, "none", FIXED in causes)
    return pnl


def replica_basis(case: Case, causes: set[str]) -> float:
    rule = {name: float(value) for name, value in VECTORS["parameters"]["basis"].items()}
    total = 0.0
    for feed in case["feeds"]:
        now, up, down = (
            expiry_value(case, feed, move, "none", FIXED in causes)
            for move in (1.0, rule["up"], rule["down"])
        )
        factor = rule["add"] + rule["mult"] * int(feed["seconds"]) / YEAR
        total += factor * min(0.0, up - now, down - now)
    return total


def replica_charges(case: Case) -> float:
    pct = {name: float(value) for name, value in VECTORS["parameters"]["contingencies"].items()}
    net: dict[tuple[str, str], float] = defaultdict(float)
    for leg in case["options"]:
        net[leg["seconds"], leg["strike"]] += float(leg["quantity"])
    naked = sum(max(0.0, -size) for size in net.values())
    charge = abs(float(number(case, "perps"))) * pct["perp_pct"]
    charge += float(number(case, "base")) * pct["base_pct"] + naked * pct["option_pct"]
    return charge * float(number(case, "spot"))


def replica_margin(case: Case, causes: set[str]) -> float:
    """PMRM v1's maintenance margin, with only the named features switched on."""
    moves = [(1 + float(move), mode) for move in MOVES for mode in MODES]
    scan = min(replica_pnl(case, move, mode, causes) for move, mode in moves)
    value = sum(float(number(case, name)) for name in ("cash", "unrealised_perp_pnl"))
    value += float(number(case, "unrealised_funding"))
    value += float(number(case, "base") * number(case, "spot"))
    value += sum(expiry_value(case, feed, 1.0, "none", True) for feed in case["feeds"])
    return min(scan, replica_basis(case, causes)) - replica_charges(case) + value
