//! The address of each contract, or an error that says which is missing.

use alloy::primitives::Address;

use super::{DeploymentError, EvmChain};

macro_rules! addresses {
    ($($doc:literal $contract:ident;)*) => {
        impl EvmChain {
            $(
                #[doc = $doc]
                ///
                /// # Errors
                /// [`DeploymentError::NotDeployed`] where there is none.
                pub fn $contract(&self) -> Result<Address, DeploymentError> {
                    self.contracts.$contract.ok_or(DeploymentError::NotDeployed {
                        chain_id: self.chain_id,
                        contract: stringify!($contract),
                    })
                }
            )*
        }
    };
}

addresses! {
    "The hub on this chain." hub;
    "Who may change what on this chain." access_manager;
    "The verifier router on this chain." verifier_router;
    "The verifier of the circuit `receipt` on this chain." receipt_verifier;
    "The development token on this chain." token;
    "The sender over LayerZero on this chain." layerzero_sender;
    "The receiver over LayerZero on this chain." layerzero_receiver;
    "The sender over Wormhole on this chain." wormhole_sender;
    "The receiver over Wormhole on this chain." wormhole_receiver;
    "The sender over CCIP on this chain." ccip_sender;
    "The receiver over CCIP on this chain." ccip_receiver;
    "The policy of routes on this chain." route_policy;
    "The groups of this chain." settlement_groups;
    "What tells other chains over Wormhole of this chain's groups." wormhole_group_sender;
    "What hears over Wormhole of other chains' groups." wormhole_group_receiver;
    "The sender of governance's calls over LayerZero." layerzero_governance_sender;
    "The receiver of governance's calls over LayerZero." layerzero_governance_receiver;
    "The sender of governance's calls over Wormhole." wormhole_governance_sender;
    "The receiver of governance's calls over Wormhole." wormhole_governance_receiver;
    "The sender of governance's calls over CCIP." ccip_governance_sender;
    "The receiver of governance's calls over CCIP." ccip_governance_receiver;
    "The library that the pool hashes with." poseidon;
    "Where pools have the receipts consumed that they pay." private_settlements;
    "The pool of the development token." shielded_pool;
    "The pool's policy." association_policy;
}
