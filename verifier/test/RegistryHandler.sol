// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, Phase, Status} from "../src/interfaces/IAccounts.sol";
import {AdvanceKind} from "../src/interfaces/IAdvanceAuthority.sol";
import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {VarianceConfig} from "../src/interfaces/IMarketOracle.sol";
import {RegistryFixture} from "./RegistryFixture.sol";
import {Simulator} from "./Simulator.sol";
import {TestKeys} from "./generated/TestKeys.sol";

/// @notice Everybody who acts on a registry with four accounts. Refused actions are part of the game; what an
/// action may never do is asserted where it is done.
contract RegistryHandler is RegistryFixture {
    uint64 internal constant ACCOUNTS = 4;

    mapping(uint64 => uint48) public shortIn; // episode in which a shortfall proof was accepted
    uint40 public lastSynced; // [clock, s]

    constructor() {
        setUpRegistry();
    }

    /// @dev The rung is the last one whatever the market does, so that the variance trips no breaker.
    function varianceRules() internal pure override returns (VarianceConfig memory rules) {
        rules = super.varianceRules();
        (rules.initialVariance, rules.floor) = (uint64(4 * ONE), uint64(4 * ONE));
    }

    // Time and market

    function wait(uint256 time) external {
        move(within(time, 0, 4000));
    }

    function publishIndex(uint256 time, uint256 change) external {
        move(within(time, 30, 600));
        publish(next(uint48(PRICE * (900 + within(change, 0, 200)) / 1000)));
    }

    function pauseOrResume(uint256 choice) external {
        bool stop = choice % 2 == 0;
        address clock = address(registry.pauseClock());
        vm.prank(GUARDIAN);
        send(clock, abi.encodeWithSignature(stop ? "pause()" : "unpause()"));
    }

    function reportSequencer(uint256 choice, uint256 ago) external {
        sequencer.report(choice % 2 == 0, block.timestamp - within(ago, 0, 600));
        registry.pauseClock().sync();
        checkSynced();
    }

    function freezeOrResume(uint256 choice) external {
        vm.prank(choice % 4 == 0 ? GUARDIAN : GOVERNOR);
        if (choice % 4 == 0) oracle.tripByGuardian(2);
        else oracle.resume();
    }

    // Accounts

    function openOrClose(uint256 choice) external {
        uint64 id = pick(choice);
        Account memory before = registry.account(id);
        bool opens = before.phase == Phase.None || before.phase == Phase.Closed;
        AdvanceKind kind = opens ? AdvanceKind.Open : AdvanceKind.Close;
        uint256 commitment = opens ? book(id, before.version + 1) : 0;
        bytes memory signed_ = evidence(kind, id, commitment);
        Proof[] memory none = new Proof[](0);
        vm.prank(VENUE);
        if (!opens) {
            send(address(registry), abi.encodeCall(registry.close, (id, signed_)));
        } else {
            send(
                address(registry),
                abi.encodeCall(registry.open, (id, commitment, owner, VENUE, 100e6, signed_, none))
            );
        }
        Account memory now_ = registry.account(id);
        if (now_.version == before.version) return;
        // A reopened account inherits no call.
        vm.assertEq(uint256(now_.deadline) + now_.callEpoch + now_.bond + now_.provenEpoch, 0);
    }

    function advanceBook(uint256 choice, uint256 kind_, bool proven) external {
        uint64 id = pick(choice);
        AdvanceKind kind = AdvanceKind(within(kind_, 1, 3));
        Account memory before = registry.account(id);
        bytes memory signed_ = evidence(kind, id, book(id, before.version + 1));
        Proof[] memory proof =
            proven ? nextProof(id, kind == AdvanceKind.Trade ? INITIAL : MAINTENANCE) : new Proof[](0);
        vm.prank(VENUE);
        send(
            address(registry),
            abi.encodeCall(registry.advance, (id, book(id, before.version + 1), kind, signed_, proof))
        );
        Account memory now_ = registry.account(id);
        // A version change moves no deadline, whatever it does besides.
        vm.assertEq(now_.deadline, before.deadline);
        vm.assertEq(now_.callEpoch, before.callEpoch);
    }

    function proveMargin(uint256 choice, uint256 age) external {
        uint64 id = pick(choice);
        uint40 epoch = back(age);
        send(address(registry), abi.encodeCall(registry.prove, (id, epoch, marginProof(id, epoch))));
    }

    function callAccount(uint256 choice) external {
        vm.prank(CALLER);
        send(address(registry), abi.encodeCall(registry.call, (pick(choice))));
    }

    function expireCall(uint256 choice) external {
        send(address(registry), abi.encodeCall(registry.expire, (pick(choice))));
    }

    function reportShort(uint256 choice, uint256 age) external {
        uint64 id = pick(choice);
        uint40 epoch = back(age);
        Proof memory proof = shortfallProof(id, epoch, KEEPER);
        if (send(address(registry), abi.encodeCall(registry.reportShortfall, (id, epoch, proof, KEEPER)))) {
            shortIn[id] = registry.account(id).episode;
        }
    }

    function slash(uint256 choice) external {
        vm.prank(KEEPER);
        send(address(registry), abi.encodeCall(registry.slashHolder, (pick(choice))));
    }

    function runAuction(uint256 choice, uint256 step) external {
        uint64 id = pick(choice);
        uint48 episode = registry.account(id).episode;
        uint256 commitment = book(id, registry.account(id).version + 1);
        bytes[5] memory steps = [
            abi.encodeCall(registry.lock, (id)),
            abi.encodeCall(registry.award, (id, episode)),
            abi.encodeCall(registry.release, (id, episode)),
            abi.encodeCall(registry.settle, (id, episode, commitment, latest(), step % 2 == 0)),
            abi.encodeCall(registry.payBounty, (id, KEEPER, step % 1e7))
        ];
        vm.prank(AUCTION);
        send(address(registry), steps[step % 5]);
    }

    function withdraw(uint256 choice) external {
        address who = [owner, CALLER, KEEPER][choice % 3];
        vm.prank(who);
        send(address(registry), abi.encodeCall(registry.withdraw, (who)));
    }

    // Views for the invariants

    function statusOf(uint64 id) external view returns (Status) {
        return registry.status(id);
    }

    function accountOf(uint64 id) external view returns (Account memory) {
        return registry.account(id);
    }

    function clockNow() external view returns (uint40 now_) {
        (now_,) = registry.clock();
    }

    /// @dev What the registry holds less what it owes, and the same of the holders' bonds.
    function surplus() external view returns (int256 accounts, int256 bonds) {
        uint256 owes;
        for (uint64 id = 0; id < ACCOUNTS; ++id) {
            owes += registry.account(id).bond + registry.bounty(id);
        }
        address[3] memory creditors = [owner, CALLER, KEEPER];
        for (uint256 i = 0; i < 3; ++i) {
            owes += registry.owed(creditors[i]);
        }
        accounts = int256(quote.balanceOf(address(registry))) - int256(owes);
        address holders = address(registry.holders());
        (uint256 bond,) = registry.holders().holderBondOf(VENUE);
        bond += owedBy(holders, KEEPER) + owedBy(holders, INSURANCE);
        bonds = int256(quote.balanceOf(holders)) - int256(bond);
    }

    /// @dev Does what an honest party can do for the account in its status; fails if nothing helps. No action of
    /// the game: the test calls it at the end.
    function help(uint64 id) external {
        Status now_ = registry.status(id);
        vm.prank(GOVERNOR);
        oracle.resume();
        (uint256 bond,) = registry.holders().holderBondOf(VENUE);
        if (now_ == Status.None || now_ == Status.Closed) {
            if (bond >= 1000e6) open(id);
        } else if (now_ == Status.Awarded) {
            uint48 episode = registry.account(id).episode;
            vm.prank(AUCTION);
            registry.release(id, episode);
        } else {
            publishAfter(30, PRICE);
            prove(id, latest());
            requireStatus(id, Status.Healthy);
        }
    }

    // Internal

    function owedBy(address holders, address who) private view returns (uint256) {
        (, bytes memory data) = holders.staticcall(abi.encodeWithSignature("owed(address)", who));
        return abi.decode(data, (uint256));
    }

    /// @dev A clock that stands does not advance, and one that runs is no faster than time.
    function move(uint256 time) private {
        (uint40 before, uint8 reasons) = registry.clock();
        vm.warp(block.timestamp + time);
        (uint40 now_,) = registry.clock();
        if (reasons != 0) vm.assertEq(now_, before);
        vm.assertLe(now_, before + time);
    }

    function checkSynced() private {
        (uint40 now_,) = registry.clock();
        vm.assertGe(now_, lastSynced);
        lastSynced = now_;
    }

    function within(uint256 x, uint256 low, uint256 high) private pure returns (uint256) {
        return low + x % (high - low + 1);
    }

    function pick(uint256 choice) private pure returns (uint64) {
        return uint64(choice % ACCOUNTS);
    }

    function back(uint256 age) private view returns (uint40) {
        uint256 most = latest() - 1;
        return latest() - uint40(within(age, 0, most < 3 ? most : 3));
    }

    function send(address to, bytes memory data) private returns (bool done) {
        (done,) = to.call(data);
    }
}
