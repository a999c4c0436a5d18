# SPDX-License-Identifier: Apache-2.0
"""The inputs of the circuits that say something of one book under one snapshot.

Buses of the circuit are given as flat lists, in the order circuits/book.circom and
circuits/market.circom declare them; every circom runtime takes that form.
"""

from __future__ import annotations

from collections.abc import Mapping

from zkmargin.book import EMPTY_SLOT, Book
from zkmargin.errors import BookError
from zkmargin.field import MODULUS
from zkmargin.liquidation import Slice
from zkmargin.margin import MarginReport
from zkmargin.params import RiskParams, pack
from zkmargin.presets import ROWS, Preset
from zkmargin.snapshot import Row, Snapshot
from zkmargin.statement import (
    Statement,
    liquidate_statement,
    margin_statement,
    nav_statement,
    shortfall_statement,
)

Inputs = dict[str, list[int]]

_SIGNALS = {  # where circom's name is not the field's
    "snapshot_hash": "snapshotHash",
    "cm_old": "cmOld",
    "cm_new": "cmNew",
    "cm_lot": "cmLot",
    "top_up": "topUp",
}


def margin_inputs(
    book: Book, snapshot: Snapshot, level: int, domain: int, preset: Preset
) -> Inputs:
    """Inputs of the margin circuit, every value a field element.

    raises   BookError if the book or the scenarios do not fit the preset
    """
    public = margin_statement(book, snapshot, level, domain)
    return opening_inputs(public, {"level": level}, book, snapshot, preset)


def shortfall_inputs(
    book: Book, snapshot: Snapshot, level: int, domain: int, beneficiary: int, preset: Preset
) -> Inputs:
    """Inputs of the shortfall circuit, every value a field element.

    raises   BookError if the book or the scenarios do not fit the preset
    """
    public = shortfall_statement(book, snapshot, level, domain, beneficiary)
    return opening_inputs(public, {"level": level}, book, snapshot, preset)


def nav_inputs(report: MarginReport, domain: int, preset: Preset) -> Inputs:
    """Inputs of the nav circuit, every value a field element; raises BookError as margin_inputs."""
    return opening_inputs(nav_statement(report, domain), {}, report.book, report.snapshot, preset)


def liquidate_inputs(taken: Slice, lot: Book, winner: int, domain: int, preset: Preset) -> Inputs:
    """Inputs of the liquidate circuit, every value a field element; lot is one of this slice.

    raises   BookError if the book or the scenarios do not fit the preset
    """
    public = liquidate_statement(taken, lot, winner, domain)
    identity = {"lotAccount": lot.account, "lotVersion": lot.version, "lotBlinding": lot.blinding}
    return opening_inputs(public, identity, taken.old.book, taken.old.snapshot, preset)


def opening_inputs(
    public: Statement, private: Mapping[str, int], book: Book, snapshot: Snapshot, preset: Preset
) -> Inputs:
    """What every circuit takes: public signals, private numbers, openings of book and market.

    raises   BookError if the book or the scenarios do not fit the preset
    """
    _check_fit(book, snapshot, preset)
    opened = opened_places(book, snapshot, preset)
    named = zip(public.names(), public.signals, strict=True)
    inputs = {_SIGNALS.get(name, name): [signal] for name, signal in (*named, *private.items())}
    inputs["book"] = _book(book, snapshot, opened, preset)
    inputs["market"] = _market(snapshot, opened, preset)
    return {name: [value % MODULUS for value in values] for name, values in inputs.items()}


def opened_places(book: Book, snapshot: Snapshot, preset: Preset) -> list[int]:
    """Places from 0, increasing, of the rows a circuit opens: those held and the first others."""
    held = sorted({snapshot.index_of(expiry) for expiry in book.expiries})
    others = [place for place in range(ROWS) if place not in held]
    return sorted(held + others[: preset.expiries - len(held)])


def _book(book: Book, snapshot: Snapshot, opened: list[int], preset: Preset) -> list[int]:
    flat = [book.account, book.version, book.cash, book.base, book.perp, book.perp_entry]
    flat.append(book.blinding)
    for slot in book.slots + (EMPTY_SLOT,) * (preset.slots - len(book.slots)):
        place = opened.index(snapshot.index_of(slot.expiry)) if slot.expiry else 0
        flat += [slot.expiry, slot.strike, slot.call, slot.put, place]
    return flat


def _market(snapshot: Snapshot, opened: list[int], preset: Preset) -> list[int]:
    head = snapshot.header
    rows = [snapshot.listed[place] for place in opened]
    flat = [
        pack(((head.feed, 64), (head.contract_size, 64))),
        pack(((head.timestamp, 64), (head.epoch, 64))),
        head.index,
        head.perp_mark,
        head.cumulative_funding,
        head.credit,
        head.debit,
    ]
    flat += _params(snapshot.params, preset)
    flat.append(snapshot.params.law_digest)
    flat += [row.digest for row in snapshot.listed]
    flat += [place + 1 for place in opened]
    for row in rows:
        flat += _row(row)
    return flat + [row.basis_factor for row in rows]


def _params(params: RiskParams, preset: Preset) -> list[int]:
    scenarios = [s for block in params.blocks[: preset.scenario_blocks] for s in block]
    flat = [params.phi, params.perp_pct, params.base_pct, params.naked_pct]
    flat += [params.hedge_spread, params.vega_spread, params.max_multiplier, params.max_gross]
    flat += [s.weight for s in scenarios]
    flat += [s.multiplier for s in scenarios]
    return flat + [s.ln_multiplier for s in scenarios]


def _row(row: Row) -> list[int]:
    svi = row.svi
    flat = [row.expiry, int(row.settled), row.vol_down, row.vol_up, row.vol_floor]
    flat += [row.forward, row.ln_forward, row.root_time]
    return [*flat, svi.a, svi.b, svi.b_rho, svi.m, svi.sigma_sq]


def _check_fit(book: Book, snapshot: Snapshot, preset: Preset) -> None:
    for name, have, most in (
        ("strikes", len(book.slots), preset.slots),
        ("expiries", len(book.expiries), preset.expiries),
        ("scenario blocks", snapshot.params.blocks_in_use, preset.scenario_blocks),
    ):
        if have > most:
            raise BookError(name, have, f"preset {preset.name} holds at most {most}")
