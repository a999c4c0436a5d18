# SPDX-License-Identifier: Apache-2.0
"""A chain of quotes fitted by raw SVI slices without static arbitrage."""

from zkmargin.surface.fit import fit_surface
from zkmargin.surface.report import QuoteFit, SliceFit, Surface
from zkmargin.surface.svi import SviSlice

__all__ = ["QuoteFit", "SliceFit", "Surface", "SviSlice", "fit_surface"]
