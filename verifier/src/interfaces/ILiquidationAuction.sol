// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {KeeperReward} from "../KeeperReward.sol";
import {PriceCurve} from "../PriceCurve.sol";
import {Proof} from "./IGroth16Verifier.sol";

/// @notice Where an auction is. What is stored; the phases of Bidding follow from the clock.
enum Stage {
    None, // 0: never started
    Bidding, // 1: the pool's window, then the falling price, then the pool again at price 0
    Awarded, // 2: a bonded winner must settle before the deadline
    Settled, // 3: the remainder has reached the target, or the whole account was taken
    Cured, // 4: a margin proof ended it before an award
    Failed // 5: nobody bid; the account is Liquidatable, and may be auctioned again
}

/// @notice An auction.
/// @param account Account id.
/// @param episode The registry's episode in which the account was locked.
/// @param startedAt [registry clock, s] Start; moved forward by every time that an award or a freeze took.
/// @param bidAt [registry clock, s] Time of the present award.
/// @param deadline [registry clock, s] Last second in which the winner cannot be slashed.
/// @param epoch Epoch of the snapshot that the winner must settle under.
/// @param version Version of the account that the winner bid for.
/// @param stage Stored stage.
/// @param stalls Winners slashed so far; each doubles the bond of the next.
/// @param discount [1e-6] Price factor d of the present award.
/// @param target [bps] Target tau of the present award: the auction's, or a lower one for a partial bid.
/// @param maxFraction [1e-6] Largest slice that the winner takes.
/// @param winner Present winner.
/// @param bond [1e-6 quote] The winner's bond.
/// @param maxPrice [1e-6 quote] Most that the winner pays.
/// @param reserved [1e-6 quote] R: cash in the book that earlier slices of this auction paid.
struct Auction {
    uint64 account;
    uint48 episode;
    uint40 startedAt;
    uint40 bidAt;
    uint40 deadline;
    uint64 version;
    uint40 epoch;
    Stage stage;
    uint8 stalls;
    uint32 discount;
    uint32 target;
    uint32 maxFraction;
    address winner;
    uint96 bond;
    uint128 maxPrice;
    uint128 reserved;
}

/// @notice What a bidder asks for, and what it believes.
/// @param maxPrice [1e-6 quote] Most that it pays for the slice.
/// @param maxFraction [1e-6] Largest slice that it takes, 1 to 1e6.
/// @param target [bps] Level that the remainder reaches; the auction's, or less for a partial bid.
/// @param version Version of the account.
/// @param epoch Latest epoch; the slice is priced under its snapshot.
struct Award {
    uint128 maxPrice;
    uint32 maxFraction;
    uint32 target;
    uint64 version;
    uint40 epoch;
}

/// @notice Declared outputs of a settlement; everything else comes from storage.
/// @param price [1e-6 quote] Price of the slice, ceil(d f (NAV - R)).
/// @param fraction [1e-6] The slice f.
/// @param commitment Commitment to the remainder, version + 1.
/// @param lotCommitment Commitment to the winner's lot.
/// @param deficit [1e-6 quote] max(0, -NAV), rounded up.
/// @param topUp [1e-6 quote] Added to the lot's cash, by the winner and, in a deficit, by the protocol.
/// @param lotAccount Account id of the lot, as inside its commitment.
/// @param lotHolder Bonded opening holder of the lot.
/// @param lotEpoch Epoch of the lot's margin proof.
struct Settlement {
    uint128 price;
    uint32 fraction;
    uint256 commitment;
    uint256 lotCommitment;
    uint128 deficit;
    uint128 topUp;
    uint64 lotAccount;
    address lotHolder;
    uint40 lotEpoch;
}

