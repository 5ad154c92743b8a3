// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title BoundedCall
/// @notice Calls of contracts that somebody else chose: no more than some gas, and no more than some of the answer.
library BoundedCall {
    /// @notice The gas that must be there for a call to get all of its own, and something to be left (EIP-150).
    /// @param gasLimit What the call may use.
    /// @param reserve What is left for afterwards.
    /// @return In units of gas.
    function gasFor(uint256 gasLimit, uint256 reserve) internal pure returns (uint256) {
        return gasLimit * 64 / 63 + 5_000 + reserve;
    }

    /// @notice Calls a contract and survives whatever it does.
    /// @param target The contract; a call of an account without code succeeds with nothing.
    /// @param gasLimit What the call may use, where that much is there.
    /// @param data The call.
    /// @param longest How many bytes of the answer are read; the rest is never copied.
    /// @return ok Whether the call succeeded.
    /// @return answer What it returned or reverted with.
    function tryCall(address target, uint256 gasLimit, bytes memory data, uint256 longest)
        internal
        returns (bool ok, bytes memory answer)
    {
        assembly ("memory-safe") {
            ok := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0, 0)
            let size := returndatasize()
            if gt(size, longest) { size := longest }
            answer := mload(0x40)
            mstore(answer, size)
            returndatacopy(add(answer, 0x20), 0, size)
            mstore(0x40, and(add(add(answer, size), 0x3f), not(0x1f)))
        }
    }
}
