//! `[layer.*]` of a catalog: which files a layer is made of and what its values mean.

use crate::config::{ConfigError, Entry, Expression, Section};
use crate::meaning::{Coding, Confidence, Meaning, NoData};
use lindero_logic::{Day, ValueKind, check_name};

/// One `[layer.*]` of a catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerSpec {
    /// Its name in expressions and columns.
    pub id: String,
    /// Path or pattern of its files, as written; relative to the catalog.
    pub path: String,
    /// The line it begins on.
    pub line: usize,
    /// The coordinate system, where the files do not state theirs.
    pub crs: Option<String>,
    /// What kind of layer it is.
    pub kind: LayerKind,
    /// Licence or credit, carried into reports.
    pub licence: Option<String>,
}

/// What kind of layer it is.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerKind {
    /// Cells.
    Raster(Box<RasterSpec>),
    /// Features with a name.
    Vector(VectorSpec),
}

/// A layer of cells.
#[derive(Clone, Debug, PartialEq)]
pub struct RasterSpec {
    /// Which band to read, from 0; of a stack, the band of the first year.
    pub band: u32,
    /// Of a stack with a band a year: the year of the first band.
    pub first_year: Option<i32>,
    /// What the stored values mean.
    pub meaning: Meaning,
    /// Where this layer speaks at all; elsewhere it is unknown.
    pub valid_where: Option<Expression>,
    /// Where its value counts; elsewhere it is as if it had none.
    pub only_where: Option<Expression>,
    /// The year of a layer of tree cover in percent.
    pub tree_cover_year: Option<i32>,
    /// Of a layer of heights in metres: its mean absolute error, in metres.
    pub height_error_m: Option<f64>,
}

/// A layer of features.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorSpec {
    /// The column with a feature's name.
    pub name: Option<String>,
    /// The column with a feature's category.
    pub category: Option<String>,
    /// Which layer of the file, where it holds several.
    pub layer: Option<String>,
}

const COMMON: [&str; 3] = ["path", "crs", "licence"];
const RASTER: [&str; 13] = [
    "band",
    "bands",
    "nodata",
    "year",
    "date",
    "period",
    "until",
    "scale",
    "offset",
    "says",
    "valid_where",
    "only_where",
    "error_m",
];
const VECTOR: [&str; 3] = ["name", "category", "layer"];
/// Endings of files that hold features.
const VECTOR_ENDINGS: [&str; 9] =
    ["gpkg", "geojson", "json", "shp", "fgb", "parquet", "geoparquet", "geojsonl", "geojsonseq"];

impl LayerSpec {
    /// Reads every `[layer.*]` of a catalog, in the order of the file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn read_all(root: &Section<'_>) -> Result<Vec<Self>, ConfigError> {
        let Some(layers) = root.get("layer") else {
            return Err(root.error("there is no [layer.*] section: a catalog needs at least one layer".to_owned()));
        };
        layers.section()?.entries().map(|(id, entry)| Self::read(id, &entry)).collect()
    }

    fn read(id: &str, entry: &Entry<'_>) -> Result<Self, ConfigError> {
        check_name(id).map_err(|e| entry.error_at_key(format!("layer name {e}")))?;
        let section = entry.section()?;
        let allowed: Vec<&str> =
            COMMON.iter().chain(&RASTER).chain(&VECTOR).copied().chain(["kind", "tree_cover"]).collect();
        section.only(&allowed)?;
        let path = section.require("path")?;
        let is_vector = match section.get("kind") {
            None => is_vector_path(path.text()?),
            Some(kind) => match kind.text()? {
                "raster" => false,
                "vector" => true,
                _ => return Err(kind.wrong("\"raster\" or \"vector\"")),
            },
        };
        let (foreign, what): (&[&str], _) = if is_vector { (&RASTER, "features") } else { (&VECTOR, "cells") };
        if let Some((_, entry)) = section.entries().find(|(key, _)| foreign.contains(key)) {
            return Err(entry.error_at_key(format!("{} makes no sense for a layer of {what}", entry.path())));
        }
        let text = |key: &str| section.get(key).map(|e| e.text().map(str::to_owned)).transpose();
        let kind = if is_vector {
            LayerKind::Vector(VectorSpec { name: text("name")?, category: text("category")?, layer: text("layer")? })
        } else {
            LayerKind::Raster(Box::new(RasterSpec::read(&section)?))
        };
        let line = entry.error_at_key(String::new()).line;
        Ok(Self {
            id: id.to_owned(),
            path: path.text()?.to_owned(),
            line,
            crs: text("crs")?,
            kind,
            licence: text("licence")?,
        })
    }

    /// The raster half, if it is one.
    #[must_use]
    pub fn raster(&self) -> Option<&RasterSpec> {
        match &self.kind {
            LayerKind::Raster(raster) => Some(raster),
            LayerKind::Vector(_) => None,
        }
    }
}

/// Whether a path's ending is one of a file of features.
#[must_use]
pub fn is_vector_path(path: &str) -> bool {
    let file = path.split('|').next().unwrap_or(path);
    file.rsplit_once('.').is_some_and(|(_, ending)| VECTOR_ENDINGS.contains(&ending.to_lowercase().as_str()))
}

