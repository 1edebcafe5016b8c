//! Measurements of subjects as bytes, and back in the order of the rows.

use crate::{
    ColumnValues, EngineError, MeasurementColumn,
    buckets::Bucket,
    pod::{push, take, take_count},
    results::{PageRows, PagedBytes},
    subjects::{PlotSubjects, SubjectPart, Subjects},
};

/// Stands for no region, no year, no name and no answer.
const NONE: u32 = u32::MAX;

/// The measurements of all subjects of some plots.
#[derive(Debug)]
pub(crate) struct SubjectPage {
    /// Rows of the plots, ascending.
    pub(crate) rows: Vec<u32>,
    /// For each plot: its subjects.
    pub(crate) of_plots: Vec<PlotSubjects>,
    /// One value per subject.
    pub(crate) columns: Vec<MeasurementColumn>,
}

/// Brings a bucket's measurements into bytes.
pub(crate) fn to_bytes(bucket: &Bucket, subjects: &Subjects<'_>, columns: &[MeasurementColumn]) -> PagedBytes {
    let mut order: Vec<usize> = (0..bucket.plots.len()).collect();
    order.sort_unstable_by_key(|&plot| bucket.plots[plot].row);
    let PagedBytes { mut bytes, mut pages } = PagedBytes::default();
    let page_of = |plot: usize| PageRows::SCREENING.page_of(bucket.plots[plot].row);
    for plots in order.chunk_by(|&a, &b| page_of(a) == page_of(b)) {
        let rows: Vec<u32> = plots.iter().map(|&plot| bucket.plots[plot].row).collect();
        let of_plots: Vec<&PlotSubjects> = plots.iter().map(|&plot| &subjects.of_plots[plot]).collect();
        push_plots(&mut bytes, &rows, &of_plots);
        let chosen: Vec<u32> = of_plots.iter().flat_map(|of| of.first..of.first + of.count()).collect();
        push(&mut bytes, &[chosen.len() as u32]);
        for column in columns {
            push_column(&mut bytes, &column.values, &chosen);
        }
        pages.push((page_of(plots[0]), bytes.len()));
    }
    PagedBytes { bytes, pages }
}

impl PlotSubjects {
    /// How many subjects the plot has.
    pub(crate) fn count(&self) -> u32 {
        1 + u32::from(self.has_disc) + self.parts.iter().filter(|part| part.is_piece).count() as u32
    }
}

fn push_plots(bytes: &mut Vec<u8>, rows: &[u32], of_plots: &[&PlotSubjects]) {
    let parts = || of_plots.iter().flat_map(|of| &of.parts);
    push(bytes, &[rows.len() as u32]);
    push(bytes, rows);
    push(bytes, &of_plots.iter().map(|of| u32::from(of.has_disc)).collect::<Vec<_>>());
    push(bytes, &of_plots.iter().map(|of| of.parts.len() as u32).collect::<Vec<_>>());
    push(bytes, &parts().map(|part| part.region.unwrap_or(NONE)).collect::<Vec<_>>());
    push(bytes, &parts().map(|part| u32::from(part.is_piece)).collect::<Vec<_>>());
    push(bytes, &parts().map(|part| part.share).collect::<Vec<_>>());
}

fn take_plots(rest: &mut &[u8]) -> Option<(Vec<u32>, Vec<PlotSubjects>)> {
    let count = take_count(rest)?;
    let rows = take(rest, count)?;
    let discs: Vec<u32> = take(rest, count)?;
    let counts: Vec<u32> = take(rest, count)?;
    let all = counts.iter().map(|&count| count as usize).sum();
    let (regions, pieces): (Vec<u32>, Vec<u32>) = (take(rest, all)?, take(rest, all)?);
    let shares: Vec<f64> = take(rest, all)?;
    let (mut first, mut at) = (0, 0);
    let of_plot = |(&disc, &count): (&u32, &u32)| {
        let parts = at..at + count as usize;
        at = parts.end;
        let part = |index: usize| SubjectPart {
            region: (regions[index] != NONE).then_some(regions[index]),
            share: shares[index],
            is_piece: pieces[index] == 1,
        };
        let of = PlotSubjects { first, has_disc: disc == 1, parts: parts.map(part).collect() };
        first += of.count();
        of
    };
    let of_plots = discs.iter().zip(&counts).map(of_plot).collect();
    Some((rows, of_plots))
}

