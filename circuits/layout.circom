// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

// The layout fixes the vol mode of every scenario beside the base point; twin zkmargin/presets.py.
// Scenarios 0 and 1 are the basis shocks, down and up.

// scenarioCount: how many scenarios the first BLOCKS blocks hold.
function scenarioCount(BLOCKS) {
    var total[4] = [0, 8, 22, 34];
    return total[BLOCKS];
}

// volMode: 0 none, 1 up, 2 down.
function volMode(scenario) {
    var mode[34] = [
        0, 0, 1, 1, 1, 2, 2, 2,
        0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2,
        0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2
    ];
    return mode[scenario];
}

// Packed elements of the first BLOCKS blocks, four scenarios to an element, each block by itself.
function packedCount(BLOCKS) {
    var total[4] = [0, 2, 6, 9];
    return total[BLOCKS];
}

// packedPlace: which element a scenario is in.
function packedPlace(scenario) {
    if (scenario < 8) return scenario \ 4;
    if (scenario < 22) return 2 + (scenario - 8) \ 4;
    return 6 + (scenario - 22) \ 4;
}

// packedShift: how many scenarios lie below it in its element.
function packedShift(scenario) {
    if (scenario < 8) return scenario % 4;
    if (scenario < 22) return (scenario - 8) % 4;
    return (scenario - 22) % 4;
}
