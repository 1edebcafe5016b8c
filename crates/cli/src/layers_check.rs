//! `lindero layers check CATALOG`

use crate::args::LayersCheck;
use crate::failure::Failure;
use crate::plot_input::set_threads;
use crate::progress::RunProgress;
use lindero_engine::Progress;
use lindero_io::catalog::Catalog;
use lindero_io::layer_check::{
    CellsCheck, Content, Direction, FeaturesCheck, Finding, LayerCheck, Says, Seam, Severity, StoredValue,
    StoredValues, check_conditions, check_layer,
};
use lindero_layers::{LayerKind, LayerSpec, NoData, RasterSpec, VectorSpec};
use lindero_report::{grouped, lined_up};
use std::process::ExitCode;

/// The exit code where something is wrong: a run with this catalog would fail or mislead.
const WRONG: u8 = 2;
/// Values listed with their counts; of more only the first and the last.
const MOST_LISTED: usize = 32;
/// How many of each end, of more.
const LISTED_OF_MORE: usize = 4;
/// Files listed of a layer; a national mosaic may have hundreds.
const MOST_FILES: usize = 24;
/// Seams listed of a layer.
const MOST_SEAMS: usize = 12;

pub(crate) fn run(args: &LayersCheck) -> Result<ExitCode, Failure> {
    set_threads(args.threads)?;
    let catalog = Catalog::read(&args.catalog)?;
    let progress = RunProgress::bar();
    let mut told: Vec<(usize, Finding)> = Vec::new();
    let mut bands = Vec::new();
    for (index, spec) in catalog.layers.iter().enumerate() {
        let check = check_layer(&catalog, spec, &progress);
        progress.done();
        if progress.interrupted() {
            return Err(Failure::new("interrupted"));
        }
        println!("{}", described(&catalog, spec, &check));
        bands.push(match &check.content {
            Some(Content::Cells(cells)) => Some(cells.summary.bands),
            Some(Content::Features(_)) => Some(0),
            None => None,
        });
        told.extend(check.findings.into_iter().map(|finding| (index, finding)));
    }
    // Without the files of one layer an expression about it cannot be judged.
    if let Some(bands) = bands.into_iter().collect::<Option<Vec<u32>>>() {
        told.extend(check_conditions(&catalog, &bands));
    }
    told.sort_by_key(|(index, _)| *index);
    Ok(print_findings(&catalog, &told))
}

fn print_findings(catalog: &Catalog, told: &[(usize, Finding)]) -> ExitCode {
    let place = |index: usize| format!("{}, line {}", catalog.layers[index].id, catalog.layers[index].line);
    let of = |severity| told.iter().filter(move |(_, finding)| finding.severity == severity);
    let licences: Vec<&str> =
        catalog.layers.iter().filter(|spec| spec.licence.is_none()).map(|spec| spec.id.as_str()).collect();
    let wrong = of(Severity::Wrong).count();
    if wrong > 0 {
        println!("wrong:");
        of(Severity::Wrong).for_each(|(index, finding)| println!("  {}: {}", place(*index), finding.message));
    }
    if of(Severity::WorthALook).next().is_some() || !licences.is_empty() {
        println!("worth a look:");
        of(Severity::WorthALook).for_each(|(index, finding)| println!("  {}: {}", place(*index), finding.message));
        if !licences.is_empty() {
            println!("  no licence is stated, so reports cannot credit it: {}", licences.join(", "));
        }
    }
    match wrong {
        0 => {
            println!("{} layers, nothing is wrong", catalog.layers.len());
            ExitCode::SUCCESS
        }
        _ => ExitCode::from(WRONG),
    }
}

type Rows = Vec<[String; 2]>;

