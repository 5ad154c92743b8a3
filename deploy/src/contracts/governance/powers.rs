//! What each office may do to each contract. What is named nowhere is the administrator's: governance's own peers, the
//! ownership of the bridges' ends, and LayerZero's configuration of them.

use alloy::{primitives::Address, sol_types::SolCall};
use proofrail_evm::{
    contracts::{
        CcipReceiver, IPeers, ISettlementReceiver, OAppCore, RoutePolicy, VerifierRouter,
        governance::{CcipGovernanceSender, LayerZeroGovernanceSender, WormholeGovernanceSender},
        pool::{AssociationPolicy, ShieldedPool},
    },
    deployment::Contracts,
};

use super::{CURATOR, GOVERNOR, GUARDIAN, Office, PROVIDER};

/// Functions that one office may call.
type Grant = (Office, &'static [[u8; 4]]);

/// Functions of one contract that one office may call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Power {
    pub(super) target: Address,
    pub(super) office: Office,
    pub(super) functions: &'static [[u8; 4]],
}

const ROUTER: &[Grant] = &[
    (
        CURATOR,
        &[
            VerifierRouter::addVerifierCall::SELECTOR,
            VerifierRouter::registerImpossibleCall::SELECTOR,
        ],
    ),
    (
        GUARDIAN,
        &[
            VerifierRouter::stopCall::SELECTOR,
            VerifierRouter::pauseCall::SELECTOR,
            VerifierRouter::unpauseCall::SELECTOR,
        ],
    ),
];

const ROUTE_POLICY: &[Grant] = &[
    (
        GOVERNOR,
        &[
            RoutePolicy::setRouteCall::SELECTOR,
            RoutePolicy::removeRouteCall::SELECTOR,
            RoutePolicy::liftVetoCall::SELECTOR,
        ],
    ),
    (GUARDIAN, &[RoutePolicy::vetoCall::SELECTOR]),
];

const POOL: &[Grant] =
    &[(GOVERNOR, &[ShieldedPool::setCapsCall::SELECTOR, ShieldedPool::setPolicyCall::SELECTOR])];

const ASSOCIATION: &[Grant] = &[(
    PROVIDER,
    &[
        AssociationPolicy::setAssociationRootCall::SELECTOR,
        AssociationPolicy::setExcludedCall::SELECTOR,
    ],
)];

/// Of every receiver of settlements, whatever its bridge.
const RECEIVER: &[Grant] = &[
    (
        GOVERNOR,
        &[
            ISettlementReceiver::unpauseCall::SELECTOR,
            ISettlementReceiver::setRateLimitCall::SELECTOR,
        ],
    ),
    (GUARDIAN, &[ISettlementReceiver::pauseCall::SELECTOR]),
];

const PEERS: &[Grant] = &[(GOVERNOR, &[IPeers::setPeerCall::SELECTOR])];

const LAYERZERO_PEERS: &[Grant] = &[(GOVERNOR, &[OAppCore::setPeerCall::SELECTOR])];

const CCIP_VERIFICATION: &[Grant] = &[(GOVERNOR, &[CcipReceiver::setVerificationCall::SELECTOR])];

const LAYERZERO_CALLS: &[Grant] = &[(GOVERNOR, &[LayerZeroGovernanceSender::sendCall::SELECTOR])];

const WORMHOLE_CALLS: &[Grant] = &[(GOVERNOR, &[WormholeGovernanceSender::sendCall::SELECTOR])];

const CCIP_CALLS: &[Grant] = &[(GOVERNOR, &[CcipGovernanceSender::sendCall::SELECTOR])];

/// What the offices may do to the contracts of a chain.
pub(super) fn powers(contracts: &Contracts) -> Vec<Power> {
    let granted: [(Option<Address>, &[&[Grant]]); 13] = [
        (contracts.verifier_router, &[ROUTER]),
        (contracts.route_policy, &[ROUTE_POLICY]),
        (contracts.shielded_pool, &[POOL]),
        (contracts.association_policy, &[ASSOCIATION]),
        (contracts.layerzero_sender, &[LAYERZERO_PEERS]),
        (contracts.layerzero_receiver, &[RECEIVER, LAYERZERO_PEERS]),
        (contracts.wormhole_receiver, &[RECEIVER, PEERS]),
        (contracts.wormhole_group_receiver, &[PEERS]),
        (contracts.ccip_sender, &[PEERS]),
        (contracts.ccip_receiver, &[RECEIVER, PEERS, CCIP_VERIFICATION]),
        (contracts.layerzero_governance_sender, &[LAYERZERO_CALLS]),
        (contracts.wormhole_governance_sender, &[WORMHOLE_CALLS]),
        (contracts.ccip_governance_sender, &[CCIP_CALLS]),
    ];
    let mut powers = Vec::new();
    for (target, grants) in granted {
        let Some(target) = target else { continue };
        let grants = grants.iter().copied().flatten();
        powers.extend(grants.map(|&(office, functions)| Power { target, office, functions }));
    }
    powers
}
