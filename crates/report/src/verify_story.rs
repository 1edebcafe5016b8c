//! What a verification found, for people.

use crate::columns::{grouped, lined_up};
use lindero_io::run::{Counted, State, Verification};
use std::fmt::Write as _;
use std::path::Path;

/// A verified run.
pub struct VerifyStory<'a> {
    /// Where it lies.
    pub place: &'a Path,
    /// What was found.
    pub told: &'a Verification,
}

impl VerifyStory<'_> {
    /// The parts of the run, then whatever is not as it was, then what is not here.
    #[must_use]
    pub fn text(&self) -> String {
        let told = self.told;
        let mut text = format!("{}: {}\n", self.place.display(), told.manifest.program);
        let signature = told.signed_by.as_ref().map_or("none that holds".to_owned(), |key| format!("by {key}"));
        let rows = [
            ["root".to_owned(), told.root.clone()],
            ["signature".to_owned(), signature],
            ["files of the run".to_owned(), counted(&told.outputs)],
            ["inputs".to_owned(), counted(&told.inputs)],
            ["files of layers".to_owned(), counted(&told.layers)],
        ];
        text.push_str(&lined_up("  ", &rows));
        for (state, heading) in
            [(State::Changed, "not as it was"), (State::NotHere, "not here to be looked at"), (State::Note, "to know")]
        {
            let found: Vec<_> = told.findings.iter().filter(|finding| finding.state == state).collect();
            if !found.is_empty() {
                let _ = writeln!(text, "\n{heading}");
                found.iter().for_each(|finding| {
                    let _ = writeln!(text, "  {}: {}", finding.what, finding.message);
                });
            }
        }
        text.push_str(match (told.is_intact(), told.is_complete()) {
            (false, _) => "\nNot intact.\n",
            (true, true) => "\nIntact: all is as it was when the run was made.\n",
            (true, false) => "\nIntact as far as it is here.\n",
        });
        text
    }
}

fn counted(files: &Counted) -> String {
    let megabytes = grouped(files.bytes.div_ceil(1_000_000));
    let here = if files.here == files.named { String::new() } else { format!(", {} here", files.here) };
    format!("{}{here}, {} unchanged ({megabytes} MB)", grouped(files.named as u64), files.same)
}
