// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Bn254} from "proofrail/libraries/Bn254.sol";

/// @notice Proofs without a witness, for any public inputs: what the secrets of the development setup are good for.
/// @dev The secrets are public, `prover/src/key/dev.rs` derives them from the circuit id. With B = beta the pairing
/// equation becomes one in G1: C = (beta / delta) (a - alpha) G - (gamma / delta) L for A = a G.
library ForgedProofs {
    uint256 private constant ALPHA =
        0x1012fa77c59c3cc2d1d257169a3babe79a3c7a81da32dbd5fc7f77f86d44d4fd;
    uint256 private constant BETA_OVER_DELTA =
        0x1e30993952542d7f753d6634a31a5f9aca3c78c074875aedabe27bf430a08cd7;
    uint256 private constant GAMMA_OVER_DELTA =
        0x012ec53ed8cfb7b6c14739c9d4575a75f1ef06fe42e5640e40b9f841f7d5c343;
    uint256 private constant BETA_X1 =
        0x01553f222dbbfb0b7da0c3687476fc224a900d7c53391a7598bd8572ef70d29a;
    uint256 private constant BETA_X0 =
        0x0ea143aa391c0743879fc562a51c603f52d4aaf86f68db9d24a2aa5440b2d14a;
    uint256 private constant BETA_Y1 =
        0x2afd6696955a8c8087694b8bf3c1f84364991c97eb283011a39d70070a97ba55;
    uint256 private constant BETA_Y0 =
        0x23b59b2fe91b07652077a36fc86d9a2081c1e4700aeb349c1c9dfca46f5f9848;
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

    /// @notice A proof that holds for the inputs.
    /// @param inputs The public inputs of the circuit `receipt`.
    /// @param a Any number: another one makes another proof.
    function forge(uint256[3] memory inputs, uint256 a)
        internal
        view
        returns (uint256[8] memory proof)
    {
        uint256[2] memory l = [IC_0_X, IC_0_Y];
        l = _add(l, _mul([IC_1_X, IC_1_Y], inputs[0]));
        l = _add(l, _mul([IC_2_X, IC_2_Y], inputs[1]));
        l = _add(l, _mul([IC_3_X, IC_3_Y], inputs[2]));

        uint256 order = Bn254.SCALAR_FIELD;
        a = 1 + a % (order - 1);
        uint256 k = mulmod(BETA_OVER_DELTA, addmod(a, order - ALPHA, order), order);
        uint256[2] memory c = _add(_mul([uint256(1), 2], k), _mul(l, order - GAMMA_OVER_DELTA));
        (proof[0], proof[1]) = _pair(_mul([uint256(1), 2], a));
        (proof[2], proof[3], proof[4], proof[5]) = (BETA_X1, BETA_X0, BETA_Y1, BETA_Y0);
        (proof[6], proof[7]) = _pair(c);
    }

    function _pair(uint256[2] memory point) private pure returns (uint256, uint256) {
        return (point[0], point[1]);
    }

    function _mul(uint256[2] memory point, uint256 k) private view returns (uint256[2] memory) {
        (bool ok, bytes memory result) = address(7).staticcall(abi.encode(point, k));
        require(ok, "ecmul");
        return abi.decode(result, (uint256[2]));
    }

    function _add(uint256[2] memory p, uint256[2] memory q)
        private
        view
        returns (uint256[2] memory)
    {
        (bool ok, bytes memory result) = address(6).staticcall(abi.encode(p, q));
        require(ok, "ecadd");
        return abi.decode(result, (uint256[2]));
    }
}
