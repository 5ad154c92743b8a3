// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title MembershipVerifierInsecureDev
/// @notice Verifies Groth16 proofs of `membership/1(root,scope,nullifier,context)`.
/// Generated from its verifying key by `proofrail-prover export solidity`: do not edit.
/// @custom:security INSECURE: the key is from the public development setup. Anybody can forge proofs
/// for it. Deploy it only where nothing has value.
/// @dev beta, gamma and delta are stored negated, so that one pairing check
/// e(A, B) e(C, -delta) e(alpha, -beta) e(L, -gamma) = 1 with L = ic[0] + sum(inputs[i] * ic[i + 1])
/// takes the proof as it comes.
contract MembershipVerifierInsecureDev {
    /// @notice The circuit: keccak256 of its name, version and ordered public inputs.
    bytes32 public constant CIRCUIT_ID =
        0xa2a295b5e9f7cc0d2110122bf3f61649df6cb93ecdbd44e289bbc3d77fe61af6;

    /// @dev The order of BN254's groups; public inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// @dev A malformed proof makes the pairing precompile burn all gas that it is given. This is
    /// twice its price for four pairs (EIP-1108), so that the caller keeps the rest.
    uint256 private constant PAIRING_GAS = 362_000;

    uint256 private constant ALPHA_X =
        0x17fc6f2f9fb8a145e041759f8024c93825502cabc2329d9852288a0fa4524748;
    uint256 private constant ALPHA_Y =
        0x0c63f94e993bdacbdb14798279c2016a9eb4a9dde745ea0d60bed5e66b0f27e2;
    uint256 private constant NEG_BETA_X1 =
        0x1ad151920fd2f649d26dfe23606336ccf0c70a0f04c82552613b1b349ebe1970;
    uint256 private constant NEG_BETA_X0 =
        0x1e571a799f30998fc4b5b86eb47c373c14dc89f8bece7eed0bfe22bf079041a8;
    uint256 private constant NEG_BETA_Y1 =
        0x039eeca2c61e91d8831dd722fdcbc7c51d54d2e863a8ecfaeeb6449edca0366c;
    uint256 private constant NEG_BETA_Y0 =
        0x2d3ee2bfe1ad58760584a143467ceb4a5ef4c33f409dc8866a3b4b9e8b9cd817;
    uint256 private constant NEG_GAMMA_X1 =
        0x0bab0f825b6b3494f2383439b16d1aa6cc8ec9f0d7fc4a031dacf568041fdeb9;
    uint256 private constant NEG_GAMMA_X0 =
        0x2b3b479358fde97f3a39fffb596c5eaabfd79d993ca77a2dbd0465368c1d83b6;
    uint256 private constant NEG_GAMMA_Y1 =
        0x067a26bcf5bc96b81b4e8ba57741d99cd7917f6619d869d8f6d78375f11b2758;
    uint256 private constant NEG_GAMMA_Y0 =
        0x18fca9b037b713796d077ea5a0cc20e351ca5781388c3eccd598675a2760e7b3;
    uint256 private constant NEG_DELTA_X1 =
        0x18128fe1b34e0b39871df4f500f147c60c6941c7c11683e4301ae4743f79d4c7;
    uint256 private constant NEG_DELTA_X0 =
        0x1f7cd9782f6a17f8b2cc3183ba584e93715636a0aaeff52e4351e80c1e107e7c;
    uint256 private constant NEG_DELTA_Y1 =
        0x25e2c6746011f3f0f67e0c896160b025dde1e3affabe18f410b3bdd67c66614e;
    uint256 private constant NEG_DELTA_Y0 =
        0x1c6cac863f96040043cf80beab97f2e9b5b364bb795d40300975e754b681a163;
    uint256 private constant IC_0_X =
        0x10a6355daed4a1f572d92253bf5b029dd3db67e0aed9a0b93b5284787c1c49c3;
    uint256 private constant IC_0_Y =
        0x171f5d6f4742abddd8e838d35ed51e255736e7f985b4cff7e05668a840ac57f1;
    uint256 private constant IC_1_X =
        0x05fa55f9f68c252c0fef2c8b0dcafaaa8e075e72fa105375e88b7e76851769b4;
    uint256 private constant IC_1_Y =
        0x0597b5358fbe09fde25785d4605f8d5e040e1f7e4d9e3334ac974b40801ea5c7;
    uint256 private constant IC_2_X =
        0x0d319d3642fb69c9af26be83c3f75e4e9ce00fa57ce511a3c78fec6029b7e18e;
    uint256 private constant IC_2_Y =
        0x234cb9d5a0d4a31a338db03f576e16d01056333e3cc8c2dd43094ece166e2d9b;
    uint256 private constant IC_3_X =
        0x01b0ab55368055df9411ed221aba531b4add280f1da7db8c7e851081c1d09487;
    uint256 private constant IC_3_Y =
        0x2667a7b60296e75994a27f01be85047bd1857ad57c81cd174ea095735ac3fac0;
    uint256 private constant IC_4_X =
        0x1ea94b5727ba3ad2dabec37bb53cec50ae90fd2486032ac7d3a348013c49889a;
    uint256 private constant IC_4_Y =
        0x0ff479e706242489e7aa20981f4133c627a45d4c191d8f1c8e01c4da58311183;

    /// @notice Whether a proof holds for the public inputs.
    /// @param proof The proof in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
    /// @param inputs The public inputs, each below the scalar field's order: root, scope, nullifier, context.
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
