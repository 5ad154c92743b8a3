// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Settlement} from "../types/Settlement.sol";
import {ISettlementHub} from "./ISettlementHub.sol";
import {ISettlementPolicy} from "./ISettlementPolicy.sol";

/// @notice What settlements up to some value must have.
/// @param upTo The most that a settlement of this tier pays, in the token's smallest unit.
/// @param required How many of the route's receivers must have carried it on the same terms; with zero the proof suffices.
/// @param delay How long a settlement waits, in seconds, once it has what it needs otherwise, so that a guardian can veto.
struct Tier {
    uint128 upTo;
    uint8 required;
    uint32 delay;
}

/// @notice What settlements of a source chain in a token must have.
/// @param receivers The bridges' receivers that count.
/// @param maxPerDay The most that is paid of one payer's escrow in any 24 hours; 2^96 - 1 is no limit.
/// @param tiers By rising value; what exceeds the last is not paid.
struct Route {
    address[] receivers;
    uint96 maxPerDay;
    Tier[] tiers;
}

/// @title RoutePolicy
/// @notice Per source chain, token and value: which bridges must agree, how much is paid at once and in a day, and above
/// which value a guardian has time to veto. It judges the payers' settlements who authorised coordinators under it.
/// @dev Who may do what, after what delay, stands in OpenZeppelin's AccessManager: routes are meant to wait, a veto not to,
/// and lifting one to wait. Bridges agree on the hash of a whole settlement, never on its id alone. What stands in a route
/// counts from the moment that it is set, for settlements under way too: a receiver that is taken out of a route agrees
/// to nothing any more. Under every route that is set, whatever has not been vetoed can be paid.
interface IRoutePolicy is ISettlementPolicy {
    /// @notice What is known of one settlement's terms.
    /// @param agreed The receivers that carried it, a bit each.
    /// @param completeAt When it last came to have what it needs but for the delay, in unix time; zero where it has not.
    /// @param vetoed Whether a guardian vetoed it.
    struct Terms {
        uint128 agreed;
        uint64 completeAt;
        bool vetoed;
    }

    /// @notice A route was set, or removed: then it has neither receivers nor tiers.
    /// @param sourceChain keccak256 of the CAIP-2 id of the chain that jobs were agreed on.
    /// @param token The token.
    /// @param route What settlements must have from now on.
    event RouteSet(bytes32 indexed sourceChain, address indexed token, Route route);

    /// @notice A bridge carried a settlement.
    /// @param terms The hash of the settlement.
    /// @param id The settlement id.
    /// @param receiver The bridge's receiver.
    /// @param agreed How many of the route's receivers have now.
    /// @param required How many must.
    event Agreed(
        bytes32 indexed terms,
        bytes32 indexed id,
        address indexed receiver,
        uint256 agreed,
        uint256 required
    );

    /// @notice A settlement has all that it needs but for its delay, which begins: the time to veto.
    /// @param terms The hash of the settlement.
    /// @param id The settlement id.
    /// @param readyAt The first second in which it may be paid, in unix time.
    /// @param settlement The settlement.
    event Completed(
        bytes32 indexed terms, bytes32 indexed id, uint64 readyAt, Settlement settlement
    );

    /// @notice A guardian vetoed a settlement.
    /// @param terms The hash of the settlement.
    event Vetoed(bytes32 indexed terms);

    /// @notice A veto was lifted.
    /// @param terms The hash of the settlement.
    event VetoLifted(bytes32 indexed terms);

    /// @notice Only the hub asks.
    error OnlyHub(address caller);

    /// @notice The zero address is no hub.
    error ZeroHub();

    /// @notice Nothing is paid of that chain's jobs in that token.
    error NoRoute(bytes32 sourceChain, address token);

    /// @notice The amount exceeds the route's last tier.
    error AmountAboveCap(uint256 amount, uint256 cap);

    /// @notice Too few bridges have carried these terms.
    error AwaitingAgreement(bytes32 terms, uint256 agreed, uint256 required);

    /// @notice The settlement's delay has not begun: it must be announced with its proof, or a receiver must agree.
    error DelayNotBegun(bytes32 terms);

    /// @notice The settlement's delay is not over.
    error Delayed(bytes32 terms, uint64 readyAt);

