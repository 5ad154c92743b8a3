// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title VerifierRouter
/// @notice Which contract verifies the proofs of a circuit.
/// @dev An entry is written once and never replaced, so that nobody can change what a proof must show.
/// All that is left is to pause a circuit for some days, and to stop it for ever. Who may do what, after what delay,
/// and who may veto it meanwhile, stands in OpenZeppelin's AccessManager: additions are meant to wait, pause and stop
/// not to. Anyone stops a circuit who can prove what is registered as impossible.
interface IVerifierRouter {
    /// @notice A circuit can be verified from now on.
    /// @param circuitId keccak256 of the circuit's name, version and ordered public inputs.
    /// @param verifier The contract that verifies its proofs.
    event VerifierAdded(bytes32 indexed circuitId, address indexed verifier);

    /// @notice A circuit will never be verified again.
    /// @param circuitId The circuit.
    /// @param verifier The contract that verified its proofs.
    event VerifierStopped(bytes32 indexed circuitId, address indexed verifier);

    /// @notice A circuit is not verified for some time, or again.
    /// @param circuitId The circuit.
    /// @param until The first second in which it is verified again, in unix time; zero ends a pause.
    event CircuitPauseSet(bytes32 indexed circuitId, uint64 until);

    /// @notice Whoever proves this statement shows that the circuit or its setup is broken.
    /// @param circuitId The circuit.
    /// @param inputs The public inputs.
    event ImpossibleRegistered(bytes32 indexed circuitId, uint256[] inputs);

    /// @notice The circuit is not verified before that second.
    error CircuitPaused(bytes32 circuitId, uint64 until);

    /// @notice The circuit has its impossible statement.
    error ImpossibleAlreadyRegistered(bytes32 circuitId);

    /// @notice This is not the statement that was registered as impossible.
    error NotImpossible(bytes32 circuitId);

    /// @notice The proof does not hold, so that nothing is shown.
    error ProofRefused(bytes32 circuitId);

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

    /// @notice Adds the verifier of a circuit, once.
    /// @param circuitId keccak256 of the circuit's name, version and ordered public inputs.
    /// @param verifier The contract that verifies its proofs.
    function addVerifier(bytes32 circuitId, address verifier) external;

    /// @notice Stops a circuit for ever.
    /// @param circuitId The circuit.
    function stop(bytes32 circuitId) external;

    /// @notice Registers, once, public inputs that no witness can have.
    /// @param circuitId The circuit.
    /// @param inputs Its public inputs, in the circuit's order.
    function registerImpossible(bytes32 circuitId, uint256[] calldata inputs) external;

    /// @notice Stops a circuit for ever, by a proof of its impossible statement. Open to anyone.
    /// @param circuitId The circuit.
    /// @param proof The Groth16 proof in EIP-197 order.
    /// @param inputs The statement.
    function stopWithProof(bytes32 circuitId, uint256[8] calldata proof, uint256[] calldata inputs)
        external;

    /// @notice Pauses a circuit for the longest pause; it ends by itself.
    /// @param circuitId The circuit.
    function pause(bytes32 circuitId) external;

    /// @notice Ends a pause.
    /// @param circuitId The circuit.
    function unpause(bytes32 circuitId) external;

    /// @notice How long a pause lasts.
    /// @return In seconds.
    function LONGEST_PAUSE() external view returns (uint64);

    /// @notice The verifier of a circuit; reverts for one that was never added or is stopped or paused.
    /// @param circuitId The circuit.
    /// @return verifier The contract that verifies its proofs.
    function verifierOf(bytes32 circuitId) external view returns (address verifier);

    /// @notice Whether a circuit has been stopped.
    /// @param circuitId The circuit.
    /// @return stopped True once stopped, for ever.
    function isStopped(bytes32 circuitId) external view returns (bool stopped);
}
