# SPDX-License-Identifier: Apache-2.0
"""Risk parameters as a JSON document; examples/README.md describes it field by field.

    {"name": "...",
     "scenarios": [{"name": "-15 % vol up", "spot": "-15%", "vol": "up", "weight": "1"}],
     "vol_law": {"up": "60%", "down": "30%", "power_short": "0.3", "power_long": "0.13",
                 "floor_seconds": 86400, "min_vol": "0%"},
     "basis": {"down": "-5%", "up": "+5%", "add": "1", "per_year": "1.2"},
     "phi": "1", "perp": "3%", "base": "3%", "naked": "2%", "hedge_spread": "0.05%",
     "vega_spread": "0.5%", "max_gross": "36000000000"}

The base point (spot and vol unchanged) is always priced and need not be listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.reading import Field, naming, read_document
from zkmargin.documents.writing import Json
from zkmargin.errors import ParamsError
from zkmargin.params import (
    HIGHEST_HEDGE_SPREAD,
    HIGHEST_MULTIPLIER,
    HIGHEST_PERCENTAGE,
    HIGHEST_VEGA_SPREAD,
    LOWEST_MULTIPLIER,
    THIRTY_DAYS,
    RiskParams,
    Scenario,
    VolLaw,
)
from zkmargin.units import BPS, GROSS_BOUND, QUOTE

_SETS: Final = Path(__file__).resolve().parents[1] / "data" / "params"
_VOL_MODES: Final = ("none", "up", "down")
_CHARGES: Final = {  # document field: RiskParams field, highest [bps]
    "perp": ("perp_pct", HIGHEST_PERCENTAGE),
    "base": ("base_pct", HIGHEST_PERCENTAGE),
    "naked": ("naked_pct", HIGHEST_PERCENTAGE),
    "hedge_spread": ("hedge_spread", HIGHEST_HEDGE_SPREAD),
    "vega_spread": ("vega_spread", HIGHEST_VEGA_SPREAD),
}
_REQUIRED: Final = ("name", "scenarios", "vol_law", "basis", "phi", *_CHARGES, "max_gross")
_NOTES: Final = ("about", "sources")  # for readers; not part of the set


def shipped_sets() -> tuple[str, ...]:
    """Names of the sets that come with zkmargin, sorted."""
    return tuple(sorted(path.stem for path in _SETS.glob("*.json")))


def load_params(name: str, beside: Path | None = None) -> RiskParams:
    """A shipped set by its name, or the set in a .json file, relative to the directory `beside`.

    raises   ParamsError, naming the file, the field, the value and the bound
    """
    if not name.endswith(".json"):
        if name not in shipped_sets():
            rule = f"must be a .json file or one of {', '.join(shipped_sets())}"
            raise ParamsError("params", name, rule)
        return parse_params(read_document(_SETS / f"{name}.json", ParamsError))
    path = (beside or Path()) / name
    return parse_params(read_document(path, ParamsError))


def parse_params(document: Field) -> RiskParams:
    """The risk parameters that a document states; raises ParamsError."""
    fields = document.members(_REQUIRED, _NOTES)
    _check_notes(fields)
    charges = {name: fields[key].ratio(0, high) for key, (name, high) in _CHARGES.items()}
    basis = fields["basis"].members(("down", "up", "add", "per_year"))
    parts = {
        "name": fields["name"].text(),
        "scenarios": tuple(_scenario(entry) for entry in fields["scenarios"].items()),
        "vol_law": _vol_law(fields["vol_law"]),
        "phi": fields["phi"].ratio(1, BPS),
        "basis_down": basis["down"].multiplier(LOWEST_MULTIPLIER, BPS - 1),
        "basis_up": basis["up"].multiplier(BPS + 1, HIGHEST_MULTIPLIER),
        "basis_add": basis["add"].ratio(0, 4 * BPS),
        "basis_mult": basis["per_year"].ratio(0, 4 * BPS),
        "max_gross": fields["max_gross"].amount(QUOTE, 1, GROSS_BOUND + 1),
    }
    with naming(document.source, ParamsError):
        return RiskParams(**parts, **charges)  # type: ignore[arg-type]


def dump_params(params: RiskParams) -> Json:
    """The document that reads back as these parameters."""
    law = params.vol_law
    return {
        "name": params.name,
        "scenarios": [_dump_scenario(scenario) for scenario in params.scenarios],
        "vol_law": {
            "up": _percent(law.up),
            "down": _percent(law.down),
            "power_short": exact_text(law.power_short, BPS),
            "power_long": exact_text(law.power_long, BPS),
            "floor_seconds": law.floor,
            "min_vol": _percent(law.min_vol),
        },
        "basis": {
            "down": _move(params.basis_down),
            "up": _move(params.basis_up),
            "add": exact_text(params.basis_add, BPS),
            "per_year": exact_text(params.basis_mult, BPS),
        },
        "phi": exact_text(params.phi, BPS),
        **{key: _percent(getattr(params, name)) for key, (name, _) in _CHARGES.items()},
        "max_gross": exact_text(params.max_gross, QUOTE),
    }


def _scenario(entry: Field) -> Scenario:
    fields = entry.members(("name", "spot", "vol", "weight"))
    return Scenario(
        name=fields["name"].text(),
        multiplier=fields["spot"].multiplier(LOWEST_MULTIPLIER, HIGHEST_MULTIPLIER),
        mode=fields["vol"].one_of(_VOL_MODES),
        weight=fields["weight"].ratio(0, BPS),
    )


def _dump_scenario(scenario: Scenario) -> Json:
    return {
        "name": scenario.name,
        "spot": _move(scenario.multiplier),
        "vol": scenario.mode,
        "weight": exact_text(scenario.weight, BPS),
    }


def _vol_law(field: Field) -> VolLaw:
    fields = field.members(("up", "down", "power_short", "power_long", "floor_seconds", "min_vol"))
    return VolLaw(
        up=fields["up"].ratio(0, 4 * BPS),
        down=fields["down"].ratio(0, BPS),
        power_short=fields["power_short"].ratio(0, BPS),
        power_long=fields["power_long"].ratio(0, BPS),
        floor=fields["floor_seconds"].integer(1, THIRTY_DAYS + 1),
        min_vol=fields["min_vol"].ratio(0, 10 * BPS),
    )


def _check_notes(fields: Mapping[str, Field]) -> None:
    if "about" in fields:
        fields["about"].text(2_000)
    for source in fields["sources"].items() if "sources" in fields else ():
        source.text(2_000)


def _percent(ratio: int) -> str:
    """A ratio [bps] as a percentage."""
    return exact_text(ratio, BPS // 100) + "%"


def _move(multiplier: int) -> str:
    """A multiplier [bps] as a signed move: -15%, 0%, +20%."""
    return ("+" if multiplier > BPS else "") + _percent(multiplier - BPS)
