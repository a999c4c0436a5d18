# SPDX-License-Identifier: Apache-2.0
"""A market snapshot as a JSON document; examples/README.md describes it field by field.

    {"feed": "1", "contract_size": "1", "epoch": "12", "timestamp": "2025-02-19T21:20:00Z",
     "index": "2681.603", "perp_mark": "2681.603", "cumulative_funding": "0",
     "credit": "1", "debit": "1", "params": "zkmargin_eth",
     "expiries": [{"expiry": "2025-02-14T08:00:00Z", "settlement": "2681.6"},
                  {"expiry": "2025-03-28T08:00:00Z", "forward": "2695.78", "svi": {"a": "0.029"..}},
                  {"expiry": "2025-04-25T08:00:00Z", "forward": "2710.4", "vol": "0.65"}],
     "hash": "0x..."}

Prices are exact. The SVI numbers, a flat vol and the two cash rates go to the nearest unit of their
binary scales (`units`). What is dumped has just enough digits to read back as the same integers, so
that a snapshot, its document and its hash are one thing. All else in a row is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import mpmath

from zkmargin import units
from zkmargin.documents.decimal_text import binary, exact_text, root, shortest_text
from zkmargin.documents.params_document import dump_params, load_params, parse_params
from zkmargin.documents.reading import Field, naming, read_document, time_text
from zkmargin.documents.writing import Json
from zkmargin.errors import ParamsError, SnapshotError
from zkmargin.field import MODULUS
from zkmargin.option import Svi
from zkmargin.params import RiskParams
from zkmargin.snapshot import Header, Row, Snapshot
from zkmargin.snapshot_rules import (
    LONGEST_EXPIRY,
    SETTLED_LISTING,
    live_row,
    settled_row,
    svi_from_real,
    validate,
)
from zkmargin.units import (
    ID_BOUND,
    PRICE_BOUND,
    QUOTE,
    RATE_BITS,
    SECONDS_PER_YEAR,
    SIZE,
    TIME_BOUND,
)

_HEADER: Final = (
    *("feed", "contract_size", "epoch", "timestamp", "index", "perp_mark"),
    *("cumulative_funding", "credit", "debit"),
)
_SVI: Final = ("a", "b", "rho", "m", "sigma")
_KINDS: Final = ("svi", "vol", "settlement")
_HIGHEST_VOL: Final = 100  # annual, as a fraction; the rules of a row are tighter


def load_snapshot(path: Path) -> Snapshot:
    """The valid snapshot in a file.

    raises   SnapshotError or ParamsError, naming the file, the field, the value and the bound
    """
    return parse_snapshot(read_document(path, SnapshotError), path.parent)


def parse_snapshot(document: Field, beside: Path | None = None) -> Snapshot:
    """The valid snapshot that a document states; `beside` is where it looks for a file of params.

    raises   SnapshotError or ParamsError
    """
    fields = document.members((*_HEADER, "params", "expiries"), ("hash",))
    params = _params(fields["params"], beside)
    header = _header(fields)
    rows = tuple(_row(entry, params, header) for entry in fields["expiries"].items())
    snapshot = Snapshot(header, params, rows)
    with naming(document.source, SnapshotError):
        validate(snapshot)
    if "hash" in fields and fields["hash"].natural(MODULUS) != snapshot.hash:
        raise fields["hash"].error(f"the contents give {snapshot.hash:#066x}")
    return snapshot


def dump_snapshot(snapshot: Snapshot) -> Json:
    """The document that reads back as this snapshot, its hash included."""
    head = snapshot.header
    return {
        "feed": str(head.feed),
        "contract_size": exact_text(head.contract_size, SIZE),
        "epoch": str(head.epoch),
        "timestamp": time_text(head.timestamp),
        "index": exact_text(head.index, QUOTE),
        "perp_mark": exact_text(head.perp_mark, QUOTE),
        "cumulative_funding": exact_text(head.cumulative_funding, QUOTE),
        "credit": rate_text(head.credit),
        "debit": rate_text(head.debit),
        "params": dump_params(snapshot.params),
        "expiries": [_dump_row(row, head.timestamp) for row in snapshot.rows],
        "hash": f"{snapshot.hash:#066x}",
    }


def credit_of(field: Field) -> int:
    """A rate on positive cash, 0 to 1, nearest [2^-30]; raises the field's error."""
    return _nearest(field.real(0, 1), RATE_BITS)


def rate_text(rate: int) -> str:
    """The shortest decimal that reads back as a credit or debit rate [2^-30]."""
    return _shortest(rate, RATE_BITS)


def _params(field: Field, beside: Path | None) -> RiskParams:
    if isinstance(field.value, dict):
        return parse_params(Field(field.source, field.path, field.value, ParamsError))
    try:
        return load_params(field.text(), beside)
    except ParamsError as error:
        raise ParamsError(f"{field.source}: {error.field}", error.value, error.rule) from error


