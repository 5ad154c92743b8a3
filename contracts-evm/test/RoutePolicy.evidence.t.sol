// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ReceiptBatchInputs} from "proofrail/generated/ReceiptBatchInputs.sol";
import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {IRoutePolicy} from "proofrail/interfaces/IRoutePolicy.sol";
import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";
import {Settlements} from "proofrail/libraries/Settlements.sol";

import {Forgers} from "./utils/Forger.sol";
import {PolicyTest} from "./utils/PolicyTest.sol";
import {ReceiptBatch, ReceiptBatchFixtures} from "./utils/ReceiptBatchTest.sol";

/// @notice Bridges carry no clear receipt and no batch to be settled, but they agree on the terms of either: a receiver
/// keeps what it cannot settle, and tells the policy when it is asked to.
contract RoutePolicyEvidenceTest is PolicyTest {
    function test_aBatchWaitsForTheBridges() public {
        _setTier(2, 2, 0);
        ReceiptBatch memory batch;
        (batch.group, batch.jobs, batch.root) = (1, 7, bytes32(uint256(17)));
        batch.settlement = _terms(uint256(Settlements.jobIdOf(1, 7)), worker, address(token), 5);
        batch.settlement.circuitId = ReceiptBatchInputs.CIRCUIT_ID;
        ReceiptBatchFixtures.prove(batch, hub.contextOf(batch.settlement), Forgers.receiptBatch());
        _carry(0, batch.settlement);
        vm.expectRevert(_awaiting(batch.settlement, 1));
        hub.settleReceipts(batch.settlement, batch.group, batch.jobs, batch.root, batch.proof);

        // That other jobs were carried on the same terms counts for nothing.
        Settlement memory others =
            _terms(uint256(Settlements.jobIdOf(1, 8)), worker, address(token), 5);
        others.circuitId = ReceiptBatchInputs.CIRCUIT_ID;
        _carry(1, others);
        vm.expectRevert(_awaiting(batch.settlement, 1));
        hub.settleReceipts(batch.settlement, batch.group, batch.jobs, batch.root, batch.proof);

        _carry(1, batch.settlement);
        hub.settleReceipts(batch.settlement, batch.group, batch.jobs, batch.root, batch.proof);
        assertEq(token.balanceOf(worker), 5);
    }

    function test_aClearReceiptWaitsForTheBridges() public {
        (address signer, uint256 key) = makeAddrAndKey("clear coordinator");
        vm.prank(parties.payer);
        hub.authorizeClearCoordinator(
            signer, address(token), ICoordinators.Limits(LIMIT, type(uint128).max), policy
        );
        _setTier(2, 2, 0);
        Settlement memory settlement = _terms(1, worker, address(token), 5);
        settlement.circuitId = hub.CLEAR_CIRCUIT_ID();
        settlement.coordinator = hub.clearCoordinatorOf(signer);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hub.clearDigestOf(settlement));
        bytes memory signature = abi.encodePacked(r, s, v);
        _carry(0, settlement);
        vm.expectRevert(_awaiting(settlement, 1));
        hub.settleClear(settlement, signature);
        _carry(1, settlement);
        hub.settleClear(settlement, signature);
        assertEq(token.balanceOf(worker), 5);
    }

    /// @dev The receiver settles no such thing, so that what stands in place of a proof does not matter.
    function _carry(uint256 receiver, Settlement memory settlement) private {
        uint256[8] memory none;
        bytes memory message = SettlementMessage.encode(settlement, none);
        bytes32 guid = keccak256(message);
        receivers[receiver].deliver(guid, message);
        assertEq(receivers[receiver].storedMessage(guid), keccak256(message));
        receivers[receiver].agree(guid, message);
    }

    function _awaiting(Settlement memory settlement, uint256 agreed)
        private
        view
        returns (bytes memory)
    {
        return _refused(
            settlement,
            abi.encodeWithSelector(
                IRoutePolicy.AwaitingAgreement.selector, policy.termsOf(settlement), agreed, 2
            )
        );
    }
}
