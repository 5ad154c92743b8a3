//! Proofs that users make by themselves.

use near_devnode::Balance;
use proofrail_near_interface::{
    AccountArgs, CircuitArgs, ErrorCode, MarketEvent, StorageBalance, VerifyLocalArgs, method_names,
};

use crate::at_each_version;
use crate::proofs::{Proved, circuit_id, plus_scalar_order};
use crate::world::{CIRCUIT, OTHER_CIRCUIT, World, events, id, minus};

const VERIFY: &str = method_names::VERIFY_LOCAL;
const DEPOSIT: Balance = Balance::from_millinear(100);
/// Price of a byte.
const BYTE: u128 = 10_u128.pow(19);

fn args(name: &str, proved: &Proved) -> VerifyLocalArgs {
    let (circuit_id, public_inputs) = (circuit_id(name), proved.inputs.clone());
    VerifyLocalArgs { circuit_id, public_inputs, proof: proved.proof }
}

fn score(world: &World, who: &str) -> u32 {
    world.view(method_names::PRIVACY_SCORE, &AccountArgs { account_id: id(who) })
}

#[test]
fn a_statement_should_count_once_in_the_whole_market_and_cost_its_storage() {
    at_each_version(|world| {
        let (first, second) = (world.circuit.prove(3), world.circuit.prove(4));
        world.open("client");
        let books = world.accounting();
        let outcome = world.ok("client", VERIFY, &args(CIRCUIT, &first), DEPOSIT);
        let event = MarketEvent::LocalProof {
            account_id: id("client"),
            circuit_id: circuit_id(CIRCUIT),
            score: 1,
        };
        assert!(events(&outcome).contains(&event));
        assert_eq!(outcome.json::<u32>().unwrap(), 1);
        let after = world.accounting();
        assert_eq!((after.treasury, after.fees), (books.treasury, books.fees), "free of a fee");

        let code = ErrorCode::StatementKnown;
        for who in ["client", "stranger"] {
            world.refuse(who, VERIFY, &args(CIRCUIT, &first), DEPOSIT, code);
        }
        // The same inputs are another statement of another circuit; both have the same key here.
        world.ok("client", VERIFY, &args(OTHER_CIRCUIT, &first), DEPOSIT);
        world.ok("stranger", VERIFY, &args(CIRCUIT, &second), DEPOSIT);
        assert_eq!([score(world, "client"), score(world, "stranger")], [2, 1]);
        assert_eq!(score(world, "alice"), 0);
    });
}

#[test]
fn a_statement_should_be_charged_what_it_takes_in_storage() {
    at_each_version(|world| {
        world.open("client");
        let used = |world: &World| {
            let args = AccountArgs { account_id: id("client") };
            let balance: StorageBalance = world.view(method_names::STORAGE_BALANCE_OF, &args);
            minus(balance.total, balance.available)
        };
        let (before, bytes) = (used(world), world.storage_usage());
        let proved = world.circuit.prove(3);
        world.ok("client", VERIFY, &args(CIRCUIT, &proved), DEPOSIT);
        let taken = u128::from(world.storage_usage() - bytes);
        let charged = minus(used(world), before);
        assert!(taken > 32 && taken * BYTE <= charged.as_yoctonear(), "{taken} bytes, {charged}");
    });
}

#[test]
fn a_false_proof_should_count_for_nothing() {
    at_each_version(|world| {
        let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
        let mut wrong = args(CIRCUIT, &proved);
        wrong.proof = other.proof;
        world.refuse("client", VERIFY, &wrong, DEPOSIT, ErrorCode::ProofInvalid);
        wrong.proof.0[63] ^= 1;
        world.refuse("client", VERIFY, &wrong, DEPOSIT, ErrorCode::ProofMalformed);
        let mut twin = args(CIRCUIT, &proved);
        twin.public_inputs[0].0 = plus_scalar_order(&proved.inputs[0].0);
        world.refuse("client", VERIFY, &twin, DEPOSIT, ErrorCode::InputNotReduced);
        let good = args(CIRCUIT, &proved);
        world.refuse("client", VERIFY, &good, Balance::ZERO, ErrorCode::DepositTooSmall);
        world.call(
            "owner",
            method_names::STOP_CIRCUIT,
            &CircuitArgs { circuit_id: circuit_id(CIRCUIT) },
        );
        world.refuse("client", VERIFY, &good, DEPOSIT, ErrorCode::CircuitStopped);
        assert_eq!(score(world, "client"), 0);
    });
}