fn push_column(bytes: &mut Vec<u8>, values: &ColumnValues, chosen: &[u32]) {
    match values {
        ColumnValues::Numbers(numbers) => {
            let number = |&subject: &u32| numbers[subject as usize].unwrap_or(f64::NAN);
            push(bytes, &chosen.iter().map(number).collect::<Vec<_>>());
        }
        ColumnValues::Years(years) => {
            let year = |&subject: &u32| years[subject as usize].map_or(NONE, |year| year as u32);
            push(bytes, &chosen.iter().map(year).collect::<Vec<_>>());
        }
        ColumnValues::Names(names) => {
            let name = |&subject: &u32| names[subject as usize].as_deref();
            let length = |subject| name(subject).map_or(NONE, |name| name.len() as u32);
            push(bytes, &chosen.iter().map(length).collect::<Vec<_>>());
            chosen.iter().filter_map(name).for_each(|name| bytes.extend_from_slice(name.as_bytes()));
        }
        ColumnValues::Truths(truths) => {
            let truth = |&subject: &u32| truths[subject as usize].map_or(NONE, u32::from);
            push(bytes, &chosen.iter().map(truth).collect::<Vec<_>>());
        }
    }
}

/// Appends a column's values of one piece.
fn take_column(rest: &mut &[u8], count: usize, into: &mut ColumnValues) -> Option<()> {
    match into {
        ColumnValues::Numbers(numbers) => {
            let taken: Vec<f64> = take(rest, count)?;
            numbers.extend(taken.into_iter().map(|number| (!number.is_nan()).then_some(number)));
        }
        ColumnValues::Years(years) => {
            let taken: Vec<u32> = take(rest, count)?;
            years.extend(taken.into_iter().map(|year| (year != NONE).then_some(year as i32)));
        }
        ColumnValues::Names(names) => {
            for length in take::<u32>(rest, count)? {
                if length == NONE {
                    names.push(None);
                    continue;
                }
                let (name, after) = rest.split_at_checked(length as usize)?;
                *rest = after;
                names.push(Some(String::from_utf8(name.to_vec()).ok()?));
            }
        }
        ColumnValues::Truths(truths) => {
            let taken: Vec<u32> = take(rest, count)?;
            truths.extend(taken.into_iter().map(|truth| (truth != NONE).then_some(truth == 1)));
        }
    }
    Some(())
}

impl SubjectPage {
    /// The plots of one page, from what the buckets have on it. `columns` are those that were measured, without values.
    pub(crate) fn join(pieces: &[Vec<u8>], columns: &[MeasurementColumn]) -> Result<Self, EngineError> {
        let broken = || EngineError::Scratch { message: "the results of a page break off".into() };
        let mut all = Self { rows: Vec::new(), of_plots: Vec::new(), columns: columns.to_vec() };
        let mut subjects = 0;
        // What follows the plots of each piece: its columns of so many values.
        let mut columns_of = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let mut rest = piece.as_slice();
            let (rows, of_plots) = take_plots(&mut rest).ok_or_else(broken)?;
            let count = take_count(&mut rest).ok_or_else(broken)?;
            columns_of.push((count, rest));
            all.rows.extend(rows);
            all.of_plots.extend(of_plots.into_iter().map(|of| PlotSubjects { first: subjects + of.first, ..of }));
            subjects += count as u32;
        }
        // Column by column, each in room that is just enough: a page may have hundreds.
        for column in &mut all.columns {
            column.values.reserve(subjects as usize);
            for (count, rest) in &mut columns_of {
                take_column(rest, *count, &mut column.values).ok_or_else(broken)?;
            }
        }
        let mut order: Vec<usize> = (0..all.rows.len()).collect();
        order.sort_unstable_by_key(|&plot| all.rows[plot]);
        all.rows = order.iter().map(|&plot| all.rows[plot]).collect();
        all.of_plots = order.iter().map(|&plot| std::mem::take(&mut all.of_plots[plot])).collect();
        Ok(all)
    }
}
