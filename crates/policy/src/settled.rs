//! What people answered to the questions of rules, and what is decided by it beside the policy's own verdict.

use crate::{Finding, Outcome, Policy, State, Verdict};

/// What somebody says of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It is settled: nothing of the kind.
    Low,
    /// It is still open.
    MoreInfo,
    /// It is so.
    High,
}

impl Answer {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::Low, Self::MoreInfo, Self::High];

    /// The word for it, which is that of the verdict it leads to.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.verdict().as_str()
    }

    /// The answer of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == word)
    }

    fn verdict(self) -> Verdict {
        match self {
            Self::Low => Verdict::Low,
            Self::MoreInfo => Verdict::MoreInfo,
            Self::High => Verdict::High,
        }
    }
}

impl Policy {
    /// What is decided of a plot with answers to some of its findings, each with the index of its rule. The verdict stays what
    /// it is; this stands beside it.
    ///
    /// # Method
    ///
    /// Of each finding counts the answer, where there is one, else what its rule says; the worst of all is the decision. A rule
    /// that stands alone leaves open what the others would have said: answered or not, the plot is at least `more_info`.
    #[must_use]
    pub fn decision(&self, verdict: Verdict, findings: &[Finding], answers: &[(usize, Answer)]) -> Verdict {
        let counted = findings.iter().filter(|finding| self.rules[finding.rule].outcome != Outcome::Note);
        let of_finding = |finding: &Finding| {
            let rule = &self.rules[finding.rule];
            let own = match finding.state {
                State::Fired => Verdict::of(rule.outcome),
                State::Undecided => Verdict::MoreInfo,
            };
            let answer = answers.iter().rev().find(|(answered, _)| *answered == finding.rule);
            let counts = answer.map_or(own, |(_, answer)| answer.verdict());
            if rule.alone { counts.max(Verdict::MoreInfo) } else { counts }
        };
        // What made a verdict and is no finding, as nothing is known of it, no answer takes away.
        counted.map(of_finding).max().unwrap_or(verdict)
    }
}
