// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @notice The part of halmos's cheatcodes that the checks use; see github.com/a16z/halmos-cheatcodes.
interface SymbolicVm {
    function createBytes(uint256 byteSize, string calldata name)
        external
        pure
        returns (bytes memory);
    function createUint256(string calldata name) external pure returns (uint256);
}

/// @notice The part of Foundry's cheatcodes that halmos has too.
interface ConcreteVm {
    function assume(bool condition) external pure;
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
    function deal(address account, uint256 balance) external;
}

/// @notice Functions that begin with `check_` hold for every value of their parameters; `cargo xtask audit` has halmos prove it.
abstract contract Symbolic {
    SymbolicVm internal constant svm = SymbolicVm(0xF3993A62377BCd56AE39D773740A5390411E8BC9);
    ConcreteVm internal constant vm = ConcreteVm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
}
