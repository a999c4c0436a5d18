# SPDX-License-Identifier: Apache-2.0
"""Arguments of the commands on a chain: amounts of money and of shares, addresses."""

from __future__ import annotations

from typing import Final

import click
from eth_utils.address import to_checksum_address

from zkmargin.chain.domain import address_bytes
from zkmargin.documents.reading import Field
from zkmargin.errors import DeploymentError, InputError
from zkmargin.units import QUOTE, SHARE

_BOUND: Final = 1 << 128  # of an amount, in its units


def quote_amount(text: str) -> int:
    """A positive amount of the quote token, such as 1000.50 [1e-6 quote]."""
    return _amount(text, QUOTE)


def share_amount(text: str) -> int:
    """A positive number of the share pool's shares [1e-12 share]."""
    return _amount(text, SHARE)


def address(text: str) -> str:
    """An address with its checksum; a usage error if the text is none."""
    try:
        address_bytes(text)
    except DeploymentError as error:
        raise click.BadParameter(f"{text!r} {error.rule}") from None
    return str(to_checksum_address(text))


def _amount(text: str, scale: int) -> int:
    """Exactly: a digit that the unit cannot hold is refused, not rounded."""
    return Field("amount", "", text, InputError).amount(scale, 1, _BOUND)
