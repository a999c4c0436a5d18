// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "../shortfall.circom";

component main {public [domain, header, commitment, snapshotHash, beneficiary]} = Shortfall(11, 8, 2);
