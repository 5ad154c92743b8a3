//! RSASSA-PSS verification (RFC 8017 8.1.2 and 9.1.2) for AMD's one choice of parameters: modulus of 4,096 bits,
//! exponent 65,537, SHA-384, MGF1 with SHA-384, salt of 48 bytes.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U4096};
use sha2::{Digest, Sha384};

/// Modulus and signature, bytes.
pub(super) const LENGTH: usize = 512;
const HASH: usize = 48;
const SALT: usize = 48;
/// Of the encoded message: what is not hash and trailer.
const DB: usize = LENGTH - HASH - 1;
/// `e = 2^16 + 1`.
const SQUARINGS: u32 = 16;

/// A public key with exponent 65,537.
pub(super) struct PublicKey {
    params: FixedMontyParams<{ U4096::LIMBS }>,
}

impl PublicKey {
    /// The key of an odd modulus of exactly 4,096 bits.
    pub(super) fn new(modulus: &[u8; LENGTH]) -> Option<Self> {
        if modulus[0] & 0x80 == 0 {
            return None;
        }
        let modulus: Option<Odd<U4096>> = Odd::new(U4096::from_be_slice(modulus)).into();
        Some(Self { params: FixedMontyParams::new_vartime(modulus?) })
    }

    /// Whether `signature` is this key's over `message`.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8; LENGTH]) -> bool {
        let signature = U4096::from_be_slice(signature);
        if signature >= *self.params.modulus().as_ref() {
            return false;
        }
        let base = FixedMontyForm::new(&signature, &self.params);
        let encoded = base.square_repeat_vartime(SQUARINGS).mul(&base).retrieve();
        pss_encodes(&encoded.to_be_bytes().into(), &Sha384::digest(message).into())
    }
}

/// EMSA-PSS-VERIFY with emBits = 4,095.
fn pss_encodes(encoded: &[u8; LENGTH], message_hash: &[u8; HASH]) -> bool {
    let (masked_db, rest) = encoded.split_at(DB);
    let (hash, trailer) = rest.split_at(HASH);
    if *trailer != [0xbc] || masked_db[0] & 0x80 != 0 {
        return false;
    }
    let mut db = mgf1(hash);
    for (byte, masked) in db.iter_mut().zip(masked_db) {
        *byte ^= masked;
    }
    db[0] &= 0x7f;
    let (padding, salt) = db.split_at(DB - SALT);
    let Some((&1, zeros)) = padding.split_last() else { return false };
    if zeros.iter().any(|byte| *byte != 0) {
        return false;
    }
    let expected =
        Sha384::new().chain_update([0; 8]).chain_update(message_hash).chain_update(salt).finalize();
    expected[..] == *hash
}

/// MGF1 (RFC 8017 B.2.1) of as many bytes as DB has.
fn mgf1(seed: &[u8]) -> [u8; DB] {
    let mut mask = [0; DB];
    for (counter, chunk) in (0_u32..).zip(mask.chunks_mut(HASH)) {
        let block = Sha384::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
        chunk.copy_from_slice(&block[..chunk.len()]);
    }
    mask
}
