//! Circuits: added through the timelock, stopped at once, for good.

use near_devnode::Balance;
use proofrail_near_interface::{
    AccountingView, Change, ChangeArgs, CircuitArgs, CircuitTerms, CircuitView, ErrorCode, Hex,
    MarketEvent, NewCircuit, Params, ScheduleChangeArgs, StopByProofArgs, method_names,
};
use serde_json::json;

use crate::at_each_version;
use crate::forgery::Broken;
use crate::world::{TIMELOCK_S, World, constitution, events, id, minus};

fn circuit(world: &World, circuit_id: Hex<32>) -> Option<CircuitView> {
    world.view(method_names::CIRCUIT, &CircuitArgs { circuit_id })
}

fn schedule_refused(world: &mut World, circuit: NewCircuit, code: ErrorCode) -> String {
    let args = ScheduleChangeArgs { change: Change::AddCircuit(circuit) };
    world.refuse("dao", method_names::SCHEDULE_CHANGE, &args, Balance::from_near(1), code)
}

#[test]
fn a_circuit_should_be_added_by_a_change_that_pays_for_it() {
    at_each_version(|world| {
        let new = Broken::new("broken/1").circuit();
        let change_id = world.schedule(Change::AddCircuit(new.clone()));
        assert_eq!(circuit(world, new.circuit_id), None, "it waits");
        let held = world.storage_balance("dao").unwrap();
        assert!(held.available.is_zero());
        world.pass(TIMELOCK_S);

        let scheduled = world.storage_usage();
        let outcome = world.execute(change_id);
        let circuit_id = new.circuit_id;
        assert_eq!(
            events(&outcome),
            [
                MarketEvent::ChangeExecuted { change_id, kind: "add_circuit".to_owned() },
                MarketEvent::CircuitRegistered { circuit_id, name: new.name.clone() },
            ]
        );
        let NewCircuit {
            name,
            public_inputs,
            vk,
            base_fee,
            deadline_s,
            tee,
            impossible_inputs,
            ..
        } = new;
        let view = CircuitView {
            circuit_id,
            index: 0,
            name,
            public_inputs,
            vk,
            base_fee,
            deadline_s,
            tee,
            impossible_inputs,
            stopped: false,
        };
        assert_eq!(circuit(world, circuit_id), Some(view));
        // What is still held is exactly what the circuit and the account take.
        let after = world.storage_balance("dao").unwrap();
        let freed = minus(after.available, held.available);
        let price = Balance::from_yoctonear(10_u128.pow(19));
        let change_bytes = freed.as_yoctonear() / price.as_yoctonear();
        let circuit_bytes =
            world.storage_usage() + u64::try_from(change_bytes).unwrap() - scheduled;
        assert!(circuit_bytes > 1_000, "{circuit_bytes}");
        let in_use = minus(after.total, after.available);
        let account_bytes =
            in_use.as_yoctonear() / price.as_yoctonear() - u128::from(circuit_bytes);
        assert!((100..=200).contains(&account_bytes), "{account_bytes}");
    });
}

#[test]
fn a_cancelled_circuit_should_free_its_storage() {
    at_each_version(|world| {
        world.ok("dao", method_names::STORAGE_DEPOSIT, &json!({}), Balance::from_near(1));
        let before = (world.storage_balance("dao"), world.storage_usage());
        let change_id = world.schedule(Change::AddCircuit(Broken::new("broken/1").circuit()));
        let args = ChangeArgs { change_id };
        world.ok("guardian", method_names::CANCEL_CHANGE, &args, Balance::ZERO);
        assert_eq!((world.storage_balance("dao"), world.storage_usage()), before);
    });
}

