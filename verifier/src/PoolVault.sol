// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Account, Phase} from "./interfaces/IAccounts.sol";
import {IGroth16Verifier, Proof} from "./interfaces/IGroth16Verifier.sol";
import {Auction, Award, ILiquidationAuction, Settlement, Stage} from "./interfaces/ILiquidationAuction.sol";
import {IMarginRegistry} from "./interfaces/IMarginRegistry.sol";
import {IMarketOracle} from "./interfaces/IMarketOracle.sol";
import {IPoolVault} from "./interfaces/IPoolVault.sol";
import {IVault} from "./interfaces/IVault.sol";
import {PoolQueue} from "./pool/PoolQueue.sol";
import {PublicSignals} from "./registry/PublicSignals.sol";

/// @title Shares of a pool that takes slices of liquidated accounts
/// @dev See {IPoolVault}. The manager holds the books' secrets: it bids, settles, moves cash into the pool's
/// accounts and signs for them (ERC-1271). It cannot take cash out, nor price a share.
contract PoolVault is PoolQueue, IERC1271 {
    using SafeERC20 for IERC20;

    // Immutables

    bytes32 private constant NAV = keccak256("nav");
    uint256 private constant NAV_OFFSET = 1 << 96; // nav signal of NAV 0 [1e-6 quote]
    uint256 private constant MAX_ACCOUNTS = 8;

    IMarginRegistry public immutable REGISTRY;
    IVault public immutable VAULT;
    IGroth16Verifier public immutable VERIFIER;
    address public immutable MANAGER;
    bytes32 private immutable KEY;

    // Storage

    uint64 private _award; // auction of the pool's latest bid
    uint64[] private _accounts;
    mapping(uint64 account => uint64) private _fundedAt; // version that lacks cash under way, 0 = none

    // Init

    constructor(
        IMarginRegistry registry,
        IMarketOracle oracle,
        IVault vault,
        IGroth16Verifier verifier,
        address manager
    ) ERC20("zkmargin pool", "zkmPOOL") PoolQueue(oracle, IERC20(vault.token())) {
        require(verifier.signalCount() == 5, ValueOutOfRange(verifier.signalCount()));
        require(manager != address(0), SenderNotManager(manager));
        (REGISTRY, VAULT, VERIFIER, MANAGER) = (registry, vault, verifier, manager);
        KEY = verifier.vkDigest();
    }

    modifier onlyManager() {
        require(msg.sender == MANAGER, SenderNotManager(msg.sender));
        _;
    }

    /// @inheritdoc IPoolVault
    function setAuction(ILiquidationAuction auction) external onlyManager {
        require(address(house) == address(0), Blocked());
        house = auction;
    }

    // Actions

    /// @inheritdoc IPoolVault
    function price(uint40 epoch, uint256[] calldata values, Proof[] calldata proofs) external nonReentrant {
        _requireOpen();
        uint40 latest = ORACLE.latestEpoch();
        require(epoch == latest, EpochWrong(epoch, latest));
        uint256 count = _pricings.length;
        require(count == 0 || epoch > _pricings[count - 1].epoch, EpochWrong(epoch, latest));
        int256 value = _cash() + _proven(epoch, values, proofs);
        uint256 worth = value > 0 ? uint256(value) : 0;
        Pricing memory at = Pricing(epoch, SafeCast.toUint128(worth), SafeCast.toUint128(totalSupply()));
        _pricings.push(at);
        emit Priced(count, epoch, at.value, at.supply);
        _priceBuckets(at);
    }

    /// @inheritdoc IPoolVault
    function bid(uint64 auction, Award calldata terms) external onlyManager nonReentrant {
        uint256 bond = house.bondOf(auction, terms.maxPrice);
        require(bond <= freeCash(), CashTooSmall(bond, freeCash()));
        _requireNoAward();
        _award = auction;
        QUOTE.forceApprove(address(house), bond);
        house.bid(auction, terms);
    }

    /// @inheritdoc IPoolVault
    function settle(
        uint64 auction,
        Settlement calldata settlement,
        Proof calldata liquidation,
        Proof calldata lotMargin
    ) external onlyManager nonReentrant {
        // The auction can take free cash and no more.
        QUOTE.forceApprove(address(house), freeCash());
        house.settle(auction, settlement, liquidation, lotMargin);
        QUOTE.forceApprove(address(house), 0);
        _list(settlement.lotAccount);
    }

    /// @inheritdoc IPoolVault
    function fund(uint64 account, uint256 amount) external onlyManager nonReentrant {
        require(amount <= freeCash(), CashTooSmall(amount, freeCash()));
        _indexOf(account);
        _fundedAt[account] = REGISTRY.account(account).version;
        QUOTE.forceApprove(address(VAULT), amount);
        VAULT.deposit(account, amount);
        emit Funded(account, amount);
    }

    /// @inheritdoc IPoolVault
    function addAccount(uint64 account) external onlyManager {
        _list(account);
    }

    /// @inheritdoc IPoolVault
    function removeAccount(uint64 account) external onlyManager {
        uint256 index = _indexOf(account);
        require(REGISTRY.account(account).phase == Phase.Closed, AccountWrong(account));
        _accounts[index] = _accounts[_accounts.length - 1];
        _accounts.pop();
        emit AccountRemoved(account);
    }

    /// @notice Withdraws the bond of an award that was excused. Anyone.
    function reclaimBond() external nonReentrant {
        house.withdraw(address(this));
    }

    // Views

    /// @inheritdoc IPoolVault
    function accounts() external view returns (uint64[] memory) {
        return _accounts;
    }

    /// @inheritdoc IPoolVault
    function navSignals(uint64 account, uint40 epoch, uint256 value)
        public
        view
        returns (uint256[] memory signals)
    {
        Account memory stored = REGISTRY.account(account);
        signals = new uint256[](5);
        signals[0] = PublicSignals.domain(NAV, KEY);
        signals[1] = PublicSignals.header(account, stored.version, 0);
        signals[2] = stored.commitment;
        signals[3] = ORACLE.snapshot(epoch).hash;
        signals[4] = value;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bool valid = SignatureChecker.isValidSignatureNow(MANAGER, hash, signature);
        return valid ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    // Internal

    /// @dev The sum of the proven values of all accounts. [1e-6 quote]
    function _proven(uint40 epoch, uint256[] calldata values, Proof[] calldata proofs)
        private
        view
        returns (int256 sum)
    {
        uint256 count = _accounts.length;
        require(values.length == count && proofs.length == count, AccountUnproven(0));
        for (uint256 i = 0; i < count; ++i) {
            uint64 account = _accounts[i];
            // Cash that was sent and is not yet in the book would be missed.
            require(REGISTRY.account(account).version > _fundedAt[account], AccountUnproven(account));
            require(values[i] < 2 * NAV_OFFSET, ValueOutOfRange(values[i]));
            VERIFIER.verify(proofs[i], navSignals(account, epoch, values[i]));
            sum += int256(values[i]) - int256(NAV_OFFSET);
        }
    }

    /// @dev What the pool has besides its accounts, less what is not its own; may be negative. [1e-6 quote]
    function _cash() private view returns (int256) {
        _requireNoAward();
        uint256 held = QUOTE.balanceOf(address(this)) + house.owed(address(this));
        uint256 underWay = VAULT.worth(VAULT.queuedOf(address(this)));
        return int256(held + underWay) - int256(queuedCash + owedCash);
    }

    /// @dev While a bid of the pool waits for its settlement, its bond is in nobody's count.
    function _requireNoAward() private view {
        if (_award == 0) return;
        Auction memory a = house.auction(_award);
        require(a.stage != Stage.Awarded || a.winner != address(this), Blocked());
    }

    function _list(uint64 account) private {
        require(REGISTRY.account(account).owner == address(this), AccountWrong(account));
        uint256 count = _accounts.length;
        for (uint256 i = 0; i < count; ++i) {
            require(_accounts[i] != account, AccountWrong(account));
        }
        require(count < MAX_ACCOUNTS, TooManyAccounts());
        _accounts.push(account);
        emit AccountAdded(account);
    }

    function _indexOf(uint64 account) private view returns (uint256) {
        uint256 count = _accounts.length;
        for (uint256 i = 0; i < count; ++i) {
            if (_accounts[i] == account) return i;
        }
        revert AccountWrong(account);
    }
}
