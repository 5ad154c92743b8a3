// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {LayerZeroTest} from "./utils/LayerZeroTest.sol";
import {SettlementHandler} from "./utils/SettlementHandler.sol";

/// @notice What holds after any sequence of deposits, withdrawals, authorisations and settlements over every path.
contract SettlementHubInvariantTest is LayerZeroTest {
    SettlementHandler internal handler;

    function setUp() public override {
        super.setUp();
        handler = new SettlementHandler(
            hub, token, owner, receiver, _toBytes32(address(sender)), SOURCE, ESCROW
        );
        targetContract(address(handler));
    }

    /// @dev Solvency: whatever the hub owes it holds.
    function invariant_theHubHoldsEveryEscrow() public view {
        assertGe(
            token.balanceOf(address(hub)),
            hub.escrowOf(parties.payer, address(token))
                + hub.escrowOf(parties.otherPayer, address(token))
        );
    }

    /// @dev Nothing is lost and nothing is made: what came in is paid out, withdrawn or in escrow.
    function invariant_everyTokenIsAccountedFor() public view {
        assertEq(
            handler.paid() + hub.escrowOf(parties.payer, address(token))
                + hub.escrowOf(parties.otherPayer, address(token)),
            handler.deposited() - handler.withdrawn()
        );
    }

    function invariant_aSettlementIsPaidAtMostOnce() public view {
        bytes32[] memory ids = handler.settlementIds();
        for (uint256 i = 0; i < ids.length; i++) {
            uint256 payments = handler.payments(ids[i]);
            assertLe(payments, 1);
            assertEq(payments == 1, hub.isSettled(ids[i]));
        }
    }

    /// @dev Recipients have what the settlements said, and nobody else has anything of it.
    function invariant_recipientsHoldWhatWasPaid() public view {
        address[] memory recipients = handler.recipients();
        uint256 total = 0;
        for (uint256 i = 0; i < recipients.length; i++) {
            assertEq(token.balanceOf(recipients[i]), handler.paidTo(recipients[i]));
            total += token.balanceOf(recipients[i]);
        }
        assertEq(total, handler.paid());
    }

    /// @dev Each path of the handler does settle: the invariants above are not about nothing.
    function test_theHandlerReachesEveryPath() public {
        handler.authorize(0, type(uint128).max);
        handler.settleDirectly(0, 0);
        assertEq(handler.paid(), token.balanceOf(address(handler.recipients()[0])));
        handler.deliver(1, 0);
        assertEq(handler.settlements(), 2);

        handler.authorize(0, 0);
        handler.deliver(2, 0);
        assertEq(handler.stored(), 1);
        handler.authorize(0, type(uint128).max);
        handler.retry(0);
        assertEq(handler.settlements(), 3);
        handler.deliver(0, 0);
        handler.settleDirectly(0, 0);
        assertEq(handler.settlements(), 3);
        assertGe(handler.refusals(), 1);
        // What was proven is not paid by a signature, and what was not is.
        handler.settleClear(0, 0);
        assertEq(handler.settlements(), 3);
        handler.settleClear(3, 0);
        assertEq(handler.settlements(), 4);
        // So it is with batches: job 0 was paid, and job 9 was not.
        handler.settleReceipts(0, (1 << 9) | 1, 5);
        assertEq(handler.settlements(), 4);
        handler.settleReceipts(0, 1 << 9, 5);
        assertEq(handler.settlements(), 5);
        assertEq(handler.batches(), 1);
    }
}
