use alloy::primitives::B256;

use super::{
    destination::{Destination, PacketState},
    error::{Refusal, WorkerError},
    source::{Job, Sent, Source},
};
use crate::workers::{Courier, Goal, Next, Order, Outline, Seen, WorkerEvent};

/// Both workers and the chains that they stand between.
#[derive(Debug)]
pub struct Pipeline {
    source: Source,
    destination: Destination,
}

impl Pipeline {
    pub(super) const fn new(source: Source, destination: Destination) -> Self {
        Self { source, destination }
    }
}

impl Courier for Pipeline {
    type Sent = Sent;
    type Refusal = Refusal;
    type Error = WorkerError;
    const NAME: &'static str = "LayerZero";

    async fn head(&self) -> Result<u64, WorkerError> {
        self.source.head().await
    }

    async fn sent(&self, from: u64, to: u64) -> Result<Vec<Seen<Self>>, WorkerError> {
        self.source.sent(from, to).await
    }

    fn outline(sent: &Sent) -> Outline {
        Outline { guid: sent.packet.guid, nonce: sent.packet.nonce, place: sent.place }
    }

    async fn next(&self, sent: &Sent, order: Order) -> Result<Next<Refusal>, WorkerError> {
        let state = self.destination.state(&sent.packet).await?;
        match state {
            PacketState::Consumed => return Ok(Next::Done),
            PacketState::Nilified => {
                return Err(WorkerError::Nilified { guid: sent.packet.guid });
            }
            _ => {}
        }
        let job = self.source.accept(sent).await?;
        if !is_confirmed(&job, order.head) {
            return Ok(Next::Wait);
        }
        let event = match state {
            PacketState::Attested if order.goal < Goal::Committed => return Ok(Next::Done),
            PacketState::Committed if order.goal < Goal::Delivered => return Ok(Next::Done),
            PacketState::Attested => WorkerEvent::Committed(self.destination.commit(&job).await?),
            PacketState::Committed => self.deliver(&job, order).await?,
            _ => self.attest(&job, order).await?,
        };
        Ok(Next::Did(event))
    }

    fn refusal(error: &WorkerError) -> Option<&Refusal> {
        match error {
            WorkerError::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    fn unknown(guid: B256, since: u64) -> WorkerError {
        WorkerError::UnknownPacket { guid, since }
    }
}

impl Pipeline {
    async fn attest(&self, job: &Job, order: Order) -> Result<WorkerEvent<Refusal>, WorkerError> {
        let step = self.destination.attest(job, order.garbage).await?;
        if order.duplicate
            && let Err(refused) = self.destination.attest(job, order.garbage).await
        {
            tracing::info!(guid = %job.packet.guid, %refused, "the second attestation was refused");
        }
        Ok(WorkerEvent::Attested(step))
    }

    async fn deliver(&self, job: &Job, order: Order) -> Result<WorkerEvent<Refusal>, WorkerError> {
        let step = self.destination.execute(job).await?;
        if order.duplicate
            && let Err(refused) = self.destination.execute(job).await
        {
            tracing::info!(guid = %job.packet.guid, %refused, "the second delivery was refused");
        }
        Ok(WorkerEvent::Delivered(step))
    }
}

const fn is_confirmed(job: &Job, head: u64) -> bool {
    head.saturating_sub(job.place.block) >= job.confirmations
}
