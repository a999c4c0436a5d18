# SPDX-License-Identifier: Apache-2.0
"""The errors of zkmargin, one small tree.

    ZkMarginError
    ├── InputError (also ValueError)      what the caller gave cannot be used
    │   ├── BookError                     a book file or a position
    │   ├── SnapshotError                 a market snapshot or one of its rows
    │   ├── ParamsError                   a set of risk parameters
    │   ├── QuoteError                    a chain of option quotes, or its fit
    │   ├── ArtifactError                 a key, circuit or proof file: missing, damaged or swapped
    │   ├── OracleRefusal                 a publication or a trip that the market oracle refuses
    │   ├── SettingError                  a setting in a file, the environment or a flag
    │   └── DeploymentError               a deployment file, or what it says of a chain
    ├── ToolError (also RuntimeError)     an external program failed or is missing
    ├── ProvingError (also RuntimeError)  no witness exists, or a made proof does not verify
    ├── ChainError (also RuntimeError)    a node cannot be reached or does not do what it must
    │   └── Reverted                      a contract refused; keeps its error and the arguments
    └── Cancelled                         the caller's token stopped a task between two stages

A margin shortfall is a result, not an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class ZkMarginError(Exception):
    """Every error that zkmargin raises on purpose."""


class InputError(ZkMarginError, ValueError):
    """The caller's input breaks a rule; the message names the field, the value and the bound."""

    def __init__(self, field: str, value: object, rule: str) -> None:
        self.field = field
        self.value = value
        self.rule = rule
        super().__init__(f"{field}: got {_shown(value)}, {rule}")


class BookError(InputError):
    """A book or a position in it cannot be used."""


class SnapshotError(InputError):
    """A market snapshot or one of its rows cannot be used."""


class ParamsError(InputError):
    """A set of risk parameters cannot be used."""


class QuoteError(InputError):
    """A chain of option quotes cannot be used or cannot be fitted."""


class ArtifactError(InputError):
    """A circuit, key or proof file is missing, damaged, or not the one expected."""


class SettingError(InputError):
    """A setting is unknown, or its value is out of range."""


class DeploymentError(InputError):
    """A deployment file cannot be used, or the chain does not hold what it says."""


class OracleRefusal(InputError):  # noqa: N818 - not a fault: the rules of the feed say no
    """The market oracle refuses; keeps the name of the contract's error."""

    def __init__(self, error: str, field: str, value: object, rule: str) -> None:
        self.error = error
        super().__init__(field, value, rule)


class ToolError(ZkMarginError, RuntimeError):
    """An external program failed; keeps its command, exit code and last lines."""

    def __init__(self, command: Sequence[str], code: int | None, output: str) -> None:
        self.command = tuple(command)
        self.code = code
        self.output = output
        ending = "could not be started" if code is None else f"ended with exit code {code}"
        last = "\n".join(output.strip().splitlines()[-12:])
        super().__init__(f"{self.command[0]} {ending}" + (f":\n{last}" if last else ""))


class ProvingError(ZkMarginError, RuntimeError):
    """No witness satisfies the circuit, or the prover's own proof was rejected."""


class ChainError(ZkMarginError, RuntimeError):
    """A node cannot be reached, or does not do what it was asked to."""


class NodeRefused(ChainError):  # noqa: N818 - like Reverted
    """A node is there, and does not answer this question."""


class Reverted(ChainError):  # noqa: N818 - the contract's word for it
    """A contract refused a call; keeps the name of its error and the arguments."""

    def __init__(self, action: str, name: str, arguments: Mapping[str, object], why: str) -> None:
        self.action = action
        self.name = name
        self.arguments = dict(arguments)
        shown = ", ".join(f"{key} {value}" for key, value in self.arguments.items())
        detail = f"{name} ({shown})" if shown else name
        super().__init__(f"{action}: the contract refuses: {detail}" + (f": {why}" if why else ""))


class Cancelled(ZkMarginError):  # noqa: N818 - what the caller asked for is not an error
    """A task stopped because its caller asked for it; keeps the stage that was not begun."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        super().__init__(f"cancelled before: {stage}")


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."
