// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";

import {IBatchReceiptVerifier} from "../interfaces/IBatchReceiptVerifier.sol";
import {IReceiptVerifier} from "../interfaces/IReceiptVerifier.sol";

/// @title ReceiptBatches
/// @notice Finds which of many proofs hold: all at once where they do, and by halves where one does not.
library ReceiptBatches {
    using Bytes for bytes;

    /// @notice What is known of a proof.
    enum Verdict {
        Unknown,
        Holds,
        Fails
    }

    /// @notice Statements to judge, and by whom.
    /// @param statements Packed, 11 words each: the proof in EIP-197 order, then the public inputs.
    /// @param single Verifies one.
    /// @param batch Verifies many; zero where the circuit has none.
    /// @param verdicts What has been found.
    struct Batch {
        bytes statements;
        IReceiptVerifier single;
        IBatchReceiptVerifier batch;
        Verdict[] verdicts;
    }

    /// @dev The bytes of a statement.
    uint256 private constant STATEMENT = 11 * 32;

    /// @dev The most that verifying takes, malformed points included, with what is copied for it.
    uint256 private constant SINGLE_GAS = 500_000;
    uint256 private constant BATCH_GAS = 250_000;
    uint256 private constant BATCH_GAS_OF_ONE = 60_000;

    /// @notice Room for `count` statements.
    /// @param count How many.
    /// @param single Verifies one.
    /// @param batch Verifies many.
    /// @return Nothing but zeros.
    function create(uint256 count, IReceiptVerifier single, IBatchReceiptVerifier batch)
        internal
        pure
        returns (Batch memory)
    {
        return Batch(new bytes(count * STATEMENT), single, batch, new Verdict[](count));
    }

    /// @notice Writes a statement.
    /// @param self The batch.
    /// @param index Its place.
    /// @param proof The proof.
    /// @param inputs The public inputs.
    function set(
        Batch memory self,
        uint256 index,
        uint256[8] calldata proof,
        uint256[3] memory inputs
    ) internal pure {
        bytes memory statements = self.statements;
        assembly ("memory-safe") {
            let at := add(add(statements, 0x20), mul(index, STATEMENT))
            calldatacopy(at, proof, 0x100)
            mcopy(add(at, 0x100), inputs, 0x60)
        }
    }

    /// @notice Judges the statements of [from, to) as far as the gas reaches.
    /// @param self The batch; the verdicts are written to it.
    /// @param from The first.
    /// @param to Behind the last.
    /// @param reserve The gas that is left alone.
    function judge(Batch memory self, uint256 from, uint256 to, uint256 reserve) internal view {
        uint256 count = to - from;
        if (count == 0) return;
        if (count == 1) return _judgeOne(self, from, reserve);
        if (address(self.batch) != address(0)) {
            if (gasleft() < reserve + BATCH_GAS + BATCH_GAS_OF_ONE * count) return;
            if (self.batch.verifyBatch(_slice(self, from, to))) {
                for (uint256 i = from; i < to; i++) {
                    self.verdicts[i] = Verdict.Holds;
                }
                return;
            }
        }
        uint256 middle = from + count / 2;
        judge(self, from, middle, reserve);
        judge(self, middle, to, reserve);
    }

    function _judgeOne(Batch memory self, uint256 index, uint256 reserve) private view {
        if (gasleft() < reserve + SINGLE_GAS) return;
        (uint256[8] memory proof, uint256[3] memory inputs) =
            abi.decode(_slice(self, index, index + 1), (uint256[8], uint256[3]));
        bool holds = self.single.verifyProof(proof, inputs);
        self.verdicts[index] = holds ? Verdict.Holds : Verdict.Fails;
    }

    function _slice(Batch memory self, uint256 from, uint256 to)
        private
        pure
        returns (bytes memory)
    {
        if (to - from == self.verdicts.length) return self.statements;
        return self.statements.slice(from * STATEMENT, to * STATEMENT);
    }
}
