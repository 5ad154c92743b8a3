// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IRoutePolicy, Route, Tier} from "./interfaces/IRoutePolicy.sol";
import {ISettlementHub} from "./interfaces/ISettlementHub.sol";
import {ISettlementPolicy} from "./interfaces/ISettlementPolicy.sol";
import {RateLimit, RateLimits} from "./libraries/RateLimits.sol";
import {Settlements} from "./libraries/Settlements.sol";
import {Settlement} from "./types/Settlement.sol";

/// @title RoutePolicy
/// @notice See {IRoutePolicy}.
contract RoutePolicy is IRoutePolicy, AccessManaged {
    using RateLimits for RateLimit;
    using Settlements for Settlement;

    /// @dev Receivers are bits, by the order in which the policy met them.
    struct StoredRoute {
        uint128 receivers;
        uint96 maxPerDay;
        uint8 tierCount;
        Tier[8] tiers;
    }

    /// @inheritdoc IRoutePolicy
    uint32 public constant LONGEST_DELAY = 7 days;

    uint256 private constant MOST_TIERS = 8;
    uint256 private constant MOST_RECEIVERS = 128;
    uint96 private constant UNLIMITED = type(uint96).max;

    /// @inheritdoc IRoutePolicy
    ISettlementHub public immutable hub;

    /// @dev Never shortened and never reordered: a bit means the same receiver for ever.
    address[] private _receivers;
    mapping(address receiver => uint256 bit) private _bits;
    mapping(bytes32 sourceChain => mapping(address token => StoredRoute)) private _routes;
    mapping(bytes32 terms => Terms) private _terms;
    mapping(
        bytes32 sourceChain => mapping(address token => mapping(address payer => RateLimit))
    ) private _spent;

    /// @param hub_ Whose settlements are judged, for good.
    /// @param authority_ The access manager: who may do what, and after what delay.
    constructor(ISettlementHub hub_, address authority_) AccessManaged(authority_) {
        if (address(hub_) == address(0)) revert ZeroHub();
        hub = hub_;
    }

    /// @inheritdoc IRoutePolicy
    function setRoute(bytes32 sourceChain, address token, Route calldata route)
        external
        restricted
    {
        _check(route);
        StoredRoute storage stored = _routes[sourceChain][token];
        stored.receivers = _bitsOf(route.receivers);
        stored.maxPerDay = route.maxPerDay;
        // No more than MOST_TIERS.
        // forge-lint: disable-next-line(unsafe-typecast)
        stored.tierCount = uint8(route.tiers.length);
        for (uint256 i = 0; i < route.tiers.length; i++) {
            stored.tiers[i] = route.tiers[i];
        }
        emit RouteSet(sourceChain, token, route);
    }

    /// @inheritdoc IRoutePolicy
    function removeRoute(bytes32 sourceChain, address token) external restricted {
        _routeOf(sourceChain, token);
        delete _routes[sourceChain][token];
        emit RouteSet(sourceChain, token, Route(new address[](0), 0, new Tier[](0)));
    }

    /// @inheritdoc IRoutePolicy
    function veto(bytes32 terms) external restricted {
        if (_terms[terms].vetoed) revert TermsVetoed(terms);
        _terms[terms].vetoed = true;
        emit Vetoed(terms);
    }

    /// @inheritdoc IRoutePolicy
    function liftVeto(bytes32 terms) external restricted {
        if (!_terms[terms].vetoed) revert TermsNotVetoed(terms);
        _terms[terms].vetoed = false;
        emit VetoLifted(terms);
    }

    /// @inheritdoc ISettlementPolicy
    function admit(Settlement calldata settlement, bytes32, address via) external returns (bytes4) {
        if (msg.sender != address(hub)) revert OnlyHub(msg.sender);
        StoredRoute storage route = _routeOf(settlement.sourceChain, settlement.token);
        Tier memory tier = _tierOf(route, settlement.amount);
        bytes32 terms = termsOf(settlement);
        _judge(route.receivers, tier, terms, _bits[via]);
        _take(route.maxPerDay, settlement);
        return ISettlementPolicy.admit.selector;
    }

    /// @inheritdoc ISettlementPolicy
    function agree(Settlement calldata settlement) external {
        StoredRoute storage route = _routeOf(settlement.sourceChain, settlement.token);
        uint256 bit = _bits[msg.sender];
        if (bit & route.receivers == 0) revert NotAReceiver(msg.sender);
        _record(settlement, route.receivers, _tierOf(route, settlement.amount), bit);
    }

    /// @inheritdoc IRoutePolicy
    function announce(Settlement calldata settlement, bytes calldata evidence)
        external
        returns (uint64 readyAt)
    {
        StoredRoute storage route = _routeOf(settlement.sourceChain, settlement.token);
        Tier memory tier = _tierOf(route, settlement.amount);
        bytes32 terms = termsOf(settlement);
        Terms storage known = _terms[terms];
        if (known.vetoed) revert TermsVetoed(terms);
        if (tier.delay == 0 || known.completeAt != 0) revert NothingToAnnounce(terms);
        uint256 count = _count(known.agreed & route.receivers);
        if (count < tier.required) revert AwaitingAgreement(terms, count, tier.required);
        address policy = hub.policyOf(settlement.payer, settlement.coordinator, settlement.token);
        if (policy != address(this)) revert UnderAnotherPolicy(policy);
        if (!hub.isAuthorized(settlement, evidence)) revert NotAuthorized(terms);
        return _complete(known, terms, tier.delay, settlement);
    }

    /// @inheritdoc IRoutePolicy
    function stateOf(bytes32 terms) external view returns (Terms memory) {
        return _terms[terms];
    }

    /// @inheritdoc IRoutePolicy
    function routeOf(bytes32 sourceChain, address token)
        external
        view
        returns (Route memory route)
    {
        StoredRoute storage stored = _routes[sourceChain][token];
        route.maxPerDay = stored.maxPerDay;
        route.tiers = new Tier[](stored.tierCount);
        for (uint256 i = 0; i < route.tiers.length; i++) {
            route.tiers[i] = stored.tiers[i];
        }
        uint256 receivers = stored.receivers;
        route.receivers = new address[](_count(receivers));
        uint256 next = 0;
        for (uint256 i = 0; i < _receivers.length; i++) {
            if (receivers & (1 << i) != 0) route.receivers[next++] = _receivers[i];
        }
    }

    /// @inheritdoc IRoutePolicy
    function availableOf(bytes32 sourceChain, address token, address payer)
        external
        view
        returns (uint256)
    {
        uint96 maxPerDay = _routeOf(sourceChain, token).maxPerDay;
        if (maxPerDay == UNLIMITED) return type(uint256).max;
        // What it holds stays when `_take` finds that the limit has changed.
        uint256 level = _spent[sourceChain][token][payer].levelNow();
        return maxPerDay / 2 > level ? maxPerDay / 2 - level : 0;
    }

    /// @inheritdoc IRoutePolicy
    function termsOf(Settlement calldata settlement) public pure returns (bytes32) {
        return keccak256(abi.encode(settlement));
    }

    function _record(
        Settlement calldata settlement,
        uint256 receivers,
        Tier memory tier,
        uint256 bit
    ) private {
        bytes32 terms = termsOf(settlement);
        Terms storage known = _terms[terms];
        uint256 before = known.agreed;
        // The bits of receivers are those of a uint128.
        // forge-lint: disable-next-line(unsafe-typecast)
        known.agreed = uint128(before | bit);
        uint256 count = _count((before | bit) & receivers);
        emit Agreed(terms, settlement.id(), msg.sender, count, tier.required);

        // What needs no bridge needs its proof to be announced.
        if (tier.required == 0 || count < tier.required) return;
        // What a change of the route had left with too few begins anew.
        if (known.completeAt == 0 || _count(before & receivers) < tier.required) {
            _complete(known, terms, tier.delay, settlement);
        }
    }

    /// @dev Reverts where something is missing.
    function _judge(uint256 receivers, Tier memory tier, bytes32 terms, uint256 via) private view {
        Terms memory known = _terms[terms];
        if (known.vetoed) revert TermsVetoed(terms);
        // The bridge that brings it now has carried it too.
        uint256 count = _count((known.agreed | via) & receivers);
        if (count < tier.required) revert AwaitingAgreement(terms, count, tier.required);
        if (tier.delay == 0) return;

        uint256 recorded = _count(known.agreed & receivers);
        if (recorded < tier.required || known.completeAt == 0) revert DelayNotBegun(terms);
        uint64 readyAt = known.completeAt + tier.delay;
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp < readyAt) revert Delayed(terms, readyAt);
    }

    /// @dev A bucket of half a day's limit that empties in a day lets no 24 hours pay more than the limit.
    function _take(uint96 maxPerDay, Settlement calldata settlement) private {
        if (maxPerDay == UNLIMITED) return;
        RateLimit storage spent = _spent[settlement.sourceChain][settlement.token][settlement.payer];
        uint96 capacity = maxPerDay / 2;
        if (spent.capacity != capacity || spent.window == 0) spent.set(capacity, 1 days);
        spent.take(settlement.amount);
    }

    function _complete(
        Terms storage known,
        bytes32 terms,
        uint32 delay,
        Settlement calldata settlement
    ) private returns (uint64 readyAt) {
        known.completeAt = uint64(block.timestamp);
        readyAt = uint64(block.timestamp) + delay;
        emit Completed(terms, settlement.id(), readyAt, settlement);
    }

    /// @dev The bits of a route's receivers, giving one to each that is met for the first time.
    function _bitsOf(address[] calldata receivers) private returns (uint128 bits) {
        for (uint256 i = 0; i < receivers.length; i++) {
            address receiver = receivers[i];
            if (receiver == address(0)) revert InvalidReceiver(receiver);
            uint256 bit = _bits[receiver];
            if (bit == 0) {
                if (_receivers.length == MOST_RECEIVERS) revert TooManyReceivers();
                bit = 1 << _receivers.length;
                _bits[receiver] = bit;
                _receivers.push(receiver);
            }
            if (bits & bit != 0) revert InvalidReceiver(receiver);
            // There are no more than MOST_RECEIVERS.
            // forge-lint: disable-next-line(unsafe-typecast)
            bits |= uint128(bit);
        }
    }

    function _routeOf(bytes32 sourceChain, address token)
        private
        view
        returns (StoredRoute storage route)
    {
        route = _routes[sourceChain][token];
        if (route.tierCount == 0) revert NoRoute(sourceChain, token);
    }

    function _tierOf(StoredRoute storage route, uint128 amount)
        private
        view
        returns (Tier memory tier)
    {
        uint256 count = route.tierCount;
        for (uint256 i = 0; i < count; i++) {
            tier = route.tiers[i];
            if (amount <= tier.upTo) return tier;
        }
        revert AmountAboveCap(amount, tier.upTo);
    }

    function _check(Route calldata route) private pure {
        uint256 count = route.tiers.length;
        if (count == 0 || count > MOST_TIERS) revert InvalidTierCount(count);
        uint256 below = 0;
        for (uint256 i = 0; i < count; i++) {
            Tier calldata tier = route.tiers[i];
            if (tier.upTo <= below) revert TiersOutOfOrder(i);
            below = tier.upTo;
            uint256 receivers = route.receivers.length;
            if (tier.required > receivers) revert TooFewReceivers(i, receivers);
            if (tier.delay > LONGEST_DELAY) revert DelayTooLong(tier.delay, LONGEST_DELAY);
        }
        if (route.maxPerDay != UNLIMITED && below > route.maxPerDay / 2) {
            revert CapAboveHalfADay(below, route.maxPerDay);
        }
    }

    /// @dev How many of at most 128 bits are set, by adding neighbours: the gas must not grow with their number.
    function _count(uint256 bits) private pure returns (uint256) {
        unchecked {
            bits -= (bits >> 1) & (type(uint256).max / 3);
            bits = (bits & (type(uint256).max / 5)) + ((bits >> 2) & (type(uint256).max / 5));
            bits = (bits + (bits >> 4)) & (type(uint256).max / 17);
            return (bits * (type(uint256).max / 255)) >> 248;
        }
    }
}
