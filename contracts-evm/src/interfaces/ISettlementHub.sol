// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IVerifierRouter} from "./IVerifierRouter.sol";

/// @notice One payment that a proof releases from a payer's escrow.
/// @param circuitId The circuit that the proof is for: keccak256 of its name, version and ordered public inputs.
/// @param sourceChain keccak256 of the CAIP-2 id of the chain that the job was agreed on, e.g. "near:mainnet".
/// @param sourceContract The contract of the job on that chain: keccak256 of a NEAR account id, or a left-padded EVM address.
/// @param jobId The job within that contract.
/// @param payer Whose escrow pays.
/// @param recipient Who is paid.
/// @param token The ERC-20 that is paid.
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
/// @notice Holds payers' ERC-20s in escrow and pays them out against Groth16 proofs of coordinator-signed receipts.
/// @dev The proof authorises and whoever brings it only carries it, so both ways of settling are open to anyone.
/// A settlement id is paid at most once, whatever bridge or direct call brings it. The hub has no owner.
interface ISettlementHub {
    /// @notice A payer's escrow grew.
    /// @param payer Whose escrow it is.
    /// @param token The ERC-20.
    /// @param from Who sent the tokens.
    /// @param amount What the hub received, in the token's smallest unit.
    event Deposited(
        address indexed payer, address indexed token, address indexed from, uint256 amount
    );

    /// @notice A payer took tokens back.
    /// @param payer Whose escrow it was.
    /// @param token The ERC-20.
    /// @param to Who received the tokens.
    /// @param amount How much left the escrow, in the token's smallest unit.
    event Withdrawn(
        address indexed payer, address indexed token, address indexed to, uint256 amount
    );

    /// @notice A payer changed what a coordinator may settle.
    /// @param payer Whose escrow it concerns.
    /// @param coordinator The coordinator id.
    /// @param token The ERC-20.
    /// @param maxPerSettlement The most that one settlement may pay; zero revokes.
    event CoordinatorAuthorized(
        address indexed payer,
        bytes32 indexed coordinator,
        address indexed token,
        uint128 maxPerSettlement
    );

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

    /// @notice An address that must name somebody is zero.
    error ZeroAddress();

    /// @notice Nothing would move.
    error ZeroAmount();

    /// @notice There is no contract at the token's address.
    error TokenWithoutCode(address token);

    /// @notice A transfer into the hub brought nothing.
    error NothingReceived(address token);

    /// @notice A coordinator id is a field element, and this is none: it is not below the BN254 scalar field's order.
    error CoordinatorOutOfField(bytes32 coordinator);

    /// @notice The hub cannot be paid by itself.
    error InvalidRecipient(address recipient);

    /// @notice The settlement id was paid before.
    error AlreadySettled(bytes32 id);

    /// @notice The settlement's last second has passed.
    error Expired(uint64 deadline, uint256 timestamp);

    /// @notice The hub does not know how to state this circuit's public inputs.
    error UnknownCircuit(bytes32 circuitId);

    /// @notice The payer has not authorised the coordinator for the token.
    error CoordinatorNotAuthorized(address payer, bytes32 coordinator, address token);

    /// @notice The amount exceeds what the payer lets the coordinator settle at once.
    error AmountAboveLimit(uint256 amount, uint256 maxPerSettlement);

    /// @notice The payer's escrow does not cover the amount.
    error InsufficientEscrow(address payer, address token, uint256 have, uint256 need);

    /// @notice The proof does not show that the coordinator signed a receipt for this very settlement.
    error InvalidProof(bytes32 id);

    /// @notice Moves tokens from the caller into the caller's escrow.
    /// @param token The ERC-20; the caller has approved the hub.
    /// @param amount How much to take, in the token's smallest unit.
    /// @return received What the hub received and credited: less than `amount` where the token keeps a fee.
    function deposit(address token, uint256 amount) external returns (uint256 received);

    /// @notice Moves tokens from the caller into another payer's escrow.
    /// @param payer Whose escrow grows; only the payer can withdraw or authorise from it.
    /// @param token The ERC-20; the caller has approved the hub.
    /// @param amount How much to take, in the token's smallest unit.
    /// @return received What the hub received and credited: less than `amount` where the token keeps a fee.
    function depositFor(address payer, address token, uint256 amount)
        external
        returns (uint256 received);

    /// @notice Takes tokens out of the caller's escrow.
    /// @param token The ERC-20.
    /// @param amount How much, in the token's smallest unit.
    /// @param to Who receives the tokens.
    function withdraw(address token, uint256 amount, address to) external;

    /// @notice Lets receipts of a coordinator settle from the caller's escrow.
    /// @param coordinator The coordinator id: it commits to the coordinator's key and to the agreed fee rule.
    /// @param token The ERC-20.
    /// @param maxPerSettlement The most that one settlement may pay, in the token's smallest unit; zero revokes.
    function authorizeCoordinator(bytes32 coordinator, address token, uint128 maxPerSettlement)
        external;

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

    /// @notice What a payer has in escrow.
    /// @param payer Whose escrow.
    /// @param token The ERC-20.
    /// @return balance In the token's smallest unit.
    function escrowOf(address payer, address token) external view returns (uint256 balance);

    /// @notice What a payer lets a coordinator settle.
    /// @param payer Whose escrow.
    /// @param coordinator The coordinator id.
    /// @param token The ERC-20.
    /// @return maxPerSettlement The most that one settlement may pay; zero where nothing is authorised.
    function authorization(address payer, bytes32 coordinator, address token)
        external
        view
        returns (uint128 maxPerSettlement);

    /// @notice Whether a settlement id has been paid.
    /// @param id The settlement id.
    /// @return settled True once paid, for ever.
    function isSettled(bytes32 id) external view returns (bool settled);

    /// @notice The id under which a settlement is paid once.
    /// @param settlement What would be paid.
    /// @return id keccak256 of the domain, source chain, source contract, job id and payer.
    function settlementIdOf(Settlement calldata settlement) external pure returns (bytes32 id);

    /// @notice The public input that binds a proof to this chain, this hub and this settlement.
    /// @param settlement What would be paid.
    /// @return context A BN254 scalar.
    function contextOf(Settlement calldata settlement) external view returns (uint256 context);

    /// @notice Where the hub finds its verifiers.
    /// @return The router, fixed at construction.
    function router() external view returns (IVerifierRouter);
}
