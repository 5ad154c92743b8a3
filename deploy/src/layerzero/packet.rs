//! The packet that LayerZero V2 carries: `PacketV1Codec` of lz-evm-protocol-v2.

use alloy::primitives::{Address, B256, Bytes, keccak256};

use super::abi::Origin;

/// Length of a packet's header in bytes.
pub const HEADER_LEN: usize = 81;
/// Length of a header and the message's globally unique id in bytes.
const MIN_LEN: usize = HEADER_LEN + 32;
/// The only version that exists.
const VERSION: u8 = 1;

/// Why bytes are not a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// Too short to hold header and id.
    #[error("a packet has at least {MIN_LEN} bytes, this has {0}")]
    Short(usize),
    /// Not version 1.
    #[error("packet version {0} is unknown, {VERSION} is expected")]
    Version(u8),
    /// The receiver is not an EVM address.
    #[error("the receiver {0} is not an EVM address")]
    Receiver(B256),
}

/// A decoded packet for an EVM destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Position on its path, from 1.
    pub nonce: u64,
    /// Endpoint id of the source chain.
    pub src_eid: u32,
    /// Sending application.
    pub sender: B256,
    /// Endpoint id of the destination chain.
    pub dst_eid: u32,
    /// Receiving application.
    pub receiver: Address,
    /// Globally unique id of the message.
    pub guid: B256,
    /// What the receiving application gets.
    pub message: Bytes,
    encoded: Bytes,
}

impl Packet {
    /// Decodes `version(1) | nonce(8) | srcEid(4) | sender(32) | dstEid(4) | receiver(32) |
    /// guid(32) | message`, big-endian.
    ///
    /// # Errors
    /// [`PacketError`].
    pub fn decode(encoded: Bytes) -> Result<Self, PacketError> {
        if encoded.len() < MIN_LEN {
            return Err(PacketError::Short(encoded.len()));
        }
        if encoded[0] != VERSION {
            return Err(PacketError::Version(encoded[0]));
        }
        let receiver = B256::from_slice(&encoded[49..81]);
        if receiver[..12] != [0; 12] {
            return Err(PacketError::Receiver(receiver));
        }
        Ok(Self {
            nonce: u64::from_be_bytes(array(&encoded[1..9])),
            src_eid: u32::from_be_bytes(array(&encoded[9..13])),
            sender: B256::from_slice(&encoded[13..45]),
            dst_eid: u32::from_be_bytes(array(&encoded[45..49])),
            receiver: Address::from_word(receiver),
            guid: B256::from_slice(&encoded[81..113]),
            message: encoded.slice(113..),
            encoded,
        })
    }

    /// The first 81 bytes, which the DVN attests.
    #[must_use]
    pub fn header(&self) -> Bytes {
        self.encoded.slice(..HEADER_LEN)
    }

    /// Hash of the header, the key of a verification.
    #[must_use]
    pub fn header_hash(&self) -> B256 {
        keccak256(&self.encoded[..HEADER_LEN])
    }

    /// Hash of id and message, which the DVN attests beside the header.
    #[must_use]
    pub fn payload_hash(&self) -> B256 {
        keccak256(&self.encoded[HEADER_LEN..])
    }

    /// Where it comes from, as the destination endpoint names it.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        Origin { srcEid: self.src_eid, sender: self.sender, nonce: self.nonce }
    }

    /// The sending application as an address of an EVM source chain.
    #[must_use]
    pub fn sender_address(&self) -> Address {
        Address::from_word(self.sender)
    }
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encode(nonce: u64, src: u32, sender: B256, dst: u32, receiver: B256, rest: &[u8]) -> Bytes {
        let mut bytes = vec![VERSION];
        bytes.extend(nonce.to_be_bytes());
        bytes.extend(src.to_be_bytes());
        bytes.extend(sender);
        bytes.extend(dst.to_be_bytes());
        bytes.extend(receiver);
        bytes.extend(rest);
        bytes.into()
    }

    proptest! {
        #[test]
        fn every_field_is_read_from_its_place(
            nonce: u64, src: u32, sender: [u8; 32], dst: u32, receiver: [u8; 20], guid: [u8; 32],
            message: Vec<u8>,
        ) {
            let (sender, receiver) = (B256::from(sender), Address::from(receiver));
            let rest = [&guid[..], &message].concat();
            let encoded = encode(nonce, src, sender, dst, receiver.into_word(), &rest);

            let packet = Packet::decode(encoded.clone()).unwrap();

            prop_assert_eq!(packet.origin(), Origin { srcEid: src, sender, nonce });
            prop_assert_eq!((packet.dst_eid, packet.receiver), (dst, receiver));
            prop_assert_eq!((packet.guid, &packet.message[..]), (B256::from(guid), &message[..]));
            prop_assert_eq!(packet.header_hash(), keccak256(&encoded[..81]));
            prop_assert_eq!(packet.payload_hash(), keccak256(rest));
        }
    }

    #[test]
    fn malformed_packets_are_refused() {
        let valid = encode(1, 2, B256::ZERO, 3, B256::ZERO, &[0; 32]);
        assert_eq!(Packet::decode(valid.slice(..112)), Err(PacketError::Short(112)));

        let mut version = valid.to_vec();
        version[0] = 2;
        assert_eq!(Packet::decode(version.into()), Err(PacketError::Version(2)));

        let receiver = B256::repeat_byte(7);
        let foreign = encode(1, 2, B256::ZERO, 3, receiver, &[0; 32]);
        assert_eq!(Packet::decode(foreign), Err(PacketError::Receiver(receiver)));
    }
}