fn described(catalog: &Catalog, spec: &LayerSpec, check: &LayerCheck) -> String {
    let mut rows: Rows = Vec::new();
    let mut add = |key: &str, text: String| rows.push([key.to_owned(), text]);
    add("path", spec.path.clone());
    match (&check.content, &spec.kind) {
        (Some(Content::Cells(cells)), LayerKind::Raster(raster)) => cell_rows(cells, raster, &mut add),
        (Some(Content::Features(features)), LayerKind::Vector(vector)) => feature_rows(features, vector, &mut add),
        _ => add("", "cannot be opened: see below".to_owned()),
    }
    add("licence", spec.licence.clone().unwrap_or_else(|| "not stated".to_owned()));
    format!("{} ({}, line {})\n{}", spec.id, catalog.path.display(), spec.line, lined_up("  ", &rows))
}

fn feature_rows(features: &FeaturesCheck, spec: &VectorSpec, add: &mut impl FnMut(&str, String)) {
    add("features", grouped(features.features as u64));
    match &spec.name {
        Some(column) => add("names", format!("{} in {column}", grouped(features.named as u64))),
        None => add("names", "no column is stated".to_owned()),
    }
    if let Some(bounds) = features.bounds {
        add(
            "bounds",
            format!("lon {:.4} to {:.4}, lat {:.4} to {:.4}", bounds.min_x, bounds.max_x, bounds.min_y, bounds.max_y),
        );
    }
    features.notes.iter().for_each(|note| add("note", note.clone()));
}

fn cell_rows(cells: &CellsCheck, spec: &RasterSpec, add: &mut impl FnMut(&str, String)) {
    let summary = &cells.summary;
    let file = |tile: &lindero_io::raster::TileSummary| {
        let name = tile.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let packed =
            format!("blocks of {} x {}, {}, read by {}", tile.block.0, tile.block.1, tile.compression, tile.reader);
        [name, format!("{} rows x {} columns", tile.size.0, tile.size.1), packed]
    };
    let files: Vec<_> = summary.tiles.iter().take(MOST_FILES).map(file).collect();
    for (index, line) in lined_up("", &files).lines().enumerate() {
        add(if index == 0 { "files" } else { "" }, line.to_owned());
    }
    if summary.tiles.len() > MOST_FILES {
        add("", format!("and {} more", summary.tiles.len() - MOST_FILES));
    }
    let bands = if summary.bands == 1 { "1 band".to_owned() } else { format!("{} bands", summary.bands) };
    let read = match cells.years {
        Some((first, last)) => format!(" ({first} to {last})"),
        None if summary.bands > 1 => format!(" (band {} is read)", spec.band + 1),
        None => String::new(),
    };
    let grids = if summary.grids == 1 { "1 grid".to_owned() } else { format!("{} grids", summary.grids) };
    let (width, height) = summary.cell_size;
    add("cells", format!("{}, {bands}{read}, {width} x {height}, {}, {grids}", summary.cell_type, summary.crs));
    if summary.tiles.len() > 1 {
        seam_rows(&cells.seams, add);
    }
    add("no data", no_data(cells, spec));
    value_rows(&cells.values, add);
    if let Some(seen) = cells.values.last_seen {
        let until = spec.meaning.until.map_or_else(|| "not stated".to_owned(), |until| until.to_string());
        add("last day", format!("{seen} in the cells, until in the catalog: {until}"));
    }
}

fn seam_rows(seams: &[Seam], add: &mut impl FnMut(&str, String)) {
    if seams.is_empty() {
        add("seams", "nothing missing, nothing doubled".to_owned());
    }
    for (index, seam) in seams.iter().take(MOST_SEAMS).enumerate() {
        let what = match seam.direction {
            Direction::South => "rows",
            Direction::East => "columns",
        };
        let how = if seam.doubled_cells > 0.0 { "doubled" } else { "missing" };
        let [a, b] = &seam.files;
        add(
            if index == 0 { "seams" } else { "" },
            format!("{:.4} {what} {how} between {a} and {b}", seam.doubled_cells.abs()),
        );
    }
    if seams.len() > MOST_SEAMS {
        add("", format!("and {} more", seams.len() - MOST_SEAMS));
    }
}

