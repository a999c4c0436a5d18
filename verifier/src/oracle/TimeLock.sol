// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMarketOracle} from "../interfaces/IMarketOracle.sol";

/// @title Changes that need notice
library TimeLock {
    /// @param readyAt Of each announced change, when it may be made; 0 if it is not announced [s].
    struct Changes {
        mapping(bytes32 => uint40) readyAt;
    }

    /// @dev Announces a change.
    function schedule(Changes storage self, bytes32 change, uint40 readyAt) internal {
        self.readyAt[change] = readyAt;
        emit IMarketOracle.ChangeScheduled(change, readyAt);
    }

    /// @dev Withdraws a change. Reverts with ChangeNotReady if it was not announced.
    function cancel(Changes storage self, bytes32 change) internal {
        require(self.readyAt[change] != 0, IMarketOracle.ChangeNotReady(change, 0));
        delete self.readyAt[change];
        emit IMarketOracle.ChangeCancelled(change);
    }

    /// @dev Uses up a change. Reverts with ChangeNotReady if its notice has not ended.
    function use(Changes storage self, bytes32 change) internal {
        uint40 readyAt = self.readyAt[change];
        bool ready = readyAt != 0 && readyAt <= block.timestamp;
        require(ready, IMarketOracle.ChangeNotReady(change, readyAt));
        delete self.readyAt[change];
    }
}
