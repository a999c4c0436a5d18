# SPDX-License-Identifier: Apache-2.0
"""Option quotes from a file: CSV, or the JSON of Deribit, OKX or Derive."""

from zkmargin.quotes.chain import Chain, Quote, Reason, Rejected
from zkmargin.quotes.load import FORMATS, MAX_AGE, load_chain

__all__ = ["FORMATS", "MAX_AGE", "Chain", "Quote", "Reason", "Rejected", "load_chain"]
