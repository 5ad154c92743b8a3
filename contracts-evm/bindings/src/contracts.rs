//! The contracts, a module each: calls, errors, events, structs and creation bytecode.
#![allow(missing_docs, reason = "the names are documented in the Solidity interfaces")]
#![allow(clippy::too_many_arguments, reason = "the signatures are the contracts' own")]

pub mod governance;
pub mod groups;
pub mod pool;

use alloy::sol;

// OpenZeppelin's: who may change what, after what delay.
sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    AccessManager,
    "../out/AccessManager.sol/AccessManager.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    CcipReceiver,
    "../out/CcipReceiver.sol/CcipReceiver.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    CcipSender,
    "../out/CcipSender.sol/CcipSender.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    DevToken,
    "../out/DevToken.sol/DevToken.json"
);

// What the ends over Wormhole and CCIP have.
sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    IPeers,
    "../out/IPeers.sol/IPeers.json"
);

// What the receivers of all bridges have.
sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    ISettlementReceiver,
    "../out/ISettlementReceiver.sol/ISettlementReceiver.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    LayerZeroReceiver,
    "../out/LayerZeroReceiver.sol/LayerZeroReceiver.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    LayerZeroSender,
    "../out/LayerZeroSender.sol/LayerZeroSender.json"
);

// LayerZero's: what the ends over LayerZero have.
sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    OAppCore,
    "../out/OAppCore.sol/OAppCore.json"
);

// OpenZeppelin's: what every end with an owner has.
sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    Ownable2Step,
    "../out/Ownable2Step.sol/Ownable2Step.json"
);

// The verifier under the development key, which anyone can forge proofs for.
sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    ReceiptVerifierInsecureDev,
    "../out/ReceiptVerifierInsecureDev.sol/ReceiptVerifierInsecureDev.json"
);

// As above, of many proofs at once.
sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    BatchReceiptVerifierInsecureDev,
    "../out/BatchReceiptVerifierInsecureDev.sol/BatchReceiptVerifierInsecureDev.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    RoutePolicy,
    "../out/RoutePolicy.sol/RoutePolicy.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    SettlementHub,
    "../out/SettlementHub.sol/SettlementHub.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    VerifierRouter,
    "../out/VerifierRouter.sol/VerifierRouter.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    WormholeReceiver,
    "../out/WormholeReceiver.sol/WormholeReceiver.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    WormholeSender,
    "../out/WormholeSender.sol/WormholeSender.json"
);

pub use self::ICoordinators::Limits;
