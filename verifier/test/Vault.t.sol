// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Vault} from "../src/Vault.sol";
import {IVault} from "../src/interfaces/IVault.sol";
import {Columns} from "./Columns.sol";
import {ITransferHook, TestQuote} from "./TestQuote.sol";

/// @notice Claims again from inside the transfer that a claim makes.
contract GreedyClaimer is ITransferHook {
    Vault private immutable VAULT;
    uint256 private _id;

    constructor(Vault vault) {
        VAULT = vault;
    }

    function claim(uint256 id) external {
        _id = id;
        VAULT.claim(id);
    }

    function onTransfer(address, uint256) external {
        if (_id != 0) VAULT.claim(_id);
    }
}

contract VaultTest is Columns {
    address internal constant ADMIN = address(0x60);
    address internal constant HOUSE = address(0x71);
    address internal constant VENUE = address(0x70);
    address internal constant SAVER = address(0x83);

    TestQuote internal quote;
    Vault internal vault;

    function setUp() public {
        quote = new TestQuote();
        vault = new Vault(quote, ADMIN, 2 days);
        vm.startPrank(ADMIN);
        vault.grantRole(vault.AUCTION_ROLE(), HOUSE);
        vault.grantRole(vault.SETTLEMENT_ROLE(), VENUE);
        vm.stopPrank();
        quote.mint(SAVER, 1e24);
        vm.prank(SAVER);
        quote.approve(address(vault), type(uint256).max);
    }

    function test_rates_agree_with_python_on_every_vector() external {
        openTable("credit_rates");
        (uint256[] memory assets, uint256[] memory cash) = (column("assets"), column("net_cash"));
        uint256[] memory rate = column("rate");
        quote.mint(SAVER, 1e30);
        for (uint256 i = 0; i < rate.length; ++i) {
            uint256 state = vm.snapshotState();
            if (assets[i] > 0) {
                vm.prank(SAVER);
                vault.contribute(assets[i]);
            }
            credit(cash[i], 0);
            vm.assertEq(vault.creditRate(), rate[i]);
            vm.assertTrue(vm.revertToState(state));
        }
        vm.assertEq(rate.length, 400);
    }

    function test_a_life_agrees_with_python_on_every_vector() external {
        openTable("vaults");
        uint256[][2] memory step = [column("kind"), column("amount")];
        uint256[][3] memory stored = [column("assets"), column("net_cash"), column("queued")];
        uint256[][3] memory rates = [column("rate"), column("shortfall"), column("paid")];
        vault = new Vault(quote, ADMIN, 100);
        vm.startPrank(ADMIN);
        vault.grantRole(vault.AUCTION_ROLE(), HOUSE);
        vault.grantRole(vault.SETTLEMENT_ROLE(), VENUE);
        vm.stopPrank();
        vm.prank(SAVER);
        quote.approve(address(vault), type(uint256).max);
        quote.mint(SAVER, 1e30);
        for (uint256 i = 0; i < step[0].length; ++i) {
            vm.warp(block.timestamp + 50);
            vm.assertEq(takeStep(step[0][i], step[1][i]), rates[2][i]);
            vm.assertEq(vault.assets(), stored[0][i]);
            vm.assertEq(vault.netCash(), stored[1][i]);
            vm.assertEq(vault.queued(), stored[2][i]);
            vm.assertEq(vault.creditRate(), rates[0][i]);
            vm.assertEq(vault.shortfall(), rates[1][i]);
        }
        vm.assertEq(step[0].length, 400);
    }

    function takeStep(uint256 kind, uint256 amount) internal returns (uint256 paid) {
        if (kind == 2) {
            credit(amount, 0);
        } else if (kind == 3) {
            vm.prank(VENUE);
            vault.queueWithdrawal(1, SAVER, amount);
        } else if (kind == 4) {
            paid = vault.claim(amount);
        } else {
            vm.prank(SAVER);
            if (kind == 0) vault.deposit(1, amount);
            else vault.contribute(amount);
        }
    }

    function test_V6_a_deposit_counts_what_arrived() external {
        quote.setFee(100);
        vm.expectEmit();
        emit IVault.Deposited(7, SAVER, 990e6);
        deposit(1000e6);
        vm.assertEq(vault.assets(), 990e6);
        vm.assertEq(vault.netCash(), 990e6);
        vm.assertEq(quote.balanceOf(address(vault)), 990e6);
    }

    function test_tokens_sent_by_mistake_change_no_rate() external {
        deposit(1000e6);
        credit(1000e6, 1000e6);
        uint256 rate = vault.creditRate();
        quote.mint(address(vault), 1000e6);
        vm.assertEq(vault.creditRate(), rate);
        vm.assertEq(rate, 1 << 29);
    }

    function test_a_withdrawal_waits_and_is_paid_at_the_rate_of_its_claim() external {
        deposit(1000e6);
        uint256 id = queue(400e6, SAVER);
        vm.assertEq(vault.queuedOf(SAVER), 400e6);
        vm.expectRevert(
            abi.encodeWithSelector(IVault.WithdrawalNotReady.selector, id, block.timestamp + 2 days)
        );
        vault.claim(id);
        // A loss in the meantime is shared by who has left already: 1000 stand behind 1250.
        credit(250e6, 250e6);
        vm.warp(block.timestamp + 2 days);
        uint256 before = quote.balanceOf(SAVER);
        vm.assertEq(vault.claim(id), 320e6);
        vm.assertEq(quote.balanceOf(SAVER) - before, 320e6);
        vm.assertEq(vault.creditRate(), uint256(1 << 30) * 8 / 10);
        vm.expectRevert(abi.encodeWithSelector(IVault.WithdrawalUnknown.selector, id));
        vault.claim(id);
    }

    function test_V5_a_claim_cannot_be_claimed_from_inside() external {
        deposit(1000e6);
        GreedyClaimer greedy = new GreedyClaimer(vault);
        uint256 id = queue(400e6, address(greedy));
        vm.warp(block.timestamp + 2 days);
        quote.setHook(address(greedy));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        greedy.claim(id);
    }

    function test_no_more_is_queued_than_books_hold() external {
        deposit(1000e6);
        queue(600e6, SAVER);
        vm.expectRevert(abi.encodeWithSelector(IVault.ExceedsNetCash.selector, 400e6 + 1, 400e6));
        vm.prank(VENUE);
        vault.queueWithdrawal(7, SAVER, 400e6 + 1);
    }

    function test_only_the_roles_act() external {
        bytes4 selector = IAccessControl.AccessControlUnauthorizedAccount.selector;
        bytes32 role = vault.AUCTION_ROLE();
        vm.expectRevert(abi.encodeWithSelector(selector, SAVER, role));
        vm.prank(SAVER);
        vault.credit(1, 0);
        role = vault.SETTLEMENT_ROLE();
        vm.expectRevert(abi.encodeWithSelector(selector, HOUSE, role));
        vm.prank(HOUSE);
        vault.queueWithdrawal(7, HOUSE, 1);
    }

    function test_nothing_is_done_for_nothing() external {
        vm.expectRevert(IVault.AmountZero.selector);
        vault.deposit(7, 0);
        vm.expectRevert(IVault.AmountZero.selector);
        vault.contribute(0);
        vm.expectRevert(IVault.AmountZero.selector);
        vm.prank(VENUE);
        vault.queueWithdrawal(7, SAVER, 0);
    }

    function testFuzz_claims_in_any_order_never_lower_the_rate_nor_exceed_assets(
        uint64 cash,
        uint64 loss,
        uint64[5] memory amounts
    ) external {
        deposit(uint256(cash) + 1);
        credit(loss, loss);
        for (uint256 i = 0; i < 5; ++i) {
            uint256 free = vault.netCash() - vault.queued();
            if (free > 0) queue(1 + amounts[i] % free, SAVER);
        }
        vm.warp(block.timestamp + 2 days);
        for (uint256 i = 1; i <= 5 && vault.queued() > 0; ++i) {
            uint256 rate = vault.creditRate();
            vault.claim(i);
            vm.assertGe(vault.creditRate(), rate);
            vm.assertEq(quote.balanceOf(address(vault)), vault.assets());
        }
    }

    function deposit(uint256 amount) internal {
        vm.prank(SAVER);
        vault.deposit(7, amount);
    }

    function credit(uint256 amount, uint256 socialised) internal {
        vm.prank(HOUSE);
        vault.credit(amount, socialised);
    }

    function queue(uint256 amount, address to) internal returns (uint256) {
        vm.prank(VENUE);
        return vault.queueWithdrawal(7, to, amount);
    }
}
