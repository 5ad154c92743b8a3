// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {INoteTree} from "./INoteTree.sol";
import {IPoolFunds} from "./IPoolFunds.sol";
import {IPoolPolicy} from "./IPoolPolicy.sol";
import {IPrivateSettlements, PrivateSettlement} from "./IPrivateSettlements.sol";
import {IVerifierRouter} from "./IVerifierRouter.sol";

/// @notice Two notes are spent, two are made, and the difference leaves the pool or enters it.
/// @param root The root that the spent notes are under.
/// @param leaves How many notes the tree held under it. It says where the root is found, and nothing depends on it.
/// @param nullifiers What marks the spent notes as spent.
/// @param notes The commitments of the notes made.
/// @param depositor Who pays the deposit, by calling; zero for none.
/// @param deposit What enters the pool.
/// @param recipient Who gets the withdrawal; zero for none.
/// @param withdrawal What leaves the pool.
/// @param relayer Who gets the fee, whoever calls; zero for none.
/// @param fee What the relayer gets.
/// @param deadline The last second, in unix time, in which the transfer is done.
/// @param delayed Whether the withdrawal waits for the pool's delay instead of being judged by the policy.
/// @param closing Whether the notes made stay out of the tree, since they are worth nothing: it spares most of the
/// gas of a withdrawal that leaves no change, and is the way out of a full tree.
/// @param payloads What the owners of the notes made need to find and spend them, encrypted; empty for none.
struct ShieldedTransfer {
    uint256 root;
    uint64 leaves;
    uint256[2] nullifiers;
    uint256[2] notes;
    address depositor;
    uint128 deposit;
    address recipient;
    uint128 withdrawal;
    address relayer;
    uint128 fee;
    uint64 deadline;
    bool delayed;
    bool closing;
    bytes[2] payloads;
}

/// @notice The receipt that a transfer pays: from the owner of the first note spent to that of the first note made.
/// @param settlement What job it is of.
/// @param commitment The commitment that both proofs share.
/// @param proof The Groth16 proof of the circuit `receipt_private` in EIP-197 order.
struct PrivateReceipt {
    PrivateSettlement settlement;
    uint256 commitment;
    uint256[8] proof;
}

/// @title ShieldedPool
/// @notice Holds one token as notes whose values and owners only their owners know, and pays private receipts from them.
/// @dev Events are enough to rebuild everything: `NotesAdded` in order is the tree, with what the owners of notes
/// decrypt; `NotesSpent` says what is spent. Every other event of a transfer carries its first nullifier.
///
/// No key moves what is in the pool, or changes what a proof must show. Governance sets caps and the policy: it can
/// keep value out, and make withdrawals wait for `exitDelay`. The circuit's verifier is found by the router. While the
/// circuit is paused nothing moves; a pause ends by itself. Once it is stopped for ever, deposits are refused for ever, and
/// all else goes on under the second setup of the same circuit, where the router had one when the pool was made.
/// Where it had none, or that is stopped too, what is in the pool stays there: nobody is trusted to say whose it is.
interface IShieldedPool is INoteTree, IPoolFunds {
    /// @notice Notes were spent. Nullifiers of notes that are worth nothing look the same.
    /// @param nullifier0 What marks the first; it names the transfer.
    /// @param nullifier1 What marks the second.
    event NotesSpent(uint256 indexed nullifier0, uint256 indexed nullifier1);

    /// @notice A private receipt was paid.
    /// @param nullifier The first nullifier of the transfer.
    /// @param id The settlement id.
    /// @param coordinator Who signed the receipt.
    /// @param commitment The receipt's commitment.
    event ReceiptPaid(
        uint256 indexed nullifier,
        bytes32 indexed id,
        bytes32 indexed coordinator,
        uint256 commitment
    );

    /// @notice Another policy judges from now on.
    /// @param policy The policy; zero for none.
    event PolicySet(IPoolPolicy indexed policy);

