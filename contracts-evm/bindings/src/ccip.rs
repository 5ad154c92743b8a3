//! The bytes of Chainlink CCIP 2.0 that both of its ends need: extra arguments (`ExtraArgsCodec.sol`), the head of an
//! encoded message (`MessageV1Codec.sol`), and what committees sign (`CommitteeVerifier.sol`).

pub mod abi;

use alloy::primitives::{Address, B256, Bytes, FixedBytes, Signature, U256, keccak256, uint};

/// `Client.GENERIC_EXTRA_ARGS_V2_TAG`.
const EXTRA_ARGS_V2: [u8; 4] = [0x18, 0x1d, 0xcf, 0x10];
/// `ExtraArgsCodec.GENERIC_EXTRA_ARGS_V3_TAG`.
const EXTRA_ARGS_V3: [u8; 4] = [0xa6, 0x9d, 0xd4, 0xaa];
/// Empty lists of verifiers, executor and token arguments, as version 3 writes them.
const NO_ARGUMENTS: [u8; 7] = [0; 7];
/// The only version of encoded messages.
const MESSAGE_VERSION: u8 = 1;
/// Version, two selectors, number, two gas limits and the finality.
const HEAD_BYTES: usize = 37;
/// r and s; v is always 27.
const SIGNATURE_BYTES: usize = 64;
/// The order of secp256k1.
const CURVE_ORDER: U256 =
    uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);

/// `Internal.MessageExecutionState.SUCCESS`.
pub const STATE_SUCCESS: u8 = 2;
/// `Internal.MessageExecutionState.FAILURE`: anybody may execute the message again.
pub const STATE_FAILURE: u8 = 3;

/// How final a message must be before it is attested: CCIP's `FinalityCodec`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finality {
    /// The chain's own `finalized` block.
    Finalized,
    /// The chain's own `safe` block.
    Safe,
    /// This many blocks behind the head.
    Depth(u16),
}

impl Finality {
    /// The four bytes.
    #[must_use]
    pub const fn encode(self) -> [u8; 4] {
        match self {
            Self::Finalized => [0; 4],
            Self::Safe => [0, 1, 0, 0],
            Self::Depth(depth) => {
                let [high, low] = depth.to_be_bytes();
                [0, 0, high, low]
            }
        }
    }

    const fn decode(bytes: [u8; 4]) -> Option<Self> {
        match bytes {
            [0, 0, 0, 0] => Some(Self::Finalized),
            [0, 1, 0, 0] => Some(Self::Safe),
            [0, 0, high, low] => Some(Self::Depth(u16::from_be_bytes([high, low]))),
            _ => None,
        }
    }
}

/// Extra arguments of version 2: gas for the receiver, and no waiting for other messages of the sender.
#[must_use]
pub fn extra_args_v2(gas: u64) -> Bytes {
    let words = [U256::from(gas).to_be_bytes::<32>(), U256::from(1).to_be_bytes()];
    [&EXTRA_ARGS_V2[..], words.as_flattened()].concat().into()
}

/// Extra arguments of version 3: gas for the receiver, how final the message must be, and the default verifiers and
/// executor.
#[must_use]
pub fn extra_args_v3(gas: u32, finality: Finality) -> Bytes {
    [&EXTRA_ARGS_V3[..], &gas.to_be_bytes(), &finality.encode(), &NO_ARGUMENTS].concat().into()
}

/// Why bytes are no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Too short to hold what every message begins with.
    #[error("a CCIP message has more than {HEAD_BYTES} bytes and this has {0}")]
    Short(usize),
    /// Another version.
    #[error("the CCIP message is of version {0}, and version {MESSAGE_VERSION} is expected")]
    Version(u8),
    /// A finality of no known kind.
    #[error("the CCIP message asks for the unknown finality 0x{0:08x}")]
    Finality(u32),
}

/// What every encoded message begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageHead {
    /// CCIP's selector of the source chain.
    pub source: u64,
    /// CCIP's selector of the destination.
    pub destination: u64,
    /// The message's number on its lane; not unique before its block is final.
    pub number: u64,
    /// Gas of the whole execution, as it was charged.
    pub execution_gas: u32,
    /// Gas that the receiver gets.
    pub receive_gas: u32,
    /// How final the message must be before it is attested.
    pub finality: Finality,
}

