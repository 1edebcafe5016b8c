//! Several runs of one program, summed up.

use super::measured::Usage;

/// The middle one, or the mean of the two in the middle.
///
/// # Panics
///
/// If there are none.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(values[middle - 1], values[middle]) } else { values[middle] }
}

pub(super) fn median_cpu_s(runs: &[Usage]) -> f64 {
    median(runs.iter().map(|run| run.cpu_s))
}

/// `1.62 s (1.58–1.70), 102 MB`: the median of CPU seconds, least and most, and the highest peak of memory.
pub(super) fn sentence(runs: &[Usage]) -> String {
    let most = |of: fn(&Usage) -> f64| runs.iter().map(of).fold(0.0, f64::max);
    let least_s = runs.iter().map(|run| run.cpu_s).fold(f64::INFINITY, f64::min);
    let (least_s, most_s) = (seconds(least_s), seconds(most(|run| run.cpu_s)));
    let spread = if runs.len() > 1 { format!(" ({least_s}–{most_s})") } else { String::new() };
    format!("{} s{spread}, {:.0} MB", seconds(median_cpu_s(runs)), most(|run| run.peak_mb))
}

/// Three digits that count, at most three decimals.
pub(super) fn seconds(value: f64) -> String {
    let decimals = if value < 1.0 { 3 } else { 2 - usize::from(value >= 10.0) - usize::from(value >= 100.0) };
    format!("{value:.decimals$}")
}

/// How many times the CPU of ours a peer took: the median of the ratios of the rounds, whose runs stood side by side.
pub(super) fn ratio(peer: &[Usage], ours: &[Usage]) -> f64 {
    median(peer.iter().zip(ours).map(|(peer, ours)| peer.cpu_s / ours.cpu_s))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(cpu_s: &[f64]) -> Vec<Usage> {
        cpu_s.iter().map(|cpu_s| Usage { cpu_s: *cpu_s, wall_s: *cpu_s, peak_mb: 100.0 * cpu_s }).collect()
    }

    #[test]
    fn runs_are_summed_up_by_medians() {
        assert_eq!(sentence(&runs(&[2.0, 1.0, 9.0])), "2.00 s (1.00–9.00), 900 MB");
        assert_eq!(sentence(&runs(&[0.0624, 0.0626])), "0.062 s (0.062–0.063), 6 MB");
        assert_eq!(sentence(&runs(&[64.2])), "64.2 s, 6420 MB");
        assert_eq!(seconds(123.4), "123");
    }

    #[test]
    fn a_round_on_a_busy_machine_does_not_move_the_ratio() {
        assert_eq!(ratio(&runs(&[10.0, 30.0, 11.0]), &runs(&[1.0, 3.0, 1.0])), 10.0);
    }
}