    /// @notice The transfer's last second has passed.
    error TransferExpired(uint64 deadline, uint256 timestamp);

    /// @notice The note was spent before, or is spent twice here.
    error NullifierSpent(uint256 nullifier);

    /// @notice The proof does not show that the transfer keeps all value.
    error InvalidProof(uint256 context);

    /// @notice Only the depositor's own call deposits, and no depositor is named where nothing is deposited.
    error NotDepositor(address depositor, address caller);

    /// @notice A recipient is named exactly where something is withdrawn, and is never the pool.
    error InvalidRecipient(address recipient);

    /// @notice A relayer is named exactly where there is a fee, and is never the pool.
    error InvalidRelayer(address relayer);

    /// @notice Only a withdrawal can leave its notes out: no deposit, and no receipt, which is paid by a note.
    error NotesNeeded();

    /// @notice A payload is longer than the pool takes.
    error PayloadTooLong(uint256 length, uint256 longest);

    /// @notice A commitment of zero stands for no receipt.
    error NoReceipt();

    /// @notice The policy is not a contract.
    error PolicyWithoutCode(address policy);

    /// @notice Deposits, transfers within the pool, withdraws, or all of it.
    /// @param transfer What is done.
    /// @param proof The Groth16 proof of the circuit `shielded` in EIP-197 order.
    /// @param policyData What the policy is shown, for a deposit and for a withdrawal that does not wait.
    function transact(
        ShieldedTransfer calldata transfer,
        uint256[8] calldata proof,
        bytes calldata policyData
    ) external payable;

    /// @notice Pays a private receipt.
    /// @param transfer What is done; its first note is the payment.
    /// @param proof The Groth16 proof of the circuit `shielded` in EIP-197 order.
    /// @param receipt What is paid.
    /// @param policyData What the policy is shown, for a deposit and for a withdrawal that does not wait.
    /// @return id The settlement id.
    function settle(
        ShieldedTransfer calldata transfer,
        uint256[8] calldata proof,
        PrivateReceipt calldata receipt,
        bytes calldata policyData
    ) external payable returns (bytes32 id);

    /// @notice Changes the caps.
    /// @param caps_ All of them.
    function setCaps(Caps calldata caps_) external;

    /// @notice Has another policy judge.
    /// @param policy_ The policy; zero for none.
    function setPolicy(IPoolPolicy policy_) external;

    /// @notice The public input that binds a proof to this chain, this pool and these terms.
    /// @param transfer What would be done.
    /// @param receiptContext The context of the receipt that is paid; zero for none.
    /// @return context A BN254 scalar.
    function contextOf(ShieldedTransfer calldata transfer, uint256 receiptContext)
        external
        view
        returns (uint256 context);

    /// @notice Whether a note was spent.
    /// @param nullifier What marks it.
    /// @return spent True once spent, for ever.
    function isSpent(uint256 nullifier) external view returns (bool spent);

    /// @notice Who judges deposits and withdrawals.
    /// @return Zero for nobody.
    function policy() external view returns (IPoolPolicy);

    /// @notice Where receipts are judged and settlements consumed.
    /// @return Fixed at construction.
    function settlements() external view returns (IPrivateSettlements);

    /// @notice Where the pool finds its verifiers.
    /// @return The router, fixed at construction.
    function router() external view returns (IVerifierRouter);

    /// @notice Under which the router has a verifier of the same circuit from another setup.
    /// @return keccak256 of the ABI encoding of "proofrail.second_setup.v1" and the circuit's id.
    function SECOND_SETUP_ID() external view returns (bytes32);

    /// @notice Whether the router had the second setup when the pool was made; one that comes later is never used.
    /// @return Fixed at construction.
    function hasSecondSetup() external view returns (bool);

    /// @notice The longest payload.
    /// @return In bytes.
    function MAX_PAYLOAD() external view returns (uint256);
}
