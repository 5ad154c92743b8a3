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
        0x214ef32239b3714bc73364a3b892f676ebbe569316765ce747feea0579282ffe;
    uint256 private constant IC_0_Y =
        0x0d20327dfee5a0068975a91cc0c1111d60395fb8a3b72b4fc718c5a6a61b9fe1;
    uint256 private constant IC_1_X =
        0x1a0f6d743c903c0154a3cd36ebe8ce9a9ae09bb6c97ca395a44c6f421da52c2c;
    uint256 private constant IC_1_Y =
        0x16d84eddb025e592240740e090b13ef6b5e6cc206356cfb95835a12687a7e0cc;
    uint256 private constant IC_2_X =
        0x0cd23f113cf7ed171a8b58151a65a972e643d25dde0431088ce9a6212e73906f;
    uint256 private constant IC_2_Y =
        0x140824bb4c1c238d143cd543a8e56147a5615b01e558b5553fd8be774dac00c6;
    uint256 private constant IC_3_X =
        0x099b6e48ff779bb7f630fe5de816653aa0f8cd5605ad96dafc09f78423cccaa2;
    uint256 private constant IC_3_Y =
        0x1cbaab49970365f3d40b8930c00e2e53828b15f801901cd1516718f0cfb14982;

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