fn no_data(cells: &CellsCheck, spec: &RasterSpec) -> String {
    let tag = |tag: &Option<f64>| tag.map_or_else(|| "no tag".to_owned(), |tag| format!("tag {tag}"));
    let tags = cells.tags.iter().map(tag).collect::<Vec<_>>().join(" and ");
    let said = match &spec.meaning.no_data {
        NoData::AsTagged => "as tagged".to_owned(),
        NoData::None => "\"none\"".to_owned(),
        NoData::Values(values) => values.iter().map(f64::to_string).collect::<Vec<_>>().join(" "),
    };
    let StoredValues { no_data_cells, cells: all, .. } = cells.values;
    format!("{tags} in the files, catalog: {said}; {} cells ({})", grouped(no_data_cells), percent(no_data_cells, all))
}

fn percent(part: u64, all: u64) -> String {
    format!("{:.2} %", 100.0 * part as f64 / all.max(1) as f64)
}

fn value_rows(held: &StoredValues, add: &mut impl FnMut(&str, String)) {
    let Some(values) = &held.values else {
        let (least, most) = held.range.unwrap_or_default();
        add("values", format!("over 65,536 different ones from {least} to {most} in {} cells", grouped(held.cells)));
        return;
    };
    let row = |value: &StoredValue| {
        let said = match value.says {
            Says::Number(number) if number == value.stored => String::new(),
            Says::Number(number) => number.to_string(),
            Says::Year(year) if f64::from(year) == value.stored => String::new(),
            Says::Year(year) => year.to_string(),
            Says::Day(day) => day.to_string(),
            Says::Never => "never".to_owned(),
            Says::NoData => "no data".to_owned(),
            Says::Nothing => "no meaning".to_owned(),
        };
        [value.stored.to_string(), grouped(value.cells), percent(value.cells, held.cells), said]
    };
    let mut rows: Vec<[String; 4]> = Vec::new();
    let many = values.len() > MOST_LISTED;
    if many {
        rows.extend(values[..LISTED_OF_MORE].iter().map(row));
        rows.push([
            format!("and {} more", values.len() - 2 * LISTED_OF_MORE),
            String::new(),
            String::new(),
            String::new(),
        ]);
        rows.extend(values[values.len() - LISTED_OF_MORE..].iter().map(row));
    } else {
        rows.extend(values.iter().map(row));
    }
    for (index, line) in lined_up("", &rows).lines().enumerate() {
        add(if index == 0 { "values" } else { "" }, line.to_owned());
    }
    // Of years and days most cells say "never": their quantiles tell nothing.
    if many && values.iter().all(|value| matches!(value.says, Says::Number(_) | Says::NoData)) {
        let told = [(1, "1 %"), (25, "25 %"), (50, "half"), (75, "75 %"), (99, "99 %")];
        let told = told.map(|(share, name)| format!("{name} up to {}", quantile(values, share)));
        add("", format!("of cells with data: {}", told.join(", ")));
    }
}

/// The least stored number that so many percent of the cells with data do not exceed.
fn quantile(values: &[StoredValue], share: u64) -> f64 {
    let known: Vec<&StoredValue> = values.iter().filter(|value| value.says != Says::NoData).collect();
    let all: u64 = known.iter().map(|value| value.cells).sum();
    let mut seen = 0;
    let reached = known.iter().find(|value| {
        seen += value.cells;
        // In 128 bits: a national mosaic times 100 is near the end of 64.
        u128::from(seen) * 100 >= u128::from(all) * u128::from(share)
    });
    reached.map_or(f64::NAN, |value| value.stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_the_least_value_that_so_many_cells_do_not_exceed() {
        let value = |stored, cells, says| StoredValue { stored, cells, says };
        let values = [
            value(0.0, 1000, Says::NoData),
            value(1.0, 10, Says::Number(1.0)),
            value(2.0, 80, Says::Number(2.0)),
            value(3.0, 10, Says::Number(3.0)),
        ];
        assert_eq!([1, 10, 11, 50, 90, 91].map(|share| quantile(&values, share)), [1.0, 1.0, 2.0, 2.0, 2.0, 3.0]);
        assert!(quantile(&values[..1], 50).is_nan());
    }
}
