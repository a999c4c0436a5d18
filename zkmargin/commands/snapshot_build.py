# SPDX-License-Identifier: Apache-2.0
"""`snapshot build`: a vol surface fitted to option quotes, written as a snapshot."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from zkmargin.commands.terminal import (
    EXISTING,
    OUTPUT,
    as_json,
    next_step,
    plain_decimal,
    print_json,
    say,
    show,
    stages,
)
from zkmargin.documents.decimal_text import rounded_text
from zkmargin.documents.params_document import dump_params, load_params
from zkmargin.documents.reading import parse_document, time_text
from zkmargin.documents.snapshot_document import dump_snapshot, parse_snapshot
from zkmargin.documents.writing import Json, document_text, write_document
from zkmargin.errors import QuoteError, SnapshotError
from zkmargin.progress import Stages
from zkmargin.quotes import FORMATS, MAX_AGE, Chain, load_chain
from zkmargin.snapshot import Snapshot
from zkmargin.surface import Surface, SviSlice, fit_surface


@click.command("build")
@click.argument("quotes_file", metavar="QUOTES", type=EXISTING)
@click.option("--format", "quote_format", type=click.Choice(list(FORMATS)), required=True)
@click.option("--params", required=True, metavar="NAME|FILE", help="Shipped set, or a .json file.")
@click.option("--feed", required=True, metavar="ID", help="Feed that publishes the snapshot.")
@click.option("--epoch", required=True, metavar="NUMBER", help="Number of the publication.")
@click.option("--index", type=plain_decimal, metavar="PRICE", help="Default: the one in QUOTES.")
@click.option("--perp-mark", type=plain_decimal, metavar="PRICE", help="Default: the index.")
@click.option(
    "--funding",
    "cumulative_funding",
    default="0",
    show_default=True,
    help="Cumulative funding per contract.",
)
@click.option(
    "--contract-size",
    type=plain_decimal,
    default="1",
    show_default=True,
    metavar="TOKENS",
    help="Tokens per contract: prices, which are given per token, are multiplied by it.",
)
@click.option("--credit", default="1", show_default=True, help="Factor on positive cash.")
@click.option("--debit", default="1", show_default=True, help="Factor on negative cash.")
@click.option("--as-of", type=int, metavar="SECONDS", help="Valuation time; default: the newest.")
@click.option("--max-age", type=float, default=MAX_AGE, show_default=True, metavar="SECONDS")
@click.option("-o", "--output", type=OUTPUT, required=True)
@as_json
def command(
    quotes_file: Path,
    quote_format: str,
    params: str,
    as_of: int | None,
    max_age: float,
    output: Path,
    as_json: bool,
    index: Decimal | None,
    perp_mark: Decimal | None,
    contract_size: Decimal,
    **given: str,
) -> None:
    """Fit an arbitrage-free vol surface to QUOTES and write the snapshot.

    The report says how well each quote is met. A quote that is missed by more than the fit allows
    is refused by name, and nothing is written.
    """
    chain = load_chain(quotes_file, quote_format, as_of=as_of, max_age=max_age)
    spot = index or _stated_index(chain)
    head: dict[str, Json] = {
        **given,
        "contract_size": f"{contract_size:f}",
        "timestamp": time_text(chain.as_of),
        "index": f"{spot * contract_size:f}",
        "perp_mark": f"{(perp_mark or spot) * contract_size:f}",
        "params": dump_params(load_params(params)),
    }
    with stages() as log, Stages(log).stage("fit surface"):
        surface = fit_surface(chain)
    snapshot = _snapshot(quotes_file.name, head, surface, contract_size)
    write_document(output, dump_snapshot(snapshot))
    if as_json:
        print_json({"snapshot": str(output), "hash": f"{snapshot.hash:#066x}", **_fit(surface)})
    else:
        show("\n".join(surface.report()))
    say(f"wrote {output}: {len(snapshot.rows)} expiries, hash {snapshot.hash:#066x}")
    next_step(f"zkmargin check BOOK {output}")


def _snapshot(
    source: str, head: dict[str, Json], surface: Surface, contract_size: Decimal
) -> Snapshot:
    """The valid snapshot of a header and a surface; refusals name the file of the quotes."""
    document = {**head, "expiries": [_expiry(piece, contract_size) for piece in surface.slices]}
    return parse_snapshot(parse_document(document_text(document), source, SnapshotError))


def _stated_index(chain: Chain) -> Decimal:
    if chain.index is None:
        raise QuoteError(f"{chain.source}: index", "nothing", "is not in the file: give --index")
    return Decimal(_plain(chain.index, 6))


def _expiry(piece: SviSlice, contract_size: Decimal) -> Json:
    """One expiry of the snapshot; the fit's numbers go over digit by digit."""
    svi = {name: _plain(getattr(piece, name)) for name in ("a", "b", "rho", "m", "sigma")}
    forward = rounded_text(Decimal(repr(piece.forward)) * contract_size, 6)
    return {"expiry": time_text(piece.expiry), "forward": forward, "svi": svi}


def _plain(value: float, places: int | None = None) -> str:
    """A float in plain decimal: its shortest form, or rounded to so many places."""
    number = Decimal(repr(value))
    return f"{number:f}" if places is None else rounded_text(number, places)


def _fit(surface: Surface) -> dict[str, Json]:
    """The fit report for programs; errors in vol points and in bps of the forward."""
    quotes = [
        {
            "expiry": time_text(quote.quote.expiry),
            "strike": _plain(quote.quote.strike),
            "vol": _plain(quote.quote.mark_vol),
            "fitted_vol": f"{quote.model_vol:.6f}",
            "vol_error": f"{quote.vol_error:.4f}",
            "price_error": f"{quote.price_error:.4f}",
        }
        for fit in surface.fits
        for quote in fit.quotes
    ]
    return {
        "quotes": quotes,
        "warnings": list(surface.warnings),
        "rejected": [str(row) for row in surface.rejected],
    }
