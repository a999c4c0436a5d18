// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Groth16Verifier} from "../../src/Groth16Verifier.sol";

/// @title Verifier of 5 public signals; rendered from a verifying key, do not edit
contract NavTestVerifier is Groth16Verifier {
    // Keccak of the points below.
    bytes32 private constant VK_DIGEST = 0xbd8be1a043d5fe192412cc1ab06fd4c48f5d68cd93d4975487b3032e7d944797;

    // alpha1
    uint256 private constant ALPHA_X = 0x1b0b5b494881895ebf4d604694d7aac6c9b585105416b15f23fac040440a7358;
    uint256 private constant ALPHA_Y = 0x25ac166e569e4a687c56f40e09393746b0157445fd3c0739d8c1df511393e180;

    // beta2, gamma2, delta2: imaginary part first
    uint256 private constant BETA_X1 = 0x301ce62b320b4677458c69a23067a3f9bf36f08d00b54159c637aba4733ac234;
    uint256 private constant BETA_X0 = 0x2b40388c8d8c50ce361532f668005ebf31522c93d09ca9d3925771fc569e8024;
    uint256 private constant BETA_Y1 = 0x0e4f045c793ddf811a8d668f76f3b9ed62c338ab4179ed2de80d2986bb5241fc;
    uint256 private constant BETA_Y0 = 0x263c80b850feb8d75d32e4833c0900703851cc0276c52b2558f1b969b768dc5f;
    uint256 private constant GAMMA_X1 = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GAMMA_X0 = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant GAMMA_Y1 = 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
    uint256 private constant GAMMA_Y0 = 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;
    uint256 private constant DELTA_X1 = 0x1c762ddf8b0ade1276808bc88d2f619a57a5817fd5d1380b6d21fadca056ae93;
    uint256 private constant DELTA_X0 = 0x0f2e2a2fcb718393a2528a78242291a1f9a4f05d15218afdc80c9de40b3fe451;
    uint256 private constant DELTA_Y1 = 0x1dd3d98e480b223a84d032999e60b5b4e57325aea1b3ef6e41607f0b0dc7880a;
    uint256 private constant DELTA_Y0 = 0x2133473948e5b198721407307231de5cbd07f99c00226e5cc572aec7a9a7730d;
    // IC: one point for 1, one for each public signal
    uint256 private constant IC0_X = 0x2b3087b1653e4c75176565d31a4eb0aeec595c2eca5cd7ec3cf956ed60d83c63;
    uint256 private constant IC0_Y = 0x2b4340c17c649494724ee5ccf3a6b0bf9f97cb3dbd6f151a456002d214f4d6da;
    uint256 private constant IC1_X = 0x26020c47aae2ca27145d8092085e58c2f2b5de4992c1fe76cc8ff47bd30bd186;
    uint256 private constant IC1_Y = 0x0a1ce673cef5b0e497188d5b35f4c1333c8d3aaf70db7bec92c99ddcafe239fa;
    uint256 private constant IC2_X = 0x1c93c95044f6c9092172a3e484c0f45658862234bab28e1958246d1afdaac222;
    uint256 private constant IC2_Y = 0x0383c0848594046a692bda767e449712929dd2f08dc8b6c0fd7cae7c4a5420b6;
    uint256 private constant IC3_X = 0x17cb533464b2d9d890339b643f221f6fceac9e9ee59266c29476dd4aa9d50221;
    uint256 private constant IC3_Y = 0x1212aa044279f3bbe89225b19530ff61a056fb8f22afc130b920140e92dae4be;
    uint256 private constant IC4_X = 0x084806a262b10341b044994613d289089272909c65814cfab55ea8efeb28dc8e;
    uint256 private constant IC4_Y = 0x194f8023767358eaaeb2031afd4a0152b5f1ceed902306a0cbcbd108a7a816ea;
    uint256 private constant IC5_X = 0x2d367fbbd528aada92fadeb19422448a215e7ead26f9127073b489f3864b638b;
    uint256 private constant IC5_Y = 0x1b8637a2b31ed7abc1d248a55ed06203c22629526e7d13a8cfcce7496f69c3a3;

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