    /// @notice A guardian vetoed these terms.
    error TermsVetoed(bytes32 terms);

    /// @notice These terms are not vetoed.
    error TermsNotVetoed(bytes32 terms);

    /// @notice The caller is no receiver of the settlement's route.
    error NotAReceiver(address caller);

    /// @notice The settlement needs no announcement, or was announced.
    error NothingToAnnounce(bytes32 terms);

    /// @notice Neither a proof nor a signature authorises the settlement.
    error NotAuthorized(bytes32 terms);

    /// @notice The settlement is not of a payer who authorised its coordinator under this policy.
    error UnderAnotherPolicy(address policy);

    /// @notice A route has between one tier and eight.
    error InvalidTierCount(uint256 count);

    /// @notice Tiers rise in value.
    error TiersOutOfOrder(uint256 tier);

    /// @notice A tier demands more receivers than the route has.
    error TooFewReceivers(uint256 tier, uint256 receivers);

    /// @notice A tier's delay is longer than the policy allows.
    error DelayTooLong(uint32 delay, uint32 longest);

    /// @notice What one settlement may pay is more than half of what a day may.
    error CapAboveHalfADay(uint256 cap, uint256 maxPerDay);

    /// @notice A receiver is zero or stands twice in the route.
    error InvalidReceiver(address receiver);

    /// @notice The policy has met as many receivers as it can tell apart.
    error TooManyReceivers();

    /// @notice Sets a route. Restricted.
    /// @param sourceChain keccak256 of the CAIP-2 id of the chain that jobs were agreed on.
    /// @param token The token.
    /// @param route What settlements must have from now on.
    function setRoute(bytes32 sourceChain, address token, Route calldata route) external;

    /// @notice Removes a route, so that nothing is paid over it. Restricted.
    /// @param sourceChain keccak256 of the CAIP-2 id of the chain that jobs were agreed on.
    /// @param token The token.
    function removeRoute(bytes32 sourceChain, address token) external;

    /// @notice Keeps a settlement from being paid, announced or not, as long as the veto stands. Restricted.
    /// @param terms The hash of the settlement.
    function veto(bytes32 terms) external;

    /// @notice Takes a veto back; the settlement's delay is not counted anew. Restricted.
    /// @param terms The hash of the settlement.
    function liftVeto(bytes32 terms) external;

    /// @notice Begins a settlement's delay, by what authorises it. Anyone may.
    /// @dev For what needs no bridge, and for what has bridges enough since its route was changed.
    /// @param settlement What shall be paid.
    /// @param evidence Its proof or signature, as the hub takes it.
    /// @return readyAt The first second in which it may be paid, in unix time.
    function announce(Settlement calldata settlement, bytes calldata evidence)
        external
        returns (uint64 readyAt);

    /// @notice The hash that bridges agree on and guardians veto.
    /// @param settlement The settlement.
    /// @return terms keccak256 of its ABI encoding.
    function termsOf(Settlement calldata settlement) external pure returns (bytes32 terms);

    /// @notice What is known of a settlement's terms.
    /// @param terms The hash of the settlement.
    /// @return Zeros where nothing is.
    function stateOf(bytes32 terms) external view returns (Terms memory);

    /// @notice A route as it stands.
    /// @param sourceChain keccak256 of the CAIP-2 id of the chain that jobs were agreed on.
    /// @param token The token.
    /// @return route Without tiers where there is none.
    function routeOf(bytes32 sourceChain, address token) external view returns (Route memory route);

    /// @notice How much of a payer's escrow may still be paid over a route now.
    /// @param sourceChain keccak256 of the CAIP-2 id of the chain that jobs were agreed on.
    /// @param token The token.
    /// @param payer Whose escrow.
    /// @return In the token's smallest unit; the largest number where there is no limit.
    function availableOf(bytes32 sourceChain, address token, address payer)
        external
        view
        returns (uint256);

    /// @notice The longest delay that a tier may have.
    /// @return In seconds.
    function LONGEST_DELAY() external view returns (uint32);

    /// @notice Whose settlements are judged.
    /// @return The hub, fixed at construction.
    function hub() external view returns (ISettlementHub);
}
