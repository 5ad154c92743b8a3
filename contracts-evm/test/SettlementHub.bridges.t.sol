// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISettlementHub} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";

import {BridgesTest} from "./utils/BridgesTest.sol";

/// @notice One settlement over several bridges and directly: it is paid by what comes first, and what comes later succeeds
/// and changes nothing.
contract SettlementHubBridgesTest is BridgesTest {
    address[3] private _receivers;

    function setUp() public override {
        super.setUp();
        _receivers = [address(receiver), address(wormholeReceiver), address(ccipReceiver)];
    }

    function test_layerZeroThenWormholeThenCcipThenDirect() public {
        Delivery[3] memory deliveries = _overEvery();
        for (uint256 i = 0; i < 3; i++) {
            _expectApplied(i, deliveries[i], i == 0);
            _deliver(deliveries[i]);
            _assertPaidOnce();
        }
        _expectDirectToChangeNothing();
    }

    function test_directThenEveryBridge() public {
        Delivery[3] memory deliveries = _overEvery();
        _settle(receipt);
        for (uint256 i = 0; i < 3; i++) {
            _expectApplied(i, deliveries[i], false);
            _deliver(deliveries[i]);
            _assertPaidOnce();
        }
    }

    function testFuzz_anyOrderPaysOnce(uint256 seed) public {
        Delivery[3] memory deliveries = _overEvery();
        uint256[4] memory order = _shuffled(seed);
        for (uint256 i = 0; i < 4; i++) {
            if (order[i] == 3) {
                (, bool paid) = hub.settle(receipt.settlement, receipt.proof);
                assertEq(paid, i == 0);
            } else {
                _expectApplied(order[i], deliveries[order[i]], i == 0);
                _deliver(deliveries[order[i]]);
            }
            _assertPaidOnce();
        }
        _expectDirectToChangeNothing();
    }

    /// @dev Kept everywhere for want of escrow, then retried everywhere in any order.
    function testFuzz_whatEveryReceiverKeptPaysOnce(uint256 seed) public {
        _withdraw(parties.payer, address(token), ESCROW, parties.payer);
        Delivery[3] memory deliveries = _overEvery();
        for (uint256 i = 0; i < 3; i++) {
            _deliver(deliveries[i]);
            assertEq(
                ISettlementReceiver(_receivers[i]).storedMessage(deliveries[i].guid),
                keccak256(message)
            );
        }
        assertFalse(hub.isSettled(id));

        _fund(parties.payer, ESCROW);
        uint256[4] memory order = _shuffled(seed);
        bool settled = false;
        for (uint256 i = 0; i < 4; i++) {
            bool paid;
            if (order[i] == 3) {
                (, paid) = hub.settle(receipt.settlement, receipt.proof);
            } else {
                (, paid) = ISettlementReceiver(_receivers[order[i]])
                    .retry(deliveries[order[i]].guid, message);
            }
            assertEq(paid, !settled);
            settled = true;
            _assertPaidOnce();
        }
    }

    /// @dev A settlement that was paid needs neither escrow nor time when it comes again.
    function test_aLateArrivalNeedsNothing() public {
        Delivery[3] memory deliveries = _overEvery();
        _settle(receipt);
        uint256 left = ESCROW - receipt.settlement.amount;
        _withdraw(parties.payer, address(token), left, parties.payer);
        _authorize(parties.payer, parties.coordinator, 0);
        vm.warp(uint256(receipt.settlement.deadline) + 1);
        for (uint256 i = 0; i < 3; i++) {
            _expectApplied(i, deliveries[i], false);
            _deliver(deliveries[i]);
        }
        assertEq(token.balanceOf(receipt.settlement.recipient), receipt.settlement.amount);
        assertEq(token.balanceOf(address(hub)), 0);
    }

    function _overEvery() private returns (Delivery[3] memory) {
        return [_overLayerZero(), _overWormhole(), _overCcip()];
    }

    function _expectApplied(uint256 bridge, Delivery memory delivery, bool paid) private {
        vm.expectEmit(_receivers[bridge]);
        emit ISettlementReceiver.MessageApplied(delivery.guid, id, paid);
    }

    function _expectDirectToChangeNothing() private {
        (, bool paid) = hub.settle(receipt.settlement, receipt.proof);
        assertFalse(paid);
        vm.expectRevert(abi.encodeWithSelector(ISettlementHub.AlreadySettled.selector, id));
        _settle(receipt);
        _assertPaidOnce();
    }

    function _shuffled(uint256 seed) private pure returns (uint256[4] memory order) {
        order = [uint256(0), 1, 2, 3];
        for (uint256 i = 3; i > 0; i--) {
            uint256 j = uint256(keccak256(abi.encode(seed, i))) % (i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
