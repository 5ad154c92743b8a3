// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {RoutePolicy} from "proofrail/RoutePolicy.sol";
import {SettlementHub} from "proofrail/SettlementHub.sol";
import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {IRoutePolicy, Route, Tier} from "proofrail/interfaces/IRoutePolicy.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementPolicy} from "proofrail/interfaces/ISettlementPolicy.sol";

import {HubTest} from "./utils/HubTest.sol";
import {RecordingPolicy} from "./utils/Policies.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice A coordinator that is a contract: it accepts what its owner signed.
contract SigningContract is IERC1271 {
    address private immutable OWNER;
    bool public revoked;

    constructor(address owner) {
        OWNER = owner;
    }

    function revoke() external {
        revoked = true;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature)
        external
        view
        returns (bytes4)
    {
        bool valid = !revoked && ECDSA.recoverCalldata(digest, signature) == OWNER;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @notice Receipts that a coordinator signs in the clear pay beside proofs, for payers who let them.
contract SettlementHubClearTest is HubTest {
    uint256 private constant HALF_ORDER =
        0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant ORDER =
        0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    address internal coordinator;
    uint256 internal key;
    address internal worker = makeAddr("worker");

    function setUp() public override {
        super.setUp();
        (coordinator, key) = makeAddrAndKey("coordinator");
        _authorizeClear(coordinator, LIMIT);
    }

    function testFuzz_aSignedReceiptPays(uint256 key_, uint256 job, uint128 amount) public {
        key_ = bound(key_, 1, ORDER - 1);
        address signer = vm.addr(key_);
        vm.assume(signer.code.length == 0);
        amount = uint128(bound(amount, 1, LIMIT));
        _authorizeClear(signer, LIMIT);
        Settlement memory settlement = _clear(job, signer, amount);
        bytes32 id = hub.settlementIdOf(settlement);
        bytes memory signature = _sign(key_, settlement);
        assertTrue(hub.isAuthorized(settlement, signature));
        vm.expectEmit(address(hub));
        emit ISettlementHub.Settled(
            id,
            parties.payer,
            worker,
            address(token),
            amount,
            hub.clearCoordinatorOf(signer),
            hub.CLEAR_CIRCUIT_ID()
        );
        vm.prank(makeAddr("anyone"));
        (bytes32 settled, bool paid) = hub.settleClear(settlement, signature);
        assertEq(settled, id);
        assertTrue(paid);
        assertEq(token.balanceOf(worker), amount);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW - amount);

        (, paid) = hub.settleClear(settlement, signature);
        assertFalse(paid);
        assertEq(token.balanceOf(worker), amount);
    }

    /// @dev The typed data as any wallet would hash it.
    function test_whatIsSignedIsTypedData() public view {
        Settlement memory s = _clear(1, coordinator, 5);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Proofrail"),
                keccak256("1"),
                block.chainid,
                address(hub)
            )
        );
        bytes32 typehash = keccak256(
            "Settlement(bytes32 circuitId,bytes32 sourceChain,bytes32 sourceContract,bytes32 jobId,address payer,address recipient,address token,uint128 amount,uint64 deadline,bytes32 coordinator)"
        );
        bytes32 content = keccak256(
            bytes.concat(
                abi.encode(typehash, s.circuitId, s.sourceChain, s.sourceContract, s.jobId),
                abi.encode(s.payer, s.recipient, s.token, s.amount, s.deadline, s.coordinator)
            )
        );
        assertEq(hub.clearDigestOf(s), keccak256(abi.encodePacked(hex"1901", domain, content)));
        (, string memory name, string memory version, uint256 chain, address contract_,,) =
            hub.eip712Domain();
        assertEq(name, "Proofrail");
        assertEq(version, "1");
        assertEq(chain, block.chainid);
        assertEq(contract_, address(hub));
    }

    /// @dev No word of the settlement can be changed under a signature.
    function testFuzz_everyTermIsSigned(uint256 word, uint256 change) public {
        Settlement memory settlement = _clear(1, coordinator, 5);
        bytes memory signature = _sign(key, settlement);
        bytes memory encoded = abi.encode(settlement);
        // The circuit and the coordinator have refusals of their own.
        word = bound(word, 1, 8);
        change = bound(change, 1, type(uint64).max);
        assembly ("memory-safe") {
            let at := add(add(encoded, 0x20), mul(word, 0x20))
            mstore(at, xor(mload(at), change))
        }
        Settlement memory changed = abi.decode(encoded, (Settlement));
        assertFalse(hub.isAuthorized(changed, signature));
        vm.expectRevert();
        hub.settleClear(changed, signature);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW);
        hub.settleClear(settlement, signature);
    }

    function testFuzz_anotherKeyDoesNotPay(uint256 other) public {
        other = bound(other, 1, ORDER - 1);
        vm.assume(other != key);
        Settlement memory settlement = _clear(1, coordinator, 5);
        _expectNoPayment(settlement, _sign(other, settlement), _invalid(settlement));
    }

    function test_aSignatureIsForOneChainAndOneHub() public {
        Settlement memory settlement = _clear(1, coordinator, 5);
        bytes memory signature = _sign(key, settlement);
        vm.chainId(parties.chainId + 1);
        _expectNoPayment(settlement, signature, _invalid(settlement));
        vm.chainId(parties.chainId);

        SettlementHub other = new SettlementHub(router, permit2, NOTICE);
        bytes32 digest = other.clearDigestOf(settlement);
        assertNotEq(digest, hub.clearDigestOf(settlement));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        _expectNoPayment(settlement, abi.encodePacked(r, s, v), _invalid(settlement));
        hub.settleClear(settlement, signature);
    }

    /// @dev Signatures are not malleable, and what is no signature has a name.
    function test_malformedSignaturesAreRefused() public {
        Settlement memory settlement = _clear(1, coordinator, 5);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hub.clearDigestOf(settlement));
        assertLe(uint256(s), HALF_ORDER);
        bytes32 high = bytes32(ORDER - uint256(s));
        uint8 flipped = v == 27 ? 28 : 27;
        _expectNoPayment(
            settlement,
            abi.encodePacked(r, high, flipped),
            abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, high)
        );
        _expectNoPayment(
            settlement,
            abi.encodePacked(r, s),
            abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 64)
        );
        _expectNoPayment(
            settlement, "", abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 0)
        );
        _expectNoPayment(
            settlement,
            abi.encodePacked(r, s, v + 2),
            abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector)
        );
        _expectNoPayment(
            settlement,
            abi.encodePacked(bytes32(0), s, v),
            abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector)
        );
        hub.settleClear(settlement, abi.encodePacked(r, s, v));
    }

    function test_aContractSigns() public {
        SigningContract contract_ = new SigningContract(coordinator);
        _authorizeClear(address(contract_), LIMIT);
        Settlement memory settlement = _clear(1, address(contract_), 5);
        bytes memory signature = _sign(key, settlement);
        (, uint256 otherKey) = makeAddrAndKey("another");
        _expectNoPayment(settlement, _sign(otherKey, settlement), _invalid(settlement));
        _expectNoPayment(settlement, "", _invalid(settlement));
        contract_.revoke();
        _expectNoPayment(settlement, signature, _invalid(settlement));

        contract_ = new SigningContract(coordinator);
        _authorizeClear(address(contract_), LIMIT);
        settlement = _clear(1, address(contract_), 5);
        hub.settleClear(settlement, _sign(key, settlement));
        assertEq(token.balanceOf(worker), 5);
    }

    /// @dev Under EIP-7702 an account has code and its key still signs.
    function test_anAccountWithCodeSigns() public {
        vm.etch(coordinator, hex"ef01000000000000000000000000000000000000000001");
        Settlement memory settlement = _clear(1, coordinator, 5);
        hub.settleClear(settlement, _sign(key, settlement));
        assertEq(token.balanceOf(worker), 5);
    }

    /// @dev Each payer opts in, for each address and token, and out again at once.
    function test_onlyWhatThePayerAuthorizedPays() public {
        (address other, uint256 otherKey) = makeAddrAndKey("another");
        Settlement memory settlement = _clear(1, other, 5);
        _expectNoPayment(settlement, _sign(otherKey, settlement), _notAuthorized(settlement));

        settlement = _clear(1, coordinator, 5);
        settlement.payer = parties.otherPayer;
        _fund(parties.otherPayer, 5);
        _expectNoPayment(settlement, _sign(key, settlement), _notAuthorized(settlement));
        settlement.payer = parties.payer;
        settlement.token = parties.hostileToken;
        _expectNoPayment(settlement, _sign(key, settlement), _notAuthorized(settlement));

        settlement.token = address(token);
        _authorizeClear(coordinator, 0);
        _expectNoPayment(settlement, _sign(key, settlement), _notAuthorized(settlement));
        _authorizeClear(coordinator, LIMIT);
        hub.settleClear(settlement, _sign(key, settlement));
    }

    function test_theLimitsAndTheDeadlineHold() public {
        Settlement memory settlement = _clear(1, coordinator, LIMIT + 1);
        _expectNoPayment(
            settlement,
            _sign(key, settlement),
            abi.encodeWithSelector(ICoordinators.AmountAboveLimit.selector, LIMIT + 1, LIMIT)
        );
        vm.prank(parties.payer);
        hub.authorizeClearCoordinator(
            coordinator,
            address(token),
            ICoordinators.Limits(LIMIT, 7),
            ISettlementPolicy(address(0))
        );
        settlement = _clear(1, coordinator, 4);
        hub.settleClear(settlement, _sign(key, settlement));
        settlement = _clear(2, coordinator, 4);
        _expectNoPayment(
            settlement,
            _sign(key, settlement),
            abi.encodeWithSelector(ICoordinators.AmountAboveDailyLimit.selector, 4, 3, 7)
        );

        settlement = _clear(3, coordinator, 1);
        settlement.deadline = uint64(block.timestamp - 1);
        _expectNoPayment(
            settlement,
            _sign(key, settlement),
            abi.encodeWithSelector(
                ISettlementHub.Expired.selector, settlement.deadline, block.timestamp
            )
        );
        settlement = _clear(3, coordinator, 0);
        _expectNoPayment(
            settlement, _sign(key, settlement), abi.encodeWithSelector(IEscrow.ZeroAmount.selector)
        );
        settlement = _clear(3, coordinator, 1);
        settlement.recipient = address(hub);
        _expectNoPayment(
            settlement,
            _sign(key, settlement),
            abi.encodeWithSelector(IEscrow.InvalidRecipient.selector, address(hub))
        );
        // Nothing else can be paid than what is in escrow.
        _withdraw(
            parties.payer, address(token), hub.escrowOf(parties.payer, address(token)), worker
        );
        settlement = _clear(3, coordinator, 1);
        _expectNoPayment(
            settlement,
            _sign(key, settlement),
            abi.encodeWithSelector(
                IEscrow.InsufficientEscrow.selector, parties.payer, address(token), 0, 1
            )
        );
    }

    /// @dev One job, in the clear and in private: whichever comes first is paid.
    function testFuzz_bothWaysAreOneReplayDomain(bool clearFirst) public {
        ProvenReceipt memory receipt = Receipts.named("first job");
        Settlement memory settlement = receipt.settlement;
        settlement.circuitId = hub.CLEAR_CIRCUIT_ID();
        settlement.coordinator = hub.clearCoordinatorOf(coordinator);
        bytes memory signature = _sign(key, settlement);
        Settlement memory proven = Receipts.named("first job").settlement;
        assertEq(hub.settlementIdOf(settlement), hub.settlementIdOf(proven));

        if (clearFirst) hub.settleClear(settlement, signature);
        else hub.settleWithProof(proven, receipt.proof);
        (, bool paid) = hub.settleClear(settlement, signature);
        assertFalse(paid);
        (, paid) = hub.settle(proven, receipt.proof);
        assertFalse(paid);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW - settlement.amount);
    }

    /// @dev A payer goes back to proofs alone, or to signatures alone.
    function test_theWaysAreAuthorizedApart() public {
        Settlement memory clear = _clear(1, coordinator, 5);
        _authorize(parties.payer, parties.coordinator, 0);
        hub.settleClear(clear, _sign(key, clear));

        _authorize(parties.payer, parties.coordinator, LIMIT);
        _authorizeClear(coordinator, 0);
        _settle(Receipts.named("first job"));
        clear = _clear(2, coordinator, 5);
        _expectNoPayment(clear, _sign(key, clear), _notAuthorized(clear));
    }

    /// @dev Neither way takes what the other is authorised for.
    function test_neitherWayTakesTheOthersCoordinator() public {
        bytes32 id = hub.clearCoordinatorOf(coordinator);
        vm.expectRevert(abi.encodeWithSelector(ICoordinators.CoordinatorOutOfField.selector, id));
        hub.authorizeCoordinator(id, address(token), LIMIT);

        // Under the mark of an address, a proof shows nothing.
        Settlement memory settlement = _clear(1, coordinator, 5);
        settlement.circuitId = Receipts.named("first job").settlement.circuitId;
        uint256[8] memory proof = _forged(settlement);
        vm.expectRevert(_invalidProof(settlement));
        hub.settleWithProof(settlement, proof);

        // And a signature says nothing for a coordinator without the mark, nor for nobody.
        settlement = _clear(1, coordinator, 5);
        settlement.coordinator = parties.coordinator;
        _expectNoPayment(settlement, _sign(key, settlement), _invalid(settlement));
        settlement.coordinator = bytes32(uint256(uint160(coordinator)));
        _authorize(parties.payer, settlement.coordinator, LIMIT);
        _expectNoPayment(settlement, _sign(key, settlement), _invalid(settlement));
        vm.expectRevert(IEscrow.ZeroAddress.selector);
        _authorizeClear(address(0), LIMIT);
    }

    function test_eachWayKnowsItsCircuit() public {
        ProvenReceipt memory receipt = Receipts.named("first job");
        Settlement memory settlement = _clear(1, coordinator, 5);
        settlement.circuitId = receipt.settlement.circuitId;
        _expectNoPayment(
            settlement,
            _sign(key, settlement),
            abi.encodeWithSelector(ISettlementHub.UnknownCircuit.selector, settlement.circuitId)
        );
        settlement = receipt.settlement;
        settlement.circuitId = hub.CLEAR_CIRCUIT_ID();
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementHub.UnknownCircuit.selector, settlement.circuitId)
        );
        hub.settleWithProof(settlement, receipt.proof);
    }

    function test_thePolicyIsAskedForClearReceiptsToo() public {
        RecordingPolicy policy = new RecordingPolicy();
        vm.prank(parties.payer);
        hub.authorizeClearCoordinator(
            coordinator, address(token), ICoordinators.Limits(LIMIT, LIMIT), policy
        );
        Settlement memory settlement = _clear(1, coordinator, 5);
        policy.refuse(1);
        _expectNoPayment(
            settlement,
            _sign(key, settlement),
            abi.encodeWithSelector(
                ICoordinators.PolicyRefused.selector,
                hub.settlementIdOf(settlement),
                address(policy),
                abi.encodeWithSelector(RecordingPolicy.Refused.selector, 1)
            )
        );
        policy.refuse(0);
        hub.settleClear(settlement, _sign(key, settlement));
        assertEq(policy.asked(), 1);
        vm.expectRevert(abi.encodeWithSelector(ICoordinators.PolicyWithoutCode.selector, worker));
        hub.authorizeClearCoordinator(
            coordinator,
            address(token),
            ICoordinators.Limits(LIMIT, LIMIT),
            ISettlementPolicy(worker)
        );
    }

    /// @dev Above a route's threshold the signature is announced as a proof would be.
    function test_aClearReceiptWaitsForItsVeto() public {
        RoutePolicy policy = new RoutePolicy(hub, address(manager));
        Tier[] memory tiers = new Tier[](1);
        tiers[0] = Tier(LIMIT, 0, 1 days);
        Settlement memory settlement = _clear(1, coordinator, 5);
        vm.prank(owner);
        policy.setRoute(
            settlement.sourceChain, address(token), Route(new address[](0), type(uint96).max, tiers)
        );
        vm.prank(parties.payer);
        hub.authorizeClearCoordinator(
            coordinator, address(token), ICoordinators.Limits(LIMIT, LIMIT), policy
        );
        bytes memory signature = _sign(key, settlement);
        bytes32 terms = policy.termsOf(settlement);
        vm.expectRevert(abi.encodeWithSelector(IRoutePolicy.NotAuthorized.selector, terms));
        policy.announce(settlement, new bytes(65));
        vm.warp(policy.announce(settlement, signature));
        hub.settleClear(settlement, signature);
        assertEq(token.balanceOf(worker), 5);
    }

    function _authorizeClear(address signer, uint128 limit) private {
        ICoordinators.Limits memory limits = ICoordinators.Limits(limit, type(uint128).max);
        vm.prank(parties.payer);
        hub.authorizeClearCoordinator(signer, address(token), limits, ISettlementPolicy(address(0)));
    }

    function _expectNoPayment(
        Settlement memory settlement,
        bytes memory signature,
        bytes memory refusal
    ) private {
        uint256 held = token.balanceOf(address(hub));
        vm.expectRevert(refusal);
        hub.settleClear(settlement, signature);
        assertEq(token.balanceOf(address(hub)), held);
        assertFalse(hub.isSettled(hub.settlementIdOf(settlement)));
    }

    function _clear(uint256 job, address signer, uint128 amount)
        private
        view
        returns (Settlement memory settlement)
    {
        settlement = _terms(job, worker, address(token), amount);
        settlement.circuitId = hub.CLEAR_CIRCUIT_ID();
        settlement.coordinator = hub.clearCoordinatorOf(signer);
    }

    function _sign(uint256 key_, Settlement memory settlement) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key_, hub.clearDigestOf(settlement));
        return abi.encodePacked(r, s, v);
    }

    function _invalid(Settlement memory settlement) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ISettlementHub.InvalidSignature.selector, hub.settlementIdOf(settlement)
        );
    }

    function _invalidProof(Settlement memory settlement) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ISettlementHub.InvalidProof.selector, hub.settlementIdOf(settlement)
        );
    }

    function _notAuthorized(Settlement memory settlement) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ICoordinators.CoordinatorNotAuthorized.selector,
            settlement.payer,
            settlement.coordinator,
            settlement.token
        );
    }
}
