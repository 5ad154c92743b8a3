// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice An ERC-20 that anyone mints.
contract OpenToken is ERC20("Open", "OPEN") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice The chain's coin as an ERC-20.
contract WrappedCoin is ERC20("Wrapped", "WCOIN") {
    function deposit() external payable {
        _mint(msg.sender, msg.value);
    }
}

/// @notice Keeps one percent of every transfer.
contract FeeToken is OpenToken {
    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0) || to == address(0)) return super._update(from, to, amount);
        uint256 fee = amount / 100;
        super._update(from, to, amount - fee);
        super._update(from, address(0), fee);
    }
}

/// @notice Takes everything on the way into the hub.
contract VoidToken is OpenToken {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return true;
    }
}

/// @notice Returns false where it does not transfer.
contract FalseToken is OpenToken {
    bool public refusing;

    function refuse() external {
        refusing = true;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !refusing && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !refusing && super.transferFrom(from, to, amount);
    }
}

/// @notice Takes a tenth more from whoever sends.
contract GreedyToken is OpenToken {
    bool private _greedy;

    function turnGreedy() external {
        _greedy = true;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (_greedy && from != address(0)) super._update(from, address(0), amount / 10);
    }
}

/// @notice Transfers, and says that it did not.
contract LyingToken is OpenToken {
    function transfer(address to, uint256 amount) public override returns (bool) {
        super.transfer(to, amount);
        return false;
    }
}

/// @notice Sets balances to what it likes.
contract RebasingToken is OpenToken {
    function rebase(address holder, uint256 balance) external {
        uint256 before = balanceOf(holder);
        if (balance > before) _mint(holder, balance - before);
        else _burn(holder, before - balance);
    }
}

/// @notice Returns nothing, as USDT does on Ethereum.
contract SilentToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Calls back in the middle of a transfer, as ERC-777 hooks did.
contract CallbackToken is OpenToken {
    address private _target;
    bytes private _call;

    /// @notice What the last callback returned or reverted with.
    bool public callbackSucceeded;
    bytes public callbackData;

    function callBack(address target, bytes calldata call) external {
        (_target, _call) = (target, call);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        (callbackSucceeded, callbackData) = target.call(_call);
    }
}