#[test]
fn a_circuit_should_be_refused_unless_all_of_it_is_right() {
    at_each_version(|world| {
        let right = Broken::new("broken/1").circuit();
        let refused = |world: &mut World, edit: &dyn Fn(&mut NewCircuit), code| {
            let mut circuit = right.clone();
            edit(&mut circuit);
            schedule_refused(world, circuit, code)
        };
        let edits: [(&dyn Fn(&mut NewCircuit), ErrorCode); 10] = [
            (&|it| it.circuit_id = Hex([1; 32]), ErrorCode::CircuitIdMismatch),
            (&|it| it.name = "broken/2".to_owned(), ErrorCode::CircuitIdMismatch),
            (&|it| it.name = "Broken".to_owned(), ErrorCode::BadCircuit),
            (&|it| it.public_inputs.reverse(), ErrorCode::CircuitIdMismatch),
            (&|it| it.base_fee = Balance::from_yoctonear(999), ErrorCode::BadCircuit),
            (&|it| it.deadline_s = 0, ErrorCode::BadCircuit),
            (&|it| it.deadline_s = 14 * 24 * 3_600, ErrorCode::BadCircuit),
            (&|it| it.impossible_inputs = Vec::new(), ErrorCode::InputCount),
            (&|it| it.impossible_inputs[0] = Hex([0xff; 32]), ErrorCode::InputNotReduced),
            (&|it| it.vk.delta = it.vk.gamma, ErrorCode::BadVerifyingKey),
        ];
        for (edit, code) in edits {
            refused(world, edit, code);
        }
        let edits: [&dyn Fn(&mut NewCircuit); 3] =
            [&|it| it.vk.alpha.0[63] ^= 1, &|it| it.vk.ic.truncate(2), &|it| {
                it.vk.beta = Hex([0; 128])
            }];
        for edit in edits {
            refused(world, edit, ErrorCode::BadVerifyingKey);
        }
    });
}

#[test]
fn a_circuit_should_be_checked_again_when_it_is_added() {
    at_each_version(|world| {
        let new = Broken::new("broken/1").circuit();
        let first = world.schedule(Change::AddCircuit(new.clone()));
        let second = world.schedule(Change::AddCircuit(new.clone()));
        world.pass(TIMELOCK_S);
        world.execute(first);
        let (args, code) = (ChangeArgs { change_id: second }, ErrorCode::CircuitExists);
        world.refuse("stranger", method_names::EXECUTE_CHANGE, &args, Balance::ZERO, code);
        schedule_refused(world, new, ErrorCode::CircuitExists);
    });
}

#[test]
fn parameters_should_not_outrun_a_running_circuit_s_deadline() {
    at_each_version(|world| {
        let mut new = Broken::new("broken/1").circuit();
        let params = constitution().params.unwrap();
        new.deadline_s = params.longest_deadline_s();
        let circuit_id = new.circuit_id;
        world.make(Change::AddCircuit(new));
        let shorter = Params { unstake_delay_s: params.unstake_delay_s - 1, ..params };
        let args = ScheduleChangeArgs { change: Change::Params(shorter) };
        let (deposit, code) = (Balance::from_near(1), ErrorCode::BadChange);
        world.refuse("dao", method_names::SCHEDULE_CHANGE, &args, deposit, code);
        let terms = CircuitTerms {
            circuit_id,
            base_fee: Balance::from_near(1),
            deadline_s: 60,
            impossible_inputs: None,
        };
        let outcome = world.make(Change::CircuitTerms(terms));
        let set = MarketEvent::CircuitTermsSet {
            circuit_id,
            base_fee: Balance::from_near(1),
            deadline_s: 60,
        };
        assert!(events(&outcome).contains(&set));
        let view = circuit(world, circuit_id).unwrap();
        assert_eq!((view.base_fee, view.deadline_s), (Balance::from_near(1), 60));
        world.make(Change::Params(shorter));
    });
}

#[test]
fn an_impossible_statement_should_stay_as_it_is() {
    at_each_version(|world| {
        let new = Broken::new("broken/1").circuit();
        world.make(Change::AddCircuit(new.clone()));
        let terms = CircuitTerms {
            circuit_id: new.circuit_id,
            base_fee: new.base_fee,
            deadline_s: new.deadline_s,
            impossible_inputs: Some(vec![Hex([0; 32]); 2]),
        };
        let args = ScheduleChangeArgs { change: Change::CircuitTerms(terms) };
        let (deposit, code) = (Balance::from_near(1), ErrorCode::BadCircuit);
        world.refuse("dao", method_names::SCHEDULE_CHANGE, &args, deposit, code);
    });
}

