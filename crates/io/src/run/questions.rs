//! `questions.csv`: what only people can answer; `proposals.geojson`: what plots may be instead.

use super::boundaries::schema;
use super::folder::RunFolder;
use crate::output::{self, TableWriter, WriteError};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, SchemaRef};
use lindero_engine::DoubtedBatch;
use lindero_plots::doubts::Doubt;
use lindero_plots::{Lang, RawGeometries, RawGeometry, Shape};
use std::sync::Arc;

/// The two tables while they are written.
pub(super) struct QuestionTables {
    questions: Box<dyn TableWriter>,
    proposals: Box<dyn TableWriter>,
    lang: Lang,
}

/// A geometry that a plot may have, and why.
struct Proposed {
    row: i64,
    plot_id: String,
    code: &'static str,
    words: String,
    geometry: RawGeometry,
}

impl QuestionTables {
    pub(super) fn start(run: &RunFolder, lang: Lang) -> Result<Self, WriteError> {
        Ok(Self {
            questions: output::csv(&run.file("questions.csv"), questions_schema())?,
            proposals: output::geojson(&run.file("proposals.geojson"), proposals_schema())?,
            lang,
        })
    }

    /// Adds what is asked about consecutive plots, and what is proposed for them.
    pub(super) fn write(&mut self, plots: &DoubtedBatch) -> Result<(), WriteError> {
        let batch = &plots.batch;
        let row_of = |index: usize| batch.first_row as i64 + index as i64;
        let mut asked: Vec<(usize, &Doubt)> = Vec::new();
        let mut proposed = Vec::new();
        for (index, (plot, doubts)) in batch.rows.iter().zip(&plots.doubts).enumerate() {
            asked.extend(doubts.iter().map(|doubt| (index, doubt)));
            let mut propose = |code, words, geometry| {
                let (row, plot_id) = (row_of(index), batch.ids.value(index).to_owned());
                proposed.push(Proposed { row, plot_id, code, words, geometry });
            };
            for repair in &plot.repairs {
                if let Some(shape) = &repair.proposal {
                    propose(repair.code.as_str(), repair.sentence(self.lang), polygons(shape));
                }
            }
            for doubt in doubts {
                for proposal in &doubt.proposals {
                    let words = proposal.reading.words(self.lang);
                    propose(doubt.code().as_str(), words, proposal.geometry.clone());
                }
            }
        }
        if !asked.is_empty() {
            let place = |axis: usize| -> ArrayRef {
                Arc::new(asked.iter().map(|(_, doubt)| doubt.place.map(|it| it[axis])).collect::<Float64Array>())
            };
            let columns = vec![
                Arc::new(asked.iter().map(|(index, _)| Some(row_of(*index))).collect::<Int64Array>()) as ArrayRef,
                Arc::new(asked.iter().map(|(index, _)| Some(batch.ids.value(*index))).collect::<StringArray>()),
                Arc::new(asked.iter().map(|(_, doubt)| Some(doubt.code().as_str())).collect::<StringArray>()),
                place(0),
                place(1),
                Arc::new(asked.iter().map(|(_, doubt)| Some(doubt.sentence(self.lang))).collect::<StringArray>()),
            ];
            let table = RecordBatch::try_new(questions_schema(), columns);
            self.questions.write(&table.expect("the columns are those of the schema"), None)?;
        }
        if !proposed.is_empty() {
            let text = |value: fn(&Proposed) -> &str| -> ArrayRef {
                Arc::new(proposed.iter().map(|it| Some(value(it))).collect::<StringArray>())
            };
            let columns = vec![
                Arc::new(proposed.iter().map(|it| Some(it.row)).collect::<Int64Array>()) as ArrayRef,
                text(|it| &it.plot_id),
                text(|it| it.code),
                text(|it| &it.words),
            ];
            let table = RecordBatch::try_new(proposals_schema(), columns).expect("the columns are those of the schema");
            let geometries: RawGeometries = proposed.into_iter().map(|it| it.geometry).collect();
            self.proposals.write(&table, Some(geometries.as_slice()))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), WriteError> {
        self.questions.finish()?;
        self.proposals.finish()
    }
}

fn polygons(shape: &Shape) -> RawGeometry {
    let parts = shape.as_ref().parts().map(|part| part.rings().map(<[_]>::to_vec).collect());
    RawGeometry::Polygons(parts.collect())
}

fn questions_schema() -> SchemaRef {
    schema([
        ("row", DataType::Int64),
        ("plot_id", DataType::Utf8),
        ("code", DataType::Utf8),
        ("lon", DataType::Float64),
        ("lat", DataType::Float64),
        ("detail", DataType::Utf8),
    ])
}

fn proposals_schema() -> SchemaRef {
    schema([
        ("row", DataType::Int64),
        ("plot_id", DataType::Utf8),
        ("code", DataType::Utf8),
        ("detail", DataType::Utf8),
    ])
}
