// SPDX-License-Identifier: Apache-2.0
// What snarkjs itself says of a proof, with nobody in front of it.
//
//   node raw_snarkjs.mjs TOOLS < [{key, signals, proof}, ..]  > ["valid" | "invalid" | "error", ..]

import { createRequire } from "node:module";
import { join } from "node:path";
import { json } from "node:stream/consumers";

const { groth16 } = createRequire(join(process.argv[2], "package.json"))("snarkjs");

const verdicts = [];
for (const { key, signals, proof } of await json(process.stdin)) {
    try {
        verdicts.push(await groth16.verify(key, signals, proof) ? "valid" : "invalid");
    } catch {
        verdicts.push("error");
    }
}
process.stdout.write(JSON.stringify(verdicts), () => process.exit(0));    // its threads would stay