#[test]
fn the_guardian_should_stop_a_circuit_at_once_and_for_good() {
    at_each_version(|world| {
        let new = Broken::new("broken/1").circuit();
        let circuit_id = new.circuit_id;
        world.make(Change::AddCircuit(new.clone()));
        let args = CircuitArgs { circuit_id };
        for who in ["dao", "stranger", "deployer"] {
            let code = ErrorCode::NotPermitted;
            world.refuse(who, method_names::STOP_CIRCUIT, &args, Balance::ZERO, code);
        }
        let outcome = world.ok("guardian", method_names::STOP_CIRCUIT, &args, Balance::ZERO);
        let stopped =
            MarketEvent::CircuitStopped { circuit_id, by: id("guardian"), by_proof: false };
        assert_eq!(events(&outcome), [stopped]);
        assert!(circuit(world, circuit_id).unwrap().stopped);
        let code = ErrorCode::CircuitStopped;
        world.refuse("guardian", method_names::STOP_CIRCUIT, &args, Balance::ZERO, code);
        schedule_refused(world, new, ErrorCode::CircuitExists);
    });
}

#[test]
fn the_dao_should_retire_a_circuit_through_the_timelock() {
    at_each_version(|world| {
        let new = Broken::new("broken/1").circuit();
        let circuit_id = new.circuit_id;
        world.make(Change::AddCircuit(new));
        world.make(Change::RetireCircuit { circuit_id });
        assert!(circuit(world, circuit_id).unwrap().stopped);
    });
}

#[test]
fn whoever_proves_the_impossible_should_stop_the_circuit() {
    at_each_version(|world| {
        let broken = Broken::new("broken/1");
        let circuit_id = broken.id();
        let forged = StopByProofArgs { circuit_id, proof: broken.forged_proof() };
        let method = method_names::STOP_CIRCUIT_BY_PROOF;
        world.refuse("stranger", method, &forged, Balance::ZERO, ErrorCode::CircuitUnknown);
        world.make(Change::AddCircuit(broken.circuit()));

        // A true proof of a true statement is none of the impossible one.
        let honest = StopByProofArgs { circuit_id, proof: broken.honest_proof(3) };
        world.refuse("stranger", method, &honest, Balance::ZERO, ErrorCode::ProofInvalid);
        let malformed = StopByProofArgs { circuit_id, proof: Hex([0xff; 256]) };
        world.refuse("stranger", method, &malformed, Balance::ZERO, ErrorCode::ProofMalformed);
        let mut bent = forged;
        bent.proof.0[255] ^= 1;
        let text = world.refuse_text("stranger", method, &bent, Balance::ZERO);
        assert!(
            matches!(
                ErrorCode::find(&text),
                Some(ErrorCode::ProofMalformed | ErrorCode::ProofInvalid)
            ),
            "{text}"
        );
        assert!(!circuit(world, circuit_id).unwrap().stopped);

        let outcome = world.ok("stranger", method, &forged, Balance::ZERO);
        let stopped =
            MarketEvent::CircuitStopped { circuit_id, by: id("stranger"), by_proof: true };
        assert_eq!(events(&outcome), [stopped]);
        // The insurance pool is empty, and so is the bounty.
        assert_eq!(outcome.clone().json::<Balance>().unwrap(), Balance::ZERO);
        let books: AccountingView = world.view(method_names::ACCOUNTING, &json!({}));
        assert!(books.insurance.is_zero() && books.credits.is_zero());
        assert!(circuit(world, circuit_id).unwrap().stopped);
        world.refuse("stranger", method, &forged, Balance::ZERO, ErrorCode::CircuitStopped);
    });
}