/// @notice Numbers of an auction house, fixed at deployment: they cannot change while an auction runs.
/// @param curve The falling price factor.
/// @param poolFactor [1e-6] Price factor of the pool's window, at least the start of the curve.
/// @param poolWindow [s] Time at the start in which only the pool may bid.
/// @param backstopWindow [s] Time after the curve in which only the pool may bid, at factor 0.
/// @param settleWindow [s] Time that a winner has to settle.
/// @param target [bps] Level that a full slice restores, at least 10000.
/// @param minFraction [1e-6] Least slice of a partial bid.
/// @param fee [bps] Liquidation fee, of the price; paid by the winner on top.
/// @param poolShare [bps] Part of the fee that the cash pool earns, if it has depositors.
/// @param bountyTarget [1e-6 quote] The fee refills the account's bounty up to here first.
/// @param penalty [1e-6 quote] Taken from the bounty when an auction starts; the keeper reward is less.
/// @param bond [1e-6 quote] Fixed part of a bidder's bond.
/// @param bondShare [bps] Further part of the bond, of the bidder's maximum price.
/// @param slashShare [bps] Part of a slashed bond for who reports it; the rest is insurance.
/// @param payoutStart [bps] Part of a deficit that is paid at the start.
/// @param payoutLength [s] Time after which all of it is paid.
/// @param maxBlock [s] Longest time for which running auctions hold up the pools.
/// @param keeperGas [gas] What a report and a start are taken to cost.
/// @param nativePrice [1e-6 quote per 1e18 wei] Price of gas money.
/// @param keeper Terms of the keeper reward.
struct AuctionParams {
    PriceCurve.Curve curve;
    uint32 poolFactor;
    uint40 poolWindow;
    uint40 backstopWindow;
    uint40 settleWindow;
    uint32 target;
    uint32 minFraction;
    uint16 fee;
    uint16 poolShare;
    uint96 bountyTarget;
    uint96 penalty;
    uint96 bond;
    uint16 bondShare;
    uint16 slashShare;
    uint16 payoutStart;
    uint40 payoutLength;
    uint40 maxBlock;
    uint32 keeperGas;
    uint96 nativePrice;
    KeeperReward.Terms keeper;
}

/// @title Dutch auctions of slices of hidden accounts
/// @notice Sells as little of an account in shortfall as restores the target, to the first bidder who accepts
/// the falling price factor. The price itself follows from the hidden book: the winner's proof shows that it is
/// ceil(d f (NAV - R)) to the unit.
interface ILiquidationAuction {
    event Started(uint64 indexed auction, uint64 indexed account, uint48 episode, uint64 version);
    /// @param reward [1e-6 quote] Paid to the beneficiary of the shortfall proof.
    /// @param penalty [1e-6 quote] Taken from the bounty in all.
    event KeeperRewarded(
        uint64 indexed auction, address indexed beneficiary, uint256 reward, uint256 penalty
    );
    event BidAwarded(
        uint64 indexed auction,
        address indexed winner,
        uint32 discount,
        uint32 target,
        uint40 epoch,
        uint40 deadline
    );
    event SliceSettled(
        uint64 indexed auction,
        address indexed winner,
        uint64 indexed lotAccount,
        uint256 price,
        uint256 fraction,
        uint256 fee,
        uint256 topUp
    );
    /// @notice A deficit was met, in the order of capital.
    event DeficitPaid(uint64 indexed auction, uint256 pool, uint256 insurance, uint256 socialised);
    event WinnerSlashed(
        uint64 indexed auction, address indexed winner, uint256 bond, address indexed reporter
    );
    event BondReturned(uint64 indexed auction, address indexed winner, uint256 bond);
    event Ended(uint64 indexed auction, Stage stage);

    /// @notice Thrown when an action is not open to an auction of this stage.
    error StageWrong(uint64 auction, Stage stage);
    /// @notice Thrown when an account has a running auction.
    error AuctionRuns(uint64 auction);
    /// @notice Thrown when only the pool may bid now.
    error PoolOnly(uint40 elapsed);
    /// @notice Thrown when the time for bids is over.
    error BiddingOver(uint40 elapsed, uint40 end);
    /// @notice Thrown when the time for bids is not over.
    error BiddingRuns(uint40 elapsed, uint40 end);
    /// @notice Thrown when the account's owner bids for its own account.
    error OwnerCannotBid(address owner);
    /// @notice Thrown when the bid was made for another version.
    error VersionWrong(uint64 expected, uint64 version);
    /// @notice Thrown when the bid was made for another epoch.
    error EpochWrong(uint40 expected, uint40 epoch);
    /// @notice Thrown when the award's epoch was found suspect: nothing is priced under it.
    error EpochSuspect(uint40 epoch);
    /// @notice Thrown when a bid's target exceeds the auction's, or its fraction is 0, above 1, or too small.
    error TermsOutOfRange();
    /// @notice Thrown when the sender is not the winner.
    error SenderNotWinner(address sender, address winner);
    /// @notice Thrown when the price is above the winner's maximum.
    error PriceTooHigh(uint256 price, uint256 maximum);
    /// @notice Thrown when the fraction is above the winner's maximum, or below the least of a partial bid.
    error FractionOutOfRange(uint256 fraction, uint256 least, uint256 most);
    /// @notice Thrown when a deficit is declared with a price, or for less than the whole account.
    error DeficitWrong(uint256 deficit);
    /// @notice Thrown when the winner still has time.
    error WinnerHasTime(uint40 clock, uint40 deadline);
    /// @notice Thrown when the breaker level is above what the action allows.
    error OracleLevelTooHigh(uint8 level, uint8 highest);
    /// @notice Thrown when the account was not cured.
    error NotCured(uint64 account);
    /// @notice Thrown when the token delivered less than was sent (a fee on transfer).
    error ReceivedLess(uint256 sent, uint256 received);
    /// @notice Thrown at deployment when a parameter is out of its range.
    error ParamOutOfRange(bytes32 name);

