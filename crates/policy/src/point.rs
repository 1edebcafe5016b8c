//! Plots known only as a point: two discs, one decision.

use crate::bind::{Asked, Bound};
use crate::decision::{Decision, Finding, State, Verdict};
use crate::{About, Outcome};

/// What is said of a point of which one disc alone was measured or kept.
pub const ONE_DISC: &str = "A point is decided on two discs, and only one was measured here: screen it again.";

impl Bound {
    /// The decision on a point of which only one of the two discs is known: as if both were alike, but never `low`, as nobody
    /// knows what the other would say. [`ONE_DISC`] is the reason.
    #[must_use]
    pub fn decide_point_on_one_disc(&self, known: Decision) -> Decision {
        let Decision { mut findings, mut by_about, alone, verdict, evidence_until, low: _ } =
            self.decide_point(known.clone(), known);
        let mut asks = About::Data;
        if let Some(index) = self.point_rule()
            && verdict == Verdict::Low
        {
            asks = self.rules[index].about;
            let sentence = self.rules[index].sentence.of_findings("nothing on the only one that was measured");
            findings.push(Finding { rule: index, state: State::Fired, sentence });
            findings.sort_by_key(|finding| finding.rule);
        }
        let asked = &mut by_about[asks as usize];
        *asked = (*asked).max(Verdict::MoreInfo);
        Decision { evidence_until, ..Decision::new(findings, by_about, alone) }
    }

    /// The rule that decides points, if there is one.
    fn point_rule(&self) -> Option<usize> {
        self.rules.iter().position(|rule| matches!(rule.asked, Asked::Points))
    }

    /// Joins the decisions on the disc of the declared `own` area and on the 4 ha `disc` around a point.
    ///
    /// If no area is declared, both are the decision on the 4 ha disc.
    ///
    /// # Method
    ///
    /// `low` if both are, with the notes of `own`; else `more_info`, with the finding of the rule that decides points,
    /// whose sentence tells what was found on the discs, and the notes of `own`. Never `high`: nobody knows where in
    /// the discs the plot lies. If a rule that stands alone is true of one of them, its decision stands.
    #[must_use]
    pub fn decide_point(&self, own: Decision, disc: Decision) -> Decision {
        if own.alone || disc.alone {
            let decision = if own.alone { own } else { disc };
            let by_about = decision.by_about.map(|verdict| verdict.min(Verdict::MoreInfo));
            return Decision::new(decision.findings, by_about, true);
        }
        if own.verdict == Verdict::Low && disc.verdict == Verdict::Low {
            return own;
        }
        let mut by_about = About::ALL.map(|about| {
            let greater = own.verdict_about(about).max(disc.verdict_about(about));
            greater.min(Verdict::MoreInfo)
        });
        // What is said of both discs is known up to the earlier day.
        let evidence_until = own.evidence_until.min(disc.evidence_until);
        let questions = self.questions(own.findings.iter(), disc.findings);
        let mut findings: Vec<Finding> = own.findings.into_iter().filter(|finding| self.is_note(finding)).collect();
        match self.point_rule() {
            Some(index) => {
                let rule = &self.rules[index];
                by_about[rule.about as usize] = Verdict::MoreInfo;
                let sentence = rule.sentence.of_findings(&self.listed(&questions));
                findings.push(Finding { rule: index, state: State::Fired, sentence });
            }
            // A policy without such a rule says what it found as it found it.
            None => findings.extend(questions),
        }
        findings.sort_by_key(|finding| finding.rule);
        Decision { evidence_until, ..Decision::new(findings, by_about, false) }
    }

    fn is_note(&self, finding: &Finding) -> bool {
        self.rules[finding.rule].outcome == Outcome::Note
    }

    /// What is no note on either disc, each rule once, as the 4 ha disc has it if it has.
    fn questions<'f>(&self, own: impl Iterator<Item = &'f Finding>, disc: Vec<Finding>) -> Vec<Finding> {
        let mut questions: Vec<Finding> = disc.into_iter().filter(|finding| !self.is_note(finding)).collect();
        for finding in own {
            if !self.is_note(finding) && questions.iter().all(|known| known.rule != finding.rule) {
                questions.push(finding.clone());
            }
        }
        questions.sort_by_key(|finding| finding.rule);
        questions
    }

    fn listed(&self, questions: &[Finding]) -> String {
        let item = |finding: &Finding| {
            let sentence = finding.sentence.trim_end_matches('.');
            format!("{}: {sentence}", self.rules[finding.rule].code)
        };
        questions.iter().map(item).collect::<Vec<_>>().join("; ")
    }
}
