//! Why the demo stopped.

/// The step that failed and why.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {source}")]
pub struct DemoError {
    step: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl DemoError {
    /// A step that ended without an error and not as it should.
    pub(super) fn unexpected(step: impl Into<String>, found: impl Into<String>) -> Self {
        Self { step: step.into(), source: found.into().into() }
    }
}

/// For `map_err`: names the step.
pub(super) fn at<E>(step: &'static str) -> impl FnOnce(E) -> DemoError
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    move |error| DemoError { step: step.to_owned(), source: error.into() }
}
