//! The accounts of a development EVM chain, by role.

use alloy::{
    primitives::Address,
    signers::local::{LocalSignerError, MnemonicBuilder, PrivateKeySigner, coins_bip39::English},
};

/// The public test phrase from which anvil derives its funded accounts.
const ANVIL_PHRASE: &str = "test test test test test test test test test test test junk";

/// Who an account belongs to; the number is its index in anvil's derivation path
/// `m/44'/60'/0'/0/index`, so that no two roles share a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Role {
    /// Deploys and owns every contract.
    Deployer = 0,
    /// The key with which the DVN attests packets; it sends no transactions.
    DvnSigner = 1,
    /// Submits the DVN's attestations.
    DvnAdmin = 2,
    /// Commits verifications and executes packets.
    ExecutorAdmin = 3,
    /// The relayer's account on both chains.
    Relayer = 4,
    /// Owns the escrow that settlements are paid from.
    Payer = 5,
    /// Receives a settlement.
    Recipient = 6,
    /// Nobody in particular: whatever may be done without permission is done from here.
    Stranger = 7,
    /// CCIP's executor, which pays for its transactions on the destination.
    CcipExecutor = 8,
}

/// Indices of the keys that sign for a bridge and send no transactions: far above any role's, so that none meet.
const GUARDIANS: u32 = 1_000;
const COMMITTEE: u32 = 2_000;

/// The key of one of Wormhole's guardians of a development network.
///
/// # Errors
/// When the phrase cannot be turned into a key.
pub fn guardian(index: u8) -> Result<PrivateKeySigner, LocalSignerError> {
    derive(GUARDIANS + u32::from(index))
}

/// The key of one member of CCIP's committee of a development network.
///
/// # Errors
/// When the phrase cannot be turned into a key.
pub fn committee_member(index: u8) -> Result<PrivateKeySigner, LocalSignerError> {
    derive(COMMITTEE + u32::from(index))
}

fn derive(index: u32) -> Result<PrivateKeySigner, LocalSignerError> {
    MnemonicBuilder::<English>::default().phrase(ANVIL_PHRASE).index(index)?.build()
}

impl Role {
    /// The signing key of this role.
    ///
    /// # Errors
    /// When the phrase cannot be turned into a key.
    pub fn signer(self) -> Result<PrivateKeySigner, LocalSignerError> {
        derive(self as u32)
    }

    /// The address of this role.
    ///
    /// # Errors
    /// As [`Role::signer`].
    pub fn address(self) -> Result<Address, LocalSignerError> {
        self.signer().map(|signer| signer.address())
    }
}
