//! How many plots have what.

use super::DoubtedBatch;
use crate::PlotRow;
use lindero_plots::doubts::{Doubt, DoubtCode};
use lindero_plots::{Defect, DefectCode, DefectEffect, Lang, Repair, RepairCode};

/// Plots of each code that are named.
const EXAMPLES: usize = 3;

/// What a code is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The plot cannot be used.
    Unusable,
    /// The plot cannot be used until somebody says yes to the repair that is proposed.
    Proposed,
    /// It was repaired.
    Repaired,
    /// Only people can answer it.
    Question,
    /// The plot is used as it is.
    Note,
}

/// A plot with what was found on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its row, from 0.
    pub row: u64,
    /// Its id.
    pub plot_id: String,
    /// What was found, in words.
    pub sentence: String,
}

/// How many plots have one thing wrong with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeCount {
    /// What becomes of them.
    pub kind: Kind,
    /// The code.
    pub code: &'static str,
    /// How many plots.
    pub plots: u64,
    /// The first of them.
    pub examples: Vec<Example>,
}

/// How many repairs of one kind were made or proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairCount {
    /// The code.
    pub code: &'static str,
    /// How many were made.
    pub applied: u64,
    /// How many were proposed.
    pub proposed: u64,
    /// By how much those that were made changed the area (m²).
    pub change_m2: f64,
}

/// What was found in all plots, each by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckSummary {
    /// Number of features.
    pub plots: u64,
    /// Those used as they are.
    pub sound: u64,
    /// Those that were repaired.
    pub repaired: u64,
    /// Those that wait for somebody to say yes to a repair.
    pub proposed: u64,
    /// Those that cannot be used.
    pub unusable: u64,
    /// Those that are only points; they are among the sound ones.
    pub points: u64,
    /// Those about which something is asked; they may be in any of the states.
    pub asked: u64,
    /// Area of all that have a polygon (m²).
    pub area_m2: f64,
    /// What was found, the worst kind first.
    pub codes: Vec<CodeCount>,
    /// What was done.
    pub repairs: Vec<RepairCount>,
}

pub(super) struct Counting {
    lang: Lang,
    summary: CheckSummary,
}

impl Counting {
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang, summary: CheckSummary::default() }
    }

    pub(super) fn take(&mut self, plots: &DoubtedBatch) {
        let batch = &plots.batch;
        for (index, (plot, doubts)) in batch.rows.iter().zip(&plots.doubts).enumerate() {
            let at = (batch.first_row + index as u64, batch.ids.value(index));
            self.state(plot);
            self.defects(at, plot);
            self.doubts(at, doubts);
            for repair in &plot.repairs {
                self.repair(repair);
            }
        }
    }

    fn state(&mut self, plot: &PlotRow) {
        let summary = &mut self.summary;
        summary.plots += 1;
        if plot.disc.is_some() {
            summary.points += 1;
        } else {
            summary.area_m2 += plot.area_m2.unwrap_or(0.0);
        }
        let waits = plot.defects.iter().any(|defect| defect.effect == DefectEffect::Proposed);
        let state = match plot.shape {
            Some(_) if plot.repaired => &mut summary.repaired,
            Some(_) => &mut summary.sound,
            None if waits => &mut summary.proposed,
            None => &mut summary.unusable,
        };
        *state += 1;
    }

    fn defects(&mut self, at: (u64, &str), plot: &PlotRow) {
        let defects = &plot.defects;
        for (index, defect) in defects.iter().enumerate() {
            // A plot counts once for each code, however often it has it.
            if defects[..index].iter().any(|earlier| earlier.code() == defect.code()) {
                continue;
            }
            let kind = match defect.effect {
                DefectEffect::Note => Kind::Note,
                DefectEffect::Repaired => Kind::Repaired,
                DefectEffect::Proposed => Kind::Proposed,
                DefectEffect::Unusable => Kind::Unusable,
            };
            let sentence = || match repair_of(defect, &plot.repairs) {
                Some(repair) => format!("{}. → {}", defect.sentence(self.lang), repair.sentence(self.lang)),
                None => defect.sentence(self.lang),
            };
            add(&mut self.summary.codes, (kind, defect.code().as_str()), at, sentence);
        }
    }

    fn doubts(&mut self, at: (u64, &str), doubts: &[Doubt]) {
        self.summary.asked += u64::from(!doubts.is_empty());
        for doubt in doubts {
            let sentence = || doubt.sentence(self.lang);
            add(&mut self.summary.codes, (Kind::Question, doubt.code().as_str()), at, sentence);
        }
    }

    fn repair(&mut self, repair: &Repair) {
        let code = repair.code.as_str();
        let counts = &mut self.summary.repairs;
        let index = counts.iter().position(|count| count.code == code).unwrap_or_else(|| {
            counts.push(RepairCount { code, applied: 0, proposed: 0, change_m2: 0.0 });
            counts.len() - 1
        });
        if repair.applied() {
            counts[index].applied += 1;
            counts[index].change_m2 += repair.change_m2();
        } else {
            counts[index].proposed += 1;
        }
    }

    /// The kinds from the worst on, codes in the order in which pages list them.
    pub(super) fn finish(mut self) -> CheckSummary {
        let order: Vec<&str> = DefectCode::ALL
            .iter()
            .map(|code| code.as_str())
            .chain(DoubtCode::ALL.iter().map(|code| code.as_str()))
            .collect();
        let place = |code: &str| order.iter().position(|known| *known == code);
        self.summary.codes.sort_by_key(|count| (count.kind, place(count.code)));
        let order: Vec<&str> = RepairCode::ALL.iter().map(|code| code.as_str()).collect();
        self.summary.repairs.sort_by_key(|count| order.iter().position(|known| *known == count.code));
        self.summary
    }
}

/// What was done about a defect, or could be.
fn repair_of<'r>(defect: &Defect, repairs: &'r [Repair]) -> Option<&'r Repair> {
    // A defect of a whole ring names no vertex, and its repair one.
    let fits = |repair: &&Repair| {
        (repair.part, repair.ring) == (defect.part, defect.ring)
            && (defect.vertex.is_none() || repair.vertex == defect.vertex)
    };
    repairs.iter().find(fits)
}

/// Counts a plot under a code, and keeps it as an example if it is one of the first.
fn add(
    counts: &mut Vec<CodeCount>,
    (kind, code): (Kind, &'static str),
    (row, plot_id): (u64, &str),
    sentence: impl FnOnce() -> String,
) {
    let index = counts.iter().position(|count| count.kind == kind && count.code == code).unwrap_or_else(|| {
        counts.push(CodeCount { kind, code, plots: 0, examples: Vec::new() });
        counts.len() - 1
    });
    let count = &mut counts[index];
    count.plots += 1;
    if count.examples.len() < EXAMPLES {
        count.examples.push(Example { row, plot_id: plot_id.to_owned(), sentence: sentence() });
    }
}
