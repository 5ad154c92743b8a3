// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title ReceiptPrivateVerifierInsecureDev
/// @notice Verifies Groth16 proofs of `receipt_private/1(context,commitment,coordinator)`.
/// Generated from its verifying key by `proofrail-prover export solidity`: do not edit.
/// @custom:security INSECURE: the key is from the public development setup. Anybody can forge proofs
/// for it. Deploy it only where nothing has value.
/// @dev beta, gamma and delta are stored negated, so that one pairing check
/// e(A, B) e(C, -delta) e(alpha, -beta) e(L, -gamma) = 1 with L = ic[0] + sum(inputs[i] * ic[i + 1])
/// takes the proof as it comes.
contract ReceiptPrivateVerifierInsecureDev {
    /// @notice The circuit: keccak256 of its name, version and ordered public inputs.
    bytes32 public constant CIRCUIT_ID =
        0x2cdb357fd886b758aad87a4675fbc66efff79f71de0dc8e0ad5ffc9447271eee;

    /// @dev The order of BN254's groups; public inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// @dev A malformed proof makes the pairing precompile burn all gas that it is given. This is
    /// twice its price for four pairs (EIP-1108), so that the caller keeps the rest.
    uint256 private constant PAIRING_GAS = 362_000;

    uint256 private constant ALPHA_X =
        0x1b93964ba1ab5076e7bd9ca39e5c51b426ea250135fd7c2e662d75354a10224a;
    uint256 private constant ALPHA_Y =
        0x2fa2010ed39aa380368ec69f69c10f5e390d069b6b93ca56110672ab7b595eb2;
    uint256 private constant NEG_BETA_X1 =
        0x1549fee78cd0450d4ad5f68612f8600a358d33068616e127975ff56ebc385a18;
    uint256 private constant NEG_BETA_X0 =
        0x0b36de2b9735872f4d8581f81c4df33bcd1a1529714992bd90ed0870154c46ba;
    uint256 private constant NEG_BETA_Y1 =
        0x0e5b8fd42766f57340ef6e58f91cb6fecb0c17b3db4ef3d84ebae6f5a26be7c6;
    uint256 private constant NEG_BETA_Y0 =
        0x09c4d68d426f2e9f122508ec6a579499cb6623ae6ee07f58b7e71f1a1bd80cdf;
    uint256 private constant NEG_GAMMA_X1 =
        0x254472430154193e70b4ee1eb181ca179a491f56bdce9d924e917a1efd00a22e;
    uint256 private constant NEG_GAMMA_X0 =
        0x04dc7e746247c7be3b934640abaf93887cf8ac50bf2f4b098c8167de50dc90ab;
    uint256 private constant NEG_GAMMA_Y1 =
        0x2ab98d276b31f8ba8408036d94578664d95ea341678e2938077bc264adc033db;
    uint256 private constant NEG_GAMMA_Y0 =
        0x276f8f33a34b9bb06da2b66629452620c02c62c38a25cbf4d85d2b960297859f;
    uint256 private constant NEG_DELTA_X1 =
        0x062c34320e3cd794ba3ef46bf400373ab988552d477d469a3e82b9d0585c5965;
    uint256 private constant NEG_DELTA_X0 =
        0x0e496355e1af740d4aba6d0629b30ba6ac63b82f864bb610e867294df856679c;
    uint256 private constant NEG_DELTA_Y1 =
        0x09746ce921d121911cb596f55ac9db5e60aa86bf39327f43d169402f695b0c53;
    uint256 private constant NEG_DELTA_Y0 =
        0x0b901ea5122f8fe0ecae7b5b20cc51a14a728be0fdb74f981a714f67249c8b24;
    uint256 private constant IC_0_X =
        0x076b3f59c5e28edafdb8850d76a0dcc495e9ae102961c19e3bfd4eab1f96df84;
    uint256 private constant IC_0_Y =
        0x2f666ba6c4c1de7b1ece2d5671204ea1bdd8fecc0518a675ae2a13c5281eeeb7;
    uint256 private constant IC_1_X =
        0x24024d43e87c688033d47c966c7d9f7c8a948d6f3ab406b14d587718053e0f09;
    uint256 private constant IC_1_Y =
        0x17052e419d4162a52eff70409afb4c3334fffbfef0dc967079f4f05eddbeb8d7;
    uint256 private constant IC_2_X =
        0x2933342b5fbd43c8a9ece91e1a2e9c092e14d6ae67127698228ee7fa65ff59b7;
    uint256 private constant IC_2_Y =
        0x09fe569f8c44e3181937cc98a6c740de5297a5597c4d47f905bce901125a4fbb;
    uint256 private constant IC_3_X =
        0x2832a5482daa8e50c390f38557c8fe9cf6ba4d18abda4b85d3eb6ce3aa6c222c;
    uint256 private constant IC_3_Y =
        0x2b8ccf2d21ec05c399cce5a06e8ee86a60e4e3e519e40edce1e39b63d30af53a;

    /// @notice Whether a proof holds for the public inputs.
    /// @param proof The proof in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
    /// @param inputs The public inputs, each below the scalar field's order: context, commitment, coordinator.
    /// @return valid False for a false proof and for anything malformed.
    function verifyProof(uint256[8] calldata proof, uint256[3] calldata inputs)
        external
        view
        returns (bool valid)
    {
        assembly ("memory-safe") {
            /// Adds inputs[i] * ic[i + 1] to the sum at `sum`; what it returns must not be dropped.
            function addInput(sum, x, y, input) -> ok {
                ok := lt(input, R)
                mstore(add(sum, 0x40), x)
                mstore(add(sum, 0x60), y)
                mstore(add(sum, 0x80), input)
                // ecMul writes its product behind the sum, where ecAdd reads it (EIP-196).
                ok := and(staticcall(gas(), 0x07, add(sum, 0x40), 0x60, add(sum, 0x40), 0x40), ok)
                ok := and(staticcall(gas(), 0x06, sum, 0x80, sum, 0x40), ok)
            }

            // Four pairs of a G1 and a G2 point, 0xc0 bytes each (EIP-197). The memory behind the
            // free pointer is used and given back.
            let pairs := mload(0x40)
            let sum := add(pairs, 0x240)
            mstore(sum, IC_0_X)
            mstore(add(sum, 0x20), IC_0_Y)
            valid := 1
            valid := and(addInput(sum, IC_1_X, IC_1_Y, calldataload(inputs)), valid)
            valid := and(addInput(sum, IC_2_X, IC_2_Y, calldataload(add(inputs, 0x20))), valid)
            valid := and(addInput(sum, IC_3_X, IC_3_Y, calldataload(add(inputs, 0x40))), valid)

            // A, B and C lie in the proof as the first two pairs need them; the precompile refuses
            // coordinates that are not below q and points off the curve or outside the subgroup.
            calldatacopy(pairs, proof, 0x100)
            mstore(add(pairs, 0x100), NEG_DELTA_X1)
            mstore(add(pairs, 0x120), NEG_DELTA_X0)
            mstore(add(pairs, 0x140), NEG_DELTA_Y1)
            mstore(add(pairs, 0x160), NEG_DELTA_Y0)
            mstore(add(pairs, 0x180), ALPHA_X)
            mstore(add(pairs, 0x1a0), ALPHA_Y)
            mstore(add(pairs, 0x1c0), NEG_BETA_X1)
            mstore(add(pairs, 0x1e0), NEG_BETA_X0)
            mstore(add(pairs, 0x200), NEG_BETA_Y1)
            mstore(add(pairs, 0x220), NEG_BETA_Y0)
            mstore(add(pairs, 0x280), NEG_GAMMA_X1)
            mstore(add(pairs, 0x2a0), NEG_GAMMA_X0)
            mstore(add(pairs, 0x2c0), NEG_GAMMA_Y1)
            mstore(add(pairs, 0x2e0), NEG_GAMMA_Y0)

            // Without the precompile the call succeeds and writes nothing: the answer starts at no.
            mstore(0x00, 0)
            valid := and(staticcall(PAIRING_GAS, 0x08, pairs, 0x300, 0x00, 0x20), valid)
            valid := and(mload(0x00), valid)
        }
    }
}
