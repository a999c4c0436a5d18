# SPDX-License-Identifier: Apache-2.0
"""Settings: a file `zkmargin.toml`, over it the environment, over that the flags of a command.

    [chain]
    rpc = "http://127.0.0.1:8545"        ZKMARGIN_CHAIN_RPC       --rpc

Each value knows where it came from. No setting holds a secret: keys are in keystores, passphrases
in files of their own, and a node's address is shown without its path.
"""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from zkmargin.errors import SettingError

FILE: Final = "zkmargin.toml"
FILE_VARIABLE: Final = "ZKMARGIN_CONFIG"
DEFAULT: Final = "default"

Value = str | int | float | tuple[float, ...]
Parser = Callable[[str, object], Value]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: section.name in the file, ZKMARGIN_SECTION_NAME in the environment."""

    key: str
    parse: Parser
    default: Value
    about: str

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return "ZKMARGIN_" + self.key.replace(".", "_").upper()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value and its origin: "default", the file's name, the variable's or "flag"."""

    value: Value
    origin: str


class Settings:
    """All settings of one run, each with its origin."""

    def __init__(self, chosen: Mapping[str, Chosen]) -> None:
        self._chosen = dict(chosen)

    def text(self, key: str) -> str:
        """A setting that is text; empty if it is not set."""
        return str(self._chosen[key].value)

    def path(self, key: str) -> Path | None:
        """A setting that names a file, None if it is not set."""
        text = self.text(key)
        return Path(text) if text else None

    def number(self, key: str) -> float:
        """A setting that is a number."""
        value = self._chosen[key].value
        assert isinstance(value, int | float)
        return value

    def numbers(self, key: str) -> tuple[float, ...]:
        """A setting that is a list of numbers."""
        value = self._chosen[key].value
        assert isinstance(value, tuple)
        return value

    def items(self) -> list[tuple[Setting, Chosen]]:
        """Every setting with its value and origin, in the order of the table."""
        return [(setting, self._chosen[setting.key]) for setting in SETTINGS]


def load_settings(
    flags: Mapping[str, object] | None = None,
    *,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """The settings of a run.

    flags         values given to a command, None where it was given none
    file          ZKMARGIN_CONFIG or ./zkmargin.toml unless told; only the last may be missing
    environment   the process's own unless told
    raises        SettingError, naming the origin, if a setting is unknown or out of range
    """
    variables = os.environ if environment is None else environment
    chosen = {setting.key: Chosen(setting.default, DEFAULT) for setting in SETTINGS}
    for key, value, origin in _from_file(file, variables):
        chosen[key] = Chosen(_known(key, origin).parse(f"{origin}: {key}", value), origin)
    for setting in SETTINGS:
        if text := variables.get(setting.variable):
            value = setting.parse(setting.variable, text)
            chosen[setting.key] = Chosen(value, setting.variable)
    for key, given in (flags or {}).items():
        if given is not None:
            chosen[key] = Chosen(_known(key, "flag").parse(key, given), "flag")
    return Settings(chosen)


def _from_file(file: Path | None, variables: Mapping[str, str]) -> list[tuple[str, object, str]]:
    named = file or (Path(variables[FILE_VARIABLE]) if variables.get(FILE_VARIABLE) else None)
    path = named or Path(FILE)
    if named is None and not path.is_file():
        return []
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(str(path), error.strerror, "must be a readable file") from error
    except (ValueError, RecursionError) as error:
        raise SettingError(str(path), str(error), "must be TOML") from None
    values = []
    for section, entries in document.items():
        if not isinstance(entries, dict):
            raise SettingError(f"{path}: {section}", entries, "must be in a [section]")
        values += [(f"{section}.{name}", value, str(path)) for name, value in entries.items()]
    return values


def _known(key: str, origin: str) -> Setting:
    for setting in SETTINGS:
        if setting.key == key:
            return setting
    known = ", ".join(setting.key for setting in SETTINGS)
    raise SettingError(origin, key, f"is not a setting: those are {known}")


def _text(field: str, value: object) -> str:
    if not isinstance(value, str | Path):
        raise SettingError(field, value, "must be text")
    return str(value)


def _one_of(*words: str) -> Parser:
    def parse(field: str, value: object) -> str:
        if value not in words:
            raise SettingError(field, value, f"must be one of {', '.join(words)}")
        return str(value)

    return parse


def _number(low: float, high: float) -> Parser:
    def parse(field: str, value: object) -> float:
        number = _float(field, value)
        if not low <= number <= high:
            raise SettingError(field, value, f"must be between {low:g} and {high:g}")
        return number

    return parse


def _ratios(field: str, value: object) -> tuple[float, ...]:
    parts: Any = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not parts:
        raise SettingError(field, value, "must be a list of numbers such as 1.5, 1.2, 1.05")
    ratios = tuple(sorted((_float(field, part) for part in parts), reverse=True))
    if ratios[-1] < 1:
        raise SettingError(field, value, "must be 1 or more each")
    return ratios


def _float(field: str, value: object) -> float:
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(value)  # type: ignore[arg-type]
        if not math.isfinite(number):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise SettingError(field, value, "must be a number") from None
    return number


SETTINGS: Final = (
    Setting("chain.rpc", _text, "http://127.0.0.1:8545", "address of a node"),
    Setting("chain.deployment", _text, "deployment.json", "deployment file"),
    Setting("chain.timeout", _number(1, 3600), 120.0, "wait for an answer or a block [s]"),
    Setting("chain.keystore", _text, "", "encrypted keystore of the sender"),
    Setting("chain.passphrase_file", _text, "", "file with its passphrase; else it is asked for"),
    Setting("guard.poll", _number(0.1, 3600), 12.0, "between two looks at the chain [s]"),
    Setting("guard.prove", _one_of("every", "before-stale"), "every", "at which epochs"),
    Setting("guard.lead", _number(1, 1000), 2.0, "before-stale: so many epochs earlier"),
    Setting("guard.alerts", _ratios, (1.5, 1.2, 1.05), "NAV / MMR below which it alerts"),
    Setting("guard.on_alert", _text, "", "command that gets alerts as JSON on its input"),
    Setting("engine.store", _text, "sqlite:///engine.db", "database of the liquidation engine"),
    Setting("engine.openings", _text, "openings", "directory of the books that it holds"),
    Setting("engine.poll", _number(0.1, 3600), 5.0, "between two steps [s]"),
    Setting("log.format", _one_of("console", "json"), "console", "of the guard's log"),
    Setting("log.level", _one_of("debug", "info", "warning", "error"), "info", "lowest shown"),
)
