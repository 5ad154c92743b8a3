//! The one place where errors become HTTP answers.

use alloy::primitives::B256;
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use crate::{reason::Refusal, service::AcceptError, store::StoreError};

/// An error of the API.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The request is at fault.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No such settlement.
    #[error("settlement {0} is not known here")]
    NotFound(B256),
    /// No such path.
    #[error("there is nothing at {0}; see /health and /v1/settlements")]
    NoRoute(String),
    /// The service is at fault; the log says how.
    #[error("the service could not answer; its log says why")]
    Internal,
}

/// The shape of every error: `{"error": {"code", "field", "message"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What happened.
    pub error: ErrorDetail,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// Stable; clients match on it.
    pub code: String,
    /// The request field that is at fault, where there is one.
    pub field: Option<String>,
    /// What was wrong and what to do.
    pub message: String,
}

impl ApiError {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Refused(Refusal::Malformed { .. }) => StatusCode::BAD_REQUEST,
            Self::Refused(Refusal::Conflict(_)) => StatusCode::CONFLICT,
            Self::Refused(Refusal::BodyTooLarge(_)) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound(_) | Self::NoRoute(_) => StatusCode::NOT_FOUND,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::NotFound(_) => "not_found",
            Self::NoRoute(_) => "no_route",
            Self::Internal => "internal",
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.field(),
            Self::NotFound(_) => Some("id"),
            Self::NoRoute(_) | Self::Internal => None,
        }
    }
}

impl From<AcceptError> for ApiError {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::Refused(refusal) => refusal.into(),
            AcceptError::Store(error) => error.into(),
            AcceptError::Broken(_) => {
                tracing::error!(%error, "a request could not be checked");
                Self::Internal
            }
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the database failed a request");
        Self::Internal
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let error = ErrorDetail {
            code: self.code().to_owned(),
            field: self.field().map(str::to_owned),
            message: self.to_string(),
        };
        (self.status(), Json(ErrorBody { error })).into_response()
    }
}
