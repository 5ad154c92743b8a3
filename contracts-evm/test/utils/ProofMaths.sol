// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @notice What anyone can do to a proof without knowing its witness.
library ProofMaths {
    /// @notice The order of the field that coordinates live in.
    uint256 internal constant BASE_FIELD =
        21888242871839275222246405745257275088696311157297823662689037894645226208583;

    /// @notice (-A, -B, C): the pairing of A and B is the same, so the proof holds where the first does.
    function negated(uint256[8] memory proof) internal pure returns (uint256[8] memory other) {
        for (uint256 i = 0; i < 8; i++) {
            other[i] = proof[i];
        }
        other[1] = BASE_FIELD - proof[1];
        other[4] = BASE_FIELD - proof[4];
        other[5] = BASE_FIELD - proof[5];
    }

    /// @notice (kA, B, C) for some k: holds only for k = 1.
    function scaled(uint256[8] memory proof, uint256 seed)
        internal
        view
        returns (uint256[8] memory other)
    {
        for (uint256 i = 0; i < 8; i++) {
            other[i] = proof[i];
        }
        uint256 factor = 2 + seed % (2 ** 128);
        (bool ok, bytes memory point) =
            address(7).staticcall(abi.encode(proof[0], proof[1], factor));
        require(ok, "ecmul");
        (other[0], other[1]) = abi.decode(point, (uint256, uint256));
    }
}
