// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title VerifierRouter
/// @notice Which contract verifies the proofs of a circuit.
/// @dev An entry is written once and never replaced, so that its owner cannot change what a proof must show.
/// All that is left to the owner is to stop a circuit, for ever.
interface IVerifierRouter {
    /// @notice A circuit can be verified from now on.
    /// @param circuitId keccak256 of the circuit's name, version and ordered public inputs.
    /// @param verifier The contract that verifies its proofs.
    event VerifierAdded(bytes32 indexed circuitId, address indexed verifier);

    /// @notice A circuit will never be verified again.
    /// @param circuitId The circuit.
    /// @param verifier The contract that verified its proofs.
    event VerifierStopped(bytes32 indexed circuitId, address indexed verifier);

    /// @notice No verifier has been added for the circuit.
    error UnknownCircuit(bytes32 circuitId);

    /// @notice The circuit was stopped for ever.
    error CircuitStopped(bytes32 circuitId);

    /// @notice The circuit has its verifier, or had one before it was stopped.
    error CircuitAlreadyRouted(bytes32 circuitId);

    /// @notice The zero circuit id names no circuit.
    error ZeroCircuitId();

    /// @notice There is no contract at the verifier's address.
    error VerifierWithoutCode(address verifier);

    /// @notice Adds the verifier of a circuit, once. Owner only.
    /// @param circuitId keccak256 of the circuit's name, version and ordered public inputs.
    /// @param verifier The contract that verifies its proofs.
    function addVerifier(bytes32 circuitId, address verifier) external;

    /// @notice Stops a circuit for ever. Owner only.
    /// @param circuitId The circuit.
    function stop(bytes32 circuitId) external;

    /// @notice The verifier of a circuit; reverts for one that was never added or has been stopped.
    /// @param circuitId The circuit.
    /// @return verifier The contract that verifies its proofs.
    function verifierOf(bytes32 circuitId) external view returns (address verifier);

    /// @notice Whether a circuit has been stopped.
    /// @param circuitId The circuit.
    /// @return stopped True once stopped, for ever.
    function isStopped(bytes32 circuitId) external view returns (bool stopped);
}
