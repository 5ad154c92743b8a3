//! The shielded pool, with all that it is deployed with.

use alloy::sol;

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    AssociationPolicy,
    "../out/AssociationPolicy.sol/AssociationPolicy.json"
);

// The verifiers under development keys, which anyone can forge proofs for.
sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    MembershipVerifierInsecureDev,
    "../out/MembershipVerifierInsecureDev.sol/MembershipVerifierInsecureDev.json"
);

// poseidon-solidity's library, which the pool calls as a contract.
sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    PoseidonT3,
    "../out/PoseidonT3.sol/PoseidonT3.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    PrivateSettlements,
    "../out/PrivateSettlements.sol/PrivateSettlements.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    ReceiptPrivateVerifierInsecureDev,
    "../out/ReceiptPrivateVerifierInsecureDev.sol/ReceiptPrivateVerifierInsecureDev.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    ShieldedPool,
    "../out/ShieldedPool.sol/ShieldedPool.json"
);

sol!(
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    ShieldedVerifierInsecureDev,
    "../out/ShieldedVerifierInsecureDev.sol/ShieldedVerifierInsecureDev.json"
);
