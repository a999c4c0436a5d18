# SPDX-License-Identifier: Apache-2.0
"""What the commands on a chain share: settings, the deployed system, keys, receipts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from zkmargin.chain.connection import Receipt
from zkmargin.chain.key import (
    KEY_VARIABLE,
    Key,
    environment_key,
    keystore_key,
    local_key,
    read_passphrase,
)
from zkmargin.chain.local_node import LOCAL_CHAIN_IDS
from zkmargin.chain.system import System
from zkmargin.commands.terminal import EXISTING, print_json, say
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.writing import Json
from zkmargin.errors import SettingError
from zkmargin.progress import Progress
from zkmargin.settings import Settings, load_settings
from zkmargin.units import QUOTE

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class ChainOptions:
    """What was given to a command, over what the environment and the file say.

    local_account   number of an account that a local chain funds, None for a real key
    """

    settings: Settings
    local_account: int | None

    @property
    def url(self) -> str:
        """Address of the node."""
        return self.settings.text("chain.rpc")

    @property
    def deployment(self) -> Path:
        """The deployment file."""
        return Path(self.settings.text("chain.deployment"))

    @property
    def timeout(self) -> float:
        """Wait for an answer or a block [s]."""
        return self.settings.number("chain.timeout")

    def system(self, progress: Progress | None = None) -> System:
        """The deployed system; raises as `System.open`."""
        return System.open(self.url, self.deployment, timeout=self.timeout, progress=progress)

    def key(self, chain_id: int) -> Key:
        """The sender's key; raises SettingError if there is none."""
        if self.local_account is not None:
            return chain_local_key(self.local_account, chain_id)
        if (path := self.settings.path("chain.keystore")) is not None:
            return keystore_key(path, lambda: self._passphrase(path))
        if (key := environment_key()) is not None:
            return key
        rule = f"give --keystore, {KEY_VARIABLE} or, on a local chain, --local-account"
        raise SettingError("key", "none", rule)

    def _passphrase(self, keystore: Path) -> str:
        path = self.settings.path("chain.passphrase_file")
        return read_passphrase(path) if path else ask_passphrase(keystore)


def chain_options(command: F) -> F:
    """Adds --rpc, --deployment and the key options; the command gets them as `chain`."""

    @click.pass_context
    def with_options(context: click.Context, /, *args: Any, **kwargs: Any) -> Any:
        flags = {
            "chain.rpc": kwargs.pop("rpc"),
            "chain.deployment": kwargs.pop("deployment_file"),
            "chain.keystore": kwargs.pop("keystore"),
            "chain.passphrase_file": kwargs.pop("passphrase_file"),
        }
        options = ChainOptions(load_settings(flags), kwargs.pop("local_account"))
        return context.invoke(command, *args, chain=options, **kwargs)

    wrapped: Any = with_options
    wrapped.__doc__ = command.__doc__
    wrapped.__click_params__ = [*getattr(command, "__click_params__", [])]
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    result: F = wrapped
    return result


_OPTIONS = (
    click.option("--rpc", metavar="URL", help="Address of a node.  [chain.rpc]"),
    click.option(
        "--deployment",
        "deployment_file",
        metavar="FILE",
        help="Deployment file.  [chain.deployment]",
    ),
    click.option(
        "--keystore", type=EXISTING, help="Encrypted key of the sender.  [chain.keystore]"
    ),
    click.option("--passphrase-file", type=EXISTING, help="File with its passphrase."),
    click.option(
        "--local-account", type=int, metavar="N", help="Send as the N-th account of a local chain."
    ),
)


def owner_options(command: F) -> F:
    """Adds the options that name an owner's key; the sender's is the default."""
    for option in (
        click.option("--owner-keystore", type=EXISTING, help="Owner's key; default: the sender's."),
        click.option("--owner-local-account", type=int, metavar="N", help="The same, local."),
    ):
        command = option(command)
    return command


def owner_key(keystore: Path | None, local_account: int | None, chain_id: int) -> Key | None:
    """The owner's key, None if it is the sender's."""
    if local_account is not None:
        return chain_local_key(local_account, chain_id)
    return keystore_key(keystore, lambda: ask_passphrase(keystore)) if keystore else None


def chain_local_key(number: int, chain_id: int) -> Key:
    """A local chain's key; raises SettingError on any other chain, where everybody has it."""
    if chain_id not in LOCAL_CHAIN_IDS:
        rule = f"is public, and must not be used on chain {chain_id}"
        raise SettingError("local account", number, rule)
    return local_key(number)


def ask_passphrase(path: Path) -> str:
    """Asks on the terminal, without echo."""
    answer: str = click.prompt(f"passphrase of {path.name}", hide_input=True, err=True)
    return answer


def tell(receipt: Receipt, as_json: bool, **more: Json) -> None:
    """A receipt for people on stderr, and for programs on stdout."""
    say_receipt(receipt)
    if as_json:
        print_json({**receipt_document(receipt), **more})


def say_receipt(receipt: Receipt) -> None:
    """The events of a receipt and what it cost, for people."""
    for event in receipt.events:
        say(f"  {event}")
    say(f"{receipt.gas:,} gas, block {receipt.block}, {receipt.transaction}")


def receipt_document(receipt: Receipt) -> dict[str, Json]:
    """The same for programs."""
    events: list[Json] = [
        {"name": e.name, "arguments": {k: _plain(v) for k, v in e.arguments.items()}}
        for e in receipt.events
    ]
    return {
        "transaction": receipt.transaction,
        "block": receipt.block,
        "gas": receipt.gas,
        "events": events,
    }


def say_receipts(
    receipts: Mapping[str, Receipt], amounts: Mapping[str, int], as_json: bool, **more: Json
) -> None:
    """The receipts of several payments, by who paid; amounts in [1e-6 quote]."""
    for receipt in receipts.values():
        say_receipt(receipt)
    if as_json:
        paid: dict[str, Json] = {name: exact_text(amounts[name], QUOTE) for name in receipts}
        sent: dict[str, Json] = {name: receipt_document(r) for name, r in receipts.items()}
        print_json({"paid": paid, "transactions": sent, **more})


def _plain(value: object) -> Json:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return str(value)
