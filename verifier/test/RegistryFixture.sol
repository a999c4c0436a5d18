// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {HolderBonds} from "../src/HolderBonds.sol";
import {MarginRegistry, RegistryWiring} from "../src/MarginRegistry.sol";
import {SettlementAuthority} from "../src/SettlementAuthority.sol";
import {Account, Phase, RegistryParams, Status} from "../src/interfaces/IAccounts.sol";
import {AdvanceKind, AdvanceRequest} from "../src/interfaces/IAdvanceAuthority.sol";
import {FeedConfig} from "../src/interfaces/IMarketOracle.sol";
import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {OracleFixture} from "./OracleFixture.sol";
import {Simulator} from "./Simulator.sol";
import {TestQuote} from "./TestQuote.sol";
import {TestSequencer} from "./TestSequencer.sol";
import {MarginTestVerifier} from "./generated/MarginTestVerifier.sol";
import {ShortfallTestVerifier} from "./generated/ShortfallTestVerifier.sol";
import {TestKeys} from "./generated/TestKeys.sol";

/// @notice A registry over the real oracle and the real verifiers of test keys, with proofs from their secrets.
abstract contract RegistryFixture is OracleFixture {
    address internal constant VENUE = address(0x70); // settlement role and opening holder
    address internal constant AUCTION = address(0x71);
    address internal constant INSURANCE = address(0x72);
    address internal constant CALLER = address(0x73);
    address internal constant KEEPER = address(0x74);
    uint256 internal constant OWNER_KEY = 0xa11ce;
    uint64 internal constant ID = 7;
    uint32 internal constant MAINTENANCE = 10_000; // [bps]
    uint32 internal constant INITIAL = 13_000; // [bps]

    MarginRegistry internal registry;
    SettlementAuthority internal authority;
    TestQuote internal quote;
    TestSequencer internal sequencer;
    address internal owner;

    function setUpRegistry() internal {
        setUpOracle();
        publish(next(PRICE));
        owner = vm.addr(OWNER_KEY);
        (quote, sequencer) = (new TestQuote(), new TestSequencer());
        authority = new SettlementAuthority(GOVERNOR, VENUE, 2 days);
        registry = new MarginRegistry(wiring(), registryParams());
        bytes32 reporter = oracle.REPORTER_ROLE();
        address alarm = address(registry.alarm());
        vm.prank(GOVERNOR);
        oracle.grantRole(reporter, alarm);
        fund(VENUE);
        fund(CALLER);
        vm.startPrank(VENUE);
        HolderBonds(address(registry.holders())).bondHolder(10_000e6);
        vm.stopPrank();
    }

    function wiring() internal returns (RegistryWiring memory) {
        return RegistryWiring({
            quote: quote,
            oracle: oracle,
            margin: new MarginTestVerifier(),
            shortfall: new ShortfallTestVerifier(),
            sequencerFeed: sequencer,
            insurance: INSURANCE,
            governance: GOVERNOR,
            guardian: GUARDIAN,
            authority: address(authority),
            auction: AUCTION
        });
    }

    function registryParams() internal pure returns (RegistryParams memory) {
        return RegistryParams({
            window: 2,
            freshEpochs: 5,
            maxAge: 3600,
            staleMove: 500,
            answerWindow: 1800,
            holderWindow: 7200,
            callBond: 50e6,
            fine: 20e6,
            holderBond: 1000e6,
            holderExit: 3 days,
            minBounty: 100e6,
            initialLevel: INITIAL,
            roleDelay: 2 days,
            maxPause: 1 days,
            resumeGrace: 600
        });
    }

    /// @dev Long silence is allowed, and no move trips a breaker, unless a test trips it.
    function feedRules() internal pure virtual override returns (FeedConfig memory rules) {
        rules = super.feedRules();
        (rules.silence, rules.freezeDeviation, rules.cautionDeviation) = (365 days, 9999, 9998);
        (rules.haltJump, rules.freezeBasis, rules.maxDelay) = (9999, 9999, 120);
    }

    function fund(address who) internal {
        quote.mint(who, 1e15);
        address bonds = address(registry.holders());
        vm.startPrank(who);
        quote.approve(address(registry), type(uint256).max);
        quote.approve(bonds, type(uint256).max);
        vm.stopPrank();
    }

    // Commitments are opaque to the registry: any field element stands for a book.
    function book(uint64 id, uint64 version) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("book", id, version))) >> 8;
    }

    function evidence(AdvanceKind kind, uint64 id, uint256 commitment) internal view returns (bytes memory) {
        Account memory a = registry.account(id);
        AdvanceRequest memory request = AdvanceRequest({
            kind: kind,
            account: id,
            version: a.version + 1,
            commitment: commitment,
            owner: owner,
            holder: VENUE,
            nonce: a.nonce,
            sender: VENUE
        });
        uint40 deadline = uint40(block.timestamp) + 3600;
        bytes32 digest = authority.digestOf(address(registry), request, deadline);
        return abi.encode(deadline, signature(OWNER_KEY, digest));
    }

    function open(uint64 id) internal {
        open(id, new Proof[](0));
    }

    function open(uint64 id, Proof[] memory proof) internal {
        uint256 commitment = book(id, registry.account(id).version + 1);
        bytes memory signed_ = evidence(AdvanceKind.Open, id, commitment);
        vm.prank(VENUE);
        registry.open(id, commitment, owner, VENUE, 100e6, signed_, proof);
    }

    function advance(uint64 id, AdvanceKind kind, Proof[] memory proof) internal {
        uint256 commitment = book(id, registry.account(id).version + 1);
        bytes memory signed_ = evidence(kind, id, commitment);
        vm.prank(VENUE);
        registry.advance(id, commitment, kind, signed_, proof);
    }

    function marginProof(uint64 id, uint40 epoch) internal view returns (Proof memory) {
        return Simulator.prove(TestKeys.margin(), registry.marginSignals(id, epoch), epoch);
    }

    function shortfallProof(uint64 id, uint40 epoch, address beneficiary)
        internal
        view
        returns (Proof memory)
    {
        return Simulator.prove(TestKeys.shortfall(), registry.shortfallSignals(id, epoch, beneficiary), epoch);
    }

    /// @dev A margin proof of the book that the account gets next, under the latest snapshot.
    function nextProof(uint64 id, uint32 level) internal view returns (Proof[] memory proof) {
        (uint256 domain,) = registry.domains();
        uint64 version = registry.account(id).version + 1;
        uint256[] memory signals = new uint256[](4);
        signals[0] = domain;
        signals[1] = (uint256(id) << 96) | (uint256(version) << 32) | level;
        signals[2] = book(id, version);
        signals[3] = oracle.snapshotHash(oracle.latestEpoch());
        proof = new Proof[](1);
        proof[0] = Simulator.prove(TestKeys.margin(), signals, version);
    }

    function prove(uint64 id, uint40 epoch) internal {
        registry.prove(id, epoch, marginProof(id, epoch));
    }

    function report(uint64 id, uint40 epoch) internal {
        registry.reportShortfall(id, epoch, shortfallProof(id, epoch, KEEPER), KEEPER);
    }

    function call(uint64 id) internal {
        vm.prank(CALLER);
        registry.call(id);
    }

    function latest() internal view returns (uint40) {
        return oracle.latestEpoch();
    }

    function requireStatus(uint64 id, Status expected) internal view {
        vm.assertEq(uint256(registry.status(id)), uint256(expected));
    }

    // Accounts in a status

    function healthy(uint64 id) internal {
        open(id);
        prove(id, latest());
        requireStatus(id, Status.Healthy);
    }

    function called(uint64 id) internal {
        open(id);
        call(id);
        requireStatus(id, Status.Called);
    }

    function presumed(uint64 id) internal {
        called(id);
        vm.warp(block.timestamp + 1801);
        requireStatus(id, Status.Presumed);
    }

    function liquidatable(uint64 id) internal {
        open(id);
        publishAfter(60, PRICE);
        report(id, latest() - 1);
        requireStatus(id, Status.Liquidatable);
    }

    function inAuction(uint64 id) internal returns (uint48 episode) {
        liquidatable(id);
        vm.prank(AUCTION);
        return registry.lock(id);
    }
}
