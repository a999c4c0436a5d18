// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IGroth16Verifier, Proof} from "./interfaces/IGroth16Verifier.sol";
import {IMarginRegistry} from "./interfaces/IMarginRegistry.sol";
import {IMarketOracle} from "./interfaces/IMarketOracle.sol";
import {ISoundnessAlarm} from "./interfaces/ISoundnessAlarm.sol";

/// @title Alarm for the case that proofs cannot be trusted
/// @notice Deployed by the registry, whose clock it stops.
contract SoundnessAlarm is ISoundnessAlarm {
    // Immutables

    /// @notice The registry.
    IMarginRegistry public immutable REGISTRY;

    IMarketOracle private immutable ORACLE;
    IGroth16Verifier private immutable MARGIN_VERIFIER;
    IGroth16Verifier private immutable SHORTFALL_VERIFIER;

    // Init

    constructor(IMarketOracle oracle, IGroth16Verifier margin, IGroth16Verifier shortfall) {
        (REGISTRY, ORACLE) = (IMarginRegistry(msg.sender), oracle);
        (MARGIN_VERIFIER, SHORTFALL_VERIFIER) = (margin, shortfall);
    }

    // Actions

    /// @inheritdoc ISoundnessAlarm
    function report(
        uint64 id,
        uint40 epoch,
        Proof calldata margin,
        Proof calldata shortfall,
        address beneficiary
    ) external {
        MARGIN_VERIFIER.verify(margin, REGISTRY.marginSignals(id, epoch));
        SHORTFALL_VERIFIER.verify(shortfall, REGISTRY.shortfallSignals(id, epoch, beneficiary));
        emit ContradictionProven(id, REGISTRY.account(id).version, epoch);
        REGISTRY.pauseClock().raiseAlarm();
        // The registry's alarm does not depend on whether the oracle takes reports from here.
        try ORACLE.tripContradiction() {} catch {}
    }
}
