// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {IVerifierRouter} from "./interfaces/IVerifierRouter.sol";

/// @title VerifierRouter
/// @notice See {IVerifierRouter}.
contract VerifierRouter is IVerifierRouter, AccessManaged {
    /// @dev One slot, so that a lookup reads storage once. A stopped circuit is paused until the end of time.
    struct Route {
        address verifier;
        uint64 pausedUntil;
    }

    uint64 private constant FOR_EVER = type(uint64).max;

    /// @inheritdoc IVerifierRouter
    uint64 public constant LONGEST_PAUSE = 7 days;

    mapping(bytes32 circuitId => Route) private _routes;
    mapping(bytes32 circuitId => bytes32 inputsHash) private _impossible;

    /// @param authority_ The access manager: who may do what, and after what delay.
    constructor(address authority_) AccessManaged(authority_) {}

    /// @inheritdoc IVerifierRouter
    function addVerifier(bytes32 circuitId, address verifier) external restricted {
        if (circuitId == 0) revert ZeroCircuitId();
        if (verifier.code.length == 0) revert VerifierWithoutCode(verifier);
        Route storage route = _routes[circuitId];
        if (route.verifier != address(0)) revert CircuitAlreadyRouted(circuitId);

        route.verifier = verifier;
        emit VerifierAdded(circuitId, verifier);
    }

    /// @inheritdoc IVerifierRouter
    function registerImpossible(bytes32 circuitId, uint256[] calldata inputs) external restricted {
        _liveVerifier(circuitId);
        if (_impossible[circuitId] != 0) revert ImpossibleAlreadyRegistered(circuitId);

        _impossible[circuitId] = keccak256(abi.encodePacked(inputs));
        emit ImpossibleRegistered(circuitId, inputs);
    }

    /// @inheritdoc IVerifierRouter
    function stop(bytes32 circuitId) external restricted {
        _stop(circuitId, _liveVerifier(circuitId));
    }

    /// @inheritdoc IVerifierRouter
    function stopWithProof(bytes32 circuitId, uint256[8] calldata proof, uint256[] calldata inputs)
        external
    {
        address verifier = _liveVerifier(circuitId);
        if (_impossible[circuitId] != keccak256(abi.encodePacked(inputs))) {
            revert NotImpossible(circuitId);
        }
        if (!_holds(verifier, proof, inputs)) revert ProofRefused(circuitId);
        _stop(circuitId, verifier);
    }

    /// @inheritdoc IVerifierRouter
    function pause(bytes32 circuitId) external restricted {
        _liveVerifier(circuitId);
        uint64 until = uint64(block.timestamp) + LONGEST_PAUSE;
        _routes[circuitId].pausedUntil = until;
        emit CircuitPauseSet(circuitId, until);
    }

    /// @inheritdoc IVerifierRouter
    function unpause(bytes32 circuitId) external restricted {
        _liveVerifier(circuitId);
        _routes[circuitId].pausedUntil = 0;
        emit CircuitPauseSet(circuitId, 0);
    }

    /// @inheritdoc IVerifierRouter
    function isStopped(bytes32 circuitId) external view returns (bool) {
        return _routes[circuitId].pausedUntil == FOR_EVER;
    }

    /// @inheritdoc IVerifierRouter
    function verifierOf(bytes32 circuitId) external view returns (address) {
        Route storage route = _routes[circuitId];
        (address verifier, uint64 pausedUntil) = (route.verifier, route.pausedUntil);
        // forge-lint: disable-next-line(block-timestamp)
        if (verifier == address(0) || block.timestamp < pausedUntil) {
            _liveVerifier(circuitId);
            revert CircuitPaused(circuitId, pausedUntil);
        }
        return verifier;
    }

    function _stop(bytes32 circuitId, address verifier) private {
        _routes[circuitId].pausedUntil = FOR_EVER;
        emit VerifierStopped(circuitId, verifier);
    }

    /// @dev Of a circuit that was not stopped, paused or not.
    function _liveVerifier(bytes32 circuitId) private view returns (address) {
        Route storage route = _routes[circuitId];
        if (route.verifier == address(0)) revert UnknownCircuit(circuitId);
        if (route.pausedUntil == FOR_EVER) revert CircuitStopped(circuitId);
        return route.verifier;
    }

    /// @dev Every generated verifier has the same function but for the number of its inputs.
    function _holds(address verifier, uint256[8] calldata proof, uint256[] calldata inputs)
        private
        view
        returns (bool)
    {
        string memory signature = string.concat(
            "verifyProof(uint256[8],uint256[", Strings.toString(inputs.length), "])"
        );
        bytes4 selector = bytes4(keccak256(bytes(signature)));
        (bool ok, bytes memory answer) =
            verifier.staticcall(abi.encodePacked(selector, proof, inputs));
        return ok && answer.length == 32 && abi.decode(answer, (uint256)) == 1;
    }
}
