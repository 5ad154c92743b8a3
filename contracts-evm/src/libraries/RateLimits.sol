// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @notice A bucket that what is paid fills and that time empties, in one slot.
/// @param capacity What the bucket holds, in a token's smallest unit.
/// @param level What was in it at `updatedAt`.
/// @param window The seconds in which a full bucket empties; zero for no limit.
/// @param updatedAt When `level` was true, in unix time.
struct RateLimit {
    uint96 capacity;
    uint96 level;
    uint32 window;
    uint32 updatedAt;
}

/// @title RateLimits
/// @notice Leaky buckets. Every rounding is to the side of the limit.
library RateLimits {
    /// @notice The amount exceeds what the limit leaves for now.
    error RateLimitExceeded(uint256 amount, uint256 available);

    /// @notice Counts an amount against the limit, or reverts.
    /// @param limit The limit.
    /// @param amount What is about to be paid.
    function take(RateLimit storage limit, uint256 amount) internal {
        RateLimit memory current = limit;
        if (current.window == 0) return;

        uint256 free = available(current);
        if (amount > free) revert RateLimitExceeded(amount, free);

        // No more than the capacity, which fits.
        // forge-lint: disable-next-line(unsafe-typecast)
        limit.level = uint96(levelNow(current) + amount);
        limit.updatedAt = uint32(block.timestamp);
    }

    /// @notice Changes the limit; what counts against it already goes on counting.
    /// @param limit The limit.
    /// @param capacity What the bucket holds.
    /// @param window The seconds in which a full bucket empties; zero for no limit.
    function set(RateLimit storage limit, uint96 capacity, uint32 window) internal {
        // No more than the level that was stored, which fits.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint96 level = uint96(levelNow(limit));
        limit.capacity = capacity;
        limit.level = level;
        limit.window = window;
        limit.updatedAt = uint32(block.timestamp);
    }

    /// @notice How much may be paid now.
    /// @param limit The limit.
    /// @return In the token's smallest unit; the largest number where there is no limit.
    function available(RateLimit memory limit) internal view returns (uint256) {
        if (limit.window == 0) return type(uint256).max;
        uint256 level = levelNow(limit);
        return limit.capacity > level ? limit.capacity - level : 0;
    }

    /// @notice What counts against the limit now.
    /// @param limit The limit.
    /// @return In the token's smallest unit.
    function levelNow(RateLimit memory limit) internal view returns (uint256) {
        if (limit.window == 0) return 0;
        uint256 elapsed = block.timestamp - limit.updatedAt;
        uint256 leaked = elapsed * limit.capacity / limit.window;
        return limit.level > leaked ? limit.level - leaked : 0;
    }
}