def _header(fields: Mapping[str, Field]) -> Header:
    return Header(
        feed=fields["feed"].integer(0, ID_BOUND),
        contract_size=fields["contract_size"].amount(SIZE, 1, ID_BOUND),
        epoch=fields["epoch"].integer(0, ID_BOUND),
        timestamp=fields["timestamp"].time(),
        index=fields["index"].amount(QUOTE, QUOTE, PRICE_BOUND),
        perp_mark=fields["perp_mark"].amount(QUOTE, 1, PRICE_BOUND),
        cumulative_funding=fields["cumulative_funding"].amount(QUOTE, 1 - PRICE_BOUND, PRICE_BOUND),
        credit=credit_of(fields["credit"]),
        debit=_nearest(fields["debit"].real(1, 2), RATE_BITS),
    )


def _row(entry: Field, params: RiskParams, header: Header) -> Row:
    fields = entry.members(("expiry",), ("forward", *_KINDS))
    kind = _kind(entry, fields)
    expiry = _expiry(fields["expiry"], header.timestamp, settled=kind == "settlement")
    if kind == "settlement":
        return settled_row(expiry, fields["settlement"].amount(QUOTE, QUOTE, PRICE_BOUND))
    low, end = header.index // 2, min(2 * header.index + 1, PRICE_BOUND)
    forward = fields["forward"].amount(QUOTE, max(low, QUOTE), end)
    seconds = expiry - header.timestamp
    svi = (
        _svi(fields["svi"])
        if kind == "svi"
        else _flat(fields["vol"].real(0, _HIGHEST_VOL), seconds)
    )
    return live_row(expiry, forward, svi, params, header.timestamp)


def _kind(entry: Field, fields: Mapping[str, Field]) -> str:
    """Which of svi, vol and settlement an expiry has; all but the last need a forward too."""
    kinds = [kind for kind in _KINDS if kind in fields]
    if len(kinds) != 1:
        shown = " and ".join(kinds) or "none of them"
        raise entry.error("must have exactly one of svi, vol and settlement", shown)
    if (kinds[0] == "settlement") == ("forward" in fields):
        rule = "needs a forward with svi or vol, and none with settlement"
        raise entry.error(rule, f"{kinds[0]} and {'a' if 'forward' in fields else 'no'} forward")
    return kinds[0]


def _expiry(field: Field, clock: int, settled: bool) -> int:
    expiry = field.time()
    low, high = (-SETTLED_LISTING, 0) if settled else (1, LONGEST_EXPIRY)
    if not clock + low <= expiry <= clock + high:
        state = "at most 30 days before" if settled else "after, and at most 4 years after,"
        raise field.error(f"must be {state} the timestamp {time_text(clock)}")
    return min(expiry, TIME_BOUND - 1)


def _svi(field: Field) -> Svi:
    fields = field.members(_SVI)
    return svi_from_real(
        a=fields["a"].real(-1_000, 1_000),
        b=fields["b"].real(0, 1_000),
        rho=fields["rho"].real(-1, 1),
        m=fields["m"].real(-8, 8),
        sigma=fields["sigma"].real(0, 8),
    )


def _flat(vol: str, seconds: int) -> Svi:
    """The slice without a smile that has an annual vol everywhere."""
    with mpmath.workdps(50):
        return svi_from_real(mpmath.mpf(vol) ** 2 * seconds / SECONDS_PER_YEAR, 0, 0, 0, 0)


def _dump_row(row: Row, clock: int) -> Json:
    expiry, price = time_text(row.expiry), exact_text(row.forward, QUOTE)
    if row.settled:
        return {"expiry": expiry, "settlement": price}
    if row.svi == Svi(row.svi.a, 0, 0, 0, 0):
        return {"expiry": expiry, "forward": price, "vol": _dump_vol(row.svi, row.expiry - clock)}
    return {"expiry": expiry, "forward": price, "svi": _dump_svi(row.svi)}


def _dump_vol(svi: Svi, seconds: int) -> str:
    vol = root(binary(svi.a * SECONDS_PER_YEAR, units.VARIANCE_BITS) / seconds)
    return shortest_text(vol, lambda text: _flat(text, seconds).a == svi.a)


def _dump_svi(svi: Svi) -> dict[str, Json]:
    """b before rho: the product b * rho is what reads back."""
    b = _shortest(svi.b, units.SVI_SLOPE_BITS)
    rho = binary(svi.b_rho, 0) / binary(svi.b, 0) if svi.b else binary(0, 0)
    sigma = root(binary(svi.sigma_sq, units.SIGMA_SQUARED_BITS))
    return {
        "a": _shortest(svi.a, units.VARIANCE_BITS),
        "b": b,
        "rho": shortest_text(rho, lambda text: svi_from_real(0, b, text, 0, 0).b_rho == svi.b_rho),
        "m": _shortest(svi.m, units.LOG_BITS),
        "sigma": shortest_text(
            sigma, lambda text: svi_from_real(0, 0, 0, 0, text).sigma_sq == svi.sigma_sq
        ),
    }


def _nearest(number: str, bits: int) -> int:
    with mpmath.workdps(50):
        return int(mpmath.nint(mpmath.mpf(number) * 2**bits))


def _shortest(value: int, bits: int) -> str:
    return shortest_text(binary(value, bits), lambda text: _nearest(text, bits) == value)
