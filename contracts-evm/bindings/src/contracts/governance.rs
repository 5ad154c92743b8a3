//! What governance on one chain does on another: a sender and a receiver for each bridge.

use alloy::sol;

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    CcipGovernanceReceiver,
    "../out/CcipGovernanceReceiver.sol/CcipGovernanceReceiver.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    CcipGovernanceSender,
    "../out/CcipGovernanceSender.sol/CcipGovernanceSender.json"
);

// What the receivers of all bridges have.
sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    IGovernanceReceiver,
    "../out/IGovernanceReceiver.sol/IGovernanceReceiver.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    LayerZeroGovernanceReceiver,
    "../out/LayerZeroGovernanceReceiver.sol/LayerZeroGovernanceReceiver.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    LayerZeroGovernanceSender,
    "../out/LayerZeroGovernanceSender.sol/LayerZeroGovernanceSender.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    WormholeGovernanceReceiver,
    "../out/WormholeGovernanceReceiver.sol/WormholeGovernanceReceiver.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    WormholeGovernanceSender,
    "../out/WormholeGovernanceSender.sol/WormholeGovernanceSender.json"
);
