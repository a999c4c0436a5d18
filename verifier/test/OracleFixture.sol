// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {MarketOracle} from "../src/MarketOracle.sol";
import {FeedConfig, Publication, Rung, VarianceConfig} from "../src/interfaces/IMarketOracle.sol";
import {Test} from "./Test.sol";

/// @notice An oracle with two of three signers, three rungs, and a market that stands still at 2,000.
abstract contract OracleFixture is Test {
    uint40 internal constant START = 1_800_000_000; // [s]
    uint48 internal constant PRICE = 2_000e6; // [1e-6 quote]
    uint256 internal constant ONE = 1 << 48; // variance 1 [2^-48 per year]
    address internal constant GOVERNOR = address(0x60);
    address internal constant GUARDIAN = address(0x61);
    address internal constant REGISTRY = address(0x62);
    bytes internal constant DATA = "the whole snapshot";

    MarketOracle internal oracle;
    uint256[] internal keys; // by increasing address

    function setUpOracle() internal {
        vm.warp(START);
        keys = sortedKeys(3);
        oracle = new MarketOracle(feedRules(), varianceRules(), GOVERNOR, addresses(keys), 2, rungs(3));
        bytes32 guardian = oracle.GUARDIAN_ROLE();
        bytes32 reporter = oracle.REPORTER_ROLE();
        vm.startPrank(GOVERNOR);
        oracle.grantRole(guardian, GUARDIAN);
        oracle.grantRole(reporter, REGISTRY);
        vm.stopPrank();
    }

    function feedRules() internal pure virtual returns (FeedConfig memory) {
        return FeedConfig({
            minInterval: 30,
            maxDelay: 120,
            indexHeartbeat: 180,
            perpHeartbeat: 900,
            surfaceHeartbeat: 1200,
            silence: 300,
            twapWindow: 1800,
            cautionDeviation: 300,
            freezeDeviation: 1000,
            freezeBasis: 600,
            haltJump: 2500,
            cautionTime: 600,
            freezeTime: 1800,
            haltTime: 1 days,
            timelock: 2 days,
            history: 64
        });
    }

    function varianceRules() internal pure virtual returns (VarianceConfig memory) {
        return VarianceConfig({
            recall: 2 days,
            initialVariance: uint64(ONE / 4), // 50 %
            floor: uint64(ONE / 16),
            stress: uint64(ONE * 4), // 200 %
            stressWeight: 0,
            returnCap: 2000,
            maxStepUp: 1,
            holdDown: 1 hours
        });
    }

    /// @dev Rungs of 1/2, 1, 2, .. and without bound, with params hashes 1001, 1002, ..
    function rungs(uint256 count) internal pure returns (Rung[] memory made) {
        made = new Rung[](count);
        for (uint256 i = 0; i < count; ++i) {
            made[i] = Rung(i + 1 == count ? type(uint64).max : uint64((ONE / 2) << i), 1001 + i);
        }
    }

    function sortedKeys(uint256 count) internal pure returns (uint256[] memory sorted) {
        sorted = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 key = uint256(keccak256(abi.encode("signer", i))) >> 8;
            uint256 place = i;
            while (place > 0 && vm.addr(sorted[place - 1]) > vm.addr(key)) {
                sorted[place] = sorted[place - 1];
                --place;
            }
            sorted[place] = key;
        }
    }

    function addresses(uint256[] memory of_) internal pure returns (address[] memory made) {
        made = new address[](of_.length);
        for (uint256 i = 0; i < of_.length; ++i) {
            made[i] = vm.addr(of_[i]);
        }
    }

    /// @dev The next publication, observed now.
    function next(uint48 index) internal view returns (Publication memory) {
        uint40 time = uint40(block.timestamp);
        return Publication({
            epoch: oracle.latestEpoch() + 1,
            timestamp: time,
            indexTime: time,
            perpTime: time,
            surfaceTime: time,
            index: index,
            perpMark: index,
            rest: 77,
            paramsHash: oracle.selectedParams(),
            dataHash: keccak256(DATA)
        });
    }

    function signed(Publication memory publication) internal view returns (bytes[] memory) {
        return signedBy(publication, 0, 1);
    }

    function signedBy(Publication memory publication, uint256 first, uint256 second)
        internal
        view
        returns (bytes[] memory signatures)
    {
        bytes32 digest = oracle.publicationDigest(publication);
        signatures = new bytes[](2);
        signatures[0] = signature(keys[first], digest);
        signatures[1] = signature(keys[second], digest);
    }

    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function publish(Publication memory publication) internal returns (uint256) {
        return oracle.publish(publication, DATA, signed(publication));
    }

    /// @dev Publishes an index some seconds later.
    function publishAfter(uint40 wait, uint48 index) internal returns (uint256) {
        vm.warp(block.timestamp + wait);
        return publish(next(index));
    }

    /// @dev Expects that a publication is refused with a reason.
    function refused(Publication memory publication, bytes memory reason) internal {
        bytes[] memory signatures = signed(publication);
        vm.expectRevert(reason);
        oracle.publish(publication, DATA, signatures);
    }
}
