// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";
import {SettlementHub} from "proofrail/SettlementHub.sol";
import {VerifierRouter} from "proofrail/VerifierRouter.sol";
import {DevToken} from "proofrail/dev/DevToken.sol";
import {
    BatchReceiptVerifierInsecureDev
} from "proofrail/generated/BatchReceiptVerifierInsecureDev.sol";
import {ReceiptBatchInputs} from "proofrail/generated/ReceiptBatchInputs.sol";
import {
    ReceiptBatchVerifierInsecureDev
} from "proofrail/generated/ReceiptBatchVerifierInsecureDev.sol";
import {ReceiptInputs} from "proofrail/generated/ReceiptInputs.sol";
import {ReceiptVerifierInsecureDev} from "proofrail/generated/ReceiptVerifierInsecureDev.sol";
import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {ISignatureTransfer} from "proofrail/interfaces/ISignatureTransfer.sol";

import {Forger, Forgers} from "./Forger.sol";
import {Parties, ProvenReceipt, Receipts} from "./Receipts.sol";

/// @notice The hub at the address that the receipts were signed for, with its real verifier and a funded payer.
abstract contract HubTest is Test {
    uint256 internal constant ESCROW = 100e18;
    uint128 internal constant LIMIT = 10e18;
    uint64 internal constant NOTICE = 3 days;

    ISignatureTransfer internal permit2 =
        ISignatureTransfer(0x000000000022D473030F116dDEE9F6B43aC78BA3);
    Parties internal parties;
    SettlementHub internal hub;
    /// @dev The owner is its administrator, without delays.
    AccessManager internal manager;
    VerifierRouter internal router;
    ReceiptVerifierInsecureDev internal verifier;
    BatchReceiptVerifierInsecureDev internal batchVerifier;
    ReceiptBatchVerifierInsecureDev internal receiptBatchVerifier;
    Forger internal receiptForger;
    DevToken internal token;
    address internal owner = makeAddr("owner");

    function setUp() public virtual {
        parties = Receipts.parties();
        vm.chainId(parties.chainId);
        vm.warp(1_700_000_000);

        verifier = new ReceiptVerifierInsecureDev();
        manager = new AccessManager(owner);
        router = new VerifierRouter(address(manager));
        vm.prank(owner);
        router.addVerifier(ReceiptInputs.CIRCUIT_ID, address(verifier));
        deployCodeTo(
            "SettlementHub.sol:SettlementHub", abi.encode(router, permit2, NOTICE), parties.hub
        );
        hub = SettlementHub(parties.hub);
        batchVerifier = new BatchReceiptVerifierInsecureDev();
        receiptBatchVerifier = new ReceiptBatchVerifierInsecureDev();
        bytes32 batches = hub.BATCH_CIRCUIT_ID();
        vm.startPrank(owner);
        router.addVerifier(batches, address(batchVerifier));
        router.addVerifier(ReceiptBatchInputs.CIRCUIT_ID, address(receiptBatchVerifier));
        vm.stopPrank();
        receiptForger = Forgers.receipt();
        deployCodeTo("DevToken.sol:DevToken", abi.encode("Dollar", "USD", owner), parties.token);
        token = DevToken(parties.token);

        _fund(parties.payer, ESCROW);
        _authorize(parties.payer, parties.coordinator, LIMIT);
    }

    /// @dev Mints for a payer and deposits all of it.
    function _fund(address payer, uint256 amount) internal {
        vm.prank(owner);
        token.mint(payer, amount);
        vm.startPrank(payer);
        token.approve(address(hub), amount);
        hub.deposit(address(token), amount);
        vm.stopPrank();
    }

    function _authorize(address payer, bytes32 coordinator, uint128 limit) internal {
        vm.prank(payer);
        hub.authorizeCoordinator(coordinator, address(token), limit);
    }

    /// @dev Gives notice, waits for it and withdraws.
    function _withdraw(address payer, address token_, uint256 amount, address to) internal {
        vm.startPrank(payer);
        uint64 readyAt = hub.requestWithdrawal(token_, amount);
        vm.warp(readyAt);
        hub.withdraw(token_, amount, to);
        vm.stopPrank();
    }

    /// @dev A settlement of the payer's, on terms that no fixture has; `_forged` proves it.
    function _terms(uint256 job, address recipient, address token_, uint128 amount)
        internal
        view
        returns (Settlement memory settlement)
    {
        settlement = Settlement({
            circuitId: ReceiptInputs.CIRCUIT_ID,
            sourceChain: keccak256("near:test"),
            sourceContract: keccak256("market.test"),
            jobId: bytes32(job),
            payer: parties.payer,
            recipient: recipient,
            token: token_,
            amount: amount,
            deadline: type(uint64).max,
            coordinator: parties.coordinator
        });
    }

    function _forged(Settlement memory settlement) internal view returns (uint256[8] memory) {
        uint256[3] memory inputs;
        inputs[ReceiptInputs.CONTEXT] = hub.contextOf(settlement);
        inputs[ReceiptInputs.AMOUNT] = settlement.amount;
        inputs[ReceiptInputs.COORDINATOR] = uint256(settlement.coordinator);
        return receiptForger.forge(inputs, inputs[ReceiptInputs.CONTEXT]);
    }

    /// @dev Proves and settles.
    function _settleForged(Settlement memory settlement) internal returns (bytes32 id) {
        return hub.settleWithProof(settlement, _forged(settlement));
    }

    function _settle(ProvenReceipt memory receipt) internal returns (bytes32 id) {
        return hub.settleWithProof(receipt.settlement, receipt.proof);
    }

    /// @dev Both ways of settling refuse with the same error, and nothing has moved afterwards.
    function _expectRefusal(
        Settlement memory settlement,
        uint256[8] memory proof,
        bytes memory expected
    ) internal {
        uint256 held = token.balanceOf(address(hub));
        uint256 escrow = hub.escrowOf(settlement.payer, settlement.token);

        vm.expectRevert(expected);
        hub.settleWithProof(settlement, proof);
        vm.expectRevert(expected);
        hub.settle(settlement, proof);

        assertEq(token.balanceOf(address(hub)), held);
        assertEq(hub.escrowOf(settlement.payer, settlement.token), escrow);
        assertFalse(hub.isSettled(hub.settlementIdOf(settlement)));
    }
}
