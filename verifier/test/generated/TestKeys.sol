// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Trapdoor} from "../Trapdoor.sol";

/// @title Secrets of the test keys; written by tests/contracts/trapdoor_keys.py, do not edit
library TestKeys {
    function margin() internal pure returns (Trapdoor memory key) {
        key.alphaBeta = 0x09d28b1362f8fa12497fae080dfd37705b9dc272f1823888970768951fc40692;
        key.deltaInverse = 0x304541a7d179520fb0e2ba5ccb14277737e5f4e44f489ef71dc646afd7060cac;
        key.ic = new uint256[](5);
        key.ic[0] = 0x0c8cece8b0818757b958f27c498bf6130461153618f9bd0f9b5c9493ce431ded;
        key.ic[1] = 0x23db1082c6f7c862c00fa30dd4ffb6d5a70b6fdd7a16b18a7780355739f33293;
        key.ic[2] = 0x090dd63108b040c0b7a416121934cf9cee1e6a6254708970b4f087b619781dfb;
        key.ic[3] = 0x0d0990c34e29b43f3f4257177ea4c603a5adde2e37eb6eb61b82b5e34f7ff6f8;
        key.ic[4] = 0x0bcab608fa7debb98a44e582a1444bf0322c1967edd84033aaccaf22e0747f0e;
    }

    function shortfall() internal pure returns (Trapdoor memory key) {
        key.alphaBeta = 0x0ee12f386382c7e211b20f309a7fa77bb7e79084a0966c362e8a80475b537b2a;
        key.deltaInverse = 0x23b19dc2968c0b647a1183d3f71eef1205fd9393dda100b372be10e5ac702ab7;
        key.ic = new uint256[](6);
        key.ic[0] = 0x105ca247c11e096e8b23c3f53005903e6cc340f0709fb577d85665f3c7ef2347;
        key.ic[1] = 0x0d81f4f2d80c78e947efaf93b3442fa760a1eeccb8ac8fd8ed11e5784dd350d3;
        key.ic[2] = 0x146a8ecfdfa2f9678253d2c9545914f93582e4dfa99e363cee28434762d428aa;
        key.ic[3] = 0x29a96dfdb6eaf4efe3694231eb29652cc6900eb74255beaa05f6877579bf6dd9;
        key.ic[4] = 0x1d5edae22afb9c69b74ffe7fbb7b94377804592f5dd4f97a1460081793452940;
        key.ic[5] = 0x1cf96a9dc564062390400e3191114eb79b17e6697d2d8527c45c2ee6792dd2d6;
    }

    function nav() internal pure returns (Trapdoor memory key) {
        key.alphaBeta = 0x0296c8691acc91d47fb0b3886baa123f197432d7ed51eeace21c4e79ccc642d9;
        key.deltaInverse = 0x0eab4011ff906aed5e092a766edc922c3779765c92dc09cfb77aa4b7b4fb5a4b;
        key.ic = new uint256[](6);
        key.ic[0] = 0x17cc50e2c4ae3d84fc98a87fd0f8cbe3ef8e3eed180cd3ddd0be629d9d9efcd5;
        key.ic[1] = 0x1116408a05a5791a61fb706000654085c8a76847a01d22f74c387fac60653c5c;
        key.ic[2] = 0x241616a78d802031c034db034b5c6ae7e59cc08e71077f4c4497196a67d436a4;
        key.ic[3] = 0x0b5b34556949e93b69e21e010241bb0604d530dae7b87caa21a0c7eb0ccd5baa;
        key.ic[4] = 0x13d0a0670e8dbc238eaf1e8284cb11250cc9d823fd8dfcc42043fee6ed3005de;
        key.ic[5] = 0x1aa0ec1b95a1e489f2cd26c3618a5b9af1de42212773861d2160e0a3de7f43cc;
    }

    function liquidate() internal pure returns (Trapdoor memory key) {
        key.alphaBeta = 0x05cd083ea891849320c1d4308d2fbbf92605a6a122fe17f0b44bb2f42ac824d4;
        key.deltaInverse = 0x0fcc2ba00db70c4f1840abdca1364f8b58d6d2a9e291f384622935a27fdbae43;
        key.ic = new uint256[](15);
        key.ic[0] = 0x1d4587a1858742f495fa12a68a739e9f7a26a8c5e0876c163625ff7ddf176498;
        key.ic[1] = 0x1b4d29474a6053caad4b433df2eec7259211e296936f1b81bc0eea7c4d678367;
        key.ic[2] = 0x08e42cdd8e1e5d73694950ce35da5d1e948ba81f397ca79f5ec4c09d764b0fa6;
        key.ic[3] = 0x271d7ff53328adc3a6069a8db215fbfdb5bb38a45ad934fc644a200e61f08154;
        key.ic[4] = 0x1ce803acfa905ba8ee324eaa3ce93e2f028e62ecdbe74d578b527cd28c32d5f9;
        key.ic[5] = 0x06d6551093ef5daea149d83b03de2731845c7fc4c39e21ec2ba2b2605e8255f5;
        key.ic[6] = 0x2fcdebf161ef0416bb0311f9247303747e9088af7a67548745e612d010fc0714;
        key.ic[7] = 0x2dee58adb43281bb78e5bb8ac22883bc395db9ee4800fdc6eb833ae1c045b9a9;
        key.ic[8] = 0x2a772840db1ae1ba54088eaeea722a6bdf26d0883379f7eaaec13fb595b51c35;
        key.ic[9] = 0x0d08a260b14cb082b8606bdb21bd6b1c2bd0b89ac7b4f368975b61f5032718a1;
        key.ic[10] = 0x19adb442d570aef00f142484db3737822e88d4d6839a013da79c458ecbea4a19;
        key.ic[11] = 0x295b6a4f0c753ea853daa5f92b10dc271df72933f8fa0f69b8ac7d44a19ec754;
        key.ic[12] = 0x01f23d8299897c88365ad7ec9fd229ce938e07e89807a288a0ae76915d5d3c95;
        key.ic[13] = 0x1731dc64841f1beb82f2b7dfcbcfb8346a2d0a92798308b1194e6808ea135f13;
        key.ic[14] = 0x117e0086250f36b33d8a83c4352f0265ff399d64e4361f2a275908a21e77b7c6;
    }

    /// @dev b and b G2, imaginary part first.
    function b(uint256 choice) internal pure returns (uint256 scalar, uint256[4] memory point) {
        if (choice % 4 == 0) {
            scalar = 0x0be27d934edf3f9dfe1c6517fdce2ac255ce9bf0e2ad7d1f7c469123fdf6f959;
            point[0] = 0x1a41c1397c86f290c953a6409b6ce69a3b2b05ed2e816872e1e006138341dfb0;
            point[1] = 0x069d2f957fb01856e5502bf8a8cf108e85a4917485f8ecca196bbf83d72a005e;
            point[2] = 0x2780b4e9bc1faaae6b132b9186253a23ab236a82640e095548645d66a2a21322;
            point[3] = 0x0d4dc43012ab1d4b3de085b51c6fbd47ab717d511e1451d9e0b7ec09b1d14c4b;
        }
        if (choice % 4 == 1) {
            scalar = 0x23db6a63103b344d7b51fe91a32ca76df40af222e415cc89510819000490d317;
            point[0] = 0x13710559e9751e9e94cc631a9775168b81196ec88790635d7d4d9a69323101ed;
            point[1] = 0x27b948569f0e01b32ab51cfb3a7fa01b60081c298e6b68830f26b2da4ce5ed81;
            point[2] = 0x258abab2f055d9ecf908625fd0288af4d74f454a04cca3f6fdb5bf48ff8b9f7b;
            point[3] = 0x1396d57a7ec8a2d29f6d43258b11e29e2ca1564f3934f0b2617c1e5943776822;
        }
        if (choice % 4 == 2) {
            scalar = 0x01386b4ca69ad3c69f559e9d5e25daaca38b1c10a4f5651d37024649a1044669;
            point[0] = 0x175612ab987f2d35fef46d10cad075b194616f41c0beae33bd00d4f2a85bc4b0;
            point[1] = 0x18f0520cb4c0382a56b78a35e60e44b9d491fa8e0ae078d4c81e830220e5b792;
            point[2] = 0x1541c6339f72cef14e6087f0d94deb46b7894f6473f03633b062cad335064499;
            point[3] = 0x026931ef79c6e9e66aefd04abeb58c7e6fd380dc74a59d459fb29f91e9a285f7;
        }
        if (choice % 4 == 3) {
            scalar = 0x200e18bf7fbfad241ecafadc2a15b1512131e463bafe8e607c24bc9cabcf55c1;
            point[0] = 0x2d6ac8fdb84c4fc8fbdb7b24566b0e1dceecea3787b16d3258b379c000276804;
            point[1] = 0x10f68a03e52e71eadfd7ddfe1ab5c6a853ea5b8998666ce29f7c6506340d4a3c;
            point[2] = 0x2174d77340e8cc5be9ceed0d60114f3047480846dafe81f3cca17d7f8667d9fa;
            point[3] = 0x177c4a3147582dffde243b0c56bb9ee012a49b4a704a469fa5d4f12f9b402e86;
        }
    }
}
