//! The market's policy over attestations.
//!
//! The verifier says whether a quote is authentic; whether it is acceptable is judged here, in the callback,
//! with the policy as it is then. An attestation counts while its code is approved, its platform is not
//! banned, its X25519 key is the one that the prover offers, and its time is not over; all four are
//! read at every draw and every payout, so that nothing lapsed works on.

use near_sdk::{AccountId, env, near};
use proofrail_near_interface::attestation::{
    Binding, Report, SnpProduct, Verdict, nonce_bytes, report_data, truncated,
};
use proofrail_near_interface::{
    AttestationOutcome, AttestationPolicy, AttestationRefusal, AttestationView, Hex,
    MAX_DURATION_S, MarketEvent, MeasurementState, MeasurementView, Platform,
};

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Attestation, Prover, ProverRecord};

/// Most measurements that are known at a time, revoked ones included.
const MAX_MEASUREMENTS: u32 = 64;

/// Code that may run in a prover's TEE.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measurement {
    pub(crate) platform: Platform,
    pub(crate) state: MeasurementState,
}

/// What a verdict is asked for; it comes back with the verdict.
#[near(serializers = [json])]
#[derive(Clone, Debug)]
pub struct Question {
    /// Whose attestation it would be.
    pub(crate) prover_id: AccountId,
    /// SHA-256 of the quote.
    pub(crate) quote_hash: Hex<32>,
    /// What the quote must be bound to.
    pub(crate) nonce: u64,
    /// The line of the AMD chip whose key the report is judged with.
    pub(crate) product: Option<SnpProduct>,
}

impl Market {
    /// Whether a prover's attestation counts now.
    pub(crate) fn attested(&self, prover: &Prover, now: u64) -> bool {
        prover.attestation.as_ref().is_some_and(|attestation| {
            let view = &attestation.view;
            now < view.expires_at
                && attestation.enclave_key == prover.x25519_key
                && self.runs_approved_code(view.platform, &view.measurement, now).is_ok()
                && !self.is_banned_platform(&view.platform_id)
        })
    }

    /// The question that an attestation of the caller's must answer.
    pub(crate) fn ask(
        &self,
        prover_id: &AccountId,
        quote_hash: [u8; 32],
    ) -> Result<Question, MarketError> {
        let prover = self.prover_by(prover_id)?;
        let nonce = prover.attestation_nonce;
        Ok(Question {
            prover_id: prover_id.clone(),
            quote_hash: Hex(quote_hash),
            nonce,
            product: None,
        })
    }

    /// The question whether a prover's accepted quote still holds under other collateral.
    pub(crate) fn ask_again(
        &self,
        prover_id: &AccountId,
        quote_hash: [u8; 32],
    ) -> Result<Question, MarketError> {
        let prover = self.prover_by(prover_id)?;
        let attestation = prover
            .attestation
            .as_ref()
            .filter(|attestation| attestation.view.quote_hash.0 == quote_hash)
            .ok_or_else(|| MarketError::NotTheQuote(prover_id.clone()))?;
        let nonce = attestation.nonce;
        Ok(Question {
            prover_id: prover_id.clone(),
            quote_hash: Hex(quote_hash),
            nonce,
            product: None,
        })
    }

    fn prover_by(&self, account: &AccountId) -> Result<&Prover, MarketError> {
        let record = self.seats.get(account).and_then(|seat| self.provers.get(seat));
        record.map(ProverRecord::latest).ok_or_else(|| MarketError::ProverUnknown(account.clone()))
    }

    /// Takes the verifier's verdict. An authentic quote that the policy refuses ends the attestation that
    /// it was; a quote that is not authentic changes nothing, since anyone may show bad collateral.
    pub(crate) fn take_verdict(
        &mut self,
        call: &Call,
        question: &Question,
        verdict: Option<Verdict>,
    ) -> AttestationOutcome {
        let prover_id = question.prover_id.clone();
        let report = match verdict {
            None => {
                emit(MarketEvent::AttestationUnjudged { prover_id });
                return AttestationOutcome::Unreachable;
            }
            Some(Verdict::Rejected(rejection)) => {
                return refused(prover_id, truncated(&rejection.reason).to_owned());
            }
            Some(Verdict::Verified(report)) => report,
        };
        // The prover may have left, changed its key or shown another quote while the verifier judged.
        let Ok(seat) = self.seat_of(&prover_id) else {
            return refused(prover_id, AttestationRefusal::ProverGone.to_string());
        };
        match self.judge_report(call.now, question, &report) {
            Ok(attestation) => self.accept(call, seat, question, attestation, report.advisory_ids),
            Err(reason) => {
                self.drop_attestation(call, seat, &question.quote_hash);
                refused(prover_id, reason.to_string())
            }
        }
    }

