# SPDX-License-Identifier: Apache-2.0
"""The liquidation engine: it screens the books it holds, decides by evidence, and acts once."""
