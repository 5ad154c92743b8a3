// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IGovernanceSender} from "../interfaces/IGovernanceSender.sol";
import {GovernanceCall, GovernanceMessage} from "../libraries/GovernanceMessage.sol";

/// @title GovernanceSender
/// @notice See {IGovernanceSender}.
abstract contract GovernanceSender is IGovernanceSender, AccessManaged {
    /// @inheritdoc IGovernanceSender
    mapping(uint256 chainId => mapping(address receiver => uint64)) public nextNumber;

    /// @param authority_ The access manager of the governance chain: who may send, and after what delay.
    constructor(address authority_) AccessManaged(authority_) {}

    /// @dev The next message to a receiver, which is sent in this transaction or not at all.
    function _number(uint256 chainId, address receiver, address target, bytes calldata data)
        internal
        returns (bytes memory message)
    {
        if (receiver == address(0) || target == address(0)) revert ZeroAddress();
        uint64 number = nextNumber[chainId][receiver]++;
        emit CallSent(chainId, receiver, number, target, data);
        return GovernanceMessage.encode(GovernanceCall(chainId, receiver, number, target, data));
    }
}
