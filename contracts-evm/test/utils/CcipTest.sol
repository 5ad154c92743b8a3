// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IRouterClient} from "@chainlink/contracts-ccip/contracts/interfaces/IRouterClient.sol";
import {Client} from "@chainlink/contracts-ccip/contracts/libraries/Client.sol";
import {ExtraArgsCodec} from "@chainlink/contracts-ccip/contracts/libraries/ExtraArgsCodec.sol";
import {Vm} from "forge-std/Vm.sol";
import {CcipReceiver} from "proofrail/ccip/CcipReceiver.sol";
import {CcipSender} from "proofrail/ccip/CcipSender.sol";
import {DevToken} from "proofrail/dev/DevToken.sol";

import {
    ICcipCommittee,
    ICcipExecutor,
    ICcipFeeQuoter,
    ICcipOffRamp,
    ICcipOnRamp,
    ICcipResolver,
    ICcipRouterAdmin
} from "./CcipContracts.sol";
import {HubTest} from "./HubTest.sol";
import {WrappedCoin} from "./Tokens.sol";

/// @notice A message as CCIP's onramp emits it.
struct CcipMessage {
    bytes32 id;
    bytes encoded;
}

/// @notice A committee that signs messages, behind the resolver that CCIP knows it by.
struct Committee {
    address resolver;
    address verifier;
    bytes4 version;
    uint256[] keys;
}

