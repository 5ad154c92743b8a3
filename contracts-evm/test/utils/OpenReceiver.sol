// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {SettlementReceiver} from "proofrail/bridge/SettlementReceiver.sol";
import {ISettlementHub} from "proofrail/interfaces/ISettlementHub.sol";

/// @notice The receiver of a bridge that anyone is.
contract OpenReceiver is SettlementReceiver {
    constructor(ISettlementHub hub_, address owner_) SettlementReceiver(hub_) Ownable(owner_) {}

    function deliver(bytes32 guid, bytes calldata message) external {
        _receiveMessage(guid, message);
    }
}
