//! Where the npm packages keep CCIP's contracts.

const CCIP: &str = "@chainlink/contracts-ccip/bytecode";
/// The canonical wrapped coin, as a package that is installed anyway has it.
const WETH: &str =
    "@certusone/wormhole-sdk/lib/cjs/ethers-contracts/factories/MockWETH9__factory.js";

/// The contracts of CCIP 2.0 that a development chain needs; those of earlier versions are still in use with it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Contract {
    WrappedCoin,
    Rmn,
    RmnProxy,
    Router,
    TokenAdminRegistry,
    FeeQuoter,
    OnRamp,
    OffRamp,
    Resolver,
    CommitteeVerifier,
    Executor,
}

impl Contract {
    /// The artifact's path below `node_modules`.
    pub(super) fn file(self) -> String {
        let file = match self {
            Self::WrappedCoin => return WETH.to_owned(),
            Self::Rmn => "v2_0_0/rmn",
            Self::RmnProxy => "v1_0_0/rmn_proxy_contract",
            Self::Router => "v1_2_0/router",
            Self::TokenAdminRegistry => "v1_5_0/token_admin_registry",
            Self::FeeQuoter => "v2_0_0/fee_quoter",
            Self::OnRamp => "v2_0_0/onramp",
            Self::OffRamp => "v2_0_0/offramp",
            Self::Resolver => "v2_0_0/versioned_verifier_resolver",
            Self::CommitteeVerifier => "v2_0_0/committee_verifier",
            Self::Executor => "v2_0_0/executor",
        };
        format!("{CCIP}/{file}.bin")
    }
}
