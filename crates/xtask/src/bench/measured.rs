//! One process from its start to its end, and what it took.

use std::{
    fs::File,
    process::{Command, Stdio},
    time::Instant,
};

use wait4::Wait4;

const BYTES_PER_MB: f64 = 1e6;

/// What a process and the children it waited for took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Usage {
    /// Seconds of CPU, the program's own and the system's for it.
    pub(super) cpu_s: f64,
    /// Seconds by the clock.
    pub(super) wall_s: f64,
    /// The most memory it held at once, in 10^6 bytes.
    pub(super) peak_mb: f64,
}

/// Runs a command to its end.
///
/// # Errors
///
/// It does not start, or does not succeed; with the end of what it said.
pub(super) fn run(command: &mut Command) -> Result<Usage, String> {
    let name = command.get_program().display().to_string();
    let failed = |error: std::io::Error| format!("cannot run {name}: {error}");
    // A file, not a pipe: nobody has to read it while the command runs.
    let said = tempfile::NamedTempFile::new().map_err(failed)?;
    let start = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(said.path()).map_err(failed)?)
        .spawn()
        .map_err(failed)?;
    let ended = child.wait4().map_err(failed)?;
    let wall_s = start.elapsed().as_secs_f64();
    if !ended.status.success() {
        let said = std::fs::read(said.path()).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let last = said.trim_end().lines().rev().take(5).collect::<Vec<_>>();
        let last = last.into_iter().rev().collect::<Vec<_>>().join("\n");
        return Err(format!("{name} ended with {}:\n{last}", ended.status));
    }
    let usage = ended.rusage;
    Ok(Usage { cpu_s: (usage.utime + usage.stime).as_secs_f64(), wall_s, peak_mb: usage.maxrss as f64 / BYTES_PER_MB })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_takes_some_memory_and_its_failure_is_told() {
        let usage = run(Command::new("sh").args(["-c", "exit 0"])).expect("the shell runs");
        assert!(usage.peak_mb > 0.1 && usage.peak_mb < 500.0, "{usage:?}");
        assert!(usage.cpu_s <= usage.wall_s + 1.0, "{usage:?}");
        let told = run(Command::new("sh").args(["-c", "echo no plots >&2; exit 3"])).expect_err("it fails");
        assert!(told.contains("no plots"), "{told}");
    }
}