    fn accept(
        &mut self,
        call: &Call,
        seat: u32,
        question: &Question,
        attestation: Attestation,
        advisory_ids: Vec<String>,
    ) -> AttestationOutcome {
        let view = attestation.view.clone();
        let Some(prover) = self.prover_at_mut(seat) else {
            let reason = AttestationRefusal::ProverGone.to_string();
            return refused(question.prover_id.clone(), reason);
        };
        // One quote, one use: the next must carry the next number. A second look at an accepted quote
        // has an earlier number and moves nothing.
        if prover.attestation_nonce == question.nonce {
            prover.attestation_nonce += 1;
        }
        prover.attestation = Some(attestation);
        self.refresh_weight(seat, call.now);
        let expires_at = view.expires_at;
        let prover_id = question.prover_id.clone();
        emit(MarketEvent::AttestationAccepted { prover_id, attestation: view, advisory_ids });
        AttestationOutcome::Accepted { expires_at }
    }

    /// Ends the attestation that rests on this quote, if it is still the prover's.
    fn drop_attestation(&mut self, call: &Call, seat: u32, quote_hash: &Hex<32>) {
        let Some(prover) = self.prover_at_mut(seat) else { return };
        let rests = |attestation: &Attestation| attestation.view.quote_hash == *quote_hash;
        if prover.attestation.as_ref().is_some_and(rests) {
            prover.attestation = None;
            self.refresh_weight(seat, call.now);
        }
    }

    fn judge_report(
        &self,
        now: u64,
        question: &Question,
        report: &Report,
    ) -> Result<Attestation, AttestationRefusal> {
        let prover =
            self.prover_by(&question.prover_id).map_err(|_| AttestationRefusal::ProverGone)?;
        let latest = prover.attestation_nonce == question.nonce;
        let again = prover.attestation.as_ref().is_some_and(|attestation| {
            attestation.nonce == question.nonce
                && attestation.view.quote_hash == question.quote_hash
        });
        if !latest && !again {
            return Err(AttestationRefusal::NonceUsed);
        }
        if report.debug {
            return Err(AttestationRefusal::Debug);
        }
        if report.report_data.0 != self.expected_report_data(prover, question.nonce) {
            return Err(AttestationRefusal::NotBound);
        }
        if self.is_banned_platform(&report.platform_id) {
            return Err(AttestationRefusal::PlatformBanned);
        }
        self.runs_approved_code(report.platform, &report.measurement, now)?;
        self.policy.judge(report, question.product)?;
        let expires_at = report.expires_at.min(now.saturating_add(self.policy.max_age_s));
        if expires_at <= now {
            return Err(AttestationRefusal::Expired);
        }
        let view = AttestationView {
            platform: report.platform,
            platform_id: report.platform_id,
            measurement: report.measurement,
            quote_hash: question.quote_hash,
            verified_at: now,
            expires_at,
        };
        Ok(Attestation { view, enclave_key: prover.x25519_key, nonce: question.nonce })
    }

    /// What a quote of the prover's must carry as `report_data`.
    fn expected_report_data(&self, prover: &Prover, nonce: u64) -> [u8; 64] {
        let binding = Binding {
            network: self.policy.network.clone(),
            contract: env::current_account_id(),
            account: prover.account_id.clone(),
            account_key: Hex(prover.statement_key),
            enclave_key: Hex(prover.x25519_key),
            nonce: nonce_bytes(nonce),
        };
        report_data(&binding, |bytes| env::sha256_array(bytes))
    }

