# SPDX-License-Identifier: Apache-2.0
"""Phase 2 of a Groth16 setup, by a few people and without a server: docs/ceremony.md."""
