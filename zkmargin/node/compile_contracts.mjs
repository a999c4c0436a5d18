// SPDX-License-Identifier: Apache-2.0
// The pinned Solidity compiler on standard JSON.
//
//   node compile_contracts.mjs TOOLS
//
//   TOOLS    directory whose node_modules holds solc
//   stdin    the compiler's standard JSON input
//   stdout   its standard JSON output

import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

const solc = createRequire(join(resolve(process.argv[2]), "package.json"))("solc");
process.stdout.write(solc.compile(await text(process.stdin)));
