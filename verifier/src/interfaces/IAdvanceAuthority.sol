// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What an account is asked to become.
enum AdvanceKind {
    Open, // first commitment of an account id, or of a closed one
    Trade, // any change; the account has no proof afterwards unless one comes along
    Deposit, // the book gains cash or collateral only
    Reduce, // every position gets smaller only
    Close // the account ends
}

/// @notice A change that the registry is asked for; the registry fills it from storage and calldata.
/// @param kind The change.
/// @param account Account id.
/// @param version Version after the change.
/// @param commitment Commitment after the change; 0 when closing.
/// @param owner Owner of the account (after the change, when opening).
/// @param holder Opening holder named when opening; else the stored one.
/// @param nonce Nonce of the owner's signatures.
/// @param sender Who called the registry.
struct AdvanceRequest {
    AdvanceKind kind;
    uint64 account;
    uint64 version;
    uint256 commitment;
    address owner;
    address holder;
    uint32 nonce;
    address sender;
}

/// @title Who may change a commitment
/// @notice Today the venue's settlement role together with the owner's signature
/// (`SettlementAuthority.sol`); later a proof that the new book follows from the old one.
interface IAdvanceAuthority {
    /// @notice Thrown when the registry's caller is not the settlement role.
    /// @param sender Who called the registry.
    error SenderNotSettlement(address sender);

    /// @notice Thrown when the owner's signature is not over this request, or not the owner's.
    /// @param owner Owner who should have signed.
    /// @param digest EIP-712 digest that should have been signed.
    error SignatureInvalid(address owner, bytes32 digest);

    /// @notice Thrown when the time that the owner's signature allows is over.
    /// @param deadline [unix, s] Last second of the signature.
    /// @param time [unix, s] Time of the block.
    error SignatureExpired(uint40 deadline, uint40 time);

    /// @notice Returns if the change is allowed, reverts if not.
    /// @dev Called by a registry, which is the `verifyingContract` of the EIP-712 domain
    /// (name "zkmargin", version "1").
    /// @param request The change.
    /// @param evidence For `SettlementAuthority`: abi.encode(uint40 deadline, bytes signature).
    function authorise(AdvanceRequest calldata request, bytes calldata evidence) external view;
}
