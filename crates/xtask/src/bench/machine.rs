//! The machine that figures are from.

use std::fs;

/// Its processor, cores and system, as far as it says so.
pub(super) fn described() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = field("/proc/cpuinfo", "model name", ':').unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let system = field("/etc/os-release", "PRETTY_NAME", '=').unwrap_or_else(|| std::env::consts::OS.to_owned());
    format!("{processor}, {cores} cores, {system}")
}

fn field(path: &str, name: &str, sign: char) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let (_, value) = text.lines().find_map(|line| line.split_once(sign).filter(|(key, _)| key.trim() == name))?;
    Some(value.trim().trim_matches('"').to_owned())
}
