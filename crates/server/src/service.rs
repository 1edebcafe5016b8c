//! The service from its start to its end.

use crate::app::{App, Shared};
use crate::options::ServeOptions;
use crate::router::router;
use crate::run_job::work;
use crate::store::{Store, StoreError};
use lindero_io::screening::{ScreenInput, ScreenInputError};
use lindero_report::tiles::MapTiles;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpListener;

/// Time between two looks for results that were kept for long enough.
const BETWEEN_SWEEPS: Duration = Duration::from_secs(60);
/// How long answers that are under way may take after the service was asked to end.
const GRACE: Duration = Duration::from_secs(3);

/// Why a service cannot begin, or ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum ServeError {
    /// Anybody in the network could use it.
    #[error(
        "--listen {listen} can be reached from other machines: give a key with --api-key or LINDERO_API_KEY, or listen to 127.0.0.1"
    )]
    NeedsKey { listen: SocketAddr },
    /// The place is taken.
    #[error("cannot listen to {listen}: {source}")]
    Listen { listen: SocketAddr, source: std::io::Error },
    /// The folder of jobs.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A definition of the catalog or the policy.
    #[error(transparent)]
    Input(#[from] ScreenInputError),
    /// The operating system has no threads, or took the socket away.
    #[error("the service cannot go on: {source}")]
    System { source: std::io::Error },
}

/// Serves until somebody interrupts; `tell` is told the address as soon as requests are answered.
///
/// # Errors
///
/// [`ServeError`] if it cannot begin.
pub fn serve(options: ServeOptions, input: ScreenInput, tell: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let listen = options.listen;
    if !listen.ip().is_loopback() && options.api_key.is_none() {
        return Err(ServeError::NeedsKey { listen });
    }
    let store = Store::open(options.data.as_deref())?;
    // The layers stay open until the process ends, which is when the service does.
    let input: &'static ScreenInput = Box::leak(Box::new(input));
    let app: Shared = Arc::new(App::new(options, input, MapTiles::of(input)?, store));
    app.take_up()?;
    app.forget_old();
    let system = |source| ServeError::System { source };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(system)?;
    let listener = runtime.block_on(TcpListener::bind(listen));
    let listener = listener.map_err(|source| ServeError::Listen { listen, source })?;
    let address = listener.local_addr().map_err(system)?;
    let worker = {
        let app = Arc::clone(&app);
        std::thread::Builder::new().name("screening".to_owned()).spawn(move || work(&app)).map_err(system)?
    };
    tell(address);
    let ended = runtime.block_on(answer(Arc::clone(&app), listener));
    // The worker stops within milliseconds; what it has measured of a long job stays for the next start.
    app.queue.close();
    let _ = worker.join();
    runtime.shutdown_timeout(GRACE);
    ended.map_err(system)
}

/// Answers requests until somebody interrupts, and then those that are under way.
async fn answer(app: Shared, listener: TcpListener) -> std::io::Result<()> {
    let sweeping = tokio::spawn(sweep(Arc::clone(&app)));
    let stopping = Arc::clone(&app);
    let stop = async move {
        interrupted().await;
        stopping.is_stopping.store(true, Ordering::Relaxed);
        stopping.stopping.send_replace(true);
    };
    let mut told = app.stopping.subscribe();
    let serving = axum::serve(listener, router(Arc::clone(&app))).with_graceful_shutdown(stop);
    let late = async {
        let _ = told.wait_for(|&stopping| stopping).await;
        tokio::time::sleep(GRACE).await;
    };
    let ended = tokio::select! {
        ended = async { serving.await } => ended,
        () = late => Ok(()),
    };
    sweeping.abort();
    ended
}

/// Removes results that were kept for long enough, again and again.
async fn sweep(app: Shared) {
    loop {
        tokio::time::sleep(BETWEEN_SWEEPS).await;
        let app = Arc::clone(&app);
        // What cannot be removed now is tried again.
        let _ = tokio::task::spawn_blocking(move || app.forget_old()).await;
    }
}

/// Ctrl-C, or the system asks it to end.
async fn interrupted() {
    let ctrl_c = async {
        // Without the handler Ctrl-C still ends the program, if less tidily.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let asked = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let asked = std::future::pending::<()>();
    tokio::select! {
        () = ctrl_c => {}
        () = asked => {}
    }
}
