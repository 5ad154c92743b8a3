// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ICoordinators} from "./ICoordinators.sol";
import {IEscrow} from "./IEscrow.sol";
import {IVerifierRouter} from "./IVerifierRouter.sol";

/// @notice One payment that a proof releases from a payer's escrow.
/// @param circuitId The circuit that the proof is for: keccak256 of its name, version and ordered public inputs.
/// @param sourceChain keccak256 of the CAIP-2 id of the chain that the job was agreed on, e.g. "near:mainnet".
/// @param sourceContract The contract of the job on that chain: keccak256 of a NEAR account id, or a left-padded EVM address.
/// @param jobId The job within that contract.
/// @param payer Whose escrow pays.
/// @param recipient Who is paid.
/// @param token The ERC-20 that is paid, or the address of ERC-7528 for ether.
/// @param amount How much, in the token's smallest unit.
/// @param deadline The last second, in unix time, in which the hub pays.
/// @param coordinator The coordinator id: Poseidon of the key that signed the receipt and of the agreed fee rule.
struct Settlement {
    bytes32 circuitId;
    bytes32 sourceChain;
    bytes32 sourceContract;
    bytes32 jobId;
    address payer;
    address recipient;
    address token;
    uint128 amount;
    uint64 deadline;
    bytes32 coordinator;
}

/// @title SettlementHub
/// @notice Holds payers' ERC-20s and ether in escrow and pays them out against Groth16 proofs of coordinator-signed receipts.
/// @dev The proof authorises and whoever brings it only carries it, so both ways of settling are open to anyone.
/// A settlement id is paid at most once, whatever bridge or direct call brings it. The hub has no owner.
interface ISettlementHub is IEscrow, ICoordinators {
    /// @notice A settlement was paid.
    /// @param id The settlement id, which will never be paid again.
    /// @param payer Whose escrow paid.
    /// @param recipient Who was paid.
    /// @param token The ERC-20.
    /// @param amount How much left the escrow, in the token's smallest unit.
    /// @param coordinator The coordinator who signed the receipt.
    /// @param circuitId The circuit of the proof.
    event Settled(
        bytes32 indexed id,
        address indexed payer,
        address indexed recipient,
        address token,
        uint256 amount,
        bytes32 coordinator,
        bytes32 circuitId
    );

    /// @notice The settlement id was paid before.
    error AlreadySettled(bytes32 id);

    /// @notice The settlement's last second has passed.
    error Expired(uint64 deadline, uint256 timestamp);

    /// @notice The hub does not know how to state this circuit's public inputs.
    error UnknownCircuit(bytes32 circuitId);

    /// @notice The proof does not show that the coordinator signed a receipt for this very settlement.
    error InvalidProof(bytes32 id);

    /// @notice Pays a settlement; one that was paid before is an error.
    /// @param settlement What to pay.
    /// @param proof The Groth16 proof in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
    /// @return id The settlement id.
    function settleWithProof(Settlement calldata settlement, uint256[8] calldata proof)
        external
        returns (bytes32 id);

    /// @notice Pays a settlement; one that was paid before is a success that changes nothing.
    /// @dev For receivers: the same settlement may arrive over several bridges.
    /// @param settlement What to pay.
    /// @param proof The Groth16 proof in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
    /// @return id The settlement id.
    /// @return paid Whether this call paid it.
    function settle(Settlement calldata settlement, uint256[8] calldata proof)
        external
        returns (bytes32 id, bool paid);

    /// @notice Whether a settlement id has been paid.
    /// @param id The settlement id.
    /// @return settled True once paid, for ever.
    function isSettled(bytes32 id) external view returns (bool settled);

    /// @notice The id under which a settlement is paid once.
    /// @param settlement What would be paid.
    /// @return id keccak256 of the domain, source chain, source contract, job id and payer, where the last byte of the
    /// job id stands beside the hash and not in it.
    function settlementIdOf(Settlement calldata settlement) external pure returns (bytes32 id);

    /// @notice The public input that binds a proof to this chain, this hub and this settlement.
    /// @param settlement What would be paid.
    /// @return context A BN254 scalar.
    function contextOf(Settlement calldata settlement) external view returns (uint256 context);

    /// @notice Where the hub finds its verifiers.
    /// @return The router, fixed at construction.
    function router() external view returns (IVerifierRouter);
}
