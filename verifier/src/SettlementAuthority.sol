// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {AdvanceKind, AdvanceRequest, IAdvanceAuthority} from "./interfaces/IAdvanceAuthority.sol";

/// @title The venue's settlement role together with the owner's signature
/// @notice Neither can change a commitment alone: the venue cannot invent a book, the owner cannot settle its
/// own trades. What they sign together is not checked here; a proof of the update will replace this contract.
contract SettlementAuthority is IAdvanceAuthority {
    /// @notice Thrown when the sender may not schedule a change of the settlement role.
    error SenderNotGovernance(address sender);
    /// @notice Thrown when a change is applied before its notice is over (readyAt 0: none scheduled).
    error SettlementNotReady(uint40 readyAt);
    /// @notice Thrown when an address that must be given is zero.
    error SettlementZero();

    event SettlementScheduled(address indexed next, uint40 readyAt);
    event SettlementChanged(address indexed settlement);

    bytes32 private constant DOMAIN =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant OPEN = keccak256(
        "Open(uint64 account,uint64 version,uint256 commitment,address holder,uint32 nonce,uint40 deadline)"
    );
    bytes32 private constant ADVANCE =
        keccak256("Advance(uint64 account,uint64 version,uint256 commitment,uint32 nonce,uint40 deadline)");
    bytes32 private constant CLOSE =
        keccak256("Close(uint64 account,uint64 version,uint32 nonce,uint40 deadline)");

    // Immutables

    /// @notice Schedules changes of the settlement role.
    address public immutable GOVERNANCE;
    /// @notice [s] Notice before a change takes effect.
    uint40 public immutable DELAY;

    // Storage

    /// @notice The settlement role.
    address public settlement;
    /// @notice Who is scheduled to become it.
    address public nextSettlement;
    /// @notice [unix, s] When the change may be applied; 0 = none scheduled.
    uint40 public readyAt;

    // Init

    constructor(address governance, address settlement_, uint40 delay) {
        require(governance != address(0) && settlement_ != address(0), SettlementZero());
        (GOVERNANCE, DELAY, settlement) = (governance, delay, settlement_);
        emit SettlementChanged(settlement_);
    }

    // Actions

    /// @notice Schedules a change of the settlement role. Errors: SenderNotGovernance, SettlementZero.
    function scheduleSettlement(address next) external {
        require(msg.sender == GOVERNANCE, SenderNotGovernance(msg.sender));
        require(next != address(0), SettlementZero());
        (nextSettlement, readyAt) = (next, uint40(block.timestamp) + DELAY);
        emit SettlementScheduled(next, readyAt);
    }

    /// @notice Applies a scheduled change whose notice is over; anyone. Errors: SettlementNotReady.
    function applySettlement() external {
        require(readyAt != 0 && block.timestamp >= readyAt, SettlementNotReady(readyAt));
        (settlement, nextSettlement, readyAt) = (nextSettlement, address(0), 0);
        emit SettlementChanged(settlement);
    }

    // Views

    /// @inheritdoc IAdvanceAuthority
    function authorise(AdvanceRequest calldata request, bytes calldata evidence) external view {
        require(request.sender == settlement, SenderNotSettlement(request.sender));
        (uint40 deadline, bytes memory signature) = abi.decode(evidence, (uint40, bytes));
        require(block.timestamp <= deadline, SignatureExpired(deadline, uint40(block.timestamp)));
        bytes32 digest = digestOf(msg.sender, request, deadline);
        require(
            SignatureChecker.isValidSignatureNow(request.owner, digest, signature),
            SignatureInvalid(request.owner, digest)
        );
    }

    /// @notice What the owner signs for a registry (EIP-712): Open, Advance or Close.
    /// @param registry The verifying contract.
    /// @param request The change; kind Trade, Deposit and Reduce are signed alike.
    /// @param deadline [unix, s] Last second in which it may be used.
    function digestOf(address registry, AdvanceRequest calldata request, uint40 deadline)
        public
        view
        returns (bytes32)
    {
        bytes32 domain =
            keccak256(abi.encode(DOMAIN, keccak256("zkmargin"), keccak256("1"), block.chainid, registry));
        return keccak256(abi.encodePacked(hex"1901", domain, _structHash(request, deadline)));
    }

    // Internal

    function _structHash(AdvanceRequest calldata r, uint40 deadline) private pure returns (bytes32) {
        if (r.kind == AdvanceKind.Open) {
            return
                keccak256(abi.encode(OPEN, r.account, r.version, r.commitment, r.holder, r.nonce, deadline));
        }
        if (r.kind == AdvanceKind.Close) {
            return keccak256(abi.encode(CLOSE, r.account, r.version, r.nonce, deadline));
        }
        return keccak256(abi.encode(ADVANCE, r.account, r.version, r.commitment, r.nonce, deadline));
    }
}
