use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::SolValue,
};
use proptest::prelude::*;
use serde::Deserialize;

use super::{MESSAGE_BYTES, MessageError, Proof, Settlement};

/// Made with `cast abi-encode` and `cast keccak`; the forge tests assert the same file.
const VECTORS: &str = include_str!("../../../test/fixtures/settlements.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    name: String,
    chain_id: u64,
    hub: Address,
    settlement: Fields,
    proof: Proof,
    settlement_id: B256,
    context: U256,
    message: Bytes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    circuit_id: B256,
    source_chain: B256,
    source_contract: B256,
    job_id: B256,
    payer: Address,
    recipient: Address,
    token: Address,
    amount: String,
    deadline: u64,
    coordinator: B256,
}

impl From<Fields> for Settlement {
    fn from(fields: Fields) -> Self {
        Self {
            circuitId: fields.circuit_id,
            sourceChain: fields.source_chain,
            sourceContract: fields.source_contract,
            jobId: fields.job_id,
            payer: fields.payer,
            recipient: fields.recipient,
            token: fields.token,
            amount: fields.amount.parse().unwrap(),
            deadline: fields.deadline,
            coordinator: fields.coordinator,
        }
    }
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(VECTORS).unwrap()
}

#[test]
fn the_vectors_hold() {
    for vector in vectors() {
        let settlement = Settlement::from(vector.settlement);
        assert_eq!(settlement.id(), vector.settlement_id, "{}", vector.name);
        assert_eq!(
            settlement.context(vector.chain_id, vector.hub),
            vector.context,
            "{}",
            vector.name
        );
        assert_eq!(settlement.encode_message(&vector.proof), vector.message, "{}", vector.name);
        assert_eq!(
            Settlement::decode_message(&vector.message),
            Ok((settlement, vector.proof)),
            "{}",
            vector.name
        );
    }
}

#[test]
fn sources_are_hashes_and_padded_addresses() {
    let first = &vectors()[0].settlement;
    assert_eq!(super::source_chain("near:devnet"), first.source_chain);
    assert_eq!(super::near_contract("market.near"), first.source_contract);
    assert_eq!(super::market_job(0), first.job_id);
    assert_eq!(super::market_job(258)[30..], [1, 2]);
    let contract = Address::repeat_byte(7);
    assert_eq!(super::evm_contract(contract).to_vec(), contract.abi_encode());
}

#[test]
fn a_wrong_length_or_version_is_named() {
    let message = vectors()[0].message.to_vec();
    assert_eq!(Settlement::decode_message(&[]), Err(MessageError::Length(0)));
    let short = &message[..MESSAGE_BYTES - 1];
    assert_eq!(Settlement::decode_message(short), Err(MessageError::Length(MESSAGE_BYTES - 1)));
    let long = [message.as_slice(), &[0]].concat();
    assert_eq!(Settlement::decode_message(&long), Err(MessageError::Length(MESSAGE_BYTES + 1)));
    let mut other = message;
    other[0] = 2;
    assert_eq!(Settlement::decode_message(&other), Err(MessageError::Version(2)));
}

#[test]
fn a_field_beyond_its_type_is_named() {
    for (field, bits, name) in [
        (4, 160, "payer"),
        (5, 160, "recipient"),
        (6, 160, "token"),
        (7, 128, "amount"),
        (8, 64, "deadline"),
    ] {
        let mut message = vectors()[0].message.to_vec();
        // The lowest byte that the type does not reach.
        message[1 + 32 * (field + 1) - bits / 8 - 1] = 1;
        let expected = MessageError::FieldTooWide { field: name, bits };
        assert_eq!(Settlement::decode_message(&message), Err(expected));
    }
}

prop_compose! {
    fn settlements()(
        words: [[u8; 32]; 5], addresses: [[u8; 20]; 3], amount: u128, deadline: u64,
    ) -> Settlement {
        let [circuit, chain, contract, job, coordinator] = words.map(B256::from);
        let [payer, recipient, token] = addresses.map(Address::from);
        Settlement {
            circuitId: circuit,
            sourceChain: chain,
            sourceContract: contract,
            jobId: job,
            payer,
            recipient,
            token,
            amount,
            deadline,
            coordinator,
        }
    }
}

proptest! {
    #[test]
    fn a_message_is_read_as_it_was_written(settlement in settlements(), words: [[u8; 32]; 8]) {
        let proof = words.map(U256::from_be_bytes);
        let message = settlement.encode_message(&proof);
        prop_assert_eq!(message.len(), MESSAGE_BYTES);
        prop_assert_eq!(Settlement::decode_message(&message), Ok((settlement, proof)));
    }

    #[test]
    fn what_is_read_is_written_the_same(settlement in settlements(), at in 0..MESSAGE_BYTES, byte: u8) {
        let mut message = settlement.encode_message(&Proof::default());
        message[at] = byte;
        if let Ok((settlement, proof)) = Settlement::decode_message(&message) {
            prop_assert_eq!(settlement.encode_message(&proof), message);
        }
    }

    #[test]
    fn a_context_differs_wherever_its_terms_differ(a in settlements(), b in settlements(), hub: [u8; 20]) {
        let hub = Address::from(hub);
        let context = a.context(1, hub);
        for changed in [
            Settlement { payer: b.payer, ..a.clone() },
            Settlement { recipient: b.recipient, ..a.clone() },
            Settlement { token: b.token, ..a.clone() },
            Settlement { deadline: a.deadline ^ 1, ..a.clone() },
            Settlement { sourceChain: b.sourceChain, ..a.clone() },
            Settlement { sourceContract: b.sourceContract, ..a.clone() },
            Settlement { jobId: b.jobId, ..a.clone() },
        ] {
            prop_assert_ne!(changed.context(1, hub), context);
        }
        prop_assert_ne!(a.context(2, hub), context);
        prop_assert_ne!(a.context(1, Address::from_word(keccak256(hub))), context);
        prop_assert!(context < super::SCALAR_FIELD);
    }
}
