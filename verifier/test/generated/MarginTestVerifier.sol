// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Groth16Verifier} from "../../src/Groth16Verifier.sol";

/// @title Verifier of 4 public signals; rendered from a verifying key, do not edit
contract MarginTestVerifier is Groth16Verifier {
    // Keccak of the points below.
    bytes32 private constant VK_DIGEST = 0xa132c14178cc162d3ab1b5857fac2ee736ea85df0e7bb3b842cef66447e1407e;

    // alpha1
    uint256 private constant ALPHA_X = 0x2b8a850603b37745ab6cfff7d893a93c8e624d4343020ac1fb2063faf90c05e1;
    uint256 private constant ALPHA_Y = 0x2baff537597bbd6f0efd13173887df53aae509eae4717c2af901fefd3b70a35b;

    // beta2, gamma2, delta2: imaginary part first
    uint256 private constant BETA_X1 = 0x19216935fc01999d82f39d38f37de14945aa800d6277b23709233f3bd4089e87;
    uint256 private constant BETA_X0 = 0x1a639849bc96782ac3792769fbdab6700c03f703d4b6355529d1a9a80513b271;
    uint256 private constant BETA_Y1 = 0x20aadc6d91778e5b757844a6fafc1eb91591b2514f2afccde9c17fcd1bcb2d5f;
    uint256 private constant BETA_Y0 = 0x25bbfd34edadc1b8c8392e4a85e3343b5deebc3d85a7b49dc2cc89b5e23a6adf;
    uint256 private constant GAMMA_X1 = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GAMMA_X0 = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant GAMMA_Y1 = 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
    uint256 private constant GAMMA_Y0 = 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;
    uint256 private constant DELTA_X1 = 0x0fab19a0e9617053bc678c1bdd2e90d9473b010da298a9abc3ddfdd46360c452;
    uint256 private constant DELTA_X0 = 0x21055b81de3181cc64b99bd282ccb79cf7e3130649c320a8906e9f60e409b2eb;
    uint256 private constant DELTA_Y1 = 0x2d8bf5a9c35490545ffe1f815d4dd74ab7f4b347b306f26ae65d50dd1abeddc0;
    uint256 private constant DELTA_Y0 = 0x08da781c1388de6b068b2a9545d7ad2e0dd064d23e7839b5b14ece63bd179f15;
    // IC: one point for 1, one for each public signal
    uint256 private constant IC0_X = 0x00116640f2b2879dfd2b32d03bf0860b44fb021c405fc6f759c2ad9c355559c5;
    uint256 private constant IC0_Y = 0x0ef6aa40e26204ba7d07090cd494109e3c86ec17e968db9ca9ccf539ce9f2549;
    uint256 private constant IC1_X = 0x109df661177b85806dd0d950a29be266213e2447c3f2a11472d0bfab89fd6ffd;
    uint256 private constant IC1_Y = 0x0a7fae6efe414c553fc41942623331612675e99c4bb5c91aa05fe71967f45087;
    uint256 private constant IC2_X = 0x00d54d14e6663fc4972a9dcce6d8e409a0bae9c6677ad494db5bb69d3e75bebb;
    uint256 private constant IC2_Y = 0x2d2832aea692231c454f6e207dc397eda7a6574fddffcdf67847f03ba696746c;
    uint256 private constant IC3_X = 0x0704db2bd8410e7de71bc2cb889c99097cdeba16274ca6bc4ab8d7760d4796bf;
    uint256 private constant IC3_Y = 0x081f97f48edcc35fd0498c297ed725f52a8ca04216b3d8c6180d5d575cf45170;
    uint256 private constant IC4_X = 0x28fe6690edd0ff42e5ec5982b0246ce0ba5ab3ff21d2525d65df03bb5f0c46a3;
    uint256 private constant IC4_Y = 0x1f3d85597ea47e5a752d021061e6cdb87074116a6dbe5b65e1d6180885c894d6;

    /// @notice Keccak of the key's points.
    function vkDigest() public pure override returns (bytes32) {
        return VK_DIGEST;
    }

    /// @notice Number of public signals.
    function signalCount() public pure override returns (uint256) {
        return 4;
    }

    function _alpha1() internal pure override returns (uint256 x, uint256 y) {
        return (ALPHA_X, ALPHA_Y);
    }

    function _writeG2(uint256 at) internal pure override {
        assembly ("memory-safe") {
            mstore(add(at, 0x040), BETA_X1)
            mstore(add(at, 0x060), BETA_X0)
            mstore(add(at, 0x080), BETA_Y1)
            mstore(add(at, 0x0a0), BETA_Y0)
            mstore(add(at, 0x100), GAMMA_X1)
            mstore(add(at, 0x120), GAMMA_X0)
            mstore(add(at, 0x140), GAMMA_Y1)
            mstore(add(at, 0x160), GAMMA_Y0)
            mstore(add(at, 0x1c0), DELTA_X1)
            mstore(add(at, 0x1e0), DELTA_X0)
            mstore(add(at, 0x200), DELTA_Y1)
            mstore(add(at, 0x220), DELTA_Y0)
        }
    }

    function _combineIc(uint256 at, uint256[] memory scalars) internal view override {
        _setTerm(at, IC0_X, IC0_Y, scalars[0]);
        _addTerm(at, IC1_X, IC1_Y, scalars[1]);
        _addTerm(at, IC2_X, IC2_Y, scalars[2]);
        _addTerm(at, IC3_X, IC3_Y, scalars[3]);
        _addTerm(at, IC4_X, IC4_Y, scalars[4]);
    }
}
