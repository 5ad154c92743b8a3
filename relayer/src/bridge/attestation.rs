//! HTTP services from which bridges' operators hand out what they signed. They are asked one after another, and believed
//! in nothing: whoever asks checks what they answer.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::BridgeError;
use crate::chain::RpcUrl;

/// How long a service may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The longest answer that is read, bytes; what is asked for has a few thousand.
const LONGEST_ANSWER: usize = 1 << 20;

/// The services of one bridge, in the order in which they are asked.
#[derive(Clone, Debug)]
pub(super) struct Services {
    client: reqwest::Client,
    bases: Vec<RpcUrl>,
}

/// What a service has.
enum Answer<T> {
    Found(T),
    NotYet,
}

impl Services {
    /// The services of `urls`, or of `fallback` where the configuration names none.
    pub(super) fn new(
        key: &'static str,
        urls: &[String],
        fallback: Option<&String>,
    ) -> Result<Self, BridgeError> {
        let refused = |problem: String| BridgeError::Section { key, problem };
        let urls =
            if urls.is_empty() { fallback.map_or(&[][..], std::slice::from_ref) } else { urls };
        let parse = |(index, url): (usize, &String)| {
            // A URL may hold an API key and is not repeated.
            let problem = format!("entry {index} is not an absolute http or https URL");
            RpcUrl::parse(url).ok_or_else(|| refused(problem))
        };
        let bases = urls.iter().enumerate().map(parse).collect::<Result<Vec<_>, _>>()?;
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| refused(error.to_string()))?;
        Ok(Self { client, bases })
    }

    /// Whether there is none.
    pub(super) const fn is_empty(&self) -> bool {
        self.bases.is_empty()
    }

    /// The first answer at `path` that `check` accepts; `None` where every service that answers has nothing yet.
    pub(super) async fn fetch<T, A>(
        &self,
        path: &str,
        check: impl Fn(T) -> Result<A, String> + Send + Sync,
    ) -> Result<Option<A>, BridgeError>
    where
        T: DeserializeOwned + Send,
        A: Send,
    {
        let mut failed = None;
        for base in &self.bases {
            let answer = self.get(base, path).await;
            let problem = match answer {
                Ok(Answer::Found(found)) => match check(found) {
                    Ok(accepted) => return Ok(Some(accepted)),
                    Err(problem) => problem,
                },
                Ok(Answer::NotYet) => continue,
                Err(problem) => problem,
            };
            tracing::warn!(service = %base, problem, "a bridge's service is passed over");
            failed = Some(BridgeError::Service { service: base.to_string(), problem });
        }
        failed.map_or(Ok(None), Err)
    }

    /// Whether one of the services answers at all.
    pub(super) async fn reachable(&self, path: &str) -> Result<(), String> {
        let mut problems = Vec::new();
        for base in &self.bases {
            match self.client.get(base.at(path)).send().await {
                Ok(answer) if !answer.status().is_server_error() => return Ok(()),
                Ok(answer) => problems.push(format!("{base} answers {}", answer.status())),
                Err(error) => problems.push(format!("{base}: {}", without_address(error))),
            }
        }
        Err(problems.join("; "))
    }

    async fn get<T: DeserializeOwned>(
        &self,
        base: &RpcUrl,
        path: &str,
    ) -> Result<Answer<T>, String> {
        let mut response = self.client.get(base.at(path)).send().await.map_err(without_address)?;
        if response.status() == reqwest::StatusCode::NOT_FOUND {
            return Ok(Answer::NotYet);
        }
        if !response.status().is_success() {
            return Err(format!("status {}", response.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(without_address)? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(format!("an answer of more than {LONGEST_ANSWER} bytes"));
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map(Answer::Found).map_err(|error| error.to_string())
    }
}

/// The address may hold an API key.
fn without_address(error: reqwest::Error) -> String {
    let error = error.without_url();
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
    format!("{error}{}", cause.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use axum::{Json, Router, http::StatusCode, routing::get};

    use super::*;

    async fn service(routes: Router) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        url
    }

    fn services(urls: &[String]) -> Services {
        Services::new("test", urls, None).unwrap()
    }

    fn even(number: u64) -> Result<u64, String> {
        if number.is_multiple_of(2) { Ok(number) } else { Err(format!("{number} is odd")) }
    }

    #[tokio::test]
    async fn the_first_acceptable_answer_counts() {
        let empty = service(Router::new()).await;
        let odd = service(Router::new().route("/v1/x", get(|| async { Json(3) }))).await;
        let good = service(Router::new().route("/v1/x", get(|| async { Json(4) }))).await;
        let down = "http://127.0.0.1:1".to_owned();

        let all = services(&[empty.clone(), down.clone(), odd.clone(), good]);
        assert_eq!(all.fetch("/v1/x", even).await.unwrap(), Some(4));
        assert_eq!(
            services(std::slice::from_ref(&empty)).fetch("/v1/x", even).await.unwrap(),
            None
        );
        let lied = services(&[empty, odd]).fetch("/v1/x", even).await.unwrap_err();
        assert!(lied.to_string().contains("3 is odd"), "{lied}");
        let unreachable = services(&[down]).fetch("/v1/x", even).await.unwrap_err();
        assert!(matches!(unreachable, BridgeError::Service { .. }), "{unreachable}");
    }

    #[tokio::test]
    async fn a_service_that_breaks_or_talks_too_much_is_named_without_its_key() {
        let broken = Router::new()
            .route("/k/v1/x", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .route("/k/v1/y", get(|| async { "0".repeat(LONGEST_ANSWER + 1) }));
        let base = format!("{}/k?key=SECRET", service(broken).await);
        let services = services(&[base]);
        for (path, problem) in [("/v1/x", "500"), ("/v1/y", "more than")] {
            let error = services.fetch(path, even).await.unwrap_err();
            let text = format!("{error} {error:?} {services:?}");
            assert!(text.contains(problem) && !text.contains("SECRET"), "{text}");
        }
        assert!(services.reachable("/v1/x").await.is_err());
        assert!(services.reachable("/v1/y").await.is_ok());
    }
}
