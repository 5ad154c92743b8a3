//! Entry points, by audience.

mod attestation;
mod client;
mod council;
mod governance;
mod legacy;
mod operator;
mod payment;
mod provers;
mod proving;
mod storage;
mod upgrade;
mod views;

use proofrail_near_interface::Hex;

use crate::MarketError;

/// Reads a hex argument, naming it when it is malformed.
fn parse_hex<const N: usize>(field: &str, text: &str) -> Result<[u8; N], MarketError> {
    match text.parse::<Hex<N>>() {
        Ok(Hex(bytes)) => Ok(bytes),
        Err(error) => Err(MarketError::BadHex { field: field.to_owned(), error }),
    }
}

/// Reads a list of hex arguments.
fn parse_hex_list<const N: usize>(
    field: &str,
    texts: &[String],
) -> Result<Vec<[u8; N]>, MarketError> {
    (0..).zip(texts).map(|(index, text)| parse_hex(&format!("{field}[{index}]"), text)).collect()
}
