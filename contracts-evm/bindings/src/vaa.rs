//! Wormhole's VAA of version 1: what its guardians sign, and how a quorum of signatures travels with it (Wormhole's
//! white paper 0001, "Generic Message Passing").

use alloy::primitives::{Address, B256, Bytes, Signature, U256, keccak256};

/// The only version that is read and written here.
const VERSION: u8 = 1;
/// Version, guardian set and the number of signatures.
const HEAD_BYTES: usize = 6;
/// A guardian's index, r, s and the recovery id.
const SIGNATURE_BYTES: usize = 66;
/// A body without its payload.
const BODY_BYTES: usize = 51;

/// Consistency levels at which guardians wait for the chain's own finality; Wormhole has two numbers for it.
pub const FINALIZED: [u8; 2] = [1, 202];
/// The consistency level at which guardians wait for the chain's `safe` block.
pub const SAFE: u8 = 201;
/// The consistency level at which guardians wait for nothing.
pub const INSTANT: u8 = 200;

/// Why bytes are no VAA, or none that can be trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaaError {
    /// The bytes end too early.
    #[error("the VAA ends after {0} bytes, inside one of its parts")]
    Short(usize),
    /// Another version.
    #[error("the VAA is of version {0}, and version {VERSION} is expected")]
    Version(u8),
    /// Signatures out of order, or two of one guardian.
    #[error("signature {position} is guardian {guardian}'s, which is not after the one before it")]
    Order {
        /// Counts from 0.
        position: usize,
        /// Index in the guardian set.
        guardian: u8,
    },
    /// Too few signatures.
    #[error("the VAA has {found} signatures, and {guardians} guardians need {needed}")]
    Quorum {
        /// Signatures.
        found: usize,
        /// Guardians in the set.
        guardians: usize,
        /// Signatures that they need.
        needed: usize,
    },
    /// A signature of somebody else.
    #[error("the signature of guardian {guardian} is not that guardian's")]
    Signature {
        /// Index in the guardian set.
        guardian: u8,
    },
}

/// What guardians sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Time of the block that holds the message, unix seconds.
    pub timestamp: u32,
    /// Chosen by the emitter.
    pub nonce: u32,
    /// Wormhole's id of the chain.
    pub emitter_chain: u16,
    /// The sending contract, left-padded.
    pub emitter: B256,
    /// The message's number among all of its emitter.
    pub sequence: u64,
    /// How final the guardians saw it.
    pub consistency_level: u8,
    /// What is carried.
    pub payload: Bytes,
}

impl Body {
    /// The bytes that are hashed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BODY_BYTES + self.payload.len());
        bytes.extend(self.timestamp.to_be_bytes());
        bytes.extend(self.nonce.to_be_bytes());
        bytes.extend(self.emitter_chain.to_be_bytes());
        bytes.extend(self.emitter);
        bytes.extend(self.sequence.to_be_bytes());
        bytes.push(self.consistency_level);
        bytes.extend_from_slice(&self.payload);
        bytes
    }

    /// What guardians sign, and what receivers call the message: the hash of the hash of the body.
    #[must_use]
    pub fn digest(&self) -> B256 {
        keccak256(keccak256(self.encode()))
    }

    fn decode(bytes: &[u8]) -> Result<Self, VaaError> {
        if bytes.len() < BODY_BYTES {
            return Err(VaaError::Short(bytes.len()));
        }
        Ok(Self {
            timestamp: u32::from_be_bytes(array(&bytes[0..4])),
            nonce: u32::from_be_bytes(array(&bytes[4..8])),
            emitter_chain: u16::from_be_bytes(array(&bytes[8..10])),
            emitter: B256::from_slice(&bytes[10..42]),
            sequence: u64::from_be_bytes(array(&bytes[42..50])),
            consistency_level: bytes[50],
            payload: Bytes::copy_from_slice(&bytes[51..]),
        })
    }
}

/// One guardian's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardianSignature {
    /// Index in the guardian set.
    pub guardian: u8,
    /// Over the body's digest.
    pub signature: Signature,
}

/// A body with the signatures over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vaa {
    /// The set that the guardians are of.
    pub guardian_set: u32,
    /// By rising index.
    pub signatures: Vec<GuardianSignature>,
    /// What they sign.
    pub body: Body,
}

