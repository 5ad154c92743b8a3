//! From a prepared message to a written intent: the last look before money is committed.

use alloy::{
    eips::BlockId, network::TransactionBuilder, primitives::U256, rpc::types::TransactionRequest,
};

use super::{Account, Submitter};
use crate::{
    bridge::{BridgeAdapter, Call, Message},
    chain::{CallError, Fees},
    clock::now_ms,
    hub::{Verdict, describe},
    progress::{Interrupt, Progress, step_to},
    reason::{FailReason, HoldReason},
    status::Status,
    store::{Draft, Facts, Kind, Record},
};

/// Room for state that changes between the estimate and inclusion, percent.
const GAS_MARGIN: u64 = 25;

impl Submitter {
    pub(super) async fn open(
        &self,
        record: &Record,
        bridge: &dyn BridgeAdapter,
    ) -> Result<Progress, Interrupt> {
        let message = Message::of(record);
        let settlement = &record.settlement;
        let soonest = (now_ms() / 1000).saturating_add(self.policy.min_time_left);
        if settlement.deadline < soonest {
            return Err(FailReason::Expired { deadline: settlement.deadline }.into());
        }
        match self.hub.dry_run(&message).await? {
            Verdict::WouldPay => {}
            Verdict::AlreadySettled => return Ok(Progress::to(Status::Delivered)),
            Verdict::Hold(reason) => return Err(reason.into()),
            Verdict::Fail(reason) => return Err(reason.into()),
        }
        let (draft, nonce) = self.draft(&message, bridge).await?;
        let step = step_to(Status::Submitted, now_ms(), Facts::default())
            .ok_or_else(|| HoldReason::internal("submitted is no running status"))?;
        self.store.open_intent(record, &draft, nonce, &step).await?;
        Ok(Progress::Stepped)
    }

    /// Everything that reserving a nonce needs: once it is reserved, nothing may be left that could refuse.
    async fn draft(
        &self,
        message: &Message,
        bridge: &dyn BridgeAdapter,
    ) -> Result<(Draft, u64), Interrupt> {
        let unavailable = |error| Interrupt::of_bridge(bridge.name(), error);
        let quote = bridge.quote(message).await.map_err(unavailable)?;
        let account = self.account(bridge.pays_on())?;
        let cap = account.max_bridge_fees.get(bridge.name()).copied().unwrap_or_default();
        if quote.fee > cap {
            let quote = quote.fee;
            return Err(HoldReason::QuoteAboveCap { quote, cap }.into());
        }
        let call = bridge.send(message, quote, account.signer.address());
        account.draft(Kind::Send, call).await
    }
}

impl Account {
    /// The transaction of a call, and the nonce that the chain gives it.
    pub(crate) async fn draft(&self, kind: Kind, call: Call) -> Result<(Draft, u64), Interrupt> {
        let signer = self.signer.address();
        let fees = self.opening_fees().await?;
        let gas_limit = self.gas_limit(&call, fees).await?;
        let nonce = self.chain.nonce(signer, BlockId::latest()).await?;
        let Call { chain_id, to, value, data, .. } = call;
        let (max_fee, priority_fee) = (fees.max, fees.priority);
        let draft =
            Draft { kind, chain_id, signer, to, value, data, gas_limit, max_fee, priority_fee };
        Ok((draft, nonce))
    }

    /// Gas for the call, after checking that the account can pay for it and that it would succeed.
    async fn gas_limit(&self, call: &Call, fees: Fees) -> Result<u64, Interrupt> {
        let signer = self.signer.address();
        let have = self.chain.balance(signer).await?;
        let affordable = |need: U256| {
            let chain_id = self.chain.id();
            let poor = HoldReason::SignerUnderfunded { chain_id, signer, have, need };
            if have >= need { Ok(()) } else { Err(Interrupt::from(poor)) }
        };
        // Endpoints answer an estimate that cannot be paid in many ways; ask only for one that can.
        affordable(call.value)?;
        let request = TransactionRequest::default()
            .with_from(signer)
            .with_to(call.to)
            .with_value(call.value)
            .with_input(call.data.clone());
        let gas = match self.chain.estimate_gas(&request).await {
            Ok(gas) => {
                let gas = gas.saturating_add(gas / 100 * GAS_MARGIN).saturating_add(GAS_MARGIN);
                gas.max(call.min_gas)
            }
            Err(CallError::Chain(error)) => return Err(error.into()),
            Err(CallError::Reverted(data)) => {
                return Err(HoldReason::SourceRefuses { error: describe(&data) }.into());
            }
        };
        affordable(
            call.value.saturating_add(U256::from(gas).saturating_mul(U256::from(fees.max))),
        )?;
        Ok(gas)
    }
}
