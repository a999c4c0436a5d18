// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What an account is now: a pure function of its stored words, the oracle's latest snapshot, the
/// chain's time and the registry's clock (`AccountStatus.sol`, `zkmargin/registry/account_status.py`).
/// @dev The numbers are part of the interface (events, Python).
enum Status {
    None, // 0: never opened
    Healthy, // 1: a margin proof is fresh
    Stale, // 2: no fresh proof; added risk, withdrawal and closing are refused, anyone may call
    Called, // 3: a bonded call runs and its deadline has not passed
    Presumed, // 4: a call went unanswered: frozen and fined; nothing is transferred
    Liquidatable, // 5: a shortfall proof stands; an auction may start; a margin proof still cures
    InAuction, // 6: an auction has locked the account; a margin proof still cures until the award
    Awarded, // 7: an auction has a winner; only its settlement or its release may follow
    Closed // 8: closed; the id may be opened again with the next version
}

/// @notice What is stored of the status: `Open` is Healthy or Stale by what time and market say, and
/// `Called` becomes Presumed by itself when the deadline passes.
enum Phase {
    None,
    Open,
    Called,
    Presumed,
    Liquidatable,
    InAuction,
    Awarded,
    Closed
}

/// @notice An account: five words.
/// @param commitment Poseidon commitment to the book, a canonical field element; 0 only if never opened.
/// @param version Rises by one with every commitment, for ever; part of the commitment and of every header.
/// @param provenEpoch Epoch of the newest margin proof of this commitment; 0 = none. Its price, time and rung of
/// risk params are the oracle's.
/// @param commitEpoch Latest epoch when the commitment was stored; proofs of older epochs are refused.
/// @param callEpoch While Called and Presumed: first epoch whose proof answers. While Liquidatable and
/// InAuction: first epoch whose margin proof cures. Otherwise without meaning.
/// @param deadline [registry clock, s] Last second in which the call can be answered. It stays after the
/// answer: the next call may not start before it.
/// @param phase Stored part of the status.
/// @param owner Signs openings, advances, closing; is paid the bond of an answered call.
/// @param episode Counts calls and shortfall reports, for ever: who decided in one episode cannot act in another.
/// @param nonce Nonce of the owner's signatures; `revokeSignatures` raises it.
/// @param holderSlashed Whether the opening holder was slashed in the present episode.
/// @param caller While Called: who called. While Liquidatable or later: the beneficiary of the shortfall proof.
/// @param bond [1e-6 quote] Bond of the running call; 0 unless Called.
/// @param holder Bonded opening holder, who must post margin or shortfall after an unanswered call.
struct Account {
    uint256 commitment;
    uint64 version;
    uint40 provenEpoch;
    uint40 commitEpoch;
    uint40 callEpoch;
    uint40 deadline;
    Phase phase;
    address owner;
    uint48 episode;
    uint32 nonce;
    bool holderSlashed;
    address caller;
    uint96 bond;
    address holder;
}

/// @notice Numbers of the registry, fixed at deployment.
/// @param window [epochs] W: a proof's epoch is at most so far behind the latest.
/// @param freshEpochs [epochs] F: a proof older than this leaves the account Stale.
/// @param maxAge [s] A proven snapshot older than this leaves the account Stale.
/// @param staleMove [bps] A larger move of the index price since the proof leaves the account Stale.
/// @param answerWindow [clock, s] G: time to answer a call.
/// @param holderWindow [clock, s] Time after an unanswered call in which the opening holder must post a proof.
/// @param callBond [1e-6 quote] Bond of a call: the owner's if answered in time, else returned.
/// @param fine [1e-6 quote] Taken from the bounty of an account that left a call unanswered, for the caller.
/// @param holderBond [1e-6 quote] Bond an opening holder must have, and what one slash takes.
/// @param holderExit [s] Notice before an opening holder's bond can be withdrawn.
/// @param minBounty [1e-6 quote] Least bounty of an account at opening.
/// @param initialLevel [bps] Level of the margin proofs that opening, added risk and a won lot need.
/// @param roleDelay [s] Notice before a change of role takes effect.
/// @param maxPause [s] Longest pause; afterwards anyone may end it.
/// @param resumeGrace [s] The clock stands so much longer after the sequencer has come back.
struct RegistryParams {
    uint40 window;
    uint40 freshEpochs;
    uint40 maxAge;
    uint32 staleMove;
    uint40 answerWindow;
    uint40 holderWindow;
    uint96 callBond;
    uint96 fine;
    uint96 holderBond;
    uint40 holderExit;
    uint96 minBounty;
    uint32 initialLevel;
    uint40 roleDelay;
    uint40 maxPause;
    uint40 resumeGrace;
}

/// @notice One proof of a batch, with what its sender believed when it was made.
/// @param id Account id.
/// @param version Version that the proof is for; the item is skipped if the account has another one.
/// @param epoch Epoch of the snapshot; the item is skipped if the registry would refuse it now.
struct BatchItem {
    uint64 id;
    uint64 version;
    uint40 epoch;
}

/// @notice Powers that can be moved, each with notice.
/// @dev Settlement is not among them: it lies behind `Authority` (`IAdvanceAuthority.sol`).
enum Role {
    Governance, // schedules changes of roles
    Authority, // contract that authorises openings, advances, closings
    Auction // contract that locks, awards, settles, releases, pays bounties
}
