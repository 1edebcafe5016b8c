//! Answers as they stand in a table: what `queue --out queue.csv` has room for, filled in.

/// The columns of a file of answers.
const COLUMNS: [&str; 9] =
    ["plot_id", "content_id", "rule", "layers_id", "answer", "evidence", "evidence_blake3", "who", "when"];

/// One row, as it was written; what is not there is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerRow {
    /// The plot's id.
    pub plot_id: String,
    /// The id of the boundary that was asked about.
    pub content_id: String,
    /// The code of the rule that asks.
    pub rule: String,
    /// What the layers were; empty: the answer holds whatever they are.
    pub layers_id: String,
    /// `low`, `more_info` or `high`; empty: none yet.
    pub answer: String,
    /// By what it is known.
    pub evidence: String,
    /// The hash of a file of evidence.
    pub evidence_blake3: String,
    /// Who says so.
    pub who: String,
    /// Since when.
    pub when: String,
}

impl AnswerRow {
    /// The row whose cell in each column is what `cell` gives.
    pub(super) fn of(cell: impl Fn(&str) -> String) -> Self {
        let [plot_id, content_id, rule, layers_id, answer, evidence, evidence_blake3, who, when] = COLUMNS.map(cell);
        Self { plot_id, content_id, rule, layers_id, answer, evidence, evidence_blake3, who, when }
    }

    /// The rule's code, without the mark of a rule that could not be decided.
    #[must_use]
    pub fn code(&self) -> &str {
        self.rule.trim_end_matches('?')
    }

    /// Whether both answer the same question about the same boundary.
    #[must_use]
    pub fn is_to_the_same(&self, other: &Self) -> bool {
        let of = |row: &Self| (row.plot_id.clone(), row.content_id.clone(), row.code().to_owned());
        of(self) == of(other)
    }

    fn cells(&self) -> [&str; 9] {
        let Self { plot_id, content_id, rule, layers_id, answer, evidence, evidence_blake3, who, when } = self;
        [plot_id, content_id, rule, layers_id, answer, evidence, evidence_blake3, who, when].map(String::as_str)
    }
}

/// Rows as CSV, which [`Answers::read`](super::Answers::read) reads.
///
/// # Errors
///
/// None that a string could give; the writer's are passed on.
pub fn answer_table(rows: &[AnswerRow]) -> Result<Vec<u8>, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    rows.iter().try_for_each(|row| table.write_record(row.cells()))?;
    table.into_inner().map_err(|error| error.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::super::read_answer_rows;
    use super::*;

    #[test]
    fn rows_are_read_as_they_were_written_whatever_stands_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.csv");
        let rows = ["plain", "with \"quotes\", commas", "dos\nlíneas", "=1+1"].map(|text| AnswerRow {
            plot_id: "007".to_owned(),
            content_id: "c".to_owned(),
            rule: "F2".to_owned(),
            answer: "low".to_owned(),
            evidence: text.to_owned(),
            ..AnswerRow::default()
        });
        std::fs::write(&path, answer_table(&rows).unwrap()).unwrap();
        assert_eq!(read_answer_rows(&path).unwrap().0, rows);
    }
}
