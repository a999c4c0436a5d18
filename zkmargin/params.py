# SPDX-License-Identifier: Apache-2.0
"""Risk parameters: the scenario grid, percentages and spreads a venue sets at run time.

Every ratio is in basis points of 1 (1e-4). The bounds are those that docs/numerics.md derives the
numeric reserve from; a set beyond them is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import mpmath

from zkmargin import units
from zkmargin.domains import LAW, PARAMS
from zkmargin.errors import ParamsError
from zkmargin.poseidon import poseidon
from zkmargin.presets import SCENARIO_BLOCKS
from zkmargin.units import BPS, COARSE_LOG_BITS, GROSS_BOUND

LOWEST_MULTIPLIER = 1_700  # -83 %                                 [bps]
HIGHEST_MULTIPLIER = 60_000  # +500 %, so abs(ln m) < 1.8          [bps]
HIGHEST_PERCENTAGE = BPS  # perp, base and naked contingencies     [bps]
HIGHEST_HEDGE_SPREAD = 20  # [bps]
HIGHEST_VEGA_SPREAD = 100  # one vol point                         [bps]
THIRTY_DAYS = 30 * 86_400  # [s]
TAKEN_NAMES = ("base", "basis", "none")  # what a report says for the base point, M6, no loss
LN_OFFSET = 1 << 22  # makes ln(multiplier) positive [2^-21]
SCENARIOS_PACKED = 4  # scenarios in one field element


@dataclass(frozen=True, slots=True)
class Scenario:
    """One joint move of spot and vol.

    multiplier   shocked price over price [bps]
    mode         vol mode: "none", "up" or "down"
    weight       share of the P&L that counts, 0 to 1 [bps]
    """

    name: str
    multiplier: int
    mode: str
    weight: int

    @property
    def ln_multiplier(self) -> int:
        """ln(multiplier) [2^-21], nearest."""
        return ln_of_ratio(self.multiplier, BPS, COARSE_LOG_BITS)


NEUTRAL = Scenario("spare", BPS, "none", 0)  # fills the unused places of a block


@dataclass(frozen=True, slots=True)
class VolLaw:
    """How far vol moves in a shock, by time to expiry T: size * (30 d / max(T, floor))^power (M5).

    up, down             size of the move [bps]
    power_short, _long   power below and above 30 days [bps]
    floor                shortest time used [s]
    min_vol              lowest annual vol in up mode [bps]
    """

    up: int
    down: int
    power_short: int = 3_000
    power_long: int = 1_300
    floor: int = 86_400
    min_vol: int = 0

    def stretch(self, seconds: int) -> mpmath.mpf:
        """(30 d / max(T, floor))^power as a real number."""
        power = self.power_short if seconds <= THIRTY_DAYS else self.power_long
        with mpmath.workdps(40):
            ratio = mpmath.mpf(THIRTY_DAYS) / max(seconds, self.floor)
            return ratio ** (mpmath.mpf(power) / BPS)


@dataclass(frozen=True)
class RiskParams:
    """One venue's risk parameters; hash() is bound by every snapshot.

    phi                    factor on the whole requirement, (0, 1] [bps]
    perp_pct, base_pct     charge on abs(perp) S and base S [bps]
    naked_pct              charge on S per net short option at one strike [bps]
    hedge_spread           cost of unwinding the delta hedge, of abs(net delta) S [bps]
    vega_spread            cost of buying back vega, in vol [bps: 100 is one vol point]
    basis_down, basis_up   shocks of one expiry's forward against the others [bps]
    basis_add, basis_mult  share of the basis loss that counts: add + mult * years [bps]
    max_gross              bound on the gross of one account [1e-6 quote]
    """

    name: str
    scenarios: tuple[Scenario, ...]
    vol_law: VolLaw
    phi: int = BPS
    perp_pct: int = 0
    base_pct: int = 0
    naked_pct: int = 0
    hedge_spread: int = 0
    vega_spread: int = 0
    basis_down: int = 9_500
    basis_up: int = 10_500
    basis_add: int = 0
    basis_mult: int = 0
    max_gross: int = field(default=GROSS_BOUND)

    def __post_init__(self) -> None:
        _check(self)

    @cached_property
    def blocks(self) -> tuple[tuple[Scenario, ...], ...]:
        """The scenarios in circuit order, block by block, spare places neutral.

        raises   ParamsError if a vol mode has more scenarios than the largest layout
        """
        waiting = {mode: self._of_mode(mode) for mode in ("none", "up", "down")}
        blocks = []
        for modes in SCENARIO_BLOCKS:
            blocks.append(tuple(waiting[m].pop(0) if waiting[m] else NEUTRAL for m in modes))
        for mode, left in waiting.items():
            if left:
                room = sum(modes.count(mode) for modes in SCENARIO_BLOCKS)
                rule = f"the largest layout has {room} scenarios of vol mode {mode!r}"
                raise ParamsError("scenarios", left[0].name, rule)
        return tuple(blocks)

    @property
    def blocks_in_use(self) -> int:
        """How many scenario blocks a circuit must open for this set."""
        used = [i for i, block in enumerate(self.blocks) if any(s != NEUTRAL for s in block)]
        return max(used) + 1

    @property
    def max_multiplier(self) -> int:
        """The highest spot multiplier of any scenario, at least 1 [bps]."""
        return max(BPS, *(s.multiplier for block in self.blocks for s in block))

    def vol_up(self, seconds: int) -> int:
        """Vol multiplier of up mode at a time to expiry [2^-16], nearest (M5)."""
        return _vol_multiplier(1 + self.vol_law.up * self.vol_law.stretch(seconds) / BPS)

    def vol_down(self, seconds: int) -> int:
        """Vol multiplier of down mode at a time to expiry [2^-16], nearest (M5)."""
        return _vol_multiplier(1 - self.vol_law.down * self.vol_law.stretch(seconds) / BPS)

    def basis_factor(self, seconds: int) -> int:
        """add + mult * years [bps], up (M6)."""
        return self.basis_add + -(-self.basis_mult * seconds // units.SECONDS_PER_YEAR)

    @cached_property
    def digest(self) -> int:
        """Poseidon hash of the set: what the contract registers and every snapshot carries."""
        scenarios = [e for block in self.blocks for e in packed_scenarios(block)]
        return poseidon([self.packed, self.law_digest, *scenarios], domain=PARAMS)

    @property
    def packed(self) -> int:
        """The numbers the circuit opens, in one field element, lowest field first."""
        fields = (
            (self.phi, 14),
            (self.perp_pct, 14),
            (self.base_pct, 14),
            (self.naked_pct, 14),
            (self.hedge_spread, 14),
            (self.vega_spread, 14),
            (self.max_multiplier, 16),
            (self.max_gross, 56),
        )
        return pack(fields)

    @cached_property
    def law_digest(self) -> int:
        """Poseidon of the vol and basis laws, which the rows already carry the results of."""
        law = self.vol_law
        sizes = pack(((law.up, 32), (law.down, 32), (law.power_short, 32), (law.power_long, 32)))
        floors = pack(((law.floor, 40), (law.min_vol, 32)))
        basis = pack(((self.basis_add, 32), (self.basis_mult, 32)))
        return poseidon([sizes, floors, basis], domain=LAW)

    def _of_mode(self, mode: str) -> list[Scenario]:
        listed = [s for s in self.scenarios if s.mode == mode and s.multiplier != BPS]
        centre = [s for s in self.scenarios if s.mode == mode and s.multiplier == BPS]
        if mode != "none":
            return listed + centre
        shocks = [self._basis_scenario("basis down", self.basis_down)]
        shocks.append(self._basis_scenario("basis up", self.basis_up))
        return shocks + [s for s in listed if s not in shocks]

    def _basis_scenario(self, name: str, multiplier: int) -> Scenario:
        for scenario in self.scenarios:
            if scenario.mode == "none" and scenario.multiplier == multiplier:
                return scenario
        return Scenario(name, multiplier, "none", 0)


def packed_scenarios(block: Sequence[Scenario]) -> list[int]:
    """One block's scenarios, four to a field element, 53 bits each, lowest first.

    weight (14 bits) | multiplier (16) | ln multiplier offset by 2^22 (23)
    """
    words = [
        pack(((s.weight, 14), (s.multiplier, 16), (s.ln_multiplier + LN_OFFSET, 23))) for s in block
    ]
    chunks = [words[i : i + SCENARIOS_PACKED] for i in range(0, len(words), SCENARIOS_PACKED)]
    return [pack([(word, 53) for word in chunk]) for chunk in chunks]


def pack(fields: Sequence[tuple[int, int]]) -> int:
    """Joins (value, bits) pairs into one integer, lowest first; every value fits its bits."""
    packed = shift = 0
    for value, bits in fields:
        if not 0 <= value < 1 << bits:
            raise ParamsError("packed field", value, f"must be in [0, 2^{bits})")
        packed += value << shift
        shift += bits
    return packed


@lru_cache(maxsize=4096)
def ln_of_ratio(numerator: int, denominator: int, bits: int) -> int:
    """ln(numerator / denominator) [2^-bits], nearest."""
    with mpmath.workdps(40):
        return int(mpmath.nint(mpmath.log(mpmath.mpf(numerator) / denominator) * 2**bits))


def _vol_multiplier(value: mpmath.mpf) -> int:
    return int(mpmath.nint(value * (1 << units.VOL_MULTIPLIER_BITS)))


def _check(params: RiskParams) -> None:
    ranges = (
        ("phi", params.phi, 1, BPS),
        ("perp_pct", params.perp_pct, 0, HIGHEST_PERCENTAGE),
        ("base_pct", params.base_pct, 0, HIGHEST_PERCENTAGE),
        ("naked_pct", params.naked_pct, 0, HIGHEST_PERCENTAGE),
        ("hedge_spread", params.hedge_spread, 0, HIGHEST_HEDGE_SPREAD),
        ("vega_spread", params.vega_spread, 0, HIGHEST_VEGA_SPREAD),
        ("basis_down", params.basis_down, LOWEST_MULTIPLIER, BPS - 1),
        ("basis_up", params.basis_up, BPS + 1, HIGHEST_MULTIPLIER),
        ("basis_add", params.basis_add, 0, 4 * BPS),
        ("basis_mult", params.basis_mult, 0, 4 * BPS),
        ("max_gross", params.max_gross, 1, GROSS_BOUND),
        ("vol_law.up", params.vol_law.up, 0, 4 * BPS),
        ("vol_law.down", params.vol_law.down, 0, BPS),
        ("vol_law.power_short", params.vol_law.power_short, 0, BPS),
        ("vol_law.power_long", params.vol_law.power_long, 0, BPS),
        ("vol_law.floor", params.vol_law.floor, 1, THIRTY_DAYS),
        ("vol_law.min_vol", params.vol_law.min_vol, 0, 10 * BPS),
    )
    for name, value, low, high in ranges:
        if not low <= value <= high:
            raise ParamsError(name, value, f"must be between {low} and {high}")
    _check_scenarios(params.scenarios)
    _ = params.blocks  # refuses a grid that no layout can express


def _check_scenarios(scenarios: Sequence[Scenario]) -> None:
    seen: set[str] = set()
    moves: set[tuple[int, str]] = set()
    for scenario in scenarios:
        at = f"scenario {scenario.name!r}"
        if scenario.name in seen or scenario.name in TAKEN_NAMES:
            rule = f"names must be unique, and {', '.join(TAKEN_NAMES)} are taken"
            raise ParamsError(at, scenario.name, rule)
        if (scenario.multiplier, scenario.mode) in moves:
            raise ParamsError(at, scenario.multiplier, "the same move is listed twice")
        if scenario.mode not in ("none", "up", "down"):
            raise ParamsError(f"{at} vol", scenario.mode, "must be 'none', 'up' or 'down'")
        if not LOWEST_MULTIPLIER <= scenario.multiplier <= HIGHEST_MULTIPLIER:
            rule = f"must be between {LOWEST_MULTIPLIER} and {HIGHEST_MULTIPLIER} bps of the price"
            raise ParamsError(f"{at} spot", scenario.multiplier, rule)
        if not 0 <= scenario.weight <= BPS:
            raise ParamsError(f"{at} weight", scenario.weight, f"must be between 0 and {BPS} bps")
        seen.add(scenario.name)
        moves.add((scenario.multiplier, scenario.mode))