impl MessageHead {
    /// Reads the head of an encoded message.
    ///
    /// # Errors
    /// [`MessageError`].
    pub fn decode(encoded: &[u8]) -> Result<Self, MessageError> {
        if encoded.len() < HEAD_BYTES {
            return Err(MessageError::Short(encoded.len()));
        }
        if encoded[0] != MESSAGE_VERSION {
            return Err(MessageError::Version(encoded[0]));
        }
        let finality: [u8; 4] = array(&encoded[33..37]);
        Ok(Self {
            source: u64::from_be_bytes(array(&encoded[1..9])),
            destination: u64::from_be_bytes(array(&encoded[9..17])),
            number: u64::from_be_bytes(array(&encoded[17..25])),
            execution_gas: u32::from_be_bytes(array(&encoded[25..29])),
            receive_gas: u32::from_be_bytes(array(&encoded[29..33])),
            finality: Finality::decode(finality)
                .ok_or(MessageError::Finality(u32::from_be_bytes(finality)))?,
        })
    }
}

/// CCIP's id of a message.
#[must_use]
pub fn message_id(encoded: &[u8]) -> B256 {
    keccak256(encoded)
}

/// What the members of a committee sign for a message.
#[must_use]
pub fn committee_digest(version: FixedBytes<4>, message_id: B256) -> B256 {
    keccak256([version.as_slice(), message_id.as_slice()].concat())
}

/// The verifier's result: its version, the length of the signatures, and the signatures by rising address. The contract
/// takes v for 27, so a signature with the other v is turned round.
#[must_use]
pub fn committee_result(
    version: FixedBytes<4>,
    mut signatures: Vec<(Address, Signature)>,
) -> Bytes {
    signatures.sort_by_key(|(signer, _)| *signer);
    let length = u16::try_from(signatures.len() * SIGNATURE_BYTES).unwrap_or(u16::MAX);
    let mut bytes = version.to_vec();
    bytes.extend(length.to_be_bytes());
    for (_, signature) in signatures {
        let s = if signature.v() { CURVE_ORDER - signature.s() } else { signature.s() };
        bytes.extend(signature.r().to_be_bytes::<32>());
        bytes.extend(s.to_be_bytes::<32>());
    }
    bytes.into()
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests {
    use alloy::primitives::{bytes, fixed_bytes};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn extra_arguments_are_those_of_ccips_own_codecs() {
        let v2 = bytes!(
            "181dcf10"
            "00000000000000000000000000000000000000000000000000000000000927c0"
            "0000000000000000000000000000000000000000000000000000000000000001"
        );
        assert_eq!(extra_args_v2(600_000), v2);
        // ExtraArgsCodec._getBasicEncodedExtraArgsV3(600000, safe)
        let v3 = bytes!("a69dd4aa" "000927c0" "00010000" "00000000000000");
        assert_eq!(extra_args_v3(600_000, Finality::Safe), v3);
    }

    proptest! {
        #[test]
        fn a_head_is_read_from_its_places(
            source: u64, destination: u64, number: u64, gas: u32, receive: u32, depth: u16, rest: Vec<u8>,
        ) {
            let finality = if depth == 0 { Finality::Finalized } else { Finality::Depth(depth) };
            let mut encoded = vec![1];
            encoded.extend(source.to_be_bytes());
            encoded.extend(destination.to_be_bytes());
            encoded.extend(number.to_be_bytes());
            encoded.extend(gas.to_be_bytes());
            encoded.extend(receive.to_be_bytes());
            encoded.extend(finality.encode());
            encoded.extend(rest);
            let head = MessageHead {
                source, destination, number, execution_gas: gas, receive_gas: receive, finality,
            };
            prop_assert_eq!(MessageHead::decode(&encoded).unwrap(), head);
        }
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let mut encoded = [0; HEAD_BYTES];
        assert_eq!(MessageHead::decode(&encoded), Err(MessageError::Version(0)));
        assert_eq!(MessageHead::decode(&encoded[..36]), Err(MessageError::Short(36)));
        (encoded[0], encoded[33]) = (1, 9);
        assert_eq!(MessageHead::decode(&encoded), Err(MessageError::Finality(0x0900_0000)));
    }

    #[test]
    fn signatures_stand_by_address_and_as_if_v_were_27() {
        let one = U256::from(1);
        let flipped = Signature::new(one, one, true);
        let plain = Signature::new(one, U256::from(2), false);
        let version = fixed_bytes!("00000001");
        let result = committee_result(
            version,
            vec![(Address::repeat_byte(9), plain), (Address::repeat_byte(1), flipped)],
        );
        assert_eq!(result[..6], bytes!("000000010080")[..]);
        assert_eq!(U256::from_be_slice(&result[38..70]), CURVE_ORDER - one);
        assert_eq!(U256::from_be_slice(&result[102..134]), U256::from(2));
        assert_eq!(result.len(), 134);
    }
}
