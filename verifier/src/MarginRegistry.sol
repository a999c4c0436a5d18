// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IGroth16Verifier} from "./interfaces/IGroth16Verifier.sol";
import {IMarketOracle} from "./interfaces/IMarketOracle.sol";
import {ISequencerFeed} from "./interfaces/ISequencerFeed.sol";
import {RegistryParams, Role} from "./interfaces/IAccounts.sol";
import {HolderBonds} from "./HolderBonds.sol";
import {PauseClock} from "./PauseClock.sol";
import {SoundnessAlarm} from "./SoundnessAlarm.sol";
import {AccountStore} from "./registry/AccountStore.sol";
import {AuctionHooks} from "./registry/AuctionHooks.sol";
import {CallActions} from "./registry/CallActions.sol";
import {Credits} from "./registry/Credits.sol";
import {ProofActions} from "./registry/ProofActions.sol";
import {RegistryConfig} from "./registry/RegistryConfig.sol";

/// @notice Who and what a registry works with, all fixed but the roles.
/// @param quote Quote token, 6 decimals.
/// @param oracle Oracle of the feed.
/// @param margin Verifier of `margin`.
/// @param shortfall Verifier of `shortfall`.
/// @param sequencerFeed Uptime feed; zero on a chain without a sequencer.
/// @param insurance Who is credited with what slashed holders lose.
/// @param governance Schedules changes of roles.
/// @param guardian Pauses the clock; zero if nobody may.
/// @param authority Authorises openings, advances and closings.
/// @param auction Auction; zero if it is deployed later.
struct RegistryWiring {
    IERC20 quote;
    IMarketOracle oracle;
    IGroth16Verifier margin;
    IGroth16Verifier shortfall;
    ISequencerFeed sequencerFeed;
    address insurance;
    address governance;
    address guardian;
    address authority;
    address auction;
}

/// @title Registry of private margin accounts
/// @notice The parts are in `registry/`, one concept a file; `docs/registry.md` has the states and the rules.
contract MarginRegistry is AuctionHooks, CallActions {
    // Init

    constructor(RegistryWiring memory w, RegistryParams memory p)
        RegistryConfig(p)
        Credits(w.quote)
        AccountStore(
            w.oracle,
            new PauseClock(w.sequencerFeed, w.guardian, p.maxPause, p.resumeGrace),
            new HolderBonds(w.quote, w.insurance, p.holderBond, p.holderExit)
        )
        ProofActions(w.margin, w.shortfall, new SoundnessAlarm(w.oracle, w.margin, w.shortfall))
    {
        require(w.governance != address(0) && w.authority != address(0), AddressZero());
        _setRole(Role.Governance, w.governance);
        _setRole(Role.Authority, w.authority);
        _setRole(Role.Auction, w.auction);
    }
}
