//! `serve`: the service in one process.

use std::{path::Path, sync::Arc};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::{CliError, Exit};
use crate::{api::Api, config::Config};

/// Runs until SIGTERM or SIGINT. Requests and steps that were begun are finished; everything else is in the database.
pub(super) async fn serve(path: &Path) -> Result<Exit, CliError> {
    let config = Config::load(path)?;
    // An endpoint that is down must not keep the service down; one that serves another chain must.
    config.refuse_wrong_chains().await?;
    for mismatch in crate::chains::mismatches(&config.route().deployment) {
        tracing::warn!(%mismatch, "the deployment disagrees with what is known of a public chain");
    }
    let (relayer, monitor) = config.build().await?;
    let address = config.file.api.listen;
    let listen = |source| CliError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let bound = listener.local_addr().map_err(listen)?;
    tracing::info!(%bound, network = config.route().deployment.network, "serving");

    let stop = stop_on_signal()?;
    let relayer = Arc::new(relayer);
    let api = Api {
        relayer: Arc::clone(&relayer),
        monitor: Arc::new(monitor),
        max_body_bytes: config.file.api.max_body_bytes,
    };
    let queues = tokio::spawn(Arc::clone(&relayer).run(stop.clone()));
    let served = api.serve(listener, stop.clone().cancelled_owned()).await;
    // Where the API broke off by itself, the queues stop too.
    stop.cancel();
    if let Err(error) = queues.await {
        tracing::error!(%error, "the queues broke off");
    }
    relayer.store().close().await;
    served.map_err(listen)?;
    tracing::info!("stopped");
    Ok(Exit::Success)
}

fn stop_on_signal() -> Result<CancellationToken, CliError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::Signal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CliError::Signal)?;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        stopping.cancel();
    });
    Ok(stop)
}
