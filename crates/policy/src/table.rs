//! `[table]`: how a policy reads tables that other programs made, and how its answers are called there.

use crate::Policy;
use lindero_layers::{ConfigError, Expression, Section};

/// What the section says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableNames {
    /// The column of the verdict in tables of the other program.
    pub verdict: Option<String>,
    /// Its word for `more_info`.
    pub more_info: Option<String>,
    /// The observed share of every indicator (percent) in a table without columns of it: 100 where each number is told of the
    /// whole plot.
    pub observed_pct: Option<f64>,
    /// Conditions whose answers a table may have itself, in the order of the file.
    pub answers: Vec<AnswerColumn>,
}

/// A condition that a table may answer.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerColumn {
    /// The condition's name.
    pub condition: String,
    /// The column with its answer, yes or no.
    pub column: String,
    at: Expression,
}

impl TableNames {
    pub(crate) fn read(root: &Section<'_>) -> Result<Self, ConfigError> {
        let Some(table) = root.get("table") else { return Ok(Self::default()) };
        let section = table.section()?;
        section.only(&["verdict", "more_info", "observed_pct", "answer"])?;
        let text = |key: &str| section.get(key).map(|entry| entry.text().map(str::to_owned)).transpose();
        let observed = section.get("observed_pct").map(|entry| match entry.number()? {
            share if (0.0..=100.0).contains(&share) => Ok(share),
            _ => Err(entry.wrong("from 0 to 100 percent")),
        });
        let mut answers = Vec::new();
        if let Some(entries) = section.get("answer") {
            for (condition, entry) in entries.section()?.entries() {
                let (condition, column) = (condition.to_owned(), entry.text()?.to_owned());
                answers.push(AnswerColumn { condition, column, at: entry.place() });
            }
        }
        Ok(Self {
            verdict: text("verdict")?,
            more_info: text("more_info")?,
            observed_pct: observed.transpose()?,
            answers,
        })
    }

    /// Checks that every answer is that of one of these conditions.
    pub(crate) fn check(&self, conditions: &[&str]) -> Result<(), ConfigError> {
        let unknown = self.answers.iter().find(|answer| !conditions.contains(&answer.condition.as_str()));
        unknown.map_or(Ok(()), |answer| {
            let meant = lindero_logic::nearest(&answer.condition, conditions.iter().copied());
            let meant = meant.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
            Err(answer.at.error_text(&format!("{:?} is no condition of the policy{meant}", answer.condition)))
        })
    }
}

impl Policy {
    /// How it reads tables that other programs made.
    #[must_use]
    pub fn table(&self) -> &TableNames {
        &self.table
    }
}
