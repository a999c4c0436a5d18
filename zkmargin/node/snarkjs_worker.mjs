// SPDX-License-Identifier: Apache-2.0
// snarkjs kept warm: the proving key in memory, the witness program compiled, the threads running.
//
//   node snarkjs_worker.mjs TOOLS WASM ZKEY
//
//   TOOLS    directory whose node_modules holds snarkjs
//   stdin    a request on each line:  {"inputs": {name: ["1", ..], ..}}  or  {"wires": <.wtns in base64>}
//   stdout   an answer on each line:  {"wires": <.wtns in base64>}       or  {"proof": {"pi_a": ..}}
//
// After {"error": text} it ends with code 1, for what failed may be left half done; it ends with code 0
// when stdin ends, and so does not outlive whoever started it. Secrets are in its memory only.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const inMemory = (data) => ({ type: "mem", data });
const quiet = () => {};

function tools(directory) {
    const require = createRequire(join(directory, "package.json"));
    const { groth16 } = require("snarkjs");
    const { WitnessCalculatorBuilder } = createRequire(require.resolve("snarkjs"))("circom_runtime");
    return { groth16, WitnessCalculatorBuilder };
}

async function main(directory, wasm, zkey) {
    const { groth16, WitnessCalculatorBuilder } = tools(directory);
    const key = await readFile(zkey);
    const calculator = await WitnessCalculatorBuilder(await readFile(wasm));

    async function answer({ inputs, wires }) {
        if (inputs) return { wires: base64(await calculator.calculateWTNSBin(inputs)) };
        const { proof } = await groth16.prove(inMemory(key), inMemory(Buffer.from(wires, "base64")));
        return { proof };
    }
    for await (const line of createInterface({ input: process.stdin })) {
        await write(await answer(JSON.parse(line)));
    }
}

const base64 = ({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length).toString("base64");

const write = (message) => new Promise((done) => process.stdout.write(JSON.stringify(message) + "\n", done));

console.log = console.error = quiet;          // what a circuit logs is the prover's secret
try {
    await main(...process.argv.slice(2));
} catch (error) {
    await write({ error: String(error.stack ?? error) });
    process.exit(1);
}
process.exit(0);                              // the threads of snarkjs would keep it alive
