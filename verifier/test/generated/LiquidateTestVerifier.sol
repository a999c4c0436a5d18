// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Groth16Verifier} from "../../src/Groth16Verifier.sol";

/// @title Verifier of 14 public signals; rendered from a verifying key, do not edit
contract LiquidateTestVerifier is Groth16Verifier {
    // Keccak of the points below.
    bytes32 private constant VK_DIGEST = 0xed2c12f1202eff940ea200e2f7730c311807b67cf50acfa19af6c843e36a4d8a;

    // alpha1
    uint256 private constant ALPHA_X = 0x003d1c32236a69574f385a586ac060ed31c38a01e258b6f88fa3f9993ae61c04;
    uint256 private constant ALPHA_Y = 0x27cf2a9dbac2ac7db00d333ef5f215eab55850b487366171a9f07b116586f145;

    // beta2, gamma2, delta2: imaginary part first
    uint256 private constant BETA_X1 = 0x0d0ceb9041a212952b329d3c8e52aaa57f978ce8252a179bb7a493d5f2a501da;
    uint256 private constant BETA_X0 = 0x0ef66a6bf262ca33f6676b4650a89f6f55d8b4b5f96041230a0ce18c33a525e2;
    uint256 private constant BETA_Y1 = 0x1312a597b2f516a9a3a3f3ed3ebb710b0c1789696b1c19370c2b81592e7a42d7;
    uint256 private constant BETA_Y0 = 0x14879cfe1d16c74d2b83eafe8375652fdf4ace282182e654f55125e40a089847;
    uint256 private constant GAMMA_X1 = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GAMMA_X0 = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant GAMMA_Y1 = 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
    uint256 private constant GAMMA_Y0 = 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;
    uint256 private constant DELTA_X1 = 0x090a554e19420178ce430af6781f90687a768f809582d95ab7bfc2aa14c16b74;
    uint256 private constant DELTA_X0 = 0x287b13dcf22e0d3ac6dc60cb9411ed74a40c09fcb029a2508e0dacd8217a2627;
    uint256 private constant DELTA_Y1 = 0x22a64f411e3fd29166863f7094e226da60fada903e613f9baf18674567a42024;
    uint256 private constant DELTA_Y0 = 0x152d0b33ab9a635c6a9ceee41e5b417c9c7ff574f0b69a6127b75df907a6012f;
    // IC: one point for 1, one for each public signal
    uint256 private constant IC0_X = 0x26a968fed124b6831975728b9d2ca190c50b1936d1da5b1b7096fba30b73b70b;
    uint256 private constant IC0_Y = 0x150fd435b8038992d979b8af9f160c94c233a09f30ba621c2b046931c70655e1;
    uint256 private constant IC1_X = 0x0e394c0712cb35dc9b54f9a2107b969564622cb728f1d648d1efb81329315159;
    uint256 private constant IC1_Y = 0x0f5fc09ebf5503c12f4beffc9adca2c27cbc0168db53b708863684853be29d6c;
    uint256 private constant IC2_X = 0x27e91314611350ae2e94f970c76c3c415da6c4321f35720922f8d70382313b7a;
    uint256 private constant IC2_Y = 0x0e978762eaf4d1788561e5c4d4fa61266b5d4648dca50dbe3c801b1690fbb4f7;
    uint256 private constant IC3_X = 0x05d1cf62f424e2c64535689795dd0ca6178ddd9de9a974814e4697a73aaf9563;
    uint256 private constant IC3_Y = 0x27a37094b2b51745d6ecbd2f07560fea8466eb6901d1eaeb1022e3b265ca14f7;
    uint256 private constant IC4_X = 0x170ade7726c437ef0a8e3283781c30b91e21ec07dd5c93a41a3e6dd31ce79c72;
    uint256 private constant IC4_Y = 0x06f704d2b15a7d76816efbed28d2cb071c98dbc1298ffbe1ba87574335adf659;
    uint256 private constant IC5_X = 0x24a95016f508a1867bc9c5e6044a97c9c515eb39e966f03dc49ac8e39a0b5f48;
    uint256 private constant IC5_Y = 0x221e927e4c6e9a249c918b789562fb4a357735adbe68704be2c875516f7f9e55;
    uint256 private constant IC6_X = 0x02e29c1ef65a829cdf2e0a592e3845cdaf34bf116d8dfb413d08ff4937b47a30;
    uint256 private constant IC6_Y = 0x01839ecfef2468e78d132018a516f595b9a3566d5fc35c67c6a55dca196952ff;
    uint256 private constant IC7_X = 0x2c817d48a9c0bd35759b83c4f44d8f54c20b6a6fe4dd86b036c2c053c5df2a0d;
    uint256 private constant IC7_Y = 0x1b8dbc515a8141733385d3b2c84aa14c704f8fbfc501bcf36f807ca1b1255dd1;
    uint256 private constant IC8_X = 0x26601616ceb15e232acd6b0d5749e2bc78089cf1932dac5255731bc8c9921ceb;
    uint256 private constant IC8_Y = 0x1549143e3b30c043f4c8e768b41511cf395f6c9f02334ce11b7bde5775693c69;
    uint256 private constant IC9_X = 0x253849b853e856716010fd7205688033e0fc50eb1e2349bebb8b36f821dfc5ec;
    uint256 private constant IC9_Y = 0x01068dd7a1343552f6d4f97689bf6845ff9743f296185d2ee0ccb4db3e426ac5;
    uint256 private constant IC10_X = 0x05f4e0e1505698ebbfe1e78d3f536e5802b7a8c3fefe6361a68ea48eae8dad7a;
    uint256 private constant IC10_Y = 0x0f34fcec52a6a0376147483095769fb5b7c756bcb6f8af14a824c8838ce8b756;
    uint256 private constant IC11_X = 0x0ceaefa84bbb1296beaa1137c7681d39f771153ccc578454a4566581c9d954bd;
    uint256 private constant IC11_Y = 0x0343248d7f284fec573211a606fff20e11f62223e9562bf95f3f07e2bb932ea9;
    uint256 private constant IC12_X = 0x1b81a1d85c0b75d9dfabeef6a53845093d3f0f1b7293f6dbb8a6f18ac2295c28;
    uint256 private constant IC12_Y = 0x0f0169a16f722bb726d9b2ab57c7908a8f392484b59a42e6a53d56b2edb5194b;
    uint256 private constant IC13_X = 0x22ee466777d3950320d7223b3ce8734ad00a944acce8b5aa24e3ed8c4949fecc;
    uint256 private constant IC13_Y = 0x085adad5e61e2fe3e10b581f3fb6197a60564f2e036d1f170b276b812e315caf;
    uint256 private constant IC14_X = 0x01fd07c6825af9c7ed51b64748aa44ebac82ef0497be742c7f67a0d2dbcc70e6;
    uint256 private constant IC14_Y = 0x1d21dddd5f3b74ea12ed54fee6ef084cdcb9112904daeda4acafdeb09ada1e40;

    /// @notice Keccak of the key's points.
    function vkDigest() public pure override returns (bytes32) {
        return VK_DIGEST;
    }

    /// @notice Number of public signals.
    function signalCount() public pure override returns (uint256) {
        return 14;
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
        _addTerm(at, IC6_X, IC6_Y, scalars[6]);
        _addTerm(at, IC7_X, IC7_Y, scalars[7]);
        _addTerm(at, IC8_X, IC8_Y, scalars[8]);
        _addTerm(at, IC9_X, IC9_Y, scalars[9]);
        _addTerm(at, IC10_X, IC10_Y, scalars[10]);
        _addTerm(at, IC11_X, IC11_Y, scalars[11]);
        _addTerm(at, IC12_X, IC12_Y, scalars[12]);
        _addTerm(at, IC13_X, IC13_Y, scalars[13]);
        _addTerm(at, IC14_X, IC14_Y, scalars[14]);
    }
}
