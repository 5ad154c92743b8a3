// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {IVerifierRouter} from "./interfaces/IVerifierRouter.sol";

/// @title VerifierRouter
/// @notice See {IVerifierRouter}.
contract VerifierRouter is IVerifierRouter, Ownable2Step {
    /// @dev One slot, so that a lookup reads storage once.
    struct Route {
        address verifier;
        bool stopped;
    }

    mapping(bytes32 circuitId => Route) private _routes;

    /// @param owner_ Who adds verifiers and may stop them.
    constructor(address owner_) Ownable(owner_) {}

    /// @inheritdoc IVerifierRouter
    function addVerifier(bytes32 circuitId, address verifier) external onlyOwner {
        if (circuitId == 0) revert ZeroCircuitId();
        if (verifier.code.length == 0) revert VerifierWithoutCode(verifier);
        Route storage route = _routes[circuitId];
        if (route.verifier != address(0)) revert CircuitAlreadyRouted(circuitId);

        route.verifier = verifier;
        emit VerifierAdded(circuitId, verifier);
    }

    /// @inheritdoc IVerifierRouter
    function stop(bytes32 circuitId) external onlyOwner {
        address verifier = verifierOf(circuitId);

        _routes[circuitId].stopped = true;
        emit VerifierStopped(circuitId, verifier);
    }

    /// @inheritdoc IVerifierRouter
    function isStopped(bytes32 circuitId) external view returns (bool) {
        return _routes[circuitId].stopped;
    }

    /// @inheritdoc IVerifierRouter
    function verifierOf(bytes32 circuitId) public view returns (address) {
        Route memory route = _routes[circuitId];
        if (route.verifier == address(0)) revert UnknownCircuit(circuitId);
        if (route.stopped) revert CircuitStopped(circuitId);
        return route.verifier;
    }
}
