//! What the numbers of a layer say under its catalog, and whether that can be.

use super::{Finding, Severity};
use crate::value_counts::ValueCounts;
use lindero_layers::{Coding, Conditions, Meaning, NoData, RasterSpec, Reading};
use lindero_logic::{Day, Value, ValueKind};

/// What a stored number says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Says {
    /// A class, a percentage, scaled as the catalog says.
    Number(f64),
    /// A year.
    Year(i32),
    /// A day.
    Day(Day),
    /// Known not to have happened.
    Never,
    /// No data, by the file's tag or by the catalog.
    NoData,
    /// Nothing the catalog's coding has a meaning for.
    Nothing,
}

/// A stored number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StoredValue {
    /// The number.
    pub stored: f64,
    /// How many cells hold it.
    pub cells: u64,
    /// What it says.
    pub says: Says,
}

/// All numbers of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredValues {
    /// Ascending; `None` if there are over 65,536 different ones.
    pub values: Option<Vec<StoredValue>>,
    /// The least and the greatest number.
    pub range: Option<(f64, f64)>,
    /// All cells.
    pub cells: u64,
    /// Cells without data: by a mask or not a number, by the file's tag, by the catalog.
    pub no_data_cells: u64,
    /// The last day that a cell says; of years their last day.
    pub last_seen: Option<Day>,
}

/// Numbers that files use for no data out of habit.
const USUAL_FILLS: [f64; 5] = [255.0, 65_535.0, -9999.0, -32_768.0, 127.0];
/// A last day seen so long before `until` is worth a look (days).
const LONG_SILENCE_DAYS: i32 = 366;
/// Numbers named in one finding.
const MOST_NAMED: usize = 6;

/// Says what each number means under the catalog.
pub(super) fn decode(counts: &ValueCounts, spec: &RasterSpec, tags: &[f64]) -> StoredValues {
    // Silence and never are not told apart here: what is asked is whether the number has a meaning.
    let meaning = Meaning { says_yes_only: false, ..spec.meaning.clone() };
    let says = |stored: f64| {
        let listed = matches!(&meaning.no_data, NoData::Values(values) if values.contains(&stored));
        if listed || meaning.heeds_tag() && tags.contains(&stored) {
            return Says::NoData;
        }
        match (meaning.value(Reading::of(stored), Conditions::default()), spec.value_kind()) {
            (Value::Number(year), ValueKind::Year) => Says::Year(year as i32),
            (Value::Number(day), ValueKind::Day) => Says::Day(Day::from_number(day as i32)),
            (Value::Number(number), _) => Says::Number(number),
            (Value::Never, _) => Says::Never,
            _ => Says::Nothing,
        }
    };
    let values = counts.distinct().map(|counts| {
        counts.into_iter().map(|(stored, cells)| StoredValue { stored, cells, says: says(stored) }).collect::<Vec<_>>()
    });
    let known = values.as_deref().unwrap_or_default();
    let void: u64 = known.iter().filter(|value| value.says == Says::NoData).map(|value| value.cells).sum();
    let day = |value: &StoredValue| match value.says {
        Says::Year(year) => Day::from_ymd(year, 12, 31),
        Says::Day(day) => Some(day),
        _ => None,
    };
    StoredValues {
        range: counts.range(),
        cells: counts.cells(),
        no_data_cells: void + counts.void(),
        last_seen: known.iter().filter_map(day).max(),
        values,
    }
}

/// What is wrong with the values, or worth a look.
pub(super) fn findings(held: &StoredValues, spec: &RasterSpec, tags: &[f64], cell_type: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let meaning = &spec.meaning;
    if held.cells > 0 && held.no_data_cells == held.cells {
        findings.push(Finding::wrong("every cell is no data".to_owned()));
    }
    if let (true, Some(never), false) = (meaning.heeds_tag(), meaning.never, meaning.says_yes_only)
        && tags.contains(&never)
    {
        findings.push(Finding::wrong(format!(
            "the files tag {never} as no data, which the catalog reads as \"never\": where nothing happened it is \
             unknown; write nodata = \"none\" if {never} is an answer"
        )));
    }
    let Some(values) = &held.values else {
        if meaning.coding != Coding::Number {
            findings.push(Finding::wrong("over 65,536 different values are no years or days".to_owned()));
        }
        return findings;
    };
    findings.extend(undecodable(values, meaning));
    findings.extend(fills(values, meaning, tags, cell_type));
    if spec.tree_cover_year.is_some() {
        let percent = |value: &&StoredValue| !matches!(value.says, Says::Number(n) if !(0.0..=100.0).contains(&n));
        let beyond: Vec<&StoredValue> = values.iter().filter(|value| !percent(value)).collect();
        if !beyond.is_empty() {
            findings.push(Finding::wrong(format!("tree cover is in percent, but {}", named(&beyond))));
        }
    }
    findings.extend(last_day(held.last_seen, meaning));
    findings.extend(silent_gaps(held, values, spec));
    findings
}

