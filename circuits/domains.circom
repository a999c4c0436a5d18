// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

// Hash domains: the first state element of every Poseidon call; twin zkmargin/domains.py.
function SNAPSHOT() { return 0; }
function BOOK() { return 1; }
function SLOTS_DOMAIN() { return 2; }
function ROW() { return 3; }
function REST() { return 4; }
function HEADER() { return 5; }
function PARAMS() { return 6; }
function BLINDING() { return 8; }
