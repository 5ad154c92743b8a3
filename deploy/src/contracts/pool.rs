//! The shielded pool of the development token: its circuits' verifiers, the library that it hashes with, the receipts
//! that it pays, its caps and its policy.

use alloy::primitives::{B256, U256};
use proofrail_circuits::{
    circuit::Circuit, field, membership::MembershipCircuit, receipt::PrivateReceiptCircuit,
    registry, shielded::ShieldedCircuit,
};
use proofrail_evm::{
    contracts::pool::{
        AssociationPolicy, IPoolFunds::Caps, MembershipVerifierInsecureDev, PoseidonT3,
        PrivateSettlements, ReceiptPrivateVerifierInsecureDev, ShieldedPool,
        ShieldedVerifierInsecureDev,
    },
    deployment::Contracts,
};

use super::{builder::Builder, evm::ContractsError, governance::manager_of, routes::Routes};
use crate::circuit::CircuitError;

/// Seconds that a withdrawal waits which the policy does not judge: little, so that nobody waits for it.
const EXIT_DELAY: u64 = 60;
/// One token, in its smallest unit.
const TOKEN: u128 = 1_000_000_000_000_000_000;
/// A million a deposit, ten million a day, a billion in all, a thousand in fees.
const CAPS: Caps = Caps {
    perDeposit: 1_000_000 * TOKEN,
    perAccountPerDay: 10_000_000 * TOKEN,
    total: 1_000_000_000 * TOKEN,
    perFee: 1_000 * TOKEN,
};

/// The pool with all that it needs, on a chain that has a token and a router.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn place(
    build: Builder<'_>,
    contracts: &mut Contracts,
) -> Result<(), ContractsError> {
    place_circuits(build, contracts).await?;
    let provider = build.provider;
    let manager = *manager_of(build, contracts)?.address();
    let router = contracts.verifier_router.ok_or(missing("VerifierRouter"))?;
    let token = contracts.token.ok_or(missing("DevToken"))?;

    let code = PoseidonT3::deploy_builder(provider);
    let poseidon =
        build.contract(&mut contracts.poseidon, "PoseidonT3", code.calldata()).await?.address;
    let code = PrivateSettlements::deploy_builder(provider, router);
    let slot = &mut contracts.private_settlements;
    let settlements = build.contract(slot, "PrivateSettlements", code.calldata()).await?.address;
    let code = AssociationPolicy::deploy_builder(provider, router, manager);
    let slot = &mut contracts.association_policy;
    let policy = build.contract(slot, "AssociationPolicy", code.calldata()).await?.address;
    let code = ShieldedPool::deploy_builder(
        provider,
        router,
        settlements,
        poseidon,
        token,
        manager,
        EXIT_DELAY,
    );
    let slot = &mut contracts.shielded_pool;
    let pool = build.contract(slot, "ShieldedPool", code.calldata()).await?.address;

    let pool = ShieldedPool::new(pool, provider);
    build.fixed("the pool's router", router, pool.router().call()).await?;
    build.fixed("the pool's settlements", settlements, pool.settlements().call()).await?;
    build.fixed("the pool's library", poseidon, pool.poseidon().call()).await?;
    build.fixed("the pool's token", token, pool.token().call()).await?;
    let found = PrivateSettlements::new(settlements, provider);
    build.fixed("the router of private settlements", router, found.router().call()).await?;
    let found = AssociationPolicy::new(policy, provider);
    build.fixed("the router of the association policy", router, found.router().call()).await?;

    let read = || async { Ok(told(&pool.caps().call().await?)) };
    let call = pool.setCaps(CAPS).into_transaction_request();
    build.value("the pool's caps", told(&CAPS), read, call).await?;
    let read = || async { pool.policy().call().await };
    let call = pool.setPolicy(policy).into_transaction_request();
    build.value("the pool's policy", policy, read, call).await
}

const fn missing(name: &'static str) -> ContractsError {
    ContractsError::NotDeployed { name }
}

fn told(caps: &Caps) -> String {
    format!("{caps:?}")
}

/// The pool's circuits behind the router. There is no second setup of `shielded`: it is a way out when the first was
/// stopped, and everybody can forge proofs for the keys of a development network anyway.
async fn place_circuits(build: Builder<'_>, contracts: &Contracts) -> Result<(), ContractsError> {
    let provider = build.provider;
    let code = ShieldedVerifierInsecureDev::deploy_builder(provider);
    let name = "ShieldedVerifierInsecureDev";
    place_circuit::<ShieldedCircuit>(build, contracts, name, code.calldata()).await?;
    let code = ReceiptPrivateVerifierInsecureDev::deploy_builder(provider);
    let name = "ReceiptPrivateVerifierInsecureDev";
    place_circuit::<PrivateReceiptCircuit>(build, contracts, name, code.calldata()).await?;
    let code = MembershipVerifierInsecureDev::deploy_builder(provider);
    let name = "MembershipVerifierInsecureDev";
    place_circuit::<MembershipCircuit>(build, contracts, name, code.calldata()).await
}

async fn place_circuit<C: Circuit>(
    build: Builder<'_>,
    contracts: &Contracts,
    verifier: &'static str,
    code: &[u8],
) -> Result<(), ContractsError> {
    let circuit = registry::by_name(C::NAME).ok_or(CircuitError::Unknown(C::NAME))?;
    let id = B256::from(*circuit.id().as_bytes());
    let routes = Routes::of(build, contracts)?;
    routes.place(id, verifier, || Ok(code.to_vec())).await?;
    let impossible = circuit.impossible_inputs();
    let impossible = impossible.iter().map(|input| U256::from_be_bytes(field::to_be_bytes(input)));
    routes.register_impossible(id, impossible.collect()).await
}
