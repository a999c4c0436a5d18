// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {HolderBonds} from "../src/HolderBonds.sol";
import {BatchItem} from "../src/interfaces/IAccounts.sol";
import {AdvanceKind} from "../src/interfaces/IAdvanceAuthority.sol";
import {EpochSnapshot, FeedConfig, Publication, VarianceConfig} from "../src/interfaces/IMarketOracle.sol";
import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {RegistryFixture} from "./RegistryFixture.sol";
import {Simulator} from "./Simulator.sol";
import {ITransferHook} from "./TestQuote.sol";
import {TestKeys} from "./generated/TestKeys.sol";

/// @notice Replays sequences of events that tests/contracts/registry_sequences.py wrote, and compares a rolling
/// digest of everything that an event may change with that of the Python state machine.
/// @dev File: the digest, then a word for each event: kind, flag, variant, unused (8 bits each), id (32), time,
/// value, extra (64 each). This contract is the caller of margin calls, and tries to re-enter when told to.
contract RegistryTwinTest is RegistryFixture, ITransferHook {
    struct Step {
        uint8 kind;
        uint8 flag;
        uint8 variant;
        uint64 id;
        uint64 time;
        uint64 value;
        uint64 extra;
    }

    bytes4 private _error;
    uint256 private _result;

    function setUp() public {
        setUpRegistry();
        fund(address(this));
    }

    /// @dev A market that often changes level and rung; the same rules are in registry_world.py.
    function feedRules() internal pure override returns (FeedConfig memory rules) {
        rules = super.feedRules();
        rules.silence = 20_000;
        (rules.cautionDeviation, rules.freezeDeviation) = (500, 800);
        (rules.freezeBasis, rules.haltJump) = (600, 1200);
        (rules.cautionTime, rules.freezeTime, rules.haltTime) = (90, 60, 200);
    }

    function varianceRules() internal pure override returns (VarianceConfig memory rules) {
        rules = super.varianceRules();
        (rules.recall, rules.returnCap, rules.holdDown) = (600, 20, 300);
    }

    function test_registry_and_python_agree_on_a_file_of_sequences() public {
        string memory path = vm.envOr("REGISTRY_FILE", string("./test/vectors/registry_sequences.bin"));
        bytes memory file = vm.readFileBinary(path);
        bytes32 digest;
        uint256 free;
        for (uint256 at = 64; at <= file.length; at += 32) {
            assembly {
                free := mload(0x40)
            }
            digest = after_(digest, decode(file, at));
            assembly {
                mstore(0x40, free) // or the memory of a million events would not fit
            }
        }
        bytes32 expected;
        assembly {
            expected := mload(add(file, 32))
        }
        vm.assertEq(digest, expected);
    }

    function decode(bytes memory file, uint256 at) private pure returns (Step memory) {
        uint256 word;
        assembly {
            word := mload(add(file, at))
        }
        return Step({
            kind: uint8(word >> 248),
            flag: uint8(word >> 240),
            variant: uint8(word >> 232),
            id: uint32(word >> 192),
            time: uint64(word >> 128),
            value: uint64(word >> 64),
            extra: uint64(word)
        });
    }

    function after_(bytes32 digest, Step memory step) private returns (bytes32) {
        vm.warp(step.time);
        (_error, _result) = (0, 0);
        apply_(step);
        (uint40 now_, uint8 reasons) = registry.clock();
        (uint256 bond,) = registry.holders().holderBondOf(VENUE);
        EpochSnapshot memory last = oracle.snapshot(latest());
        uint256[12] memory rest = [
            uint256(registry.status(step.id)),
            registry.bounty(step.id),
            registry.owed(owner),
            registry.owed(address(this)),
            registry.owed(KEEPER),
            bond,
            now_,
            reasons,
            _result,
            oracle.level(),
            last.paramsRung,
            last.suspect ? 1 : 0
        ];
        return keccak256(abi.encode(digest, _error, registry.account(step.id), rest));
    }

    function apply_(Step memory s) private {
        if (s.kind == 1) publishMarket(uint48(s.value), uint48(s.extra));
        if (s.kind == 2) tryOpen(s);
        if (s.kind == 3) tryAdvance(s);
        if (s.kind == 4) tryClose(s);
        if (s.kind == 5) {
            send(address(this), abi.encodeCall(registry.prove, (s.id, uint40(s.value), margin(s))));
        }
        if (s.kind == 6) tryCall(s);
        if (s.kind == 7) send(address(this), abi.encodeCall(registry.expire, (s.id)));
        if (s.kind == 8) tryShortfall(s);
        if (s.kind == 9) send(KEEPER, abi.encodeCall(registry.slashHolder, (s.id)));
        if (s.kind == 10) send(VENUE, abi.encodeCall(registry.fundBounty, (s.id, s.value)));
        if (s.kind == 11) toClock(GUARDIAN, abi.encodeWithSignature("pause()"));
        if (s.kind == 12) toClock(s.flag == 1 ? GUARDIAN : KEEPER, abi.encodeWithSignature("unpause()"));
        if (s.kind == 13) sequencer.report(s.flag == 1, s.value);
        if (s.kind == 14) toClock(KEEPER, abi.encodeWithSignature("sync()"));
        if (s.kind >= 15) applyMore(s);
    }

    function applyMore(Step memory s) private {
        if (s.kind == 15 || s.kind == 16) breaker(s.flag);
        if (s.kind == 17) send(AUCTION, abi.encodeCall(registry.lock, (s.id)));
        if (s.kind == 18) send(AUCTION, abi.encodeCall(registry.award, (s.id, uint48(s.value))));
        if (s.kind == 19) send(AUCTION, abi.encodeCall(registry.reopen, (s.id, uint48(s.value))));
        if (s.kind == 20) send(AUCTION, abi.encodeCall(registry.release, (s.id, uint48(s.value))));
        if (s.kind == 21) trySettle(s);
        if (s.kind == 22) send(AUCTION, abi.encodeCall(registry.payBounty, (s.id, KEEPER, s.value)));
        if (s.kind == 23) send(owner, abi.encodeCall(registry.revokeSignatures, (s.id)));
        if (s.kind == 24) tryBatch(s);
        if (s.kind == 25) addBond(s.value);
        if (s.kind == 26) send(address(this), abi.encodeCall(registry.withdraw, (address(this))));
        if (s.kind == 27) equivocate(uint40(s.value));
        if (s.kind == 28) contradict();
        if (s.kind == 29) raiseAlarm(s.id, uint40(s.value));
    }

    // Actions

    function send(address from, bytes memory data) private {
        vm.prank(from);
        (bool done, bytes memory reason) = address(registry).call(data);
        if (!done) _error = bytes4(reason);
    }

    function toClock(address from, bytes memory data) private {
        address clock = address(registry.pauseClock());
        vm.prank(from);
        (bool done, bytes memory reason) = clock.call(data);
        if (!done) _error = bytes4(reason);
    }

    function tryOpen(Step memory s) private {
        uint256 commitment = book(s.id, registry.account(s.id).version + 1);
        bytes memory signed_ = evidence(AdvanceKind.Open, s.id, commitment);
        Proof[] memory proof = along(s, INITIAL);
        send(VENUE, abi.encodeCall(registry.open, (s.id, commitment, owner, VENUE, 100e6, signed_, proof)));
    }

    function tryAdvance(Step memory s) private {
        AdvanceKind kind = AdvanceKind(s.variant);
        uint256 commitment = book(s.id, registry.account(s.id).version + 1);
        bytes memory signed_ = evidence(kind, s.id, commitment);
        Proof[] memory proof = along(s, kind == AdvanceKind.Trade ? INITIAL : MAINTENANCE);
        send(VENUE, abi.encodeCall(registry.advance, (s.id, commitment, kind, signed_, proof)));
    }

    function tryClose(Step memory s) private {
        bytes memory signed_ = evidence(AdvanceKind.Close, s.id, 0);
        send(VENUE, abi.encodeCall(registry.close, (s.id, signed_)));
    }

    function tryCall(Step memory s) private {
        if (s.flag == 1) quote.setHook(address(this));
        send(address(this), abi.encodeCall(registry.call, (s.id)));
        if (s.flag == 1) quote.setHook(address(0));
    }

    function tryShortfall(Step memory s) private {
        Proof memory proof;
        if (s.flag != 0) {
            uint256[] memory signals = registry.shortfallSignals(s.id, uint40(s.value), KEEPER);
            if (s.flag == 2) signals[4] += 1;
            proof = Simulator.prove(TestKeys.shortfall(), signals, s.time);
        }
        send(KEEPER, abi.encodeCall(registry.reportShortfall, (s.id, uint40(s.value), proof, KEEPER)));
    }

    function trySettle(Step memory s) private {
        uint256 commitment = book(s.id, registry.account(s.id).version + 1);
        bytes memory data = abi.encodeCall(
            registry.settle, (s.id, uint48(s.extra), commitment, uint40(s.value), s.flag == 1)
        );
        send(AUCTION, data);
    }

    function tryBatch(Step memory s) private {
        (BatchItem[] memory items, Proof[] memory proofs) = (new BatchItem[](2), new Proof[](2));
        (items[0], proofs[0]) = (BatchItem(s.id, s.extra, uint40(s.value)), margin(s));
        (items[1], proofs[1]) = (items[0], proofs[0]);
        _result = registry.proveBatch(items, proofs);
    }

    function breaker(uint8 level) private {
        vm.prank(level == 0 ? GOVERNOR : GUARDIAN);
        if (level == 0) oracle.resume();
        else oracle.tripByGuardian(level);
    }

    function publishMarket(uint48 index, uint48 perpMark) private {
        Publication memory publication = next(index);
        publication.perpMark = perpMark;
        publish(publication);
    }

    /// @dev The signers vouch for a second snapshot of the same instant.
    function equivocate(uint40 epoch) private {
        EpochSnapshot memory accepted = oracle.snapshot(epoch);
        Publication memory second = next(accepted.index);
        (second.epoch, second.timestamp, second.rest) = (epoch, accepted.timestamp, 78);
        oracle.tripEquivocation(second, signed(second));
    }

    function contradict() private {
        vm.prank(REGISTRY);
        oracle.tripContradiction();
    }

    function raiseAlarm(uint64 id, uint40 epoch) private {
        Proof memory shortfall = shortfallProof(id, epoch, KEEPER);
        registry.alarm().report(id, epoch, marginProof(id, epoch), shortfall, KEEPER);
    }

    function addBond(uint256 amount) private {
        HolderBonds holders = HolderBonds(address(registry.holders()));
        vm.prank(VENUE);
        holders.bondHolder(amount);
    }

    // Proofs: flag 0 none needed, 1 valid, 2 of other signals

    function margin(Step memory s) private view returns (Proof memory proof) {
        if (s.flag == 0) return proof;
        uint256[] memory signals = registry.marginSignals(s.id, uint40(s.value));
        if (s.flag == 2) signals[1] += 1 << 32;
        return Simulator.prove(TestKeys.margin(), signals, s.time);
    }

    function along(Step memory s, uint32 level) private view returns (Proof[] memory) {
        if (s.flag == 0) return new Proof[](0);
        return nextProof(s.id, s.flag == 1 ? level : level - 1);
    }

    /// @dev Every way back in must be closed while the registry takes or pays money.
    function onTransfer(address, uint256) external {
        bytes[3] memory tries = [
            abi.encodeCall(registry.withdraw, (address(this))),
            abi.encodeCall(registry.fundBounty, (1, 1)),
            abi.encodeCall(registry.call, (1))
        ];
        for (uint256 i = 0; i < 3; ++i) {
            (bool done,) = address(registry).call(tries[i]);
            if (done) _result |= 1 << i;
        }
    }
}
