//! What off-chain workers publish over HTTP, as the bridges' own services do.

use std::{io, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, task::JoinHandle, time::Instant};

/// How long the port of a network that is just handing over may still be taken.
const HANDOVER: Duration = Duration::from_secs(5);

/// Why a service of a bridge does not listen.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}; is another network still running?")]
pub struct ListenError {
    address: SocketAddr,
    source: io::Error,
}

/// A service that listens; dropping it stops it.
#[derive(Debug)]
pub struct Server {
    task: JoinHandle<()>,
    url: String,
}

impl Server {
    /// Binds `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// [`ListenError`].
    pub async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ListenError> {
        let failed = |source| ListenError { address, source };
        let patience = Instant::now() + HANDOVER;
        let listener = loop {
            match TcpListener::bind(address).await {
                Ok(listener) => break listener,
                Err(error)
                    if error.kind() == io::ErrorKind::AddrInUse && Instant::now() < patience =>
                {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(error) => return Err(failed(error)),
            }
        };
        let bound = listener.local_addr().map_err(failed)?;
        Ok((listener, bound))
    }

    /// Serves `routes`.
    pub(crate) async fn start(address: SocketAddr, routes: Router) -> Result<Self, ListenError> {
        let (listener, bound) = Self::bind(address).await?;
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!(%error, "a bridge's service broke off");
            }
        });
        Ok(Self { task, url: format!("http://{bound}") })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
