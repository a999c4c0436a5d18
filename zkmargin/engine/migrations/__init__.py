# SPDX-License-Identifier: Apache-2.0
"""Migrations of the engine's store, run by `Store.open`."""
