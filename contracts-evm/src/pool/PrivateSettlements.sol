// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {ReceiptPrivateInputs} from "../generated/ReceiptPrivateInputs.sol";
import {IPrivateSettlements, PrivateSettlement} from "../interfaces/IPrivateSettlements.sol";
import {IReceiptVerifier} from "../interfaces/IReceiptVerifier.sol";
import {IVerifierRouter} from "../interfaces/IVerifierRouter.sol";
import {Bn254} from "../libraries/Bn254.sol";
import {Settlements} from "../libraries/Settlements.sol";

/// @title PrivateSettlements
/// @notice See {IPrivateSettlements}.
contract PrivateSettlements is IPrivateSettlements {
    using BitMaps for BitMaps.BitMap;

    bytes32 private constant CONTEXT_DOMAIN = keccak256("proofrail.private_context.v1");

    /// @inheritdoc IPrivateSettlements
    IVerifierRouter public immutable router;

    BitMaps.BitMap private _settled;

    /// @param router_ Where the verifier of receipts is found, for good.
    constructor(IVerifierRouter router_) {
        if (address(router_) == address(0)) revert ZeroAddress();
        router = router_;
    }

    /// @inheritdoc IPrivateSettlements
    function consume(
        PrivateSettlement calldata settlement,
        uint256 commitment,
        uint256[8] calldata proof
    ) external returns (bytes32 id, uint256 context) {
        id = settlementIdOf(settlement);
        if (_settled.get(uint256(id))) revert AlreadySettled(id);
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > settlement.deadline) {
            revert ReceiptExpired(settlement.deadline, block.timestamp);
        }
        context = _contextOf(id, settlement.deadline, msg.sender);
        _checkProof(id, context, commitment, settlement.coordinator, proof);

        _settled.set(uint256(id));
        emit PrivatelySettled(id, msg.sender, settlement.coordinator, commitment);
    }

    /// @inheritdoc IPrivateSettlements
    function isSettled(bytes32 id) external view returns (bool) {
        return _settled.get(uint256(id));
    }

    /// @inheritdoc IPrivateSettlements
    function contextOf(PrivateSettlement calldata settlement, address pool)
        external
        view
        returns (uint256)
    {
        return _contextOf(settlementIdOf(settlement), settlement.deadline, pool);
    }

    /// @inheritdoc IPrivateSettlements
    function settlementIdOf(PrivateSettlement calldata settlement) public pure returns (bytes32) {
        return Settlements.idOf(
            settlement.sourceChain,
            settlement.sourceContract,
            settlement.jobId,
            payerOf(settlement.coordinator)
        );
    }

    /// @inheritdoc IPrivateSettlements
    function payerOf(bytes32 coordinator) public pure returns (address) {
        bytes32 digest = keccak256(abi.encode("proofrail.private_payer.v1", coordinator));
        return address(uint160(uint256(digest)));
    }

    function _contextOf(bytes32 id, uint64 deadline, address pool) private view returns (uint256) {
        bytes memory terms =
            abi.encode(CONTEXT_DOMAIN, block.chainid, address(this), pool, id, deadline);
        return uint256(keccak256(terms)) % Bn254.SCALAR_FIELD;
    }

    function _checkProof(
        bytes32 id,
        uint256 context,
        uint256 commitment,
        bytes32 coordinator,
        uint256[8] calldata proof
    ) private view {
        uint256[3] memory inputs;
        inputs[ReceiptPrivateInputs.CONTEXT] = context;
        inputs[ReceiptPrivateInputs.COMMITMENT] = commitment;
        inputs[ReceiptPrivateInputs.COORDINATOR] = uint256(coordinator);
        address verifier = router.verifierOf(ReceiptPrivateInputs.CIRCUIT_ID);
        if (!IReceiptVerifier(verifier).verifyProof(proof, inputs)) revert InvalidReceipt(id);
    }
}
