// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Coordinators} from "proofrail/hub/Coordinators.sol";
import {RateLimit, RateLimits} from "proofrail/libraries/RateLimits.sol";

import {Symbolic} from "./Symbolic.sol";

contract OpenCoordinators is Coordinators {
    function spend(address payer, bytes32 coordinator, address token, uint128 amount) external {
        _spend(payer, coordinator, token, amount);
    }
}

contract OpenRateLimit {
    using RateLimits for RateLimit;

    RateLimit public limit;

    function put(RateLimit memory limit_) external {
        limit = limit_;
    }

    function take(uint256 amount) external {
        limit.take(amount);
    }

    function set(uint96 capacity, uint32 window) external {
        limit.set(capacity, window);
    }

    function available() external view returns (uint256) {
        return limit.available();
    }
}

/// @notice No sequence of amounts passes a limit.
contract LimitsSymbolicTest is Symbolic {
    uint32 private constant START = 1_700_000_000;

    OpenCoordinators private coordinators = new OpenCoordinators();
    OpenRateLimit private rate = new OpenRateLimit();

    /// @dev Amounts are short, since sums of three long unknowns take solvers too long.
    function check_aDayPaysNoMoreThanItsLimit(
        bytes32 coordinator,
        address token,
        uint48[2] calldata limits,
        uint48[3] calldata amounts
    ) public {
        coordinators.authorizeCoordinatorDaily(coordinator, token, limits[0], limits[1]);
        vm.warp(START);
        uint256 spent = 0;
        for (uint256 i = 0; i < 3; i++) {
            coordinators.spend(address(this), coordinator, token, amounts[i]);
            spent += amounts[i];
            assert(amounts[i] <= limits[0] && spent <= limits[1]);
        }
    }

    /// @dev Two settlements, each on any day.
    function check_everyDayHasALimitOfItsOwn(
        bytes32 coordinator,
        address token,
        uint128[2] calldata limits,
        uint128[2] calldata amounts,
        uint32[2] calldata times
    ) public {
        vm.assume(limits[1] != type(uint128).max);
        coordinators.authorizeCoordinatorDaily(coordinator, token, limits[0], limits[1]);
        vm.warp(times[0]);
        coordinators.spend(address(this), coordinator, token, amounts[0]);
        bool sameDay = times[0] / 1 days == times[1] / 1 days;
        uint256 spent = sameDay ? uint256(amounts[0]) + amounts[1] : amounts[1];
        vm.warp(times[1]);
        try coordinators.spend(address(this), coordinator, token, amounts[1]) {
            assert(amounts[1] <= limits[0] && spent <= limits[1]);
        } catch {
            assert(amounts[1] > limits[0] || spent > limits[1]);
        }
    }

    /// @dev An authorisation is for one payer, one coordinator and one token.
    function check_nobodyElseIsAuthorised(
        bytes32[2] calldata coordinator,
        address[2] calldata token,
        address payer,
        uint128[2] calldata amounts
    ) public {
        vm.assume(
            payer != address(this) || coordinator[0] != coordinator[1] || token[0] != token[1]
        );
        coordinators.authorizeCoordinator(coordinator[0], token[0], amounts[0]);
        try coordinators.spend(payer, coordinator[1], token[1], amounts[1]) {
            assert(false);
        } catch {}
    }

    /// @dev A bucket that is not over full stays so, and what is taken is what is counted. Capacity and seconds are
    /// short here, since solvers do not divide by long unknowns; the fuzz tests have all of them.
    function check_aBucketNeverHoldsMoreThanItsCapacity(
        uint16 capacity,
        uint16 level,
        uint8 window,
        uint8 elapsed,
        uint256 amount
    ) public {
        vm.assume(level <= capacity && window != 0);
        rate.put(RateLimit(capacity, level, window, START));
        vm.warp(START + elapsed);
        uint256 free = rate.available();
        assert(free <= capacity && free >= uint256(capacity) - level);
        try rate.take(amount) {
            assert(amount <= free);
            assert(rate.available() == free - amount);
        } catch {
            assert(amount > free);
        }
    }

    /// @dev Another limit forgives nothing: what counts goes on counting.
    function check_anotherLimitForgivesNothing(
        RateLimit calldata limit,
        uint96 capacity,
        uint32 window
    ) public {
        vm.assume(limit.window != 0 && window != 0 && limit.updatedAt == START);
        rate.put(limit);
        vm.warp(START);
        rate.set(capacity, window);
        (, uint96 level,,) = rate.limit();
        assert(level == limit.level);
    }
}
