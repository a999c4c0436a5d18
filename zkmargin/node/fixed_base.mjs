// SPDX-License-Identifier: Apache-2.0
// Multiples of the BN254 generators, on every core.
//
//   node fixed_base.mjs TOOLS G1_COUNT G2_COUNT
//
//   TOOLS    directory whose node_modules holds ffjavascript, which brings the curve as WebAssembly
//   stdin    G1_COUNT + G2_COUNT scalars s < 2^254, 32 bytes little-endian each
//   stdout   the points s * G1 (64 bytes each), then s * G2 (128 bytes each): affine, coordinates in
//            Montgomery form and little-endian, the point at infinity all zero
//
// Windows of c bits: with T[k][d] = d * 2^(c k) * G for every digit d, a product is one mixed addition
// for each window, s * G = sum over k of T[k][digit k of s].

import { once } from "node:events";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const SCALAR_BITS = 254;
const SCALAR_WORDS = 8;                       // 32-bit words
const CHUNK = 2048;                           // scalars in one message to a worker
const PAGE = 65536;                           // of WebAssembly memory
const INITIAL_PAGES = 25;                     // what the curve's module asks for
const POINT_BYTES = { G1: 64, G2: 128 };      // affine

// A bump allocator over the curve's memory, whose word 0 is the start of free space. The curve's batch
// routines scratch beyond that point and never grow the memory, hence `reserve`.
function allocator(memory, reserve) {
    return (bytes) => {
        const free = new Uint32Array(memory.buffer, 0, 1);
        const start = Math.ceil(free[0] / 8) * 8;
        free[0] = start + bytes;
        const missing = free[0] + reserve - memory.buffer.byteLength;
        if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
        return start;
    };
}

// multiply(words) -> bytes: the multiples of one group's generator, with tables of `bits` bits a window.
function fixedBase({ memory, curve }, group, generator, bits) {
    const [zero, addMixed, toAffine, batchToAffine] =
        ["zero", "addMixed", "toAffine", "batchToAffine"].map((f) => curve[`${group.toLowerCase()}m_${f}`]);
    const affine = POINT_BYTES[group], jacobian = 1.5 * affine;
    const digits = (1 << bits) - 1, windows = Math.ceil(SCALAR_BITS / bits);
    const batch = Math.max(digits + 1, CHUNK);

    const allocate = allocator(memory, batch * affine + PAGE);
    const table = allocate(windows * digits * affine);
    const base = allocate(jacobian), scratch = allocate(batch * jacobian);

    new Uint8Array(memory.buffer).set(generator, base);
    for (let k = 0; k < windows; k++) {
        // scratch[d] = (d + 1) * base; the last one, 2^bits * base, is the base of the next window.
        zero(scratch);
        addMixed(scratch, base, scratch);
        for (let d = 1; d <= digits; d++) {
            addMixed(scratch + (d - 1) * jacobian, base, scratch + d * jacobian);
        }
        toAffine(scratch + digits * jacobian, base);
        batchToAffine(scratch, digits, table + k * digits * affine);
    }
    return (words) => {
        const count = words.length / SCALAR_WORDS;
        for (let i = 0; i < count; i++) {
            const sum = scratch + i * jacobian;
            zero(sum);
            for (let k = 0; k < windows; k++) {
                const d = digit(words, i, k, bits);
                if (d > 0) addMixed(sum, table + (k * digits + d - 1) * affine, sum);
            }
        }
        batchToAffine(scratch, count, scratch);
        return new Uint8Array(memory.buffer).slice(scratch, scratch + count * affine);
    };
}

// Digit k, of `bits` bits, of scalar i.
function digit(words, i, k, bits) {
    const word = (k * bits) >>> 5, shift = (k * bits) & 31, at = i * SCALAR_WORDS + word;
    const low = words[at] >>> shift;
    const high = shift > 0 && word + 1 < SCALAR_WORDS ? words[at + 1] << (32 - shift) : 0;
    return (low | high) & ((1 << bits) - 1);
}

// A worker builds the table of a group when its first chunk arrives.
async function work({ module, generators, windowBits }) {
    const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES });
    const { exports: curve } = await WebAssembly.instantiate(module, { env: { memory } });
    const multiply = {};
    parentPort.on("message", ({ group, words }) => {
        multiply[group] ??= fixedBase({ memory, curve }, group, generators[group], windowBits[group]);
        const points = multiply[group](words);
        parentPort.postMessage(points, [points.buffer]);
    });
}

// The width that costs least: every worker fills its own tables, then does its share of the products.
function bestWindow(count, workers) {
    const cost = (bits) => Math.ceil(SCALAR_BITS / bits) * (2 ** bits + count / workers);
    return [4, 5, 6, 7, 8, 9, 10, 11, 12, 13].reduce((best, bits) => (cost(bits) < cost(best) ? bits : best));
}

// Cuts the scalars of both groups into chunks, G2 first: it is the dearer one, and the end comes out even.
function* chunks(words, counts) {
    for (const [group, first] of [["G2", counts.G1], ["G1", 0]]) {
        for (let i = 0; i < counts[group]; i += CHUNK) {
            const end = Math.min(i + CHUNK, counts[group]);
            yield { group, start: i, words: words.slice((first + i) * SCALAR_WORDS, (first + end) * SCALAR_WORDS) };
        }
    }
}

// Hands chunks to one worker until there are none left.
async function drive(worker, queue, points) {
    const failure = once(worker, "exit").then(() => { throw new Error("a worker stopped early"); });
    failure.catch(() => {});                  // it always happens once the work is done
    for (const { group, start, words } of queue) {
        worker.postMessage({ group, words });
        const [answer] = await Promise.race([once(worker, "message"), failure]);
        points[group].set(answer, start * POINT_BYTES[group]);
    }
    await worker.terminate();
}

async function main(tools, counts) {
    const require = createRequire(join(tools, "package.json"));
    const curve = await require("ffjavascript").getCurveFromName("bn128", true);   // true: no threads
    const bytes = new Uint8Array(await buffer(process.stdin));
    if (bytes.length !== 32 * (counts.G1 + counts.G2)) throw new Error(`${bytes.length} bytes of scalars`);

    const workers = availableParallelism();
    const workerData = {
        module: await WebAssembly.compile(curve.tm.code),
        generators: {
            G1: curve.G1.toAffine(curve.G1.g).slice(0, POINT_BYTES.G1),
            G2: curve.G2.toAffine(curve.G2.g).slice(0, POINT_BYTES.G2),
        },
        windowBits: { G1: bestWindow(counts.G1, workers), G2: bestWindow(counts.G2, workers) },
    };
    const points = {
        G1: new Uint8Array(counts.G1 * POINT_BYTES.G1),
        G2: new Uint8Array(counts.G2 * POINT_BYTES.G2),
    };
    const queue = chunks(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), counts);
    const start = () => drive(new Worker(new URL(import.meta.url), { workerData }), queue, points);
    await Promise.all(Array.from({ length: workers }, start));
    process.stdout.write(points.G1);
    process.stdout.write(points.G2);
}

if (isMainThread) {
    const [tools, g1Count, g2Count] = process.argv.slice(2);
    await main(tools, { G1: Number(g1Count), G2: Number(g2Count) });
} else {
    await work(workerData);
}