    /// @notice Starts the auction of a Liquidatable account; anyone. Pays the keeper reward from the bounty,
    /// once an episode. Errors: AuctionRuns, those of the registry's `lock` (status, breaker level).
    function start(uint64 account) external returns (uint64 id);

    /// @notice Accepts the price factor of now; takes the bond. The first valid bid wins. Errors: StageWrong,
    /// OracleLevelTooHigh, PoolOnly, BiddingOver, OwnerCannotBid, VersionWrong, EpochWrong, TermsOutOfRange.
    function bid(uint64 id, Award calldata terms) external;

    /// @notice Settles the present award; the winner. Takes price + top-up - payout for the account and the lot,
    /// and the fee. Errors: StageWrong, SenderNotWinner, PriceTooHigh, FractionOutOfRange, DeficitWrong,
    /// EpochWrong, EpochSuspect, OracleLevelTooHigh, those of the verifier and of the registry.
    /// @param liquidation Proof of `liquidate` for exactly `settlementSignals`.
    /// @param lotMargin Margin proof of the lot at the initial level.
    function settle(
        uint64 id,
        Settlement calldata settlement,
        Proof calldata liquidation,
        Proof calldata lotMargin
    ) external;

    /// @notice Slashes a winner whose time is over and reopens the bidding where it stood; anyone. The bond is
    /// returned instead if the oracle is halted, or the award's epoch suspect or, in the winner's time, no longer
    /// kept, then at once; or if no epoch has followed. Errors: StageWrong, WinnerHasTime.
    function slash(uint64 id) external;

    /// @notice Ends an auction whose account was cured; anyone. Errors: StageWrong, NotCured.
    function void(uint64 id) external;

    /// @notice Ends an auction that found no bidder; anyone. Errors: StageWrong, BiddingRuns.
    function fail(uint64 id) external;

    /// @notice Pays out what the sender is owed.
    function withdraw(address to) external returns (uint256 amount);

    /// @notice The auction.
    function auction(uint64 id) external view returns (Auction memory);
    /// @notice Latest auction of an account, 0 if there was none.
    function auctionOf(uint64 account) external view returns (uint64);
    /// @notice Price factor of a bid made now, and the bidding time that has passed [1e-6, s].
    function discountOf(uint64 id) external view returns (uint32 discount, uint40 elapsed);
    /// @notice [1e-6 quote] Bond of a bid with this maximum price: twice as much for every winner that stalled.
    function bondOf(uint64 id, uint128 maxPrice) external view returns (uint256);
    /// @notice [1e-6 quote] What `who` can withdraw.
    function owed(address who) external view returns (uint256);
    /// @notice Auctions that run.
    function running() external view returns (uint64);
    /// @notice Whether running auctions hold up the pools now.
    function isBlocking() external view returns (bool);
    /// @notice Public signals of the proof that would settle the present award.
    function settlementSignals(uint64 id, Settlement calldata settlement)
        external
        view
        returns (uint256[] memory);
    /// @notice Domain of the liquidate circuit: keccak(chain id, this, circuit id, key digest) >> 8.
    function domain() external view returns (uint256);
    /// @notice Numbers of this house.
    function params() external view returns (AuctionParams memory);
}