    fn runs_approved_code(
        &self,
        platform: Platform,
        measurement: &Hex<32>,
        now: u64,
    ) -> Result<(), AttestationRefusal> {
        let known = self.measurements.get(measurement).filter(|known| known.platform == platform);
        match known.map(|known| known.state) {
            None => Err(AttestationRefusal::MeasurementUnknown),
            Some(MeasurementState::Approved) => Ok(()),
            Some(MeasurementState::Superseded { until }) if now < until => Ok(()),
            Some(MeasurementState::Superseded { .. }) => {
                Err(AttestationRefusal::MeasurementSuperseded)
            }
            Some(MeasurementState::Revoked) => Err(AttestationRefusal::MeasurementRevoked),
        }
    }

    /// Refuses to approve what was revoked, or more than the list takes.
    pub(crate) fn check_approval(&self, measurement: &Hex<32>) -> Result<(), MarketError> {
        match self.measurements.get(measurement).map(|known| known.state) {
            Some(MeasurementState::Revoked) => {
                Err(MarketError::MeasurementRevoked(measurement.to_string()))
            }
            None if self.measurements.len() >= MAX_MEASUREMENTS => {
                Err(MarketError::MeasurementsFull(MAX_MEASUREMENTS))
            }
            _ => Ok(()),
        }
    }

    /// Approves code, or brings superseded code back. What was revoked stays so.
    pub(crate) fn approve_measurement(
        &mut self,
        platform: Platform,
        measurement: Hex<32>,
    ) -> Result<(), MarketError> {
        self.check_approval(&measurement)?;
        let state = MeasurementState::Approved;
        self.measurements.insert(measurement, Measurement { platform, state });
        emit(MarketEvent::MeasurementChanged { measurement, platform, state });
        Ok(())
    }

    /// Refuses a grace period for code that is unknown or revoked, or one without an end.
    pub(crate) fn check_supersession(
        &self,
        measurement: &Hex<32>,
        grace_s: u64,
    ) -> Result<(), MarketError> {
        if grace_s > MAX_DURATION_S {
            return Err(MarketError::BadChange("`grace_s` must be at most 366 days".to_owned()));
        }
        match self.measurements.get(measurement).map(|known| known.state) {
            None => Err(MarketError::MeasurementUnknown(measurement.to_string())),
            Some(MeasurementState::Revoked) => {
                Err(MarketError::MeasurementRevoked(measurement.to_string()))
            }
            Some(_) => Ok(()),
        }
    }

    /// Lets approved code live on through a grace period only.
    pub(crate) fn supersede_measurement(
        &mut self,
        measurement: Hex<32>,
        until: u64,
    ) -> Result<(), MarketError> {
        self.change_measurement(measurement, MeasurementState::Superseded { until })
    }

    /// Ends code at once and for ever.
    pub(crate) fn revoke_measurement(&mut self, measurement: Hex<32>) -> Result<(), MarketError> {
        self.change_measurement(measurement, MeasurementState::Revoked)
    }

    fn change_measurement(
        &mut self,
        measurement: Hex<32>,
        state: MeasurementState,
    ) -> Result<(), MarketError> {
        let unknown = || MarketError::MeasurementUnknown(measurement.to_string());
        let known = self.measurements.get_mut(&measurement).ok_or_else(unknown)?;
        if known.state == MeasurementState::Revoked {
            return Err(MarketError::MeasurementRevoked(measurement.to_string()));
        }
        known.state = state;
        let platform = known.platform;
        emit(MarketEvent::MeasurementChanged { measurement, platform, state });
        Ok(())
    }

    /// Puts another policy in force.
    pub(crate) fn set_attestation_policy(
        &mut self,
        policy: AttestationPolicy,
    ) -> Result<(), MarketError> {
        policy.check().map_err(MarketError::BadPolicy)?;
        emit(MarketEvent::AttestationPolicyChanged { policy: policy.clone() });
        self.policy = policy;
        Ok(())
    }

    pub(crate) fn measurement_views(&self) -> Vec<MeasurementView> {
        let known = self.measurements.iter();
        known
            .map(|(measurement, known)| MeasurementView {
                measurement: *measurement,
                platform: known.platform,
                state: known.state,
            })
            .collect()
    }

    pub(crate) const fn attestation_policy(&self) -> &AttestationPolicy {
        &self.policy
    }
}

fn refused(prover_id: AccountId, reason: String) -> AttestationOutcome {
    emit(MarketEvent::AttestationRefused { prover_id, reason: reason.clone() });
    AttestationOutcome::Refused { reason }
}
