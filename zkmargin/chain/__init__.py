# SPDX-License-Identifier: Apache-2.0
"""The contracts from Python: build, deploy, publish, prove, watch. Needs the extra `chain`."""
