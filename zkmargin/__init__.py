# SPDX-License-Identifier: Apache-2.0
"""zkmargin proves that a hidden options book is above maintenance margin."""

__version__ = "0.1.0"
