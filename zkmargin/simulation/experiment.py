# SPDX-License-Identifier: Apache-2.0
"""The experiments of a report: sixteen policies on the same crashes, one policy at many gas costs.

Every policy meets the same paths, books and keepers. Figures are means over the paths.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from statistics import fmean

from zkmargin.documents.params_document import load_params
from zkmargin.params import RiskParams
from zkmargin.simulation.dynamic_grid import grid_along
from zkmargin.simulation.exposure import Exposure, expose
from zkmargin.simulation.keeper import keepers
from zkmargin.simulation.market import PathMarket
from zkmargin.simulation.market_path import JumpDiffusion, MarketPath, jump_diffusion
from zkmargin.simulation.policy import Policy, Venue, every_policy
from zkmargin.simulation.population import population
from zkmargin.simulation.run import Run

Figures = dict[str, float]
Told = Callable[[str], None]

GAS_COSTS = (30_000, 100_000, 300_000, 900_000, 3_000_000, 9_000_000, 30_000_000, 90_000_000)
KEEPER_DRAWS = 4  # populations of keepers for each path of the gas experiment


@dataclass(frozen=True, slots=True)
class Settings:
    """What to simulate; `recorded` prices take the place of the model's paths.

    accounts, keepers   how many
    hours, seconds      length of a path and of its steps
    capital             of the median keeper [quote]
    spot                at the start [quote]
    """

    seed: int = 1
    paths: int = 3
    accounts: int = 300
    keepers: int = 12
    hours: float = 12.0
    seconds: int = 60
    capital: float = 400_000.0
    spot: float = 2_700.0
    params: str = "zkmargin_eth"
    model: JumpDiffusion = field(default_factory=lambda: JumpDiffusion(crash=-0.45))
    venue: Venue = field(default_factory=Venue)


@dataclass(frozen=True)
class Results:
    """What a report shows.

    policies   name of a policy -> its figures
    gas        figures by gas cost of one liquidation, in increasing order
    outage     figures of the default policy without and with an oracle outage in the crash
    """

    settings: Settings
    paths: tuple[MarketPath, ...]
    policies: dict[str, Figures]
    gas: tuple[tuple[int, Figures], ...]
    outage: dict[str, Figures]

    def to_json(self) -> dict[str, object]:
        """The whole of it, paths at one point a quarter of an hour."""
        every = max(1, 900 // self.settings.seconds)
        return {
            "settings": asdict(self.settings),
            "paths": [
                {
                    "seconds": path.seconds * every,
                    "spot": [round(float(x), 2) for x in path.spot[::every]],
                    "vol": [round(float(x), 4) for x in path.vol[::every]],
                }
                for path in self.paths
            ],
            "policies": self.policies,
            "gas": [{"gas": cost, **figures} for cost, figures in self.gas],
            "outage": self.outage,
        }


def simulate(
    settings: Settings, recorded: MarketPath | None = None, told: Told | None = None
) -> Results:
    """All experiments; the same settings and prices give the same results."""
    tell = told or (lambda _: None)
    params = load_params(settings.params)
    paths = (recorded,) if recorded else _paths(settings)
    exposures = []
    for place, path in enumerate(paths, 1):
        tell(f"valuing {settings.accounts} accounts along path {place} of {len(paths)}")
        exposures.append(_expose(settings, path, params, place))
    policies = {}
    for policy in every_policy():
        tell(f"policy: {policy.name}")
        policies[policy.name] = _mean(settings, exposures, policy, settings.venue, draws=1)
    gas = []
    for cost in GAS_COSTS:
        tell(f"gas of a liquidation: {cost:,}")
        venue = replace(settings.venue, gas=float(cost))
        gas.append((cost, _mean(settings, exposures, Policy(), venue, draws=KEEPER_DRAWS)))
    tell("oracle outage")
    dark = replace(settings.venue, outage=(0.4, 0.5))
    outage = {
        "oracle up": policies[Policy().name],
        "oracle down for a tenth of the path": _mean(settings, exposures, Policy(), dark, draws=1),
    }
    return Results(settings, paths, policies, tuple(gas), outage)


def _paths(settings: Settings) -> tuple[MarketPath, ...]:
    steps = round(settings.hours * 3_600 / settings.seconds)
    return tuple(
        jump_diffusion(
            settings.model,
            spot=settings.spot,
            seconds=settings.seconds,
            steps=steps,
            seed=settings.seed + place,
        )
        for place in range(settings.paths)
    )


def _expose(settings: Settings, path: MarketPath, params: RiskParams, place: int) -> Exposure:
    books = population(
        settings.accounts, PathMarket(path, params).snapshot(0), settings.seed + place
    )
    return expose(books, path, params, grid_along(path, params))


def _mean(
    settings: Settings, exposures: Sequence[Exposure], policy: Policy, venue: Venue, *, draws: int
) -> Figures:
    runs = []
    for place, exposure in enumerate(exposures):
        for draw in range(draws):
            seed = settings.seed + 1_000 * draw + place
            crowd = keepers(settings.keepers, seed, settings.capital)
            runs.append(Run(exposure, policy, venue, crowd, seed).play().to_json())
    return {name: round(fmean(run[name] for run in runs), 4) for name in runs[0]}
