# SPDX-License-Identifier: Apache-2.0
"""The results of a simulation as one self-contained HTML page: plots as SVG, tables, and the JSON.

Needs matplotlib: pip install 'zkmargin[simulate]'.
"""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from zkmargin.simulation.experiment import Figures, Results

COLUMNS = {
    "bad_debt": "bad debt",
    "insurance_used": "insurance used",
    "socialised": "socialised",
    "loss_to_liquidated": "loss to the liquidated",
    "price_impact": "price impact",
    "mev_to_first_block": "MEV to the first block",
    "keeper_profit": "keepers' profit",
    "pool_profit": "pool's profit",
    "liquidations": "liquidations",
    "margin_period_of_risk": "margin period of risk [s]",
    "still_short": "still short",
    "hhi": "keeper HHI",
}
_BLUE, _RED, _GREY = "#2b6cb0", "#c05621", "#718096"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1a202c; max-width: 84rem; margin: 2rem auto;
       padding: 0 1rem; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #e2e8f0; text-align: right; }
th:first-child, td:first-child { text-align: left; white-space: nowrap; }
td.best { font-weight: 700; }
figure { margin: 1.5rem 0; } svg { max-width: 100%; height: auto; }
.table { overflow-x: auto; } pre { overflow: auto; max-height: 24rem; background: #f7fafc;
padding: 1rem; font-size: 12px; }
"""


def html_report(results: Results) -> str:
    """The page; money in quote units."""
    s = results.settings
    parts = [
        "<h1>Crash simulation</h1>",
        f"<p>{s.accounts} accounts, {s.keepers} keepers, {len(results.paths)} paths,",
        f" seed {s.seed}. Money in quote units, means over the paths.</p>",
        _figure("Spot and vol of every path", results, _draw_paths),
        "<h2>Policies</h2>",
        "<p>Size, sale, first buyer, grid. The best figure of a column is bold.</p>",
        _table(results.policies, best=True),
        _figure("What the liquidated lose, and to whom", results, _draw_losses),
        "<h2>Cost of a liquidation, and who is left to do it</h2>",
        _table({f"{cost:,} gas": figures for cost, figures in results.gas}),
        _figure("Gas of one liquidation against concentration and delay", results, _draw_gas),
        "<h2>Oracle outage</h2>",
        _table(results.outage),
        "<h2>All figures</h2>",
        f"<pre>{html.escape(json.dumps(results.to_json(), indent=1))}</pre>",
    ]
    head = f"<meta charset='utf-8'><title>Crash simulation</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{''.join(parts)}</body></html>"


def _table(rows: Mapping[str, Figures], *, best: bool = False) -> str:
    lowest = {key: min(figures[key] for figures in rows.values()) for key in COLUMNS}
    told_apart = {key for key in COLUMNS if any(f[key] != lowest[key] for f in rows.values())}
    head = "".join(f"<th>{title}</th>" for title in COLUMNS.values())
    lines = []
    for name, figures in rows.items():
        cells = (
            _cell(key, figures[key], best and key in told_apart and figures[key] == lowest[key])
            for key in COLUMNS
        )
        lines.append(f"<tr><td>{html.escape(name)}</td>{''.join(cells)}</tr>")
    body = "".join(lines)
    return f"<div class='table'><table><tr><th></th>{head}</tr>{body}</table></div>"


def _cell(key: str, figure: float, best: bool) -> str:
    shown = f"{figure:.3f}" if key == "hhi" else f"{figure:,.0f}"
    marked = best and not key.endswith("profit") and key != "liquidations"
    return f"<td class='best'>{shown}</td>" if marked else f"<td>{shown}</td>"


def _figure(title: str, results: Results, draw: Callable[[Figure, Results], None]) -> str:
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    draw(figure, results)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    return f"<figure>{svg[svg.index('<svg') :]}<figcaption>{title}</figcaption></figure>"


def _draw_paths(figure: Figure, results: Results) -> None:
    left, right = figure.subplots(1, 2)
    for path in results.paths:
        hours = [step * path.seconds / 3_600 for step in range(path.steps + 1)]
        left.plot(hours, path.spot, color=_BLUE, alpha=0.8, linewidth=1)
        right.plot(hours, 100 * path.vol, color=_RED, alpha=0.8, linewidth=1)
    _label(left, "hours", "spot")
    _label(right, "hours", "vol [%]")


def _draw_losses(figure: Figure, results: Results) -> None:
    axes = figure.subplots()
    names = list(results.policies)
    totals = [results.policies[name]["loss_to_liquidated"] for name in names]
    builder = [results.policies[name]["mev_to_first_block"] for name in names]
    places = range(len(names))
    axes.barh(places, totals, color=_BLUE, label="loss to the liquidated")
    axes.barh(places, builder, color=_RED, height=0.4, label="of it to the first block")
    axes.set_yticks(list(places), names, fontsize=8)
    axes.invert_yaxis()
    axes.legend(frameon=False, fontsize=8)
    _label(axes, "quote", "")


def _draw_gas(figure: Figure, results: Results) -> None:
    left, right = figure.subplots(1, 2)
    costs = [cost for cost, _ in results.gas]
    _curve(left, costs, (f["hhi"] for _, f in results.gas), _BLUE, "keeper HHI")
    _curve(
        right, costs, (f["margin_period_of_risk"] for _, f in results.gas), _RED, "seconds at risk"
    )
    for axes in (left, right):
        axes.axvline(results.settings.venue.gas, color=_GREY, linestyle=":", linewidth=1)


def _curve(
    axes: Axes, costs: Sequence[int], figures: Iterable[float], colour: str, title: str
) -> None:
    axes.plot(costs, list(figures), color=colour, marker="o", markersize=4)
    axes.set_xscale("log")
    _label(axes, "gas of one liquidation", title)


def _label(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x, fontsize=9)
    axes.set_ylabel(y, fontsize=9)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
