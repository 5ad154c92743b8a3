//! `SEQUENCE { INTEGER, INTEGER }`: an ECDSA signature (RFC 3279 2.2.3) or an RSA key (RFC 8017 A.1.1).

use der::asn1::UintRef;
use der::{Decode, Reader, SliceReader};

/// The two unsigned integers of `der`, which has nothing behind them.
pub(crate) fn two_integers(der: &[u8]) -> der::Result<(UintRef<'_>, UintRef<'_>)> {
    let mut reader = SliceReader::new(der)?;
    let pair = reader.sequence(|reader| {
        let first = UintRef::decode(reader)?;
        der::Result::Ok((first, UintRef::decode(reader)?))
    })?;
    reader.finish()?;
    Ok(pair)
}
