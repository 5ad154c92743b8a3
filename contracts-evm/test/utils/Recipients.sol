// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {Native} from "proofrail/libraries/Native.sol";

/// @notice Takes no ether.
contract Refuser {}

/// @notice Spends all gas that it is given.
contract Burner {
    uint256 private _spent;

    receive() external payable {
        while (true) _spent++;
    }
}

/// @notice Tries to get more while it is paid.
contract Reentrant {
    IEscrow private immutable HUB;

    uint256 public refusals;
    bytes public reason;

    constructor(address hub) {
        HUB = IEscrow(hub);
    }

    receive() external payable {
        try HUB.claim(Native.ETHER, 1, address(this)) {}
        catch {
            refusals++;
        }
        try HUB.depositNative{value: 1}(address(this)) {}
        catch (bytes memory refusal) {
            refusals++;
            reason = refusal;
        }
    }
}
