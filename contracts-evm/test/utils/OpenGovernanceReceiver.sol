// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {GovernanceReceiver} from "proofrail/governance/GovernanceReceiver.sol";

/// @notice The governance receiver of a bridge that anyone is.
contract OpenGovernanceReceiver is GovernanceReceiver {
    constructor(IAccessManager manager_) GovernanceReceiver(manager_) {}

    function deliver(bytes32 guid, bytes calldata message) external {
        _receiveMessage(guid, message);
    }
}
