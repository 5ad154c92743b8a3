// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {SettlementHub} from "proofrail/SettlementHub.sol";
import {SettlementGroups} from "proofrail/groups/SettlementGroups.sol";
import {Group, ISettlementGroups, Leg, Notice} from "proofrail/interfaces/ISettlementGroups.sol";

import {HubTest} from "./HubTest.sol";

/// @notice Two chains in one machine: each has a chain id, a clock, a hub and a groups contract, and calls are made on one
/// of them at a time. What one tells the other takes a while.
abstract contract GroupsTest is HubTest {
    struct Side {
        uint256 id;
        uint256 clockAhead;
        SettlementHub hub;
        SettlementGroups groups;
    }

    bytes32 internal constant SECRET = keccak256("secret");
    uint64 internal constant GRACE = 6 hours;
    uint64 internal constant WINDOW = 1 days;
    uint128 internal constant AMOUNT = 1e18;

    Side[2] internal chains;
    uint256 internal realNow;
    address[2] internal recipients = [makeAddr("recipient 0"), makeAddr("recipient 1")];
    address internal bridge = makeAddr("bridge");

    function setUp() public virtual override {
        super.setUp();
        realNow = block.timestamp;
        chains[0] = Side(parties.chainId, 0, hub, new SettlementGroups(hub));
        vm.chainId(parties.chainId + 1);
        SettlementHub other = new SettlementHub(router, permit2, NOTICE);
        chains[1] = Side(block.chainid, 0, other, new SettlementGroups(other));
        vm.chainId(parties.chainId);
        vm.prank(owner);
        token.mint(parties.payer, 1e24);
    }

    /// @dev What follows happens on that chain, now.
    function _on(uint256 chain) internal returns (SettlementGroups groups) {
        vm.chainId(chains[chain].id);
        vm.warp(realNow + chains[chain].clockAhead);
        return chains[chain].groups;
    }

    /// @dev One leg on each chain; the first leads.
    function _group(uint256 nonce) internal view returns (Group memory group) {
        group.secretHash = keccak256(abi.encode(SECRET));
        group.deadline = uint64(realNow) + WINDOW;
        group.grace = GRACE;
        group.legs = new Leg[](2);
        for (uint256 i = 0; i < 2; i++) {
            group.legs[i] = Leg({
                chainId: chains[i].id,
                groups: address(chains[i].groups),
                bridge: bridge,
                payer: parties.payer,
                recipient: recipients[i],
                token: address(token),
                amount: AMOUNT + uint128(nonce)
            });
        }
    }

    function _store(Group storage to, Group memory group) internal {
        (to.secretHash, to.deadline, to.grace) = (group.secretHash, group.deadline, group.grace);
        for (uint256 i = 0; i < group.legs.length; i++) {
            to.legs.push(group.legs[i]);
        }
    }

    function _fundPocket(Group memory group, uint256 index) internal {
        SettlementGroups groups = _on(index);
        address pocket = groups.pocketOf(groups.groupIdOf(group), index);
        vm.prank(parties.payer);
        token.transfer(pocket, group.legs[index].amount);
    }

    function _prepare(Group memory group, uint256 index) internal {
        _fundPocket(group, index);
        _on(index).prepare(group, index);
    }

    /// @dev What has become of a leg, on the other chain.
    function _tell(Group memory group, uint256 index, Notice notice) internal {
        SettlementGroups groups = _on(1 - index);
        bytes32 groupId = groups.groupIdOf(group);
        vm.prank(bridge);
        groups.tell(groupId, index, notice, chains[index].id, address(chains[index].groups));
    }

    function _stateOf(Group memory group, uint256 index)
        internal
        view
        returns (ISettlementGroups.State)
    {
        SettlementGroups groups = chains[index].groups;
        return groups.stateOf(groups.groupIdOf(group), index);
    }

    function _assertState(Group memory group, uint256 index, ISettlementGroups.State state)
        internal
        view
    {
        assertEq(uint256(_stateOf(group, index)), uint256(state));
    }
}
