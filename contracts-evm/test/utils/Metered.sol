// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {HubTest} from "./HubTest.sol";

/// @notice Measures calls as transactions: every slot and account is cold, and the intrinsic gas is counted.
abstract contract Metered is HubTest {
    /// @dev EIP-7825.
    uint256 private constant TRANSACTION_GAS_CAP = 16_777_216;

    address[] private _accounts;

    /// @dev Accounts, beside the hub's own, that a transaction finds cold.
    function _meter(address account) internal {
        _accounts.push(account);
    }

    /// @dev Executes the call cold, and adds what a transaction of these bytes costs before it executes (EIP-2028).
    function _transact(address target, bytes memory call) internal returns (uint256) {
        uint256 intrinsic = 21_000 + _calldataGas(call);
        _coolAll();
        uint256 before = gasleft();
        (bool ok,) = target.call{gas: TRANSACTION_GAS_CAP - intrinsic}(call);
        uint256 execution = before - gasleft();
        assertTrue(ok);
        return intrinsic + execution;
    }

    function _calldataGas(bytes memory data) internal pure returns (uint256 gas) {
        for (uint256 i = 0; i < data.length; i++) {
            gas += data[i] == 0 ? 4 : 16;
        }
    }

    function _coolAll() internal {
        vm.cool(address(hub));
        vm.cool(address(token));
        vm.cool(address(router));
        vm.cool(address(verifier));
        vm.cool(address(batchVerifier));
        vm.cool(address(receiptBatchVerifier));
        for (uint256 i = 0; i < _accounts.length; i++) {
            vm.cool(_accounts[i]);
        }
    }
}
