// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {ISignatureTransfer} from "proofrail/interfaces/ISignatureTransfer.sol";

import {HubTest} from "./utils/HubTest.sol";
import {FeeToken} from "./utils/Tokens.sol";

/// @notice Deposits by signature: ERC-2612, and Permit2 as Uniswap published its code.
contract SettlementHubPermitTest is HubTest {
    bytes32 private constant PERMIT = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant TOKEN_PERMISSIONS =
        keccak256("TokenPermissions(address token,uint256 amount)");
    bytes32 private constant PERMIT_TRANSFER_FROM = keccak256(
        "PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)"
    );
    bytes32 private constant PERMIT2_CODE =
        0xa1ad0529565c25202190d4ae7f75d4ca08dc432cc760544ee7d0313b68e82ecd;

    address internal alice;
    uint256 internal key;

    function setUp() public override {
        super.setUp();
        (alice, key) = makeAddrAndKey("alice");
        vm.prank(owner);
        token.mint(alice, 100);

        string memory json = vm.readFile("contracts-evm/test/fixtures/permit2.json");
        bytes memory code = vm.parseJsonBytes(json, ".code");
        assertEq(keccak256(code), PERMIT2_CODE);
        vm.etch(address(permit2), code);
        vm.prank(alice);
        token.approve(address(permit2), type(uint256).max);
    }

    function testFuzz_aPermitDeposits(uint256 amount) public {
        amount = bound(amount, 1, 100);
        (uint8 v, bytes32 r, bytes32 s) = _permit(amount);
        vm.prank(alice);
        assertEq(hub.depositWithPermit(address(token), amount, block.timestamp, v, r, s), amount);
        assertEq(hub.escrowOf(alice, address(token)), amount);
    }

    function test_aPermitThatSomebodyUsedFirstStillDeposits() public {
        (uint8 v, bytes32 r, bytes32 s) = _permit(7);
        token.permit(alice, address(hub), 7, block.timestamp, v, r, s);
        vm.prank(alice);
        hub.depositWithPermit(address(token), 7, block.timestamp, v, r, s);
        assertEq(hub.escrowOf(alice, address(token)), 7);
    }

    function test_aPermitOfAnotherDepositsNothing() public {
        (uint8 v, bytes32 r, bytes32 s) = _permit(7);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(hub), 0, 7
            )
        );
        hub.depositWithPermit(address(token), 7, block.timestamp, v, r, s);
    }

    function testFuzz_aPermit2SignatureDepositsForItsSigner(address carrier, uint256 nonce) public {
        ISignatureTransfer.PermitTransferFrom memory permit = _permit2(address(token), 9, nonce);
        bytes memory signature = _sign(permit, address(hub));
        vm.expectEmit(address(hub));
        emit IEscrow.Deposited(alice, address(token), alice, 9);
        vm.prank(carrier);
        assertEq(hub.depositWithPermit2(permit, alice, signature), 9);
        assertEq(hub.escrowOf(alice, address(token)), 9);
        assertEq(token.balanceOf(address(hub)), ESCROW + 9);

        // Once: Permit2's InvalidNonce().
        vm.expectRevert(bytes4(0x756688fe));
        hub.depositWithPermit2(permit, alice, signature);
    }

    function test_aPermit2SignatureForAnotherSpenderDepositsNothing() public {
        ISignatureTransfer.PermitTransferFrom memory permit = _permit2(address(token), 9, 0);
        bytes memory signature = _sign(permit, makeAddr("another hub"));
        // Permit2's InvalidSigner().
        vm.expectRevert(bytes4(0x815e1d64));
        hub.depositWithPermit2(permit, alice, signature);
        signature = _sign(permit, address(hub));
        vm.expectRevert(bytes4(0x815e1d64));
        hub.depositWithPermit2(permit, parties.payer, signature);
    }

    function test_whatATokenKeepsIsNotCreditedOverPermit2() public {
        FeeToken fee = new FeeToken();
        fee.mint(alice, 1_000);
        vm.prank(alice);
        fee.approve(address(permit2), 1_000);
        ISignatureTransfer.PermitTransferFrom memory permit = _permit2(address(fee), 1_000, 0);
        assertEq(hub.depositWithPermit2(permit, alice, _sign(permit, address(hub))), 990);
        assertEq(hub.escrowOf(alice, address(fee)), 990);
    }

    function _permit(uint256 amount) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 structHash = keccak256(
            abi.encode(PERMIT, alice, address(hub), amount, token.nonces(alice), block.timestamp)
        );
        return vm.sign(key, _typed(token.DOMAIN_SEPARATOR(), structHash));
    }

    function _permit2(address token_, uint256 amount, uint256 nonce)
        private
        view
        returns (ISignatureTransfer.PermitTransferFrom memory)
    {
        return ISignatureTransfer.PermitTransferFrom(
            ISignatureTransfer.TokenPermissions(token_, amount), nonce, block.timestamp
        );
    }

    function _sign(ISignatureTransfer.PermitTransferFrom memory permit, address spender)
        private
        view
        returns (bytes memory)
    {
        bytes32 permitted = keccak256(
            abi.encode(TOKEN_PERMISSIONS, permit.permitted.token, permit.permitted.amount)
        );
        bytes32 structHash = keccak256(
            abi.encode(PERMIT_TRANSFER_FROM, permitted, spender, permit.nonce, permit.deadline)
        );
        (bool ok, bytes memory domain) =
            address(permit2).staticcall(abi.encodeWithSignature("DOMAIN_SEPARATOR()"));
        assertTrue(ok);
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, _typed(abi.decode(domain, (bytes32)), structHash));
        return abi.encodePacked(r, s, v);
    }

    function _typed(bytes32 domain, bytes32 structHash) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }
}
