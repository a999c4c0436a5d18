# SPDX-License-Identifier: Apache-2.0
"""What a wallet needs: a warm prover, a verifier, secrets, the trade log, sealed books."""
