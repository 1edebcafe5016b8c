//! What two runs tell apart, for people.

use crate::columns::{Cell, aligned, counted, grouped, left, right, shortened};
use lindero_io::run::RunDiff;
use std::fmt::Write as _;

/// Changes of what went in that are printed.
const MOST_LINES: usize = 40;
/// Characters of a list that are printed.
const LIST_CHARS: usize = 60;

/// Two runs, compared.
pub struct DiffStory<'a> {
    /// What was found.
    pub diff: &'a RunDiff,
}

impl DiffStory<'_> {
    /// What went in and is new, how verdicts have moved, what made them, and some of the plots.
    #[must_use]
    pub fn text(&self) -> String {
        let diff = self.diff;
        let mut text = format!(
            "{}, then {}: {} unchanged, {} changed\n",
            counted(diff.plots.0 as u64, "plot"),
            grouped(diff.plots.1 as u64),
            grouped(diff.same as u64),
            grouped(diff.changed as u64)
        );
        self.inputs(&mut text);
        self.verdicts(&mut text);
        self.causes(&mut text);
        self.plots(&mut text);
        text
    }

    fn inputs(&self, text: &mut String) {
        let diff = self.diff;
        let mut lines: Vec<String> = diff.inputs.causes.iter().map(ToString::to_string).collect();
        lines.extend(diff.inputs.notes.iter().cloned());
        lines.extend(diff.notes.iter().cloned());
        for (columns, which) in [(&diff.only.0, "first"), (&diff.only.1, "second")] {
            if !columns.is_empty() {
                lines.push(format!("measured in the {which} run only: {}", shortened(&columns.join(", "), LIST_CHARS)));
            }
        }
        if lines.is_empty() {
            lines.push("nothing: both runs are of the same plots, layers, policy, options and program".to_owned());
        }
        if lines.len() > MOST_LINES {
            let more = lines.len() - MOST_LINES;
            lines.truncate(MOST_LINES);
            lines.push(format!("and {} more", grouped(more as u64)));
        }
        text.push_str("\nwhat went in and is not the same\n");
        lines.iter().for_each(|line| {
            let _ = writeln!(text, "  {line}");
        });
    }

    fn verdicts(&self, text: &mut String) {
        let counts = &self.diff.verdicts;
        if counts.is_empty() {
            return;
        }
        let mut rows = vec![vec![left("verdict"), left("then"), right("plots")]];
        for (of_both, plots) in counts {
            let (before, after) = verdicts(of_both);
            rows.push(vec![left(before), left(after), right(grouped(*plots))]);
        }
        text.push('\n');
        text.push_str(&aligned("  ", &rows));
    }

    fn causes(&self, text: &mut String) {
        let counts = &self.diff.causes;
        if counts.is_empty() {
            return;
        }
        let mut rows = vec![vec![left("what can have made it so"), right("plots"), right("it alone")]];
        for (cause, (plots, alone)) in counts {
            rows.push(vec![left(cause.to_string()), right(grouped(*plots)), right(grouped(*alone))]);
        }
        text.push('\n');
        text.push_str(&aligned("  ", &rows));
    }

    fn plots(&self, text: &mut String) {
        let diff = self.diff;
        if diff.examples.is_empty() {
            return;
        }
        let heads = ["changed plots", "verdict", "then", "what", "moved", "what can have made it so"];
        let mut rows: Vec<Vec<Cell>> = vec![heads.map(left).into()];
        for plot in &diff.examples {
            let list = |items: Vec<String>| left(shortened(&items.join(", "), LIST_CHARS));
            let (before, after) = verdicts(&plot.verdicts);
            rows.push(vec![
                left(&plot.plot_id),
                left(before),
                left(after),
                list(plot.changes.iter().map(|change| change.as_str().to_owned()).collect()),
                list(plot.moved.clone()),
                list(plot.causes.iter().map(ToString::to_string).collect()),
            ]);
        }
        text.push('\n');
        text.push_str(&aligned("  ", &rows));
        let more = diff.changed - diff.examples.len();
        if more > 0 {
            let _ = writeln!(text, "  and {} more: --out FILE.csv has all", grouped(more as u64));
        }
    }
}

fn verdicts(of_both: &(Option<String>, Option<String>)) -> (&str, &str) {
    (of_both.0.as_deref().unwrap_or("-"), of_both.1.as_deref().unwrap_or("-"))
}
