// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Escrow} from "proofrail/hub/Escrow.sol";
import {ISignatureTransfer} from "proofrail/interfaces/ISignatureTransfer.sol";
import {Native} from "proofrail/libraries/Native.sol";

import {Symbolic} from "./Symbolic.sol";

contract OpenEscrow is Escrow {
    using BitMaps for BitMaps.BitMap;

    BitMaps.BitMap private _settled;

    constructor(uint64 notice) Escrow(ISignatureTransfer(address(0)), notice) {}

    function debit(address payer, address token, uint256 amount) external {
        _debit(payer, token, amount);
    }

    function mark(bytes32 id) external {
        _settled.set(uint256(id));
    }

    function isMarked(bytes32 id) external view returns (bool) {
        return _settled.get(uint256(id));
    }
}

/// @notice Ether, payers and times of any value.
contract EscrowSymbolicTest is Symbolic {
    uint64 private constant NOTICE = 3 days;

    OpenEscrow private escrow = new OpenEscrow(NOTICE);

    function check_aDepositIsCreditedToOnePayer(address payer, address other, uint96 amount)
        public
    {
        vm.assume(other != payer);
        vm.deal(address(this), amount);
        escrow.depositNative{value: amount}(payer);
        assert(escrow.escrowOf(payer, Native.ETHER) == amount);
        assert(escrow.escrowOf(other, Native.ETHER) == 0);
    }

    function check_aDebitTakesWhatItSaysFromOnePayer(
        address[2] calldata payers,
        uint96[2] calldata deposits,
        uint256 amount
    ) public {
        vm.assume(payers[0] != payers[1] && deposits[0] != 0 && deposits[1] != 0);
        vm.assume(payers[0] != address(0) && payers[1] != address(0));
        vm.deal(address(this), uint256(deposits[0]) + deposits[1]);
        escrow.depositNative{value: deposits[0]}(payers[0]);
        escrow.depositNative{value: deposits[1]}(payers[1]);
        try escrow.debit(payers[0], Native.ETHER, amount) {
            assert(amount <= deposits[0]);
            assert(escrow.escrowOf(payers[0], Native.ETHER) == deposits[0] - amount);
        } catch {
            assert(amount > deposits[0]);
        }
        assert(escrow.escrowOf(payers[1], Native.ETHER) == deposits[1]);
    }

    /// @dev Whatever was asked for, nothing leaves before its notice is over, and no more than was asked for.
    function check_nothingLeavesWithoutNotice(
        address payer,
        address to,
        uint96 deposit,
        uint256[2] calldata amounts,
        uint32[2] calldata times
    ) public {
        vm.assume(payer != address(0) && deposit != 0 && times[1] >= times[0]);
        vm.assume(to != address(escrow) && to.code.length == 0);
        vm.deal(address(this), deposit);
        escrow.depositNative{value: deposit}(payer);
        vm.warp(times[0]);
        vm.prank(payer);
        escrow.requestWithdrawal(Native.ETHER, amounts[0]);
        vm.warp(times[1]);
        vm.prank(payer);
        escrow.withdraw(Native.ETHER, amounts[1], to);
        assert(amounts[1] <= amounts[0] && amounts[1] <= deposit);
        assert(uint256(times[1]) >= uint256(times[0]) + NOTICE);
        assert(escrow.escrowOf(payer, Native.ETHER) == deposit - amounts[1]);
        assert(escrow.withdrawalOf(payer, Native.ETHER).amount == amounts[0] - amounts[1]);
    }

    /// @dev Ids that share a word do not share a bit.
    function check_anIdIsMarkedAlone(bytes32 id, bytes32 other) public {
        vm.assume(id != other);
        escrow.mark(id);
        assert(escrow.isMarked(id));
        assert(!escrow.isMarked(other));
    }
}
