// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "../nav.circom";

component main {public [domain, header, commitment, snapshotHash, nav]} = Nav(27, 8, 2);
