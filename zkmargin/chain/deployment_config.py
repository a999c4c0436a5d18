# SPDX-License-Identifier: Apache-2.0
"""What a deployment is to be: roles, signers, rules of feed and registry, as a JSON document.

docs/chain.md describes it. The numbers of a section have the names of the contract's struct, and
its units; they are checked against the contract's own ABI when it is deployed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from zkmargin.chain.domain import address_bytes
from zkmargin.chain.key import local_key
from zkmargin.documents.params_document import load_params, parse_params
from zkmargin.documents.reading import Field, parse_document, read_document
from zkmargin.errors import DeploymentError, ParamsError
from zkmargin.params import RiskParams
from zkmargin.presets import PRESETS

DEPLOY: Final = "deploy"
NONE: Final = "none"
ZERO_ADDRESS: Final = "0x" + "00" * 20

Numbers = Mapping[str, "int | Numbers"]
"""Numbers by the names of a contract's struct; a struct within it has its own."""

_ROLES: Final = ("governance", "guardian", "settlement", "insurance")
_SECTIONS: Final = ("feed", "variance", "registry")
_LOCAL: Final = "local:"
_WORD: Final = 1 << 256
_TIME: Final = 1 << 40
_MAX_VARIANCE: Final = (1 << 64) - 1
_MOST_SIGNERS: Final = 255


@dataclass(frozen=True)
class LiquidationConfig:
    """The contracts that sell accounts in shortfall.

    manager            runs the share pool; must be who deploys
    withdrawal_delay   of the vault [s]
    insurance_target   buffer of the insurance fund [1e-6 quote]
    auction            numbers of the auction house
    """

    manager: str
    withdrawal_delay: int
    insurance_target: int
    auction: Numbers


@dataclass(frozen=True)
class DeploymentConfig:
    """A checked configuration.

    quote      address of the quote token; None deploys a worthless one, on a local chain only
    roles      address of each role
    signers    in increasing order
    ladder     rungs (largest variance [2^-48 per year], params), the last one unbounded
    sections   numbers by name, for the structs of feed, variance and registry
    liquidation   None deploys no auction house
    """

    preset: str
    quote: str | None
    roles: Mapping[str, str]
    sequencer_feed: str
    signers: tuple[str, ...]
    quorum: int
    ladder: tuple[tuple[int, RiskParams], ...]
    sections: Mapping[str, Numbers]
    liquidation: LiquidationConfig | None = None


def load_config(path: Path) -> DeploymentConfig:
    """The configuration in a file; raises DeploymentError or ParamsError, naming the field."""
    return parse_config(read_document(path, DeploymentError), path.parent)


def local_config(*, preset: str = "", liquidation: bool = False) -> DeploymentConfig:
    """The configuration of a local chain, in which the accounts that anvil funds hold all roles.

    preset        size of the circuits; the shipped one unless told
    liquidation   with an auction house, pools and insurance
    """
    config = parse_config(_shipped("local.json"))
    sale = liquidation_config(_shipped("liquidation.json")) if liquidation else None
    return replace(config, preset=preset or config.preset, liquidation=sale)


def parse_config(document: Field, beside: Path | None = None) -> DeploymentConfig:
    """The configuration that a document states.

    raises   DeploymentError or ParamsError
    """
    names = ("preset", "quote", *_ROLES, "sequencer_feed", "signers", "quorum")
    fields = document.members((*names, "ladder", *_SECTIONS), ("liquidation",))
    signers = sorted((_address(f) for f in fields["signers"].items()), key=address_bytes)
    if not signers or len(set(signers)) != len(signers):
        raise fields["signers"].error("must be at least one, all different")
    quote, feed = fields["quote"], fields["sequencer_feed"]
    return DeploymentConfig(
        preset=fields["preset"].one_of(tuple(PRESETS)),
        quote=None if quote.value == DEPLOY else _address(quote),
        roles={role: _address(fields[role]) for role in _ROLES},
        sequencer_feed=ZERO_ADDRESS if feed.value == NONE else _address(feed),
        signers=tuple(signers),
        quorum=fields["quorum"].integer(1, min(len(signers), _MOST_SIGNERS) + 1),
        ladder=tuple(_rung(rung, beside) for rung in fields["ladder"].items()),
        sections={name: _numbers(fields[name]) for name in _SECTIONS},
        liquidation=liquidation_config(fields["liquidation"]) if "liquidation" in fields else None,
    )


def liquidation_config(document: Field) -> LiquidationConfig:
    """The section of the liquidation contracts; raises DeploymentError."""
    fields = document.members(("manager", "withdrawal_delay", "insurance_target", "auction"))
    return LiquidationConfig(
        manager=_address(fields["manager"]),
        withdrawal_delay=fields["withdrawal_delay"].integer(0, _TIME),
        insurance_target=fields["insurance_target"].integer(0, _WORD),
        auction=_numbers(fields["auction"]),
    )


def struct_values(name: str, parameter: Mapping[str, Any], numbers: Numbers) -> list[Any]:
    """The numbers of a section in the order of the contract's struct.

    parameter   the struct's entry in the ABI of the constructor
    raises      DeploymentError if one is missing, unknown or wider than its type
    """
    components = parameter["components"]
    known = [str(component["name"]) for component in components]
    for given in numbers:
        if given not in known:
            raise DeploymentError(f"{name}.{given}", numbers[given], f"is not one of {known}")
    return [_value(f"{name}.{c['name']}", c, numbers.get(str(c["name"]))) for c in components]


def _value(name: str, component: Mapping[str, Any], value: int | Numbers | None) -> Any:
    kind = str(component["type"])
    if value is None:
        raise DeploymentError(name, "nothing", "is required")
    if isinstance(value, int) is kind.startswith("tuple"):
        rule = "must be an object, {...}" if kind.startswith("tuple") else "must be a number"
        raise DeploymentError(name, value, rule)
    if not isinstance(value, int):
        return struct_values(name, component, value)
    if value >= 1 << (bits := int(kind.removeprefix("uint"))):
        raise DeploymentError(name, value, f"must be below 2^{bits}")
    return value


def _shipped(name: str) -> Field:
    text = (files("zkmargin") / "data" / "deployments" / name).read_text()
    return parse_document(text, name, DeploymentError)


def _rung(entry: Field, beside: Path | None) -> tuple[int, RiskParams]:
    fields = entry.members(("max_variance", "params"))
    largest, params = fields["max_variance"], fields["params"]
    bound = _MAX_VARIANCE if largest.value == "max" else largest.natural(_MAX_VARIANCE)
    if isinstance(params.value, dict):
        return bound, parse_params(Field(params.source, params.path, params.value, ParamsError))
    return bound, load_params(params.text(), beside)


def _numbers(field: Field) -> Numbers:
    return {
        name: _numbers(f) if isinstance(f.value, dict) else f.integer(0, _WORD)
        for name, f in field.entries().items()
    }


def _address(field: Field) -> str:
    """An address, or `local:N` for the N-th account that a local chain funds."""
    text = field.text()
    if text.startswith(_LOCAL) and text[len(_LOCAL) :].isdecimal():
        return local_key(int(text[len(_LOCAL) :])).address
    try:
        address_bytes(text)
    except DeploymentError as error:
        raise field.error(error.rule) from None
    return text