fn undecodable(values: &[StoredValue], meaning: &Meaning) -> Option<Finding> {
    let strange: Vec<&StoredValue> = values.iter().filter(|value| value.says == Says::Nothing).collect();
    if strange.is_empty() {
        return None;
    }
    let what = match (&meaning.coding, meaning.period) {
        (Coding::Year { .. }, Some((first, last))) => format!("is no year from {first} to {last}"),
        (Coding::Year { .. }, None) => "is no year".to_owned(),
        (Coding::Yyddd, _) => "is no day of the form yyddd".to_owned(),
        (Coding::DaysSince { epoch }, _) => format!("is no number of days since {epoch}"),
        (Coding::Graded { .. }, _) => "is no graded day such as 32193".to_owned(),
        (Coding::Number, _) => "is no number".to_owned(),
    };
    Some(Finding::wrong(format!(
        "{}, which {what}: those cells are unknown; correct the coding or the period, or list it in nodata",
        named(&strange)
    )))
}

/// Tags that the catalog overrules, and fills that nobody declares.
fn fills(values: &[StoredValue], meaning: &Meaning, tags: &[f64], cell_type: &str) -> Vec<Finding> {
    let answers = |value: &&StoredValue| matches!(value.says, Says::Number(_));
    let mut findings = Vec::new();
    for value in values.iter().filter(answers) {
        let (stored, cells) = (value.stored, told_cells(value.cells));
        // 0 as an answer is what nodata = "none" is for.
        if tags.contains(&stored) && stored != 0.0 {
            findings.push(Finding::look(format!(
                "{cells} {stored}, which the files tag as no data and the catalog reads as an answer"
            )));
        } else if meaning.heeds_tag()
            && tags.is_empty()
            && USUAL_FILLS.contains(&stored)
            && (stored != 127.0 || cell_type == "int8")
        {
            findings.push(Finding::look(format!(
                "{cells} {stored}, and the files tag no value as no data: if it is none, write nodata = {stored}"
            )));
        }
    }
    findings
}

fn last_day(seen: Option<Day>, meaning: &Meaning) -> Option<Finding> {
    if meaning.coding == Coding::Number {
        return None;
    }
    let Some(until) = meaning.until else {
        return Some(Finding::look("until is not stated: give the last day the layer has seen".to_owned()));
    };
    let seen = seen?;
    if seen > until {
        return Some(Finding::wrong(format!("the catalog says that it has seen up to {until}, but cells say {seen}")));
    }
    (until.number() - seen.number() > LONG_SILENCE_DAYS).then(|| {
        Finding::look(format!("the catalog says that it has seen up to {until}, but the last that cells say is {seen}"))
    })
}

/// A layer of years in which "never" may hide "no data".
fn silent_gaps(held: &StoredValues, values: &[StoredValue], spec: &RasterSpec) -> Option<Finding> {
    let never: u64 = values.iter().filter(|value| value.says == Says::Never).map(|value| value.cells).sum();
    let guarded = spec.valid_where.is_some() || held.no_data_cells > 0 || spec.meaning.says_yes_only;
    if guarded || spec.value_kind() != ValueKind::Year || 2 * never <= held.cells {
        return None;
    }
    let stored = spec.meaning.never.unwrap_or_default();
    let percent = 100.0 * never as f64 / held.cells as f64;
    Some(Finding::look(format!(
        "{percent:.1} % of the cells hold {stored} (never) and none is no data: if {stored} also stands where nobody looked, \
         add valid_where"
    )))
}

fn named(values: &[&StoredValue]) -> String {
    let shown: Vec<String> = values.iter().take(MOST_NAMED).map(|value| value.stored.to_string()).collect();
    let more = if values.len() > MOST_NAMED { " and others" } else { "" };
    let cells = values.iter().map(|value| value.cells).sum();
    format!("{} {}{more}", told_cells(cells), shown.join(", "))
}

fn told_cells(cells: u64) -> String {
    if cells == 1 { "1 cell holds".to_owned() } else { format!("{cells} cells hold") }
}

impl Finding {
    fn wrong(message: String) -> Self {
        Self { severity: Severity::Wrong, message }
    }

