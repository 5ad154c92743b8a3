// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementPolicy} from "proofrail/interfaces/ISettlementPolicy.sol";

/// @notice Admits what it is told to, and remembers what it was asked.
contract RecordingPolicy is ISettlementPolicy {
    error Refused(uint256 reason);

    uint256 public asked;
    bytes32 public id;
    address public via;
    bytes32 public terms;
    uint256 public refusal;
    uint256 public told;

    function refuse(uint256 reason) external {
        refusal = reason;
    }

    function admit(Settlement calldata settlement, bytes32 id_, address via_)
        external
        returns (bytes4)
    {
        if (refusal != 0) revert Refused(refusal);
        (id, via, terms) = (id_, via_, keccak256(abi.encode(settlement)));
        asked++;
        return ISettlementPolicy.admit.selector;
    }

    function agree(Settlement calldata) external {
        if (refusal == type(uint256).max) revert Refused(refusal);
        told++;
    }
}

/// @notice Answers every call with the same bytes, as a success or not.
contract AnsweringPolicy {
    bytes private _answer;
    bool private immutable SUCCEEDS;

    constructor(bool succeeds, bytes memory answer) {
        (SUCCEEDS, _answer) = (succeeds, answer);
    }

    fallback(bytes calldata) external returns (bytes memory) {
        bytes memory answer = _answer;
        if (SUCCEEDS) return answer;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }
}

/// @notice Spends all gas that it is given.
contract BurningPolicy {
    fallback() external {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// @notice Answers with as much as its gas reaches for.
contract BombingPolicy {
    fallback() external {
        assembly ("memory-safe") {
            revert(0x80, 150000)
        }
    }
}

/// @notice Settles the same settlement while it is asked about it.
contract ReentrantPolicy is ISettlementPolicy {
    ISettlementHub private immutable HUB;
    uint256[8] private _proof;

    constructor(ISettlementHub hub, uint256[8] memory proof) {
        (HUB, _proof) = (hub, proof);
    }

    function admit(Settlement calldata settlement, bytes32, address) external returns (bytes4) {
        HUB.settle(settlement, _proof);
        return ISettlementPolicy.admit.selector;
    }

    function agree(Settlement calldata) external {}
}
