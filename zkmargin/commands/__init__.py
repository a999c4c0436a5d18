# SPDX-License-Identifier: Apache-2.0
"""One file per command; each holds its click command under the name `command`."""
