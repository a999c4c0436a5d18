# SPDX-License-Identifier: Apache-2.0
"""The powers of tau that a ceremony may stand on: files of two public phase 1 ceremonies.

    ppot_0080_NN.ptau                  Perpetual Powers of Tau, 80 contributions and a beacon
    powersOfTau28_hez_final_NN.ptau    the same after 54 contributions, another beacon (Hermez)

A file is known by its digests, a key made from it by alpha1 and beta2, which phase 2 never changes
and which are the same at every power.

Sources: BLAKE2b of Hermez, the README of snarkjs; SHA-256 of ppot_0080, the table of nightfall_4,
which for 12, 13, 14, 16, 17 and 18 agrees with several independent projects; other digests and the
points, verifiers that such projects have published. No file was at hand to compute any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from zkmargin.proving.bn254 import G1Point, G2Point

_PPOT_SHA256: Final = {
    10: "75b53cf75b5a1068d3a19575bf8164231b8a4babbf15383490de9c0144a15bf8",
    11: "e6569fe93a6a3ba25b1d0aee9e314fee91820e4989b6b0eb34518b0149862284",
    12: "35e163120e724a60853d0dd76ec54037f7c7b00584392255f71a4341d5a05c50",
    13: "ccee28086e4b81d81a6e16fdee054d1dbd5276362e2662d4205d31de45cb930f",
    14: "3ca1149e9349b22b0ee0649399cfb787677129b7b1189d1899fc0d615d9583db",
    15: "4a8eb5a754ed4710d6ad603c2e1a89c72325a448e4474f8694d2c71c7c272f3d",
    16: "ed3622a7c79b0b49aadd134ebbc5b77df8c8c59bccebdfd0d9bf2c1a51561cf9",
    17: "f807e065fde53f72f4bf4d57140fab85b26daa6cc95bdfec7cce93622b3a367c",
    18: "9693220206afab749e3d88d4ab5fdf5d36120ea102e7e587ccea0e7a5208e711",
    19: "d0cadfb7d5bad6c5e0b012fb1c4bbaa3cc98fe249988f9f99d1818175e4c2015",
    20: "560412532a1205145d5f21585274fb2cef61273496ddc7186aec855aab01a8cd",
}
_PPOT_BLAKE2B: Final = {
    13: "bf0c2d498f1197ad04ec0dbfcdda6df6348cbd793759f1f986e5cdf1a4100842"
    "293dfad6b8961f64b7ba35c162b5c821c4c097a52f3a639b55b0e765ec311b44",
    14: "a91842802f01b33fd42f5f69c3e49879ae03f0ae1f448b0c151244c9957024bd"
    "30bf5e3cc999ff2aeb02ebb959124a3a6a3cc20691cb4843a1234a02232072f3",
    16: "9532c6c04a21335577713724b6d46c266a93aa621b78882b8b64b26f3080a8f0"
    "d974aded00c4d781adbdf493a45c51db455108f7aeedb49971569d57a56971c3",
}
_HERMEZ_SHA256: Final = {
    15: "3ef2ecc5b75d687048cf2d59195119b42fb07c5af639c5f283d84bfa69829e7f",
}
_HERMEZ_BLAKE2B: Final = {
    10: "6cfeb8cda92453099d20120bdd0e8a5c4e7706c2da9a8f09ccc157ed2464d921"
    "fd0437fb70db42104769efd7d6f3c1f964bcf448c455eab6f6c7d863e88a5849",
    11: "47c282116b892e5ac92ca238578006e31a47e7c7e70f0baa8b687f0a5203e28e"
    "a07bbbec765a98dcd654bad618475d4661bfaec3bd9ad2ed12e7abc251d94d33",
    12: "ded2694169b7b08e898f736d5de95af87c3f1a64594013351b1a796dbee393bd"
    "825f88f9468c84505ddd11eb0b1465ac9b43b9064aa8ec97f2b73e04758b8a4a",
    13: "58efc8bf2834d04768a3d7ffcd8e1e23d461561729beaac4e3e7a47829a1c906"
    "6d5320241e124a1a8e8aa6c75be0ba66f65bc8239a0542ed38e11276f6fdb4d9",
    14: "eeefbcf7c3803b523c94112023c7ff89558f9b8e0cf5d6cdcba3ade60f168af4"
    "a181c9c21774b94fbae6c90411995f7d854d02ebd93fb66043dbb06f17a831c1",
    15: "982372c867d229c236091f767e703253249a9b432c1710b4f326306bfa2428a1"
    "7b06240359606cfe4d580b10a5a1f63fbed499527069c18ae17060472969ae6e",
    16: "6a6277a2f74e1073601b4f9fed6e1e55226917efb0f0db8a07d98ab01df1ccf4"
    "3eb0e8c3159432acd4960e2f29fe84a4198501fa54c8dad9e43297453efec125",
    17: "6247a3433948b35fbfae414fa5a9355bfb45f56efa7ab4929e669264a0258976"
    "741dfbe3288bfb49828e5df02c2e633df38d2245e30162ae7e3bcca5b8b49345",
    18: "7e6a9c2e5f05179ddfc923f38f917c9e6831d16922a902b0b4758b8e79c2ab8a"
    "81bb5f29952e16ee6c5067ed044d7857b5de120a90704c1d3b637fd94b95b13e",
    19: "bca9d8b04242f175189872c42ceaa21e2951e0f0f272a0cc54fc37193ff66486"
    "00eaf1c555c70cdedfaf9fb74927de7aa1d33dc1e2a7f1a50619484989da0887",
    20: "89a66eb5590a1c94e3f1ee0e72acf49b1669e050bb5f93c73b066b564dca4e0c"
    "7556a52b323178269d64af325d8fdddb33da3a27c34409b821de82aa2bf1a27b",
}


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One file of powers of tau; a digest that nobody published is None."""

    name: str
    power: int
    sha256: str | None
    blake2b: str | None

    def has(self, sha256: str, blake2b: str) -> bool:
        """Whether a file of these digests is this one: every published digest must agree."""
        pairs = ((self.sha256, sha256), (self.blake2b, blake2b))
        compared = [published == found for published, found in pairs if published is not None]
        return bool(compared) and all(compared)


