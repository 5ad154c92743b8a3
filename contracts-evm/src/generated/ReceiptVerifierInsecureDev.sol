// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title ReceiptVerifierInsecureDev
/// @notice Verifies Groth16 proofs of `receipt/1(context,amount,coordinator)`.
/// Generated from its verifying key by `proofrail-prover export solidity`: do not edit.
/// @custom:security INSECURE: the key is from the public development setup. Anybody can forge proofs
/// for it. Deploy it only where nothing has value.
/// @dev beta, gamma and delta are stored negated, so that one pairing check
/// e(A, B) e(C, -delta) e(alpha, -beta) e(L, -gamma) = 1 with L = ic[0] + sum(inputs[i] * ic[i + 1])
/// takes the proof as it comes.
contract ReceiptVerifierInsecureDev {
    /// @notice The circuit: keccak256 of its name, version and ordered public inputs.
    bytes32 public constant CIRCUIT_ID =
        0x1a43b9ec181212eea36ecf45247b1febacfe5f116d326277eb47b9f0b32c54b7;

    /// @dev The order of BN254's groups; public inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// @dev A malformed proof makes the pairing precompile burn all gas that it is given. This is
    /// twice its price for four pairs (EIP-1108), so that the caller keeps the rest.
    uint256 private constant PAIRING_GAS = 362_000;

    uint256 private constant ALPHA_X =
        0x0e52cef96f149f52512af9277157c0b66355a6ab784a98bb650783be34528ef6;
    uint256 private constant ALPHA_Y =
        0x2bbf6fe3c45debd33190f6d6372de8907699f480ab67863488add8fa9bed44f9;
    uint256 private constant NEG_BETA_X1 =
        0x01553f222dbbfb0b7da0c3687476fc224a900d7c53391a7598bd8572ef70d29a;
    uint256 private constant NEG_BETA_X0 =
        0x0ea143aa391c0743879fc562a51c603f52d4aaf86f68db9d24a2aa5440b2d14a;
    uint256 private constant NEG_BETA_Y1 =
        0x0566e7dc4bd713a930e6fa2a8dbf601a32e84df97d499a7b98831c0fcde542f2;
    uint256 private constant NEG_BETA_Y0 =
        0x0caeb342f81698c497d8a246b913be3d15bf86215d8695f11f828f72691d64ff;
    uint256 private constant NEG_GAMMA_X1 =
        0x1cb80962ab22cceee6b4c2b9d58125e04cd9e9b7fd2db72532589d2e9aed7778;
    uint256 private constant NEG_GAMMA_X0 =
        0x10419d7015b26f95f6e47c87840c622b26d92eb40819bbae4aceda6bc65465e3;
    uint256 private constant NEG_GAMMA_Y1 =
        0x248540cb503b20099a0a46f89446a0cd2907698a9f7d0ea9397dd8e52fb45964;
    uint256 private constant NEG_GAMMA_Y0 =
        0x2097bcef005d9c3343e8a6f2a49a9cf2583471268b44c19062647bcdc54f3677;
    uint256 private constant NEG_DELTA_X1 =
        0x25f232fc50f5eed20d6aa28ef1acae7beaecccacded0e9b9d4fbb03e911119af;
    uint256 private constant NEG_DELTA_X0 =
        0x04dd55418c8fc14fc6b78093233dbaa97e1f9e94e610485b4d5959400af850b5;
    uint256 private constant NEG_DELTA_Y1 =
        0x08a2646db6f28998546fbd1a7690d96d877a6d4b0560041bd22a2fe2d1b63d58;
    uint256 private constant NEG_DELTA_Y0 =
        0x0ce281527bd5044a155295da1009d75ac15beb44b4e0b54d920abefce78abe93;
    uint256 private constant IC_0_X =
        0x1d5adfcc6e6c0a7af9e1d2c7d54334cb2f5b4a4b35c3caa13c72c7c35407f44e;
    uint256 private constant IC_0_Y =
        0x1247a6735f3f130a726d85223384c6495d28ba5ab983e1dc91e4414f9985fd38;
    uint256 private constant IC_1_X =
        0x0c3da25dd5b7a7b56688351d9af20d595409cc29e94f7f33b301e3d73581248f;
    uint256 private constant IC_1_Y =
        0x29f408eb602f230bbf1cc7f4f4a3f2cbb0431de05e1aac230e897df88f3b489c;
    uint256 private constant IC_2_X =
        0x204ba96b67b1eb761a83378daefee4c091bb226dd1370bbdf64d912be5c976d1;
    uint256 private constant IC_2_Y =
        0x0c07799cd63609ae8a33d29053f42bba14f622cd93c5b77edc98b5d9577a15dd;
    uint256 private constant IC_3_X =
        0x0855c1f458e711859e40bdce5c6239c1d8ca25a3863070d5032cf5abee1dc2af;
    uint256 private constant IC_3_Y =
        0x060a696222efbf92a441a9f845a5c2ba5e8d0c56ed69b93641d19a39f1d737f6;

    /// @notice Whether a proof holds for the public inputs.
    /// @param proof The proof in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
    /// @param inputs The public inputs, each below the scalar field's order: context, amount, coordinator.
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
