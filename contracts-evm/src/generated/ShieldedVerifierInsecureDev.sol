// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title ShieldedVerifierInsecureDev
/// @notice Verifies Groth16 proofs of `shielded/1(root,nullifier_0,nullifier_1,note_0,note_1,outflow,context,receipt)`.
/// Generated from its verifying key by `proofrail-prover export solidity`: do not edit.
/// @custom:security INSECURE: the key is from the public development setup. Anybody can forge proofs
/// for it. Deploy it only where nothing has value.
/// @dev beta, gamma and delta are stored negated, so that one pairing check
/// e(A, B) e(C, -delta) e(alpha, -beta) e(L, -gamma) = 1 with L = ic[0] + sum(inputs[i] * ic[i + 1])
/// takes the proof as it comes.
contract ShieldedVerifierInsecureDev {
    /// @notice The circuit: keccak256 of its name, version and ordered public inputs.
    bytes32 public constant CIRCUIT_ID =
        0x8b4e6537bcba27e8a6685c1f30a1ec12dfe51706521d63ba3c93aa8e8ee4609b;

    /// @dev The order of BN254's groups; public inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// @dev A malformed proof makes the pairing precompile burn all gas that it is given. This is
    /// twice its price for four pairs (EIP-1108), so that the caller keeps the rest.
    uint256 private constant PAIRING_GAS = 362_000;

    uint256 private constant ALPHA_X =
        0x16085a3d1f50a7d5663a7554e1208a6c908e80bee34da4a6cd237c40cfb9fd09;
    uint256 private constant ALPHA_Y =
        0x06ca27411924c8e1f900c5c9fa49eb47707908ec6f2332c2d541d9b843dfab59;
    uint256 private constant NEG_BETA_X1 =
        0x25941d75057602ebb15d0ecaaec1b5a3affce367e5aa31bd39b7569e8e7642b0;
    uint256 private constant NEG_BETA_X0 =
        0x0371a5225009197080a0bd71d028215feb636965302bd1ba2940258a7b96f507;
    uint256 private constant NEG_BETA_Y1 =
        0x186c31890324d591dd11cd3fe3566828d1db22bf539232ce39eef2c6044ef3fd;
    uint256 private constant NEG_BETA_Y0 =
        0x213d34bba3f1807212e6723f606c43531032c443e5fea79b42e0c57f7df6e6a7;
    uint256 private constant NEG_GAMMA_X1 =
        0x03780ec05d97cfbf5737024292ede15a5f9524c0ee2147b4571980ce11f3533e;
    uint256 private constant NEG_GAMMA_X0 =
        0x0942627a4b942f025220e886358ba0cb79be9809e796b1a64a032512ec005764;
    uint256 private constant NEG_GAMMA_Y1 =
        0x03b68b06d64541a145a1629dd4abc9d16156226334b2421b19ecf98992502eca;
    uint256 private constant NEG_GAMMA_Y0 =
        0x12e9fab310daf7bb3794d984a9918f025165684f9a1af181cba69cea49448b5b;
    uint256 private constant NEG_DELTA_X1 =
        0x035368af1f27581517fead45fd19429f0e53224dfb36884ca246af5d6e703b6f;
    uint256 private constant NEG_DELTA_X0 =
        0x0f027cbdbcb8e807659463a6484d2a5a7100ffdf1ba6c31f84ef1cd0369c87dc;
    uint256 private constant NEG_DELTA_Y1 =
        0x21d337bd4924c3e5f5f5d77fa46136b96cc40c2c94ea6e837c4d2ed4fbfd481a;
    uint256 private constant NEG_DELTA_Y0 =
        0x2c6808143107490e9f5486db7309810f7575ecf4aa1dee4604f3b27e0ff25cba;
    uint256 private constant IC_0_X =
        0x20972b27ad2cf4959a7b85e1389b061bafd879cd855018e57e35fdd60e2091ba;
    uint256 private constant IC_0_Y =
        0x195d8f2ff0e75245348e8bbb9a6aa8f781cda7e41077e2e3550ea21abebac3c0;
    uint256 private constant IC_1_X =
        0x0c6201c65c250a19a41fa6454a1f6dcadbb30afba97d878a9e25d535df3e6f1b;
    uint256 private constant IC_1_Y =
        0x0486bf123b5708802816883dbafe676dab5bc289cd01f7590e54662c675e21de;
    uint256 private constant IC_2_X =
        0x2e218b614baff4233b7c1ef89f5b5099a9ed8a25cc94658c954ff865b90f1acf;
    uint256 private constant IC_2_Y =
        0x1c4d3f1d95ff78982a44585a80f339907b2bc192ec4dc8abef4fbbe1420da408;
    uint256 private constant IC_3_X =
        0x08f8996ad927117c92e14620f4c03126548795faff39b13abfa6b94f4f6a5968;
    uint256 private constant IC_3_Y =
        0x0baca52d37eb79cf9c9e39e03841332212869a6967a7b189f81fdf482c821835;
    uint256 private constant IC_4_X =
        0x17fdf237ce4ad51fbfa2130a04f1829cd159ba9968e39ddf18c8aac8acfcf7d6;
    uint256 private constant IC_4_Y =
        0x17e66a80b663dbda5eb690fc7dd159750f7fd2e2975cb6e0e4893d2c3c70dbf0;
    uint256 private constant IC_5_X =
        0x16362d5eb771b6ab028d96d58929ebaf670018274604ca2dbc79662b6dd280e0;
    uint256 private constant IC_5_Y =
        0x017353ef4663bda658ef5bbdf81fbab30e1166e6c42e40fb6639dd165108f524;
    uint256 private constant IC_6_X =
        0x0c1e5b1d854b2fa77f73f3a62d925b5b38529a54ad116280aedeeb501dc0c013;
    uint256 private constant IC_6_Y =
        0x13f284abe85441eaba00bd46be20458e569578ff8a91928caf8611ef3d630302;
    uint256 private constant IC_7_X =
        0x2a5ea5787cb65685f189a131f432f9dc3e025071358910940363e36fe6589941;
    uint256 private constant IC_7_Y =
        0x12839fb2b860232c73a80a0f7c1102e376c175bd2f7786b30f02993c2e66cf99;
    uint256 private constant IC_8_X =
        0x22bff970e8661824922bf6170f751162b59d8765775607b8d5ee8310421d4ef5;
    uint256 private constant IC_8_Y =
        0x11ac03430da38886341a40292b24abe8fee2f85e90841c1dc94327670770b248;

    /// @notice Whether a proof holds for the public inputs.
    /// @param proof The proof in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
    /// @param inputs The public inputs, each below the scalar field's order: root, nullifier_0, nullifier_1, note_0, note_1, outflow, context, receipt.
    /// @return valid False for a false proof and for anything malformed.
    function verifyProof(uint256[8] calldata proof, uint256[8] calldata inputs)
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
            valid := and(addInput(sum, IC_5_X, IC_5_Y, calldataload(add(inputs, 0x80))), valid)
            valid := and(addInput(sum, IC_6_X, IC_6_Y, calldataload(add(inputs, 0xa0))), valid)
            valid := and(addInput(sum, IC_7_X, IC_7_Y, calldataload(add(inputs, 0xc0))), valid)
            valid := and(addInput(sum, IC_8_X, IC_8_Y, calldataload(add(inputs, 0xe0))), valid)

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
