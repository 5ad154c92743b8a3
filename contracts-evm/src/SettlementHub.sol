// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ReceiptInputs} from "./generated/ReceiptInputs.sol";
import {IReceiptVerifier} from "./interfaces/IReceiptVerifier.sol";
import {ISettlementHub, Settlement} from "./interfaces/ISettlementHub.sol";
import {IVerifierRouter} from "./interfaces/IVerifierRouter.sol";
import {Bn254} from "./libraries/Bn254.sol";
import {Settlements} from "./libraries/Settlements.sol";

/// @title SettlementHub
/// @notice See {ISettlementHub}.
contract SettlementHub is ISettlementHub, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using Settlements for Settlement;

    /// @inheritdoc ISettlementHub
    IVerifierRouter public immutable router;

    mapping(address payer => mapping(address token => uint256)) private _escrow;
    mapping(address payer => mapping(bytes32 coordinator => mapping(address token => uint128)))
        private _maxPerSettlement;
    mapping(bytes32 id => bool) private _settled;

    /// @param router_ Where the hub finds its verifiers, for good.
    constructor(IVerifierRouter router_) {
        if (address(router_) == address(0)) revert ZeroAddress();
        router = router_;
    }

    /// @inheritdoc ISettlementHub
    function deposit(address token, uint256 amount) external nonReentrant returns (uint256) {
        return _deposit(msg.sender, token, amount);
    }

    /// @inheritdoc ISettlementHub
    function depositFor(address payer, address token, uint256 amount)
        external
        nonReentrant
        returns (uint256)
    {
        return _deposit(payer, token, amount);
    }

    /// @inheritdoc ISettlementHub
    function withdraw(address token, uint256 amount, address to) external nonReentrant {
        if (to == address(0)) revert ZeroAddress();
        if (to == address(this)) revert InvalidRecipient(to);
        if (amount == 0) revert ZeroAmount();

        _escrow[msg.sender][token] = _escrowAfter(msg.sender, token, amount);
        emit Withdrawn(msg.sender, token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc ISettlementHub
    function authorizeCoordinator(bytes32 coordinator, address token, uint128 maxPerSettlement)
        external
    {
        if (token == address(0)) revert ZeroAddress();
        if (uint256(coordinator) >= Bn254.SCALAR_FIELD) revert CoordinatorOutOfField(coordinator);

        _maxPerSettlement[msg.sender][coordinator][token] = maxPerSettlement;
        emit CoordinatorAuthorized(msg.sender, coordinator, token, maxPerSettlement);
    }

    /// @inheritdoc ISettlementHub
    function settleWithProof(Settlement calldata settlement, uint256[8] calldata proof)
        external
        nonReentrant
        returns (bytes32 id)
    {
        id = settlement.id();
        if (_settled[id]) revert AlreadySettled(id);
        _pay(settlement, id, proof);
    }

    /// @inheritdoc ISettlementHub
    function settle(Settlement calldata settlement, uint256[8] calldata proof)
        external
        nonReentrant
        returns (bytes32 id, bool paid)
    {
        id = settlement.id();
        if (_settled[id]) return (id, false);
        _pay(settlement, id, proof);
        return (id, true);
    }

    /// @inheritdoc ISettlementHub
    function escrowOf(address payer, address token) external view returns (uint256) {
        return _escrow[payer][token];
    }

    /// @inheritdoc ISettlementHub
    function authorization(address payer, bytes32 coordinator, address token)
        external
        view
        returns (uint128)
    {
        return _maxPerSettlement[payer][coordinator][token];
    }

    /// @inheritdoc ISettlementHub
    function isSettled(bytes32 id) external view returns (bool) {
        return _settled[id];
    }

    /// @inheritdoc ISettlementHub
    function settlementIdOf(Settlement calldata settlement) external pure returns (bytes32) {
        return settlement.id();
    }

    /// @inheritdoc ISettlementHub
    function contextOf(Settlement calldata settlement) external view returns (uint256) {
        return settlement.context(settlement.id(), address(this));
    }

    /// @dev Credits what arrived, since a token may keep a fee on the way.
    function _deposit(address payer, address token, uint256 amount)
        private
        returns (uint256 received)
    {
        if (payer == address(0)) revert ZeroAddress();
        if (amount == 0) revert ZeroAmount();

        if (token.code.length == 0) revert TokenWithoutCode(token);

        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 held = IERC20(token).balanceOf(address(this));
        if (held <= before) revert NothingReceived(token);

        received = held - before;
        _escrow[payer][token] += received;
        emit Deposited(payer, token, msg.sender, received);
    }

    /// @dev Every check, then every effect, then the transfer. The caller has seen that `id` is unpaid.
    function _pay(Settlement calldata settlement, bytes32 id, uint256[8] calldata proof) private {
        _checkTerms(settlement);
        uint256 remaining = _escrowAfter(settlement.payer, settlement.token, settlement.amount);
        _checkProof(settlement, id, proof);

        _settled[id] = true;
        _escrow[settlement.payer][settlement.token] = remaining;
        emit Settled(
            id,
            settlement.payer,
            settlement.recipient,
            settlement.token,
            settlement.amount,
            settlement.coordinator,
            settlement.circuitId
        );
        IERC20(settlement.token).safeTransfer(settlement.recipient, settlement.amount);
    }

    /// @dev All that can be judged without the proof.
    function _checkTerms(Settlement calldata settlement) private view {
        // A circuit of other inputs must not be verified as if these were its own.
        if (settlement.circuitId != ReceiptInputs.CIRCUIT_ID) {
            revert UnknownCircuit(settlement.circuitId);
        }

        address recipient = settlement.recipient;
        if (recipient == address(0)) revert ZeroAddress();
        if (recipient == address(this)) revert InvalidRecipient(recipient);
        if (settlement.amount == 0) revert ZeroAmount();
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > settlement.deadline) {
            revert Expired(settlement.deadline, block.timestamp);
        }

        (address payer, bytes32 coordinator, address token) =
            (settlement.payer, settlement.coordinator, settlement.token);
        uint256 limit = _maxPerSettlement[payer][coordinator][token];
        if (limit == 0) revert CoordinatorNotAuthorized(payer, coordinator, token);
        if (settlement.amount > limit) revert AmountAboveLimit(settlement.amount, limit);
    }

    /// @dev What a payment of `amount` leaves in escrow.
    function _escrowAfter(address payer, address token, uint256 amount)
        private
        view
        returns (uint256)
    {
        uint256 balance = _escrow[payer][token];
        if (balance < amount) revert InsufficientEscrow(payer, token, balance, amount);
        return balance - amount;
    }

    /// @dev The public inputs are built here, from the chain and the settlement, and never taken from the caller.
    function _checkProof(Settlement calldata settlement, bytes32 id, uint256[8] calldata proof)
        private
        view
    {
        uint256[3] memory inputs;
        inputs[ReceiptInputs.CONTEXT] = settlement.context(id, address(this));
        inputs[ReceiptInputs.AMOUNT] = settlement.amount;
        inputs[ReceiptInputs.COORDINATOR] = uint256(settlement.coordinator);

        IReceiptVerifier verifier = IReceiptVerifier(router.verifierOf(ReceiptInputs.CIRCUIT_ID));
        if (!verifier.verifyProof(proof, inputs)) revert InvalidProof(id);
    }
}
