#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Stands in for rapidsnark's program, which cannot be installed from a registry: the same four words on
// the command line, the same files, the same exit codes; its proof.json names no curve. The proofs are
// real, and snarkjs makes them. SNARKJS_TOOLS is the directory whose node_modules holds it.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [zkey, witness, proofFile, publicFile, ...more] = process.argv.slice(2);
if (publicFile === undefined || more.length > 0) {
    console.error("Invalid number of parameters:");
    console.error("Usage: prover <circuit.zkey> <witness.wtns> <proof.json> <public.json>");
    process.exit(1);
}
try {
    const { groth16 } = createRequire(join(process.env.SNARKJS_TOOLS, "package.json"))("snarkjs");
    const { proof: { curve, ...proof }, publicSignals } = await groth16.prove(zkey, witness);
    writeFileSync(proofFile, JSON.stringify(proof));
    writeFileSync(publicFile, JSON.stringify(publicSignals));
} catch (error) {
    console.error(error.message);
    process.exit(1);
}
process.exit(0);