    fn look(message: String) -> Self {
        Self { severity: Severity::WorthALook, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_counts::count_values;
    use lindero_engine::Quiet;
    use lindero_layers::{ConfigFile, LayerSource, LayerSpec};
    use lindero_testkit::{GeoTiff, Sample};
    use ndarray::Array2;

    /// A row of cells under a catalog: what is found, `!` before what is wrong.
    fn check(layer: &str, tag: Option<&str>, cells: &[f64], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let file = GeoTiff::new(Sample::U16, vec![Array2::from_shape_vec((1, cells.len()), cells.to_vec()).unwrap()]);
        let file = match tag {
            Some(tag) => file.nodata(tag),
            None => file,
        };
        file.write(&folder.path().join("x.tif")).unwrap();
        let raster = crate::raster::open_raster("x.tif", Some(folder.path()), &Default::default()).unwrap();
        let blocks = crate::value_counts::all_blocks(raster.info());
        let counts = &count_values(raster.as_ref(), &blocks, &[0], &Quiet).bands[0];
        let text = format!("[layer.x]\npath = 'x.tif'\n{layer}");
        let config = ConfigFile::parse("lindero.toml", &text).unwrap();
        let specs = LayerSpec::read_all(&config.root()).unwrap();
        let spec = specs[0].raster().unwrap();
        let tags: Vec<f64> = tag.iter().map(|tag| tag.parse().unwrap()).collect();
        let found = findings(&decode(counts, spec, &tags), spec, &tags, "uint16");
        let found: Vec<String> = found
            .iter()
            .map(|f| format!("{}{}", if f.severity == Severity::Wrong { "! " } else { "" }, f.message))
            .collect();
        let fits = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.starts_with(e));
        assert!(fits, "{layer} {cells:?}\n{found:#?}\nexpected {expected:#?}");
    }

    const LOSS: &str = "year = { base = 2000, never = 0 }\nperiod = [2001, 2024]\n";

    #[test]
    fn years_outside_the_period_are_wrong() {
        let loss = format!("{LOSS}valid_where = 'm == 1'");
        check(&loss, None, &[0., 24., 1.], &[]);
        check(&loss, None, &[0., 24., 25., 25., 255.], &["! 3 cells hold 25, 255, which is no year from 2001 to 2024"]);
        check(&format!("{loss}\nnodata = [25, 255]"), None, &[0., 24., 25., 25., 255.], &[]);
    }

    #[test]
    fn never_that_is_tagged_as_no_data_is_wrong() {
        check(
            &format!("{LOSS}valid_where = 'm == 1'"),
            Some("0"),
            &[0., 24.],
            &["! the files tag 0 as no data, which the catalog reads as \"never\""],
        );
        check(&format!("{LOSS}valid_where = 'm == 1'\nnodata = 'none'"), Some("0"), &[0., 24.], &[]);
        let alerts = "date = { coding = 'yyddd' }\nsays = 'yes only'\nuntil = 2021-12-31";
        check(alerts, Some("0"), &[0., 21_001.], &[]);
    }

    #[test]
    fn never_without_a_mask_is_worth_a_look() {
        check(LOSS, None, &[0., 0., 24.], &["66.7 % of the cells hold 0 (never) and none is no data"]);
        check(LOSS, None, &[0., 23., 24.], &[]);
        check(LOSS, Some("255"), &[0., 0., 24., 255.], &[]);
    }

    #[test]
    fn undeclared_and_overruled_fills_are_worth_a_look() {
        check("", None, &[0., 1., 255.], &["1 cell holds 255, and the files tag no value as no data"]);
        check("", Some("255"), &[0., 1., 255.], &[]);
        check(
            "nodata = 'none'",
            Some("255"),
            &[0., 1., 255.],
            &["1 cell holds 255, which the files tag as no data and the catalog reads as an answer"],
        );
        check("nodata = 'none'", Some("0"), &[0., 1.], &[]);
        check("nodata = 0", None, &[0., 0.], &["! every cell is no data"]);
    }

    #[test]
    fn percent_has_an_end() {
        check("tree_cover = 2020", None, &[0., 100., 101.], &["! tree cover is in percent, but 1 cell holds 101"]);
    }

    #[test]
    fn a_layer_has_not_seen_more_than_it_says() {
        let alerts = "date = { coding = 'yyddd' }\nsays = 'yes only'\n";
        check(&format!("{alerts}until = 2020-12-31"), None, &[20_366.], &[]);
        check(
            &format!("{alerts}until = 2020-12-30"),
            None,
            &[20_366.],
            &["! the catalog says that it has seen up to 2020-12-30, but cells say 2020-12-31"],
        );
        check(
            &format!("{alerts}until = 2023-01-02"),
            None,
            &[20_366.],
            &["the catalog says that it has seen up to 2023-01-02, but the last"],
        );
        check(alerts, None, &[20_366.], &["until is not stated"]);
        check(
            &format!("{alerts}until = 2021-01-01"),
            None,
            &[20_366., 20_399.],
            &["! 1 cell holds 20399, which is no day of the form yyddd"],
        );
    }
}
