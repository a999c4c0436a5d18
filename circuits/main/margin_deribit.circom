// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "../margin.circom";

component main {public [domain, header, commitment, snapshotHash]} = Margin(7, 8, 3);
