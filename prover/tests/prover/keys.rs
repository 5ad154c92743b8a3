//! Key files return what was written, and nothing damaged or insecure passes.

use proofrail_prover::key::{
    KeyError, KeyFault, KeyFileKind, KeyOrigin, KeyPolicy, ProvingKey, VerifyingKey, inspect,
};

use crate::support::{KEY, PROOF, circuit, receipt_json};

const DEV: KeyPolicy = KeyPolicy::AllowInsecureDev;

/// The checksum over all but itself, put right again.
fn reseal(bytes: &mut [u8]) {
    use sha2::{Digest, Sha256};
    let (signed, checksum) = bytes.split_at_mut(bytes.len() - 32);
    checksum.copy_from_slice(&Sha256::digest(signed));
}

#[test]
fn keys_return_from_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let (pk, vk) = (folder.path().join("receipt.pk"), folder.path().join("receipt.vk"));
    KEY.save(&pk).unwrap();
    KEY.verifying_key().save(&vk).unwrap();

    let proof = ProvingKey::load(&pk, DEV).unwrap().prove_json(&receipt_json()).unwrap();
    let key = VerifyingKey::load(&vk, DEV).unwrap();
    assert_eq!(key.to_json(), KEY.verifying_key().to_json());
    assert_eq!(key.verify_file(&proof), Ok(()));
}

#[test]
fn the_setup_is_deterministic() {
    let again = proofrail_prover::setup::setup_dev(circuit()).unwrap();
    assert!(again.to_bytes().unwrap() == KEY.to_bytes().unwrap());
}

#[test]
fn the_production_path_refuses_development_keys() {
    let pk = KEY.to_bytes().unwrap();
    let vk = KEY.verifying_key().to_bytes();
    let policy = KeyPolicy::default();
    assert_eq!(policy, KeyPolicy::Production);
    assert!(matches!(ProvingKey::from_bytes(&pk, policy), Err(KeyError::InsecureDev)));
    assert!(matches!(VerifyingKey::from_bytes(&vk, policy), Err(KeyError::InsecureDev)));
}

#[test]
fn the_production_path_knows_development_keys_without_their_mark() {
    for mut bytes in [KEY.to_bytes().unwrap(), KEY.verifying_key().to_bytes()] {
        assert_eq!(bytes[8..12], [0, 1, 0, 1]);
        bytes[11] = 0;
        reseal(&mut bytes);
        let summary = inspect(&bytes).unwrap();
        assert_eq!(summary.origin, KeyOrigin::Ceremony);
        let policy = KeyPolicy::Production;
        let error = match summary.kind {
            KeyFileKind::Proving => ProvingKey::from_bytes(&bytes, policy).map(|_| ()),
            KeyFileKind::Verifying => VerifyingKey::from_bytes(&bytes, policy).map(|_| ()),
        };
        assert!(matches!(error, Err(KeyError::InsecureDev)));
    }
}

#[test]
fn every_truncation_of_a_key_file_is_refused() {
    let bytes = KEY.verifying_key().to_bytes();
    for length in 0..bytes.len() {
        let error = VerifyingKey::from_bytes(&bytes[..length], DEV).unwrap_err();
        let expected = if length < 8 {
            matches!(error, KeyError::Magic)
        } else {
            matches!(error, KeyError::Length { .. })
        };
        assert!(expected, "{length} bytes: {error}");
    }
}

#[test]
fn every_changed_byte_of_a_key_file_is_refused() {
    let bytes = KEY.verifying_key().to_bytes();
    for index in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        assert!(VerifyingKey::from_bytes(&changed, DEV).is_err(), "byte {index}");
    }
}

