// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "valuation_probe.circom";

component main = ValuationProbe(11, 8, 2);
