// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";

import {HubTest} from "./utils/HubTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

contract SettlementHubAuthorizationTest is HubTest {
    function testFuzz_aPayerAuthorizesForThemselvesAlone(
        address payer,
        address other,
        bytes32 coordinator,
        address token_,
        uint128 limit
    ) public {
        vm.assume(payer != other && token_ != address(0));
        vm.assume(payer != parties.payer && other != parties.payer);
        coordinator = bytes32(uint256(coordinator) % Bn254.SCALAR_FIELD);

        vm.expectEmit(address(hub));
        emit ICoordinators.CoordinatorAuthorized(
            payer, coordinator, token_, limit, type(uint128).max
        );
        vm.prank(payer);
        hub.authorizeCoordinator(coordinator, token_, limit);

        assertEq(hub.authorization(payer, coordinator, token_), limit);
        assertEq(hub.authorization(other, coordinator, token_), 0);
        assertEq(hub.authorization(payer, ~coordinator, token_), 0);
        assertEq(hub.authorization(payer, coordinator, address(~uint160(token_))), 0);
    }

    function testFuzz_aCoordinatorIsAFieldElement(uint256 coordinator) public {
        coordinator = bound(coordinator, Bn254.SCALAR_FIELD, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICoordinators.CoordinatorOutOfField.selector, bytes32(coordinator)
            )
        );
        hub.authorizeCoordinator(bytes32(coordinator), address(token), 1);
    }

    function test_anAuthorizationNamesAToken() public {
        vm.expectRevert(IEscrow.ZeroAddress.selector);
        hub.authorizeCoordinator(parties.coordinator, address(0), 1);
    }

    function test_zeroRevokes() public {
        ProvenReceipt memory receipt = Receipts.named("first job");
        _authorize(parties.payer, parties.coordinator, 0);
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(
                ICoordinators.CoordinatorNotAuthorized.selector,
                parties.payer,
                parties.coordinator,
                address(token)
            )
        );

        _authorize(parties.payer, parties.coordinator, receipt.settlement.amount);
        _settle(receipt);
    }

    function test_theLimitIsTheMostThatIsPaid() public {
        ProvenReceipt memory receipt = Receipts.named("first job");
        uint128 amount = receipt.settlement.amount;
        _authorize(parties.payer, parties.coordinator, amount - 1);
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(ICoordinators.AmountAboveLimit.selector, amount, amount - 1)
        );

        _authorize(parties.payer, parties.coordinator, amount);
        _settle(receipt);
        assertEq(token.balanceOf(receipt.settlement.recipient), amount);
    }

    function test_aReceiptOfAnotherCoordinatorDoesNotPay() public {
        ProvenReceipt memory receipt = Receipts.named("another coordinator");
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(
                ICoordinators.CoordinatorNotAuthorized.selector,
                parties.payer,
                parties.otherCoordinator,
                address(token)
            )
        );

        _authorize(parties.payer, parties.otherCoordinator, LIMIT);
        _settle(receipt);
    }
}