@dataclass(frozen=True, slots=True)
class PublishedPowers:
    """One phase 1 ceremony: what its files are, and what every key made from them holds."""

    alpha1: G1Point
    beta2: G2Point
    files: tuple[PublishedFile, ...]


def _files(
    name: str, sha256: Mapping[int, str], blake2b: Mapping[int, str]
) -> tuple[PublishedFile, ...]:
    powers = sorted(sha256.keys() | blake2b.keys())
    return tuple(
        PublishedFile(name.format(power), power, sha256.get(power), blake2b.get(power))
        for power in powers
    )


PERPETUAL: Final = PublishedPowers(
    alpha1=(
        16428432848801857252194528405604668803277877773566238944394625302971855135431,
        16846502678714586896801519656441059708016666274385668027902869494772365009666,
    ),
    beta2=(
        (
            16348171800823588416173124589066524623406261996681292662100840445103873053252,
            3182164110458002340215786955198810119980427837186618912744689678939861918171,
        ),
        (
            19687132236965066906216944365591810874384658708175106803089633851114028275753,
            4920802715848186258981584729175884379674325733638798907835771393452862684714,
        ),
    ),
    files=_files("ppot_0080_{}.ptau", _PPOT_SHA256, _PPOT_BLAKE2B),
)
HERMEZ: Final = PublishedPowers(
    alpha1=(
        20491192805390485299153009773594534940189261866228447918068658471970481763042,
        9383485363053290200918347156157836566562967994039712273449902621266178545958,
    ),
    beta2=(
        (
            6375614351688725206403948262868962793625744043794305715222011528459656738731,
            4252822878758300859123897981450591353533073413197771768651442665752259397132,
        ),
        (
            10505242626370262277552901082094356697409835680220590971873171140371331206856,
            21847035105528745403288232691147584728191162732299865338377159692350059136679,
        ),
    ),
    files=_files("powersOfTau28_hez_final_{}.ptau", _HERMEZ_SHA256, _HERMEZ_BLAKE2B),
)
PUBLISHED: tuple[PublishedPowers, ...] = (PERPETUAL, HERMEZ)


def published_file(sha256: str, blake2b: str) -> PublishedFile | None:
    """The published file that has these digests, None if there is none."""
    return next((file for file in _all_files() if file.has(sha256, blake2b)), None)


def published_names(power: int) -> list[str]:
    """The names of the published files of one power."""
    return [file.name for file in _all_files() if file.power == power]


def are_published(alpha1: G1Point, beta2: G2Point) -> bool:
    """Whether a key with these points was made from published powers."""
    return any((powers.alpha1, powers.beta2) == (alpha1, beta2) for powers in PUBLISHED)


def _all_files() -> list[PublishedFile]:
    return [file for powers in PUBLISHED for file in powers.files]
