//! LayerZero's execution options, type 3 (`OptionsBuilder.sol`, `ExecutorOptions.sol`).

use alloy::primitives::Bytes;

const TYPE_3: u16 = 3;
const EXECUTOR_WORKER: u8 = 1;
const LZ_RECEIVE: u8 = 1;
/// The option's type byte and a 128-bit gas limit.
const LENGTH: u16 = 17;

/// One option: the gas that the executor gives `lzReceive`, and no coins.
pub(super) fn receive(gas: u64) -> Bytes {
    let mut options = Vec::with_capacity(22);
    options.extend(TYPE_3.to_be_bytes());
    options.push(EXECUTOR_WORKER);
    options.extend(LENGTH.to_be_bytes());
    options.push(LZ_RECEIVE);
    options.extend(u128::from(gas).to_be_bytes());
    options.into()
}

#[cfg(test)]
mod tests {
    use alloy::primitives::bytes;

    use super::*;

    #[test]
    fn encodes_as_layerzeros_own_builder() {
        // OptionsBuilder.newOptions().addExecutorLzReceiveOption(200000, 0)
        assert_eq!(receive(200_000), bytes!("00030100110100000000000000000000000000030d40"));
    }
}
