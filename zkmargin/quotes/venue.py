# SPDX-License-Identifier: Apache-2.0
"""What every venue's JSON has in common: rows, each named after its instrument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zkmargin.errors import QuoteError
from zkmargin.quotes.chain import Quote, Reason, Rejected
from zkmargin.quotes.record import Contract, Layout, Record, settlement_time
from zkmargin.quotes.source import Feed, read_json


@dataclass(frozen=True)
class Venue:
    """One venue's format.

    name_field    where a row keeps its instrument name
    example       an option's name, for messages
    rows          the records of a response, or of a list of responses
    contract      the option that a row's name states, None if it names something else
    layout        where a row keeps its numbers
    index_fields  where a row may keep the index price, first found first
    multipliers   underlying units per contract, by family
    """

    name_field: str
    example: str
    rows: Callable[[str, object], list[Record]]
    contract: Callable[[Record], Contract | None]
    layout: Callable[[Record], Layout]
    index_fields: tuple[str, ...] = ()
    multipliers: Mapping[str, float] = field(default_factory=dict)
    default_multiplier: float | None = None

    def read(self, path: Path) -> Feed:
        """The quotes of a file that holds the venue's JSON.

        raises   QuoteError if a row is malformed or the file mixes underlyings
        """
        records = self.rows(path.name, read_json(path))
        contracts = [self.contract(record) for record in records]
        pairs = list(zip(records, contracts, strict=True))
        family = self._family(pairs)
        return Feed(
            underlying=None if family is None else family.partition("_")[0].partition("-")[0],
            index=self._index(records),
            contract_multiplier=self.multipliers.get(family or "", self.default_multiplier),
            entries=tuple(self._entry(record, contract) for record, contract in pairs),
        )

    def _entry(self, record: Record, contract: Contract | None) -> Quote | Rejected:
        if contract is not None:
            return record.quote(contract, self.layout(record))
        name = record.text(self.name_field)
        detail = f"{self.name_field}: got {name!r}, must be an option such as {self.example}"
        return Rejected(record.row, name, Reason.NOT_AN_OPTION, detail)

    def _family(self, pairs: list[tuple[Record, Contract | None]]) -> str | None:
        found: str | None = None
        for record, contract in pairs:
            if contract is None:
                continue
            found = found or contract.family
            if contract.family != found:
                rule = f"must belong to {found}, as the first option: one underlying per file"
                raise record.error(self.name_field, contract.label, rule)
        return found

    def _index(self, records: list[Record]) -> float | None:
        """The index price of the newest row that states one."""
        newest, index = -1.0, None
        for record in records:
            prices = (record.positive(name, zero_is_none=True) for name in self.index_fields)
            price = next((price for price in prices if price is not None), None)
            time = record.number(self.layout(record).timestamp) or 0.0
            if price is not None and time > newest:
                newest, index = time, price
        return index


def expiry_of(record: Record, field: str, year: int, month: int, day: int) -> int:
    """08:00 UTC of the date in an instrument's name, unix [s]."""
    try:
        return settlement_time(2000 + year, month, day)
    except ValueError:
        rule = "must name a date that exists"
        raise record.error(field, record.get(field), rule) from None


def result_of(source: str, response: object) -> object:
    """The `result` of a JSON-RPC response, or the value itself if it is not a response.

    raises   QuoteError if the response is an error
    """
    if isinstance(response, dict) and isinstance(response.get("error"), dict):
        message = response["error"].get("message", "an error")
        raise QuoteError(source, message, "must be a response that carries quotes")
    if isinstance(response, dict) and "result" in response:
        return response["result"]
    return response


def results_of(source: str, payload: object) -> list[object]:
    """The rows of one JSON-RPC response, or of a list of them: one row per ticker call."""
    result = result_of(source, payload)
    rows = result if isinstance(result, list) else [result]
    return [result_of(source, row) for row in rows]
