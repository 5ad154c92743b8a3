//! Payments on several chains that are all made or none.

use alloy::sol;

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    SettlementGroups,
    "../out/SettlementGroups.sol/SettlementGroups.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    WormholeGroupReceiver,
    "../out/WormholeGroupReceiver.sol/WormholeGroupReceiver.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    WormholeGroupSender,
    "../out/WormholeGroupSender.sol/WormholeGroupSender.json"
);
