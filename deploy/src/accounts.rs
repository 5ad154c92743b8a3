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
}

impl Role {
    /// The signing key of this role.
    ///
    /// # Errors
    /// When the phrase cannot be turned into a key.
    pub fn signer(self) -> Result<PrivateKeySigner, LocalSignerError> {
        MnemonicBuilder::<English>::default().phrase(ANVIL_PHRASE).index(self as u32)?.build()
    }

    /// The address of this role.
    ///
    /// # Errors
    /// As [`Role::signer`].
    pub fn address(self) -> Result<Address, LocalSignerError> {
        self.signer().map(|signer| signer.address())
    }
}
