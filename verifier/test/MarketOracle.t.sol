// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PoseidonT6} from "poseidon-solidity/PoseidonT6.sol";

import {EpochSnapshot, IMarketOracle, Publication} from "../src/interfaces/IMarketOracle.sol";
import {OracleFixture} from "./OracleFixture.sol";

contract MarketOracleTest is OracleFixture {
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    function setUp() public {
        setUpOracle();
    }

    function test_an_epoch_is_published_with_its_hash_and_its_data() public {
        Publication memory publication = next(PRICE);
        uint256 clock = START + (1 << 64);
        uint256 expected = PoseidonT6.hash([uint256(77), 1001, clock, PRICE, PRICE]);
        bytes[] memory signatures = signed(publication);

        vm.expectEmit();
        emit IMarketOracle.Published(1, expected, publication, DATA);
        uint256 hash = oracle.publish(publication, DATA, signatures);

        vm.assertEq(hash, expected);
        vm.assertEq(oracle.snapshotHash(1), expected);
        vm.assertEq(oracle.latestEpoch(), 1);
        EpochSnapshot memory kept = oracle.snapshot(1);
        vm.assertEq(kept.timestamp, START);
        vm.assertEq(kept.index, PRICE);
        vm.assertEq(kept.paramsRung, 256);
        vm.assertFalse(kept.suspect);
    }

    function test_before_the_first_epoch_nothing_is_known_and_the_level_is_2() public {
        vm.assertEq(oracle.latestEpoch(), 0);
        vm.assertEq(oracle.snapshotHash(0), 0);
        vm.assertEq(oracle.level(), 2);
        vm.assertFalse(oracle.isUsableAgainst(0));
        vm.expectRevert(abi.encodeWithSelector(IMarketOracle.EpochUnknown.selector, 0));
        oracle.snapshot(0);
    }

    function test_an_epoch_may_be_used_against_accounts_once_the_next_is_there() public {
        publish(next(PRICE));
        vm.assertFalse(oracle.isUsableAgainst(1));
        publishAfter(60, PRICE);
        vm.assertTrue(oracle.isUsableAgainst(1));
        vm.assertFalse(oracle.isUsableAgainst(2));
        vm.assertFalse(oracle.isUsableAgainst(3));
    }

    function test_F4_an_evicted_epoch_is_unknown() public {
        for (uint256 i = 0; i <= oracle.history(); ++i) {
            publishAfter(30, PRICE);
        }
        vm.assertEq(oracle.snapshotHash(1), 0);
        vm.assertFalse(oracle.isUsableAgainst(1));
        vm.assertTrue(oracle.snapshotHash(2) != 0);
        vm.expectRevert(abi.encodeWithSelector(IMarketOracle.EpochUnknown.selector, 1));
        oracle.snapshot(1);
    }

    function test_F5_a_second_snapshot_of_an_epoch_is_refused() public {
        publish(next(PRICE));
        vm.warp(START + 60);
        Publication memory second = next(PRICE + 1);
        second.epoch = 1;
        refused(second, abi.encodeWithSelector(IMarketOracle.EpochNotNext.selector, 1, 2));
    }

    function test_F6_a_future_epoch_is_refused() public {
        Publication memory publication = next(PRICE);
        publication.epoch = 2;
        refused(publication, abi.encodeWithSelector(IMarketOracle.EpochNotNext.selector, 2, 1));
    }

    function test_F6_a_future_time_is_refused() public {
        Publication memory publication = next(PRICE);
        publication.timestamp += 1;
        refused(publication, abi.encodeWithSelector(IMarketOracle.TimeInFuture.selector, START + 1, START));
    }

    function test_F8_params_of_a_rung_that_is_not_selected_are_refused() public {
        Publication memory publication = next(PRICE);
        publication.paramsHash = 1002;
        refused(publication, abi.encodeWithSelector(IMarketOracle.ParamsNotSelected.selector, 1002, 1001));
    }

    function test_F9_a_snapshot_is_accepted_up_to_its_greatest_age() public {
        Publication memory publication = next(PRICE);
        vm.warp(START + 121);
        refused(
            publication, abi.encodeWithSelector(IMarketOracle.PublicationTooOld.selector, START, START + 1)
        );
        vm.warp(START + 120);
        publish(publication);
    }

    function test_F9_time_moves_on_by_at_least_the_interval() public {
        publish(next(PRICE));
        vm.warp(START + 29);
        refused(
            next(PRICE),
            abi.encodeWithSelector(IMarketOracle.TimeNotMonotone.selector, START + 29, START + 30)
        );
        vm.warp(START + 30);
        publish(next(PRICE));
    }

    function test_F9_every_field_has_its_own_heartbeat() public {
        Publication memory publication = next(PRICE);
        publication.indexTime = START - 181;
        refused(publication, stale("index", START - 181, START - 180));
        publication.indexTime = START - 180;
        publication.perpTime = START - 901;
        refused(publication, stale("perp", START - 901, START - 900));
        publication.perpTime = START - 900;
        publication.surfaceTime = START - 1201;
        refused(publication, stale("surface", START - 1201, START - 1200));
        publication.surfaceTime = START - 1200;
        publish(publication);
    }

    function test_a_field_observed_after_its_snapshot_is_refused() public {
        Publication memory publication = next(PRICE);
        publication.surfaceTime = START + 1;
        refused(publication, stale("surface", START + 1, START - 1200));
    }

    function test_data_other_than_the_signed_one_is_refused() public {
        Publication memory publication = next(PRICE);
        bytes[] memory signatures = signed(publication);
        bytes memory other = "another snapshot";
        vm.expectRevert(
            abi.encodeWithSelector(IMarketOracle.DataMismatch.selector, keccak256(other), keccak256(DATA))
        );
        oracle.publish(publication, other, signatures);
    }

    function test_a_price_of_zero_is_refused() public {
        Publication memory publication = next(PRICE);
        publication.perpMark = 0;
        refused(publication, abi.encodePacked(IMarketOracle.PriceZero.selector));
        publication.perpMark = PRICE;
        publication.index = 0;
        refused(publication, abi.encodePacked(IMarketOracle.PriceZero.selector));
    }

    function test_V1_a_hash_input_not_below_r_is_refused() public {
        Publication memory publication = next(PRICE);
        publication.rest += R;
        refused(
            publication,
            abi.encodeWithSelector(IMarketOracle.HashInputNotCanonical.selector, publication.rest)
        );
    }

    function test_V8_gas_of_publishing_is_within_its_budget() public {
        publish(next(PRICE));
        vm.warp(START + 60);
        Publication memory publication = next(PRICE + 1e6);
        bytes memory data = new bytes(3000);
        publication.dataHash = keccak256(data);
        bytes[] memory signatures = signed(publication);
        uint256 before = gasleft();
        oracle.publish(publication, data, signatures);
        vm.assertLe(before - gasleft(), 330_000);
    }

    function stale(bytes32 field, uint40 observed, uint40 earliest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMarketOracle.FieldStale.selector, field, observed, earliest);
    }
}
