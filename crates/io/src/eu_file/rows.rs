//! What became of each plot, kept where it does not fill the memory until it is known in which file the plot is.

use super::EuFileError;
use lindero_engine::{EngineError, Reel};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a plot went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) enum Status {
    /// Into a file.
    Written,
    /// Nowhere, although it was asked for.
    LeftOut,
    /// Nowhere, as it was not asked for.
    NotSelected,
}

impl Status {
    /// Its name in the table.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::LeftOut => "left_out",
            Self::NotSelected => "not_selected",
        }
    }
}

/// A row of the table, but for the file.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct Row {
    pub(super) plot_id: String,
    pub(super) status: Status,
    /// The official code, or ours where it was left out for a reason of ours; empty if it was written.
    pub(super) code: String,
    pub(super) why: String,
    pub(super) ellipsoid_m2: Option<f64>,
    pub(super) sphere_m2: Option<f64>,
    pub(super) truncation_m2: Option<f64>,
    /// How many polygons or points were written.
    pub(super) parts: u32,
    pub(super) note: String,
}

/// A row, and the text of its features.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) row: Row,
    /// Empty if it is not written.
    pub(super) text: String,
    pub(super) features: u32,
}

/// Rows and texts on a reel.
pub(super) struct Rows {
    reel: Arc<dyn Reel>,
    index: Vec<Entry>,
    buffer: Vec<u8>,
}

/// Where a row is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    at: u64,
    row_bytes: u32,
    /// 0 if the plot is not written.
    pub(super) text_bytes: u32,
    pub(super) features: u32,
    /// Whose it is.
    pub(super) producer: u32,
}

impl Rows {
    pub(super) fn new(reel: Arc<dyn Reel>) -> Self {
        Self { reel, index: Vec::new(), buffer: Vec::new() }
    }

    /// Adds rows, each with the number of its producer.
    pub(super) fn push(&mut self, rows: &[(Made, u32)]) -> Result<(), EuFileError> {
        self.buffer.clear();
        let first = self.index.len();
        for (made, producer) in rows {
            let at = self.buffer.len() as u64;
            let row = serde_json::to_vec(&made.row).expect("a row is plain data");
            self.buffer.extend_from_slice(&row);
            self.buffer.extend_from_slice(made.text.as_bytes());
            self.index.push(Entry {
                at,
                row_bytes: row.len() as u32,
                text_bytes: made.text.len() as u32,
                features: made.features,
                producer: *producer,
            });
        }
        let start = self.reel.append(&self.buffer)?;
        self.index[first..].iter_mut().for_each(|entry| entry.at += start);
        Ok(())
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.index
    }

    /// One row of the table.
    pub(super) fn row(&self, index: usize) -> Result<Row, EuFileError> {
        let entry = self.index[index];
        let mut bytes = vec![0; entry.row_bytes as usize];
        self.reel.read(entry.at, &mut bytes)?;
        let row = serde_json::from_slice(&bytes);
        Ok(row
            .map_err(|error| EngineError::Scratch { message: format!("what was kept on disk has changed: {error}") })?)
    }

    /// The text of a plot's features.
    pub(super) fn text(&self, index: usize, into: &mut Vec<u8>) -> Result<(), EuFileError> {
        let entry = self.index[index];
        into.resize(entry.text_bytes as usize, 0);
        self.reel.read(entry.at + u64::from(entry.row_bytes), into)?;
        Ok(())
    }
}
