// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";

/// @notice Proofs without a witness, for any public inputs of one circuit: what the secrets of the development setup are
/// good for. The key's points are read from `fixtures/keys`, which `proofrail-prover export json` writes.
/// @dev With B = beta the pairing equation becomes one in G1: C = (beta / delta) (a - alpha) G - (gamma / delta) L for A = a G.
contract Forger {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    string private constant FOLDER = "contracts-evm/test/fixtures/keys/";

    uint256 private immutable ALPHA;
    uint256 private immutable BETA_OVER_DELTA;
    uint256 private immutable GAMMA_OVER_DELTA;

    uint256[4] private _beta;
    uint256[2][] private _ic;

    constructor(string memory circuit, uint256[3] memory secrets) {
        (ALPHA, BETA_OVER_DELTA, GAMMA_OVER_DELTA) = (secrets[0], secrets[1], secrets[2]);
        string memory json = VM.readFile(string.concat(FOLDER, circuit, ".vk.json"));
        _beta = abi.decode(VM.parseJsonBytes(json, ".beta"), (uint256[4]));
        bytes[] memory ic = VM.parseJsonBytesArray(json, ".ic");
        for (uint256 i = 0; i < ic.length; i++) {
            _ic.push(abi.decode(ic[i], (uint256[2])));
        }
    }

    /// @notice The same of a circuit with three public inputs.
    function forge(uint256[3] memory inputs, uint256 a) external view returns (uint256[8] memory) {
        uint256[] memory words = new uint256[](3);
        (words[0], words[1], words[2]) = (inputs[0], inputs[1], inputs[2]);
        return forge(words, a);
    }

    /// @notice A proof that holds for the inputs.
    /// @param inputs The public inputs.
    /// @param a Any number: another one makes another proof.
    function forge(uint256[] memory inputs, uint256 a)
        public
        view
        returns (uint256[8] memory proof)
    {
        require(inputs.length + 1 == _ic.length, "inputs");
        uint256[2] memory l = _ic[0];
        for (uint256 i = 0; i < inputs.length; i++) {
            l = _add(l, _mul(_ic[i + 1], inputs[i]));
        }
        uint256 order = Bn254.SCALAR_FIELD;
        a = 1 + a % (order - 1);
        uint256 k = mulmod(BETA_OVER_DELTA, addmod(a, order - ALPHA, order), order);
        uint256[2] memory c = _add(_mul([uint256(1), 2], k), _mul(l, order - GAMMA_OVER_DELTA));
        uint256[2] memory point = _mul([uint256(1), 2], a);
        (proof[0], proof[1]) = (point[0], point[1]);
        for (uint256 i = 0; i < 4; i++) {
            proof[2 + i] = _beta[i];
        }
        (proof[6], proof[7]) = (c[0], c[1]);
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

/// @notice The secrets of the development setups, which `prover/src/key/dev.rs` derives from the circuits' ids:
/// alpha, beta / delta, gamma / delta.
library Forgers {
    function receipt() internal returns (Forger) {
        return new Forger(
            "receipt",
            [
                0x1012fa77c59c3cc2d1d257169a3babe79a3c7a81da32dbd5fc7f77f86d44d4fd,
                0x1e30993952542d7f753d6634a31a5f9aca3c78c074875aedabe27bf430a08cd7,
                0x012ec53ed8cfb7b6c14739c9d4575a75f1ef06fe42e5640e40b9f841f7d5c343
            ]
        );
    }

    function receiptBatch() internal returns (Forger) {
        return new Forger(
            "receipt_batch",
            [
                0x27965c9e8b46d12cd1f2595ee0200915ce5e35e77f84ef9adf6a33856754344c,
                0x197a7dd86b042c5294d9a875738e946efdda82edc815f8c6599eeb19474dce28,
                0x01a351d881fbafd3aa6cfe65c4aec9339c45881e30b2a1b6853b7140e58c0e75
            ]
        );
    }

    function shielded() internal returns (Forger) {
        return new Forger(
            "shielded",
            [
                0x24807fd15ab6db55dc8ae9a636b751a26fc47c9ec50f8fee3c4e6ecaa7ef555d,
                0x2dce39cde728186152350ff3a9b06efc334c4317e3acbee2a702af70153259a2,
                0x004382e9ba4d441f20a678c442d4dda0ff3131428253f412dfbbc7d7d93def17
            ]
        );
    }

    function receiptPrivate() internal returns (Forger) {
        return new Forger(
            "receipt_private",
            [
                0x25840b0ccb027240912b3c9a95fc1daf78ce9605c84148f7470192e0f2ae9b7e,
                0x0a44fdd082bdd130646035bdd0ef95835406620207ae37d25ca074c2dccb441f,
                0x1e343c845ae966fe39cfc452d597ae4a54d9b2b35b788673c1f4152c47d2d5f8
            ]
        );
    }

    function membership() internal returns (Forger) {
        return new Forger(
            "membership",
            [
                0x136c98ab8e306d5588ffd647d6cf3440ca549e61ff342a63c66b98c5357b9a7d,
                0x0a56173680c9f081290beb682d06aa1c6d94bf102646eeded5bd6ef807200f25,
                0x13908422ed645fc6462d939e15fedebc4f55e0732c3ec185d77b5fac0a9c2885
            ]
        );
    }
}
