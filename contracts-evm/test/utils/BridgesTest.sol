// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {CcipMessage, CcipTest} from "./CcipTest.sol";
import {LayerZeroTest, Packet} from "./LayerZeroTest.sol";
import {ProvenReceipt, Receipts} from "./Receipts.sol";
import {VaaBody, WormholeTest} from "./WormholeTest.sol";

/// @notice Every real bridge into one hub, and one settlement to send over any of them.
abstract contract BridgesTest is LayerZeroTest, WormholeTest, CcipTest {
    /// @notice A message that its bridge has verified, and the call by which anyone delivers it.
    struct Delivery {
        bytes32 guid;
        address target;
        bytes call;
    }

    ProvenReceipt internal receipt;
    bytes internal message;
    bytes32 internal id;

    function setUp() public virtual override(LayerZeroTest, WormholeTest, CcipTest) {
        super.setUp();
        receipt = Receipts.named("first job");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        id = hub.settlementIdOf(receipt.settlement);
    }

    function _overLayerZero() internal returns (Delivery memory) {
        Packet memory packet = _send(message);
        _verify(packet);
        bytes memory call = abi.encodeCall(
            destinationEndpoint.lzReceive,
            (packet.origin, address(receiver), packet.guid, message, "")
        );
        return Delivery(packet.guid, address(destinationEndpoint), call);
    }

    function _overWormhole() internal returns (Delivery memory) {
        VaaBody memory body = _publish(message);
        bytes memory call = abi.encodeCall(wormholeReceiver.executeVAAv1, (_sign(body)));
        return Delivery(_guid(body), address(wormholeReceiver), call);
    }

    function _overCcip() internal returns (Delivery memory) {
        CcipMessage memory sent = _ccipSend(message);
        bytes memory call = abi.encodeCall(
            offRamp.execute,
            (sent.encoded, _only(committee.resolver), _only(_attest(committee, sent.id)), 0)
        );
        return Delivery(sent.id, address(offRamp), call);
    }

    function _deliver(Delivery memory delivery) internal {
        (bool ok,) = delivery.target.call(delivery.call);
        assertTrue(ok);
    }

    function _assertPaidOnce() internal view {
        uint256 amount = receipt.settlement.amount;
        assertEq(token.balanceOf(receipt.settlement.recipient), amount);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW - amount);
        assertEq(token.balanceOf(address(hub)), ESCROW - amount);
        assertTrue(hub.isSettled(id));
    }
}
