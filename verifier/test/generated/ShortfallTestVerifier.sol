// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Groth16Verifier} from "../../src/Groth16Verifier.sol";

/// @title Verifier of 5 public signals; rendered from a verifying key, do not edit
contract ShortfallTestVerifier is Groth16Verifier {
    // Keccak of the points below.
    bytes32 private constant VK_DIGEST = 0xe1f3a7a484485c0eee831093ce1c5ae051660e9efdc73bcb31df971f86ab50ee;

    // alpha1
    uint256 private constant ALPHA_X = 0x001b27bb5023c67b7f88a6ea46a3b24947c15f1370c80413fb5fbf1eac53dd54;
    uint256 private constant ALPHA_Y = 0x1da4c998151a4ff5ba5a63a09c4bdea83a9e099d4557af7ff5ffe92f93bcceb3;

    // beta2, gamma2, delta2: imaginary part first
    uint256 private constant BETA_X1 = 0x1cf873dba67f948ae6684bc52a7436c0527b1b2295c4c6fce46ac68d9e1e9e12;
    uint256 private constant BETA_X0 = 0x2dadb1f96f4d7bde21b8130da50408923a34d8033300f37c1fae36abeb01d7b3;
    uint256 private constant BETA_Y1 = 0x290e2d100aa870705b9a385b5a94fff664c4d46596cc82f98f207fb65d25f316;
    uint256 private constant BETA_Y0 = 0x1e672c7c2163e72712c5e6c7dce2f34c64f9fbff57503011bf87952e3c545e65;
    uint256 private constant GAMMA_X1 = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GAMMA_X0 = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant GAMMA_Y1 = 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
    uint256 private constant GAMMA_Y0 = 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;
    uint256 private constant DELTA_X1 = 0x09a16b90af6242c4256b6f206597aa44faac4757534175a70c75c110b746ad70;
    uint256 private constant DELTA_X0 = 0x0e747ac469983a856fbb92c9805d9f9ee629a7933880fe20e8b51a70b2d82ada;
    uint256 private constant DELTA_Y1 = 0x2ca582bd21fbac4ae5da8e3eca6e8f975e9f49ce6e507f9647c006ed43b86104;
    uint256 private constant DELTA_Y0 = 0x1717949007e8abd25d50cdb851e30961ae787ff76868f6b6a64a2a4c4e9b0117;
    // IC: one point for 1, one for each public signal
    uint256 private constant IC0_X = 0x213b76c0e0613b65dd6357985225ec1f7b00dbee2ee8f2c30118196018df95a1;
    uint256 private constant IC0_Y = 0x0bc97257376c513227717988647fd98dbac54246d76c50cb8e552bf983690e7f;
    uint256 private constant IC1_X = 0x031076dfd1321b51ddb7bafd9296c71bf82014ee2a881dfc834b8e220eb6523d;
    uint256 private constant IC1_Y = 0x21c31451b6ca371b25f0f393a0a0dab927307916bc75b4d669bf6f94d212d1c1;
    uint256 private constant IC2_X = 0x2f277e960717a82ab3f0c1dcc1e36b6ef670dd7400d7fddce1a98c51dfe4eba1;
    uint256 private constant IC2_Y = 0x1deedcb07c272008c6447c428be8654188a1ee65a79ac56d3874fcf41bf33f88;
    uint256 private constant IC3_X = 0x0039740d723cef5764c19dc8c730c0ed7627ab20005f4968f287300df34c8e67;
    uint256 private constant IC3_Y = 0x154c9de7f3e4a37e43c68e2f39067cfa879bdfcc6a2d6ce79d49872c93d03c87;
    uint256 private constant IC4_X = 0x01c43827881358525b54597ad493628469a777b91e60a0d282d1833f25d138a2;
    uint256 private constant IC4_Y = 0x2d8feb43a16ac85e5e744950b0c9f0b4b85c203d87d07ed77dc4c03297810a0e;
    uint256 private constant IC5_X = 0x2864a6b8bb1ea205c14053d595d7c89c31de6e94650f46910354dce6e9cb8ee9;
    uint256 private constant IC5_Y = 0x0ea175eaa15292b577384d3eeeb7b9474fdcee52c0c40ad3e38863eca2db864d;

    /// @notice Keccak of the key's points.
    function vkDigest() public pure override returns (bytes32) {
        return VK_DIGEST;
    }

    /// @notice Number of public signals.
    function signalCount() public pure override returns (uint256) {
        return 5;
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
        _addTerm(at, IC5_X, IC5_Y, scalars[5]);
    }
}
