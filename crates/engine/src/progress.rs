//! What a long run tells whoever waits for it.

/// Told how far a run has come; may ask it to stop.
pub trait Progress: Sync {
    /// A stage begins: its name, and how many steps it has (0: not known).
    fn stage(&self, name: &str, steps: u64);

    /// So many more steps of the stage are done.
    fn advance(&self, steps: u64);

    /// Whether the run should stop. Asked every few milliseconds, from every worker.
    fn interrupted(&self) -> bool;
}

/// Tells nobody and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn stage(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
    fn interrupted(&self) -> bool {
        false
    }
}