/// @notice Two real CCIP stacks, of Chainlink's own bytecode: the way out of the first chain, with a sender, and the way
/// into the second, with a receiver. The default committee is of two, whose keys the test holds.
abstract contract CcipTest is HubTest {
    uint64 internal constant CCIP_SOURCE = 1111;
    uint64 internal constant CCIP_DESTINATION = 2222;
    uint8 internal constant CCIP_SUCCESS = 2;
    uint8 internal constant CCIP_FAILURE = 3;
    uint32 internal constant CCIP_GAS = 600_000;
    bytes4 internal constant SAFE = bytes4(uint32(1 << 16));

    string private constant BYTECODE = "node_modules/@chainlink/contracts-ccip/bytecode/";
    bytes4 private constant EVM_FAMILY = 0x2812d52c;

    WrappedCoin internal wrapped;
    DevToken internal link;
    address internal rmn;
    address internal rmnBehindProxy;
    address internal tokenAdminRegistry;
    IRouterClient internal sourceRouter;
    address internal destinationRouter;
    ICcipOnRamp internal onRamp;
    ICcipOffRamp internal offRamp;
    Committee internal sourceCommittee;
    Committee internal committee;
    CcipSender internal ccipSender;
    CcipReceiver internal ccipReceiver;

    function setUp() public virtual override {
        super.setUp();
        wrapped = new WrappedCoin();
        link = new DevToken("Chainlink", "LINK", owner);
        rmnBehindProxy = _deployCcip("v2_0_0/rmn", abi.encode(_only(address(this))));
        rmn = _deployCcip("v1_0_0/rmn_proxy_contract", abi.encode(rmnBehindProxy));
        tokenAdminRegistry = _deployCcip("v1_5_0/token_admin_registry", "");
        sourceRouter = IRouterClient(_deployRouter());
        destinationRouter = _deployRouter();

        sourceCommittee = _deployCommittee(
            address(sourceRouter), CCIP_DESTINATION, bytes4(uint32(1)), _keys("committee")
        );
        committee =
            _deployCommittee(destinationRouter, CCIP_SOURCE, bytes4(uint32(1)), _keys("committee"));
        _deployOffRamp();
        _deployOnRamp();
        _openLane();

        ccipSender = new CcipSender(sourceRouter, owner);
        ccipReceiver = new CcipReceiver(destinationRouter, hub, owner);
        vm.startPrank(owner);
        ccipSender.setPeer(CCIP_DESTINATION, _padded(address(ccipReceiver)));
        ccipReceiver.setPeer(CCIP_SOURCE, _padded(address(ccipSender)));
        vm.stopPrank();
    }

    function _v2(uint256 gas) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            Client.GENERIC_EXTRA_ARGS_V2_TAG, Client.GenericExtraArgsV2(gas, true)
        );
    }

    function _v3(uint32 gas, bytes4 finality) internal pure returns (bytes memory) {
        return ExtraArgsCodec._getBasicEncodedExtraArgsV3(gas, finality);
    }

    function _ccipSend(bytes memory message) internal returns (CcipMessage memory) {
        return _ccipSend(message, _v2(CCIP_GAS));
    }

    /// @dev Sends, and reads the message back from the onramp's event, as a committee does.
    function _ccipSend(bytes memory message, bytes memory extraArgs)
        internal
        returns (CcipMessage memory sent)
    {
        uint256 fee = ccipSender.quote(CCIP_DESTINATION, message, extraArgs, address(0));
        vm.recordLogs();
        ccipSender.send{value: fee}(CCIP_DESTINATION, message, extraArgs, address(this));
        return _lastSent();
    }

    function _lastSent() internal returns (CcipMessage memory sent) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] != ICcipOnRamp.CCIPMessageSent.selector) continue;
            sent.id = logs[i].topics[3];
            (,, sent.encoded,,) =
                abi.decode(logs[i].data, (address, uint256, bytes, ICcipOnRamp.Receipt[], bytes[]));
        }
        assertEq(sent.id, keccak256(sent.encoded));
    }

    /// @dev Anyone executes, with what the default committee signed.
    function _execute(CcipMessage memory sent) internal {
        _execute(sent, 0);
    }

    function _execute(CcipMessage memory sent, uint32 gasOverride) internal {
        offRamp.execute(
            sent.encoded, _only(committee.resolver), _only(_attest(committee, sent.id)), gasOverride
        );
    }

    function _stateOf(CcipMessage memory sent) internal view returns (uint8) {
        return offRamp.getExecutionState(sent.id);
    }

    /// @dev What CCIP reports of a receiver's revert: wrapped, and cut after 132 bytes.
    function _reported(bytes memory reason) internal pure returns (bytes memory wrapped_) {
        wrapped_ = abi.encodeWithSelector(ICcipOffRamp.ReceiverError.selector, reason);
        if (wrapped_.length <= 132) return wrapped_;
        assembly ("memory-safe") {
            mstore(wrapped_, 132)
        }
    }

    /// @dev Version, length, and the signatures of all members in the order of their addresses.
    function _attest(Committee memory by, bytes32 messageId) internal pure returns (bytes memory) {
        bytes memory signatures;
        for (uint256 i = 0; i < by.keys.length; i++) {
            signatures = bytes.concat(signatures, _signCcip(by.keys[i], by.version, messageId));
        }
        return abi.encodePacked(by.version, uint16(signatures.length), signatures);
    }

    /// @dev The committee's verifier takes v for 27, so that s is turned round where it is not.
    function _signCcip(uint256 key, bytes4 version, bytes32 messageId)
        internal
        pure
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(version, messageId)));
        if (v == 28) s = bytes32(SECP256K1_ORDER - uint256(s));
        return abi.encodePacked(r, s);
    }

    /// @dev Two keys, in the order of their addresses.
    function _keys(string memory seed) internal pure returns (uint256[] memory keys) {
        keys = new uint256[](2);
        keys[0] = uint256(keccak256(abi.encode(seed, 0)));
        keys[1] = uint256(keccak256(abi.encode(seed, 1)));
        if (vm.addr(keys[0]) > vm.addr(keys[1])) (keys[0], keys[1]) = (keys[1], keys[0]);
    }

    function _deployCommittee(
        address ccipRouter,
        uint64 remote,
        bytes4 version,
        uint256[] memory keys
    ) internal returns (Committee memory deployed) {
        deployed.version = version;
        deployed.keys = keys;
        deployed.resolver = _deployCcip("v2_0_0/versioned_verifier_resolver", "");
        deployed.verifier = _deployCcip(
            "v2_0_0/committee_verifier",
            abi.encode(
                ICcipCommittee.DynamicConfig(address(this), address(this)),
                new string[](0),
                rmn,
                version
            )
        );

        ICcipResolver.Inbound[] memory inbound = new ICcipResolver.Inbound[](1);
        inbound[0] = ICcipResolver.Inbound(version, deployed.verifier);
        ICcipResolver(deployed.resolver).applyInboundImplementationUpdates(inbound);
        ICcipResolver.Outbound[] memory outbound = new ICcipResolver.Outbound[](1);
        outbound[0] = ICcipResolver.Outbound(remote, deployed.verifier);
        ICcipResolver(deployed.resolver).applyOutboundImplementationUpdates(outbound);

        ICcipCommittee verifier_ = ICcipCommittee(deployed.verifier);
        ICcipCommittee.RemoteChainConfigArgs[] memory lane =
            new ICcipCommittee.RemoteChainConfigArgs[](1);
        lane[0] = ICcipCommittee.RemoteChainConfigArgs(ccipRouter, remote, false, 5, 100_000, 256);
        verifier_.applyRemoteChainConfigUpdates(lane);
        verifier_.setAllowedFinalityConfig(SAFE);
        ICcipCommittee.SignatureConfig[] memory members = new ICcipCommittee.SignatureConfig[](1);
        address[] memory signers = new address[](2);
        (signers[0], signers[1]) = (vm.addr(keys[0]), vm.addr(keys[1]));
        members[0] = ICcipCommittee.SignatureConfig(remote, 2, signers);
        verifier_.applySignatureConfigs(new uint64[](0), members);
    }

    function _deployRouter() private returns (address) {
        return _deployCcip("v1_2_0/router", abi.encode(wrapped, rmn));
    }

    function _deployOffRamp() private {
        offRamp = ICcipOffRamp(
            _deployCcip(
                "v2_0_0/offramp",
                abi.encode(
                    ICcipOffRamp.StaticConfig(
                        CCIP_DESTINATION, 5000, rmn, tokenAdminRegistry, 12_000
                    )
                )
            )
        );
    }

    function _deployOnRamp() private {
        onRamp = ICcipOnRamp(
            _deployCcip(
                "v2_0_0/onramp",
                abi.encode(
                    ICcipOnRamp.StaticConfig(CCIP_SOURCE, rmn, 100_000, tokenAdminRegistry),
                    ICcipOnRamp.DynamicConfig(_deployFeeQuoter(), false, address(this))
                )
            )
        );
        ICcipOnRamp.DestChainConfigArgs[] memory lane = new ICcipOnRamp.DestChainConfigArgs[](1);
        lane[0] = ICcipOnRamp.DestChainConfigArgs({
            chain: CCIP_DESTINATION,
            router: address(sourceRouter),
            addressBytesLength: 20,
            tokenReceiverAllowed: false,
            messageNetworkFeeUsdCents: 10,
            tokenNetworkFeeUsdCents: 25,
            baseExecutionGasCost: 80_000,
            defaultCcvs: _only(sourceCommittee.resolver),
            laneMandatedCcvs: new address[](0),
            defaultExecutor: _deployExecutor(),
            offRamp: abi.encodePacked(offRamp)
        });
        onRamp.applyDestChainConfigUpdates(lane);
    }

    function _deployFeeQuoter() private returns (address) {
        ICcipFeeQuoter.DestChainConfigArgs[] memory lane =
            new ICcipFeeQuoter.DestChainConfigArgs[](1);
        lane[0].chain = CCIP_DESTINATION;
        lane[0].config = ICcipFeeQuoter.DestChainConfig(
            true, 30_000, 3_000_000, 300_000, 16, EVM_FAMILY, 25, 90_000, 200_000, 10, 90
        );
        ICcipFeeQuoter quoter = ICcipFeeQuoter(
            _deployCcip(
                "v2_0_0/fee_quoter",
                abi.encode(
                    ICcipFeeQuoter.StaticConfig(200e18, address(link)),
                    _only(address(this)),
                    new ICcipFeeQuoter.TokenTransferFees[](0),
                    lane
                )
            )
        );
        ICcipFeeQuoter.Prices memory prices;
        prices.tokens = new ICcipFeeQuoter.TokenPrice[](2);
        prices.tokens[0] = ICcipFeeQuoter.TokenPrice(address(wrapped), 3000e18);
        prices.tokens[1] = ICcipFeeQuoter.TokenPrice(address(link), 20e18);
        prices.gas = new ICcipFeeQuoter.GasPrice[](1);
        prices.gas[0] = ICcipFeeQuoter.GasPrice(CCIP_DESTINATION, 3e12);
        quoter.updatePrices(prices);
        return address(quoter);
    }

    function _deployExecutor() private returns (address deployed) {
        deployed = _deployCcip(
            "v2_0_0/executor",
            abi.encode(uint8(8), ICcipExecutor.DynamicConfig(address(this), SAFE, false))
        );
        ICcipExecutor.RemoteChainConfigArgs[] memory lane =
            new ICcipExecutor.RemoteChainConfigArgs[](1);
        lane[0].chain = CCIP_DESTINATION;
        lane[0].config = ICcipExecutor.RemoteChainConfig(5, true);
        ICcipExecutor(deployed).applyDestChainUpdates(new uint64[](0), lane);
    }

    function _openLane() private {
        ICcipOffRamp.SourceChainConfigArgs[] memory lane =
            new ICcipOffRamp.SourceChainConfigArgs[](1);
        lane[0] = ICcipOffRamp.SourceChainConfigArgs({
            router: destinationRouter,
            chain: CCIP_SOURCE,
            isEnabled: true,
            onRamps: _only(abi.encode(onRamp)),
            defaultCcvs: _only(committee.resolver),
            laneMandatedCcvs: new address[](0)
        });
        offRamp.applySourceChainConfigUpdates(lane);

        ICcipRouterAdmin.OnRamp[] memory out = new ICcipRouterAdmin.OnRamp[](1);
        out[0] = ICcipRouterAdmin.OnRamp(CCIP_DESTINATION, address(onRamp));
        ICcipRouterAdmin.OffRamp[] memory in_ = new ICcipRouterAdmin.OffRamp[](1);
        in_[0] = ICcipRouterAdmin.OffRamp(CCIP_SOURCE, address(offRamp));
        ICcipRouterAdmin.OnRamp[] memory noOut = new ICcipRouterAdmin.OnRamp[](0);
        ICcipRouterAdmin.OffRamp[] memory noIn = new ICcipRouterAdmin.OffRamp[](0);
        ICcipRouterAdmin(address(sourceRouter)).applyRampUpdates(out, noIn, noIn);
        ICcipRouterAdmin(destinationRouter).applyRampUpdates(noOut, noIn, in_);
    }

    function _deployCcip(string memory name, bytes memory arguments)
        private
        returns (address deployed)
    {
        string memory hexadecimal = vm.trim(vm.readFile(string.concat(BYTECODE, name, ".bin")));
        bytes memory code = bytes.concat(vm.parseBytes(hexadecimal), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        assertNotEq(deployed, address(0), name);
    }

    function _only(address one) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = one;
    }

    function _only(bytes memory one) internal pure returns (bytes[] memory list) {
        list = new bytes[](1);
        list[0] = one;
    }

    function _padded(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
