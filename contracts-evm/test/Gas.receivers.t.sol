// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Client} from "@chainlink/contracts-ccip/contracts/libraries/Client.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {CcipMessage, CcipTest} from "./utils/CcipTest.sol";
import {HubTest} from "./utils/HubTest.sol";
import {LayerZeroTest, Packet} from "./utils/LayerZeroTest.sol";
import {Metered} from "./utils/Metered.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";
import {VaaBody, WormholeTest} from "./utils/WormholeTest.sol";

/// @notice What a message costs through each bridge's end, on a path that has been used before.
contract GasReceiversTest is Metered, LayerZeroTest, WormholeTest, CcipTest {
    /// @dev A file of its own: forge writes a group anew from what it ran.
    string private constant GROUP = "bridges";

    /// @dev What a delivery may cost on top of `settleWithProof`, both as whole transactions.
    uint256 private constant DELIVERY_LIMIT = 45_000;

    ProvenReceipt private _receipt;
    bytes private _message;

    function setUp() public override(HubTest, LayerZeroTest, WormholeTest, CcipTest) {
        super.setUp();
        _receipt = Receipts.named("first job");
        _message = _messageOf("first job");
        // The recipient has been paid before, as most are.
        vm.prank(owner);
        token.mint(_receipt.settlement.recipient, 1);

        _useEveryPath();

        _meter(address(receiver));
        _meter(address(sender));
        _meter(address(sourceEndpoint));
        _meter(address(destinationEndpoint));
        _meter(address(sourceLibrary));
        _meter(address(destinationLibrary));
        _meter(address(wormholeSender));
        _meter(address(wormholeReceiver));
        _meter(address(sourceCore));
        _meter(address(destinationCore));
        _meter(address(ccipSender));
        _meter(address(ccipReceiver));
        _meter(address(sourceRouter));
        _meter(destinationRouter);
        _meter(address(onRamp));
        _meter(address(offRamp));
        _meter(rmn);
        _meter(rmnBehindProxy);
        _meter(committee.resolver);
        _meter(committee.verifier);
    }

    function test_lzReceive() public {
        Packet memory packet = _send(_message);
        _verify(packet);
        bytes memory call = abi.encodeCall(
            destinationEndpoint.lzReceive,
            (packet.origin, address(receiver), packet.guid, _message, "")
        );
        uint256 settle = _settleGas();
        uint256 gas = _transact(address(destinationEndpoint), call);
        _assertSettled();
        vm.snapshotValue(GROUP, "endpoint.lzReceive that settles, whole transaction", gas);
        assertLe(gas, settle + DELIVERY_LIMIT);
    }

    /// @dev The thirteen signatures' own cost cannot be saved: 3,000 of each recovery and 66 bytes of calldata.
    function test_executeVAAv1() public {
        VaaBody memory body = _publish(_message);
        bytes memory vaa = _sign(body);
        bytes memory call = abi.encodeCall(wormholeReceiver.executeVAAv1, (vaa));
        uint256 settle = _settleGas();

        _coolAll();
        uint256 before = gasleft();
        destinationCore.parseAndVerifyVM(vaa);
        uint256 guardians = before - gasleft();
        bytes[] memory signatures = _signatures(body, QUORUM);
        for (uint256 i = 0; i < signatures.length; i++) {
            guardians += _calldataGas(signatures[i]);
        }

        uint256 gas = _transact(address(wormholeReceiver), call);
        _assertSettled();
        vm.snapshotValue(GROUP, "executeVAAv1 that settles, whole transaction", gas);
        vm.snapshotValue(
            GROUP, "executeVAAv1, guardians' 13 signatures by the core bridge", guardians
        );
        assertLe(gas, settle + DELIVERY_LIMIT + guardians);
    }

    function test_ccipReceive() public {
        Client.Any2EVMMessage memory arrived = Client.Any2EVMMessage({
            messageId: "guid",
            sourceChainSelector: CCIP_SOURCE,
            sender: abi.encode(ccipSender),
            data: _message,
            destTokenAmounts: new Client.EVMTokenAmount[](0)
        });
        bytes memory call = abi.encodeCall(ccipReceiver.ccipReceive, (arrived));
        uint256 settle = _settleGas();
        vm.startPrank(destinationRouter);
        uint256 gas = _transact(address(ccipReceiver), call);
        vm.stopPrank();
        _assertSettled();
        vm.snapshotValue(GROUP, "ccipReceive that settles, as a transaction", gas);
        assertLe(gas, settle + DELIVERY_LIMIT);
    }

    /// @dev CCIP's own part, with two signatures, is left out of the limit: no receiver has a say in it.
    function test_ccipExecute() public {
        CcipMessage memory sent = _ccipSend(_message);
        bytes memory call = abi.encodeCall(
            offRamp.execute,
            (sent.encoded, _only(committee.resolver), _only(_attest(committee, sent.id)), 0)
        );
        uint256 gas = _transact(address(offRamp), call);
        _assertSettled();
        vm.snapshotValue(GROUP, "offRamp.execute that settles, whole transaction", gas);
    }

    function test_sendOverCcip() public {
        uint256 fee = ccipSender.quote(CCIP_DESTINATION, _message, _v2(CCIP_GAS), address(0));
        bytes memory call = abi.encodeCall(
            ccipSender.send, (CCIP_DESTINATION, _message, _v2(CCIP_GAS), address(this))
        );
        uint256 gas = _call(address(ccipSender), fee, call);
        vm.snapshotValue(GROUP, "send over CCIP, call", gas);
    }

    function test_sendOverLayerZero() public {
        uint256 fee = sender.quote(DESTINATION, _message, OPTIONS);
        bytes memory call =
            abi.encodeCall(sender.send, (DESTINATION, _message, OPTIONS, address(this)));
        uint256 gas = _call(address(sender), fee, call);
        vm.snapshotValue(GROUP, "send over SimpleMessageLib, call", gas);
    }

    function test_sendOverWormhole() public {
        bytes memory call = abi.encodeCall(wormholeSender.send, (_message, address(this)));
        uint256 gas = _call(address(wormholeSender), MESSAGE_FEE, call);
        vm.snapshotValue(GROUP, "send over Wormhole, call", gas);
    }

    /// @dev In the set-up, whose writes no longer make those of a test cheaper.
    function _useEveryPath() private {
        bytes memory second = _messageOf("second job");
        Packet memory packet = _send(second);
        _verify(packet);
        _deliver(packet);
        wormholeReceiver.executeVAAv1(_sign(_publish(_messageOf("third job"))));
        _execute(_ccipSend(second));
    }

    function _call(address target, uint256 value, bytes memory call) private returns (uint256 gas) {
        _coolAll();
        uint256 before = gasleft();
        (bool ok,) = target.call{value: value}(call);
        gas = before - gasleft();
        assertTrue(ok);
    }

    /// @dev Of the same settlement, undone afterwards.
    function _settleGas() private returns (uint256 gas) {
        bytes memory call =
            abi.encodeCall(hub.settleWithProof, (_receipt.settlement, _receipt.proof));
        uint256 snapshot = vm.snapshotState();
        gas = _transact(address(hub), call);
        vm.revertToState(snapshot);
    }

    function _assertSettled() private view {
        assertTrue(hub.isSettled(hub.settlementIdOf(_receipt.settlement)));
    }

    function _messageOf(string memory name) private view returns (bytes memory) {
        ProvenReceipt memory named = Receipts.named(name);
        return SettlementMessage.encode(named.settlement, named.proof);
    }
}
