//! Where the npm packages keep LayerZero's contracts.

const PROTOCOL: &str = "@layerzerolabs/lz-evm-protocol-v2";
const MESSAGELIB: &str = "@layerzerolabs/lz-evm-messagelib-v2";

/// The contracts of LayerZero V2 that a development chain needs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Contract {
    EndpointV2,
    PriceFeed,
    Treasury,
    SendUln302,
    ReceiveUln302,
    ExecutorFeeLib,
    Executor,
    DvnFeeLib,
    Dvn,
}

impl Contract {
    /// The artifact's path below `node_modules`.
    pub(super) fn file(self) -> String {
        let (package, path) = match self {
            Self::EndpointV2 => (PROTOCOL, "EndpointV2.sol/EndpointV2.json"),
            Self::PriceFeed => (MESSAGELIB, "PriceFeed.sol/PriceFeed.json"),
            Self::Treasury => (MESSAGELIB, "Treasury.sol/Treasury.json"),
            Self::SendUln302 => (MESSAGELIB, "uln/uln302/SendUln302.sol/SendUln302.json"),
            Self::ReceiveUln302 => (MESSAGELIB, "uln/uln302/ReceiveUln302.sol/ReceiveUln302.json"),
            Self::ExecutorFeeLib => (MESSAGELIB, "ExecutorFeeLib.sol/ExecutorFeeLib.json"),
            Self::Executor => (MESSAGELIB, "Executor.sol/Executor.json"),
            Self::DvnFeeLib => (MESSAGELIB, "uln/dvn/DVNFeeLib.sol/DVNFeeLib.json"),
            Self::Dvn => (MESSAGELIB, "uln/dvn/DVN.sol/DVN.json"),
        };
        format!("{package}/artifacts/contracts/{path}")
    }
}