impl RasterSpec {
    fn read(section: &Section<'_>) -> Result<Self, ConfigError> {
        let first_year = match section.get("bands") {
            None => None,
            Some(bands) => {
                let bands = bands.section()?;
                bands.only(&["first"])?;
                Some(bands.require("first")?.year()?)
            }
        };
        let band = match section.get("band") {
            None => 0,
            Some(entry) if first_year.is_some() => {
                return Err(entry.error_at_key(format!("{}: a stack is read by year, leave band out", entry.path())));
            }
            Some(entry) => match entry.whole()? {
                band @ 1..=65_535 => band as u32 - 1,
                _ => return Err(entry.wrong("the number of a band, from 1")),
            },
        };
        let expression = |key: &str| section.get(key).map(|e| e.expression()).transpose();
        Ok(Self {
            band,
            first_year,
            meaning: meaning(section)?,
            valid_where: expression("valid_where")?,
            only_where: expression("only_where")?,
            tree_cover_year: section.get("tree_cover").map(|e| e.year()).transpose()?,
            height_error_m: section.get("error_m").map(|e| error_m(&e)).transpose()?,
        })
    }

    /// What expressions compare it with.
    #[must_use]
    pub fn value_kind(&self) -> ValueKind {
        match self.meaning.coding {
            Coding::Number => ValueKind::Number,
            Coding::Year { .. } => ValueKind::Year,
            Coding::Yyddd | Coding::DaysSince { .. } | Coding::Graded { .. } => ValueKind::Day,
        }
    }
}

fn error_m(entry: &Entry<'_>) -> Result<f64, ConfigError> {
    match entry.number()? {
        error_m if error_m > 0.0 => Ok(error_m),
        _ => Err(entry.wrong("a mean absolute error in metres, such as 2.8")),
    }
}

fn meaning(section: &Section<'_>) -> Result<Meaning, ConfigError> {
    let number = |key: &str, default: f64| section.get(key).map_or(Ok(default), |e| e.number());
    let (coding, never) = coding(section)?;
    let period = section.get("period").map(|entry| period(&entry)).transpose()?;
    let until = match (section.get("until"), period) {
        (Some(entry), _) => Some(entry.day()?),
        (None, Some((_, last))) => Day::from_ymd(last, 12, 31),
        (None, None) => None,
    };
    if let (Some(entry), None, Coding::Year { .. }) = (section.get("year"), until, &coding) {
        return Err(entry.error_at_key(format!(
            "{}: a layer of years needs its period, such as period = [2001, 2024], else nobody knows what it has not seen",
            entry.path()
        )));
    }
    let says_yes_only = match section.get("says") {
        None => false,
        Some(entry) if entry.text()? == "yes only" => true,
        Some(entry) => return Err(entry.wrong("\"yes only\"")),
    };
    Ok(Meaning {
        coding,
        never,
        no_data: section.get("nodata").map_or(Ok(NoData::AsTagged), |entry| no_data(&entry))?,
        scale: number("scale", 1.0)?,
        offset: number("offset", 0.0)?,
        period,
        until,
        says_yes_only,
    })
}

fn period(entry: &Entry<'_>) -> Result<(i32, i32), ConfigError> {
    match entry.list()?.as_slice() {
        [first, last] if first.year()? <= last.year()? => Ok((first.year()?, last.year()?)),
        _ => Err(entry.wrong("the first and the last year, such as [2001, 2024]")),
    }
}

fn no_data(entry: &Entry<'_>) -> Result<NoData, ConfigError> {
    if entry.text() == Ok("none") {
        return Ok(NoData::None);
    }
    let values = entry.one_or_more()?.iter().map(Entry::number).collect::<Result<Vec<_>, _>>();
    values.map(NoData::Values).map_err(|_| entry.wrong("\"none\", a number or a list of numbers"))
}

fn coding(section: &Section<'_>) -> Result<(Coding, Option<f64>), ConfigError> {
    match (section.get("year"), section.get("date")) {
        (None, None) => Ok((Coding::Number, None)),
        (Some(_), Some(date)) => {
            Err(date.error_at_key(format!("{}: a layer holds years or days, not both", date.path())))
        }
        (Some(year), None) => {
            let year = year.section()?;
            year.only(&["base", "never"])?;
            let base = year.get("base").map_or(Ok(0), |e| e.whole())?;
            Ok((Coding::Year { base: base as f64 }, never(&year)?))
        }
        (None, Some(date)) => {
            let date = date.section()?;
            date.only(&["coding", "epoch", "confidence", "never"])?;
            let name = date.require("coding")?;
            let coding = match name.text()? {
                "yyddd" => Coding::Yyddd,
                "days" => Coding::DaysSince { epoch: date.require("epoch")?.day()? },
                "gfw" => Coding::Graded { confidence: confidence(&date)? },
                _ => return Err(name.wrong("\"yyddd\", \"days\" or \"gfw\"")),
            };
            Ok((coding, Some(never(&date)?.unwrap_or(0.0))))
        }
    }
}

fn never(section: &Section<'_>) -> Result<Option<f64>, ConfigError> {
    section.get("never").map(|e| e.number()).transpose()
}

fn confidence(date: &Section<'_>) -> Result<Confidence, ConfigError> {
    let Some(entry) = date.get("confidence") else { return Ok(Confidence::ANY) };
    let mut levels = Confidence::NONE;
    for level in entry.one_or_more()? {
        match level.whole()? {
            digit @ 2..=4 => levels = levels.with(digit as u8),
            _ => return Err(level.wrong("2 (low), 3 (high) or 4 (several systems)")),
        }
    }
    Ok(levels)
}
