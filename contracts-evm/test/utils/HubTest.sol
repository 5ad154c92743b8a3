// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {SettlementHub} from "proofrail/SettlementHub.sol";
import {VerifierRouter} from "proofrail/VerifierRouter.sol";
import {DevToken} from "proofrail/dev/DevToken.sol";
import {ReceiptInputs} from "proofrail/generated/ReceiptInputs.sol";
import {ReceiptVerifierInsecureDev} from "proofrail/generated/ReceiptVerifierInsecureDev.sol";
import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";

import {Parties, ProvenReceipt, Receipts} from "./Receipts.sol";

/// @notice The hub at the address that the receipts were signed for, with its real verifier and a funded payer.
abstract contract HubTest is Test {
    uint256 internal constant ESCROW = 100e18;
    uint128 internal constant LIMIT = 10e18;

    Parties internal parties;
    SettlementHub internal hub;
    VerifierRouter internal router;
    ReceiptVerifierInsecureDev internal verifier;
    DevToken internal token;
    address internal owner = makeAddr("owner");

    function setUp() public virtual {
        parties = Receipts.parties();
        vm.chainId(parties.chainId);
        vm.warp(1_700_000_000);

        verifier = new ReceiptVerifierInsecureDev();
        router = new VerifierRouter(owner);
        vm.prank(owner);
        router.addVerifier(ReceiptInputs.CIRCUIT_ID, address(verifier));
        deployCodeTo("SettlementHub.sol:SettlementHub", abi.encode(router), parties.hub);
        hub = SettlementHub(parties.hub);
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
