// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "../liquidate.circom";

component main {public [
    domain, header, cmOld, cmNew, cmLot, snapshotHash, price, fraction, discount, reserved, target,
    deficit, winner, topUp
]} = Liquidate(2, 2, 1);