impl Vaa {
    /// The bytes that receivers take.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.guardian_set.to_be_bytes());
        bytes.push(u8::try_from(self.signatures.len()).unwrap_or(u8::MAX));
        for GuardianSignature { guardian, signature } in &self.signatures {
            bytes.push(*guardian);
            bytes.extend(signature.r().to_be_bytes::<32>());
            bytes.extend(signature.s().to_be_bytes::<32>());
            bytes.push(signature.v().into());
        }
        bytes.extend(self.body.encode());
        bytes
    }

    /// Reads a VAA; whether anybody signed it is [`Vaa::check`]'s to say.
    ///
    /// # Errors
    /// [`VaaError::Short`] and [`VaaError::Version`].
    pub fn decode(bytes: &[u8]) -> Result<Self, VaaError> {
        let Some((head, rest)) = bytes.split_at_checked(HEAD_BYTES) else {
            return Err(VaaError::Short(bytes.len()));
        };
        if head[0] != VERSION {
            return Err(VaaError::Version(head[0]));
        }
        let count = usize::from(head[5]);
        let Some((signatures, body)) = rest.split_at_checked(count * SIGNATURE_BYTES) else {
            return Err(VaaError::Short(bytes.len()));
        };
        let signatures = signatures.chunks_exact(SIGNATURE_BYTES).map(|bytes| {
            let (r, s) = (U256::from_be_slice(&bytes[1..33]), U256::from_be_slice(&bytes[33..65]));
            GuardianSignature {
                guardian: bytes[0],
                signature: Signature::new(r, s, bytes[65] == 1),
            }
        });
        Ok(Self {
            guardian_set: u32::from_be_bytes(array(&head[1..5])),
            signatures: signatures.collect(),
            body: Body::decode(body)?,
        })
    }

    /// Whether a quorum of `guardians` signed it, as the core bridge judges.
    ///
    /// # Errors
    /// [`VaaError`] with the first thing that is wrong.
    pub fn check(&self, guardians: &[Address]) -> Result<(), VaaError> {
        let needed = quorum(guardians.len());
        let found = self.signatures.len();
        if guardians.is_empty() || found < needed {
            return Err(VaaError::Quorum { found, guardians: guardians.len(), needed });
        }
        let digest = self.body.digest();
        let mut next = 0_u16;
        for (position, GuardianSignature { guardian, signature }) in
            self.signatures.iter().enumerate()
        {
            if u16::from(*guardian) < next {
                return Err(VaaError::Order { position, guardian: *guardian });
            }
            next = u16::from(*guardian) + 1;
            let signer = signature.recover_address_from_prehash(&digest).ok();
            if signer.is_none() || signer.as_ref() != guardians.get(usize::from(*guardian)) {
                return Err(VaaError::Signature { guardian: *guardian });
            }
        }
        Ok(())
    }
}

/// How many of a set of guardians must sign: more than two thirds.
#[must_use]
pub const fn quorum(guardians: usize) -> usize {
    guardians * 2 / 3 + 1
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests {
    use alloy::primitives::hex;
    use proptest::prelude::*;

    use super::*;

    fn body(payload: &[u8]) -> Body {
        Body {
            timestamp: 1_700_000_000,
            nonce: 7,
            emitter_chain: 2,
            emitter: B256::with_last_byte(9),
            sequence: 3,
            consistency_level: 1,
            payload: Bytes::copy_from_slice(payload),
        }
    }

    fn signature(guardian: u8) -> GuardianSignature {
        let number = U256::from(guardian) + U256::from(1);
        let signature = Signature::new(number, number, guardian % 2 == 1);
        GuardianSignature { guardian, signature }
    }

    /// Field by field, as the white paper lists them.
    #[test]
    fn a_body_is_laid_out_as_wormhole_says() {
        let bytes = body(&[0xc0, 0xff, 0xee]).encode();
        let expected = hex!(
            "6553f100" "00000007" "0002"
            "0000000000000000000000000000000000000000000000000000000000000009"
            "0000000000000003" "01" "c0ffee"
        );
        assert_eq!(bytes, expected);
        assert_eq!(body(&[0xc0, 0xff, 0xee]).digest(), keccak256(keccak256(expected)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(set: u32, count in 0_u8..19, payload: Vec<u8>) {
            let signatures = (0..count).map(signature).collect();
            let vaa = Vaa { guardian_set: set, signatures, body: body(&payload) };
            prop_assert_eq!(Vaa::decode(&vaa.encode()).unwrap(), vaa);
        }

        #[test]
        fn bytes_are_never_a_panic(bytes: Vec<u8>) {
            let _either = Vaa::decode(&bytes);
        }
    }

    #[test]
    fn what_is_cut_or_of_another_version_is_refused() {
        let vaa = Vaa { guardian_set: 0, signatures: vec![signature(0)], body: body(&[]) };
        let bytes = vaa.encode();
        for length in [0, 5, 6, 71, 122] {
            assert!(matches!(Vaa::decode(&bytes[..length]), Err(VaaError::Short(_))), "{length}");
        }
        let mut other = bytes;
        other[0] = 2;
        assert_eq!(Vaa::decode(&other), Err(VaaError::Version(2)));
    }

    #[test]
    fn too_few_signatures_of_anybody_are_no_quorum() {
        let guardians = [Address::repeat_byte(1); 19];
        let signatures = (0..12).map(signature).collect();
        let vaa = Vaa { guardian_set: 0, signatures, body: body(&[]) };
        let error = vaa.check(&guardians).unwrap_err();
        assert_eq!(error, VaaError::Quorum { found: 12, guardians: 19, needed: 13 });
        assert!(matches!(vaa.check(&[]), Err(VaaError::Quorum { .. })));
        assert_eq!([quorum(1), quorum(3), quorum(19)], [1, 3, 13]);
    }
}