#[test]
fn a_key_file_of_another_kind_version_flag_or_circuit_is_refused() {
    let bytes = KEY.verifying_key().to_bytes();
    let kind = ProvingKey::from_bytes(&bytes, DEV).unwrap_err();
    assert!(matches!(kind, KeyError::Kind { got: KeyFileKind::Verifying, .. }));
    let altered = |index: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[index] = value;
        reseal(&mut bytes);
        VerifyingKey::from_bytes(&bytes, DEV).unwrap_err()
    };
    assert!(matches!(altered(9, 2), KeyError::Version(2)));
    assert!(matches!(altered(11, 2), KeyError::Flags(2)));
    assert!(matches!(altered(12, 0), KeyError::UnknownCircuit(_)));
}

/// The verifying key's file with points replaced in its JSON payload.
fn with_points(change: impl Fn(&mut serde_json::Value)) -> Result<VerifyingKey, KeyError> {
    let bytes = KEY.verifying_key().to_bytes();
    let (header, rest) = bytes.split_at(52);
    let mut json = serde_json::from_slice(&rest[..rest.len() - 32]).unwrap();
    change(&mut json);
    let payload = serde_json::to_vec(&json).unwrap();
    let mut changed = header.to_vec();
    changed[44..].copy_from_slice(&(payload.len() as u64).to_be_bytes());
    changed.extend_from_slice(&payload);
    changed.extend_from_slice(&[0; 32]);
    reseal(&mut changed);
    VerifyingKey::from_bytes(&changed, DEV)
}

fn hex_zeros(bytes: usize) -> serde_json::Value {
    format!("0x{}", "00".repeat(bytes)).into()
}

#[test]
fn keys_that_let_false_statements_pass_are_refused() {
    assert!(with_points(|_| ()).is_ok());

    let gamma_is_delta = with_points(|vk| vk["gamma"] = vk["delta"].clone());
    assert!(matches!(gamma_is_delta, Err(KeyError::Fault(KeyFault::GammaIsDelta))));

    let generator = {
        use ark_ec::AffineRepr;
        let point = proofrail_prover::encoding::encode_g2(&ark_bn254::G2Affine::generator());
        format!("0x{}", hex::encode(point))
    };
    let unmade = with_points(|vk| vk["delta"] = generator.clone().into());
    assert!(matches!(unmade, Err(KeyError::Fault(KeyFault::DeltaIsGenerator))));

    for (name, bytes) in [("alpha", 64), ("beta", 128), ("gamma", 128), ("delta", 128)] {
        let infinite = with_points(|vk| vk[name] = hex_zeros(bytes));
        assert!(matches!(infinite, Err(KeyError::Fault(KeyFault::Infinity(at))) if at == name));
    }
    let infinite = with_points(|vk| vk["ic"][2] = hex_zeros(64));
    assert!(matches!(infinite, Err(KeyError::Fault(KeyFault::Infinity(at))) if at == "ic[2]"));

    let short = with_points(|vk| {
        vk["ic"].as_array_mut().unwrap().pop();
    });
    assert!(matches!(short, Err(KeyError::IcCount { expected: 4, got: 3 })));

    let off_curve = with_points(|vk| vk["ic"][0] = format!("0x{}", "01".repeat(64)).into());
    assert!(matches!(off_curve, Err(KeyError::Point { name, .. }) if name == "ic[0]"));
}

#[test]
fn a_g2_point_outside_the_subgroup_is_refused() {
    use ark_bn254::{Fq, Fq2, G2Affine};
    let outside = (0u64..)
        .filter_map(|x| {
            G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::from(1u8)), false)
        })
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    let text = format!("0x{}", hex::encode(proofrail_prover::encoding::encode_g2(&outside)));
    let refused = with_points(|vk| vk["beta"] = text.clone().into());
    assert!(matches!(refused, Err(KeyError::Point { name, .. }) if name == "beta"));
}

#[test]
fn a_proof_of_another_key_is_rejected() {
    let swapped = with_points(|vk| {
        let ic = vk["ic"].as_array_mut().unwrap();
        ic.swap(1, 2);
    });
    assert!(swapped.unwrap().verify_file(&PROOF).is_err());
}
