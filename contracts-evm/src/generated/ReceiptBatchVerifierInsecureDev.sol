// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title ReceiptBatchVerifierInsecureDev
/// @notice Verifies Groth16 proofs of `receipt_batch/1(context,root,total,coordinator)`.
/// Generated from its verifying key by `proofrail-prover export solidity`: do not edit.
/// @custom:security INSECURE: the key is from the public development setup. Anybody can forge proofs
/// for it. Deploy it only where nothing has value.
/// @dev beta, gamma and delta are stored negated, so that one pairing check
/// e(A, B) e(C, -delta) e(alpha, -beta) e(L, -gamma) = 1 with L = ic[0] + sum(inputs[i] * ic[i + 1])
/// takes the proof as it comes.
contract ReceiptBatchVerifierInsecureDev {
    /// @notice The circuit: keccak256 of its name, version and ordered public inputs.
    bytes32 public constant CIRCUIT_ID =
        0x91a14bef9758bd1e0e38d62f2332e6322976f08e091a8307ca1f5b9a8bce4f4d;

    /// @dev The order of BN254's groups; public inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// @dev A malformed proof makes the pairing precompile burn all gas that it is given. This is
    /// twice its price for four pairs (EIP-1108), so that the caller keeps the rest.
    uint256 private constant PAIRING_GAS = 362_000;

    uint256 private constant ALPHA_X =
        0x1a4982191f576fa279148c909ea4dd6e77db45f9a48c4bd334058c3daf260479;
    uint256 private constant ALPHA_Y =
        0x1f0ebdb4140b80043fa48b4e20d228fcdc58be3b8b9712d905f37e8547622ee8;
    uint256 private constant NEG_BETA_X1 =
        0x27abdd70c19c5ca6efc145766d3868ac41f625bc32eb9ee1e55b9a543a217025;
    uint256 private constant NEG_BETA_X0 =
        0x13656b553b2645a1eba0e3c9155dae55c55e96b0f5d808fbb75cd271676a0f8f;
    uint256 private constant NEG_BETA_Y1 =
        0x09a37c61ce6533c8bb0f21fcc90d494e1df1ece2414838e0be188561ab932199;
    uint256 private constant NEG_BETA_Y0 =
        0x26564ec79cce697281181dd3577eed7aaf0d59d71b4007cef76a2e6c74a5e260;
    uint256 private constant NEG_GAMMA_X1 =
        0x016f5ec93372e58583840b4e8f2648266a24f509377936b5bed8ef182ab398a1;
    uint256 private constant NEG_GAMMA_X0 =
        0x06cc497900d3f8702e7fec1735b381308483866915eb1da2a57aec4075760a3e;
    uint256 private constant NEG_GAMMA_Y1 =
        0x1bf45df8322cacf12a9d484a9c2b2ea9b93de628d0551bb43015c9b4c42abb8e;
    uint256 private constant NEG_GAMMA_Y0 =
        0x0e4c99db6e846979eaefa28fdd54405d9bc71e88e9765d3434d55ba3d869ca77;
    uint256 private constant NEG_DELTA_X1 =
        0x07db854c82a151edb1387725ac2fb98f9fa21e49ac4a0e9e2560b1a93cb5dc8f;
    uint256 private constant NEG_DELTA_X0 =
        0x2a59f370ec56afa5a7b3bb59f8b09f51181f9cc3e3ea50ac69df1594f39dce1c;
    uint256 private constant NEG_DELTA_Y1 =
        0x24c0f62a8d288be7e481857df911ef7963302a72eb451aed3b34feadb60b7f4f;
    uint256 private constant NEG_DELTA_Y0 =
        0x069b19ab33598b208bb0f4f1a95538857e6a08b5ab5acc66aae50f43428ab22d;
    uint256 private constant IC_0_X =
        0x2570d35b81da9f4c209608a70f725f2b93a47556bd3883e1acef3ed8b732cfde;
    uint256 private constant IC_0_Y =
        0x175cc0fddf4a759d0b0315bf5d2994166130e8fca93dbaf9f99728c1550ae74f;
    uint256 private constant IC_1_X =
        0x156d686c0ee2468d8bf8b4ddcf4de86953500d5d4b3f894ca508bfd831e4bfc7;
    uint256 private constant IC_1_Y =
        0x2b21463da58399978ef7142b0e4d5c6eda1775fc3f6dd3f760397a646822c1e2;
    uint256 private constant IC_2_X =
        0x0cd47b0da5ea3c8e262ba1874d7a36080c60a6d22d64f6e7a056f4583e4cc40a;
    uint256 private constant IC_2_Y =
        0x0ef3ff5cb26e44c8f3d18a64191293968826724df9e2fcf46af6e9dffef8ed84;
    uint256 private constant IC_3_X =
        0x0033aab12f80c2dfd67dc3c26c63aa16537446b7260e11d9cd706bd8414a4d17;
    uint256 private constant IC_3_Y =
        0x0535d99304cf62cc1da18897dcf93853334b22798eb060b4c76240baea2e93c0;
    uint256 private constant IC_4_X =
        0x18b68b08b34fee1aba37a09184b5c34b9fbfcadf0ba59775cd6bcdbc86d57b30;
    uint256 private constant IC_4_Y =
        0x2f775a7ad82fc7dde82b8138e593d7840a2583a4833ea434a413d436849409e2;

    /// @notice Whether a proof holds for the public inputs.
    /// @param proof The proof in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
    /// @param inputs The public inputs, each below the scalar field's order: context, root, total, coordinator.
    /// @return valid False for a false proof and for anything malformed.
    function verifyProof(uint256[8] calldata proof, uint256[4] calldata inputs)
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
            valid := and(addInput(sum, IC_4_X, IC_4_Y, calldataload(add(inputs, 0x60))), valid)

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
