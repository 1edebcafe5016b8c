//! Input features page by page: what is written of them beside what is measured.

use crate::{CheckedBatch, EngineError, PlotRow, id_pages::Ids, results::PageRows, scratch::Reel};
use arrow_array::{RecordBatch, StringArray};
use arrow_ipc::{reader::StreamReader, writer::StreamWriter};
use lindero_plots::RawGeometries;
use std::sync::Arc;

/// Only a screening writes features.
const PAGE: PageRows = PageRows::SCREENING;

/// The features of one page.
#[derive(Debug)]
pub struct PlotPage {
    /// The first row.
    pub first_row: u64,
    /// The user's ids, one per feature.
    pub ids: StringArray,
    /// One per feature.
    pub rows: Vec<PlotRow>,
    /// The geometries as given, one per feature.
    pub geometries: RawGeometries,
    /// The user's own columns: one row per feature.
    pub attributes: RecordBatch,
}

/// Keeps features on a reel.
pub(crate) struct RowPages {
    reel: Arc<dyn Reel>,
    /// Where each full page begins and how many bytes it has.
    places: Vec<(u64, u64)>,
    ids: Ids,
    rows: Vec<PlotRow>,
    geometries: RawGeometries,
    attributes: Vec<RecordBatch>,
    /// Of the last page: the next one is as large.
    bytes: Vec<u8>,
}

fn broken(reason: &dyn std::fmt::Display) -> EngineError {
    EngineError::Scratch { message: format!("a page of plots cannot be kept: {reason}") }
}

impl RowPages {
    /// Starts with no features, or with those of pages that were kept before.
    pub(crate) fn new(reel: Arc<dyn Reel>, places: Vec<(u64, u64)>) -> Self {
        let (ids, geometries) = (Ids::default(), RawGeometries::new());
        Self { reel, places, ids, rows: Vec::new(), geometries, attributes: Vec::new(), bytes: Vec::new() }
    }

    /// Adds the features of a batch.
    pub(crate) fn push(&mut self, batch: CheckedBatch) -> Result<(), EngineError> {
        let CheckedBatch { ids, rows, geometries, attributes, .. } = batch;
        let (mut rows, mut first) = (rows.into_iter(), 0);
        while rows.len() > 0 {
            let count = rows.len().min(PAGE.0 - self.rows.len());
            self.rows.extend(rows.by_ref().take(count));
            (first..first + count).for_each(|index| self.ids.push(ids.value(index)));
            (first..first + count).for_each(|index| self.geometries.push_ref(geometries.get(index)));
            self.attributes.push(attributes.slice(first, count));
            first += count;
            if self.rows.len() == PAGE.0 {
                self.end_page()?;
            }
        }
        Ok(())
    }

    /// Keeps the last page too, and says where each page is.
    pub(crate) fn finish(&mut self) -> Result<Vec<(u64, u64)>, EngineError> {
        self.end_page()?;
        (self.bytes, self.geometries) = (Vec::new(), RawGeometries::new());
        Ok(self.places.clone())
    }

    fn end_page(&mut self) -> Result<(), EngineError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        self.ids.move_to(&mut bytes);
        let length_at = bytes.len();
        bytes.extend_from_slice(&[0; size_of::<u64>()]);
        let kept_at = bytes.len();
        bytes = postcard::to_extend(&(&self.rows, &self.geometries), bytes).map_err(|e| broken(&e))?;
        let length = (bytes.len() - kept_at) as u64;
        bytes[length_at..kept_at].copy_from_slice(&length.to_ne_bytes());
        let schema = self.attributes[0].schema();
        let mut writer = StreamWriter::try_new(&mut bytes, &schema).map_err(|e| broken(&e))?;
        for attributes in &self.attributes {
            writer.write(attributes).map_err(|e| broken(&e))?;
        }
        writer.finish().map_err(|e| broken(&e))?;
        drop(writer);
        self.places.push((self.reel.append(&bytes)?, bytes.len() as u64));
        self.bytes = bytes;
        self.rows.clear();
        self.geometries.truncate(0);
        self.attributes.clear();
        Ok(())
    }

    /// The features of a page.
    pub(crate) fn page(&self, page: usize) -> Result<PlotPage, EngineError> {
        let &(offset, length) = self.places.get(page).ok_or_else(|| broken(&"there is no such page"))?;
        let mut bytes = vec![0; length as usize];
        self.reel.read(offset, &mut bytes)?;
        let breaks_off = || broken(&"it breaks off");
        let mut rest = bytes.as_slice();
        let ids = Ids::take(&mut rest).ok_or_else(breaks_off)?;
        let (length, rest) = rest.split_first_chunk().ok_or_else(breaks_off)?;
        let (kept, batches) = rest.split_at_checked(u64::from_ne_bytes(*length) as usize).ok_or_else(breaks_off)?;
        let (rows, geometries) = postcard::from_bytes(kept).map_err(|e| broken(&e))?;
        let reader = StreamReader::try_new(batches, None).map_err(|e| broken(&e))?;
        let schema = reader.schema();
        let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().map_err(|e| broken(&e))?;
        let attributes = arrow_select::concat::concat_batches(&schema, &batches).map_err(|e| broken(&e))?;
        Ok(PlotPage { first_row: PAGE.first_row(page), ids, rows, geometries, attributes })
    }
}
