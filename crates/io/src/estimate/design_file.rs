//! The design of a sample: drawn from a map, written to a folder, and read back by `estimate`.

use super::EstimateError;
use super::class_map::{ClassMap, MapIdentity};
use super::class_names::ClassNames;
use super::draw::{Chance, Drawn, draw, strata_of};
use super::frame::{Frame, grid_of};
use crate::run::{RunFolder, hash_file};
use lindero_engine::Progress;
use lindero_plots::Position;
use lindero_regions::RegionSet;
use lindero_regions::design::{Expected, allocate, expected_se, sample_size};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The file that holds all of a design.
const DESIGN: &str = "design.json";
/// The points for Collect Earth Online, which wants these three columns first and in this order.
const POINTS: &str = "points.csv";
/// The points for maps.
const POINTS_MAP: &str = "points.geojson";
/// What the drawing is, for whoever reads the design.
const METHOD: &str = "stratified random sample of cells without replacement, the map's classes as strata, each cell as likely \
                      as its area; sample size by Olofsson et al. 2014, equation 13";

/// How a sample was drawn, and all of its points.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Design {
    /// The program that drew it.
    pub program: String,
    /// How it was drawn.
    pub method: String,
    /// The map, by content.
    pub map: MapIdentity,
    /// What the map's values were called; `None`: each value is a class.
    pub classes: Option<Vec<(f64, String)>>,
    /// The boundaries within which points were drawn.
    pub boundaries: Option<Boundaries>,
    /// What the drawing started from.
    pub seed: u64,
    /// The standard error of the overall accuracy that was asked for.
    pub target_se: f64,
    /// The least number of points in a stratum that was asked for.
    pub min_per_stratum: u64,
    /// Points by the formula, before strata got their least number.
    pub sample_size: u64,
    /// The standard error of the overall accuracy that the points can be expected to give.
    pub expected_se: f64,
    /// The strata.
    pub strata: Vec<DesignStratum>,
    /// The points, in an order that says nothing of their strata.
    pub points: Vec<DesignPoint>,
}

/// A file of regions, by content.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Boundaries {
    /// Its name without folders: often the edition.
    pub file: String,
    /// BLAKE3, in hex.
    pub blake3: String,
    /// The column with a region's name.
    pub name_field: String,
}

/// A stratum of a design.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct DesignStratum {
    /// The class of the map.
    pub stratum: String,
    /// Its ground, square metres.
    pub area_m2: f64,
    /// Its share of the ground.
    pub weight: f64,
    /// Its cells.
    pub cells: u64,
    /// Points drawn in it.
    pub points: u64,
    /// The probability that a cell of middling area is drawn: points by cells.
    pub inclusion_probability: f64,
    /// The user's accuracy that was expected.
    pub expected_users_accuracy: f64,
}

/// A point of a design: the centre of a cell, which is what is to be looked at.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct DesignPoint {
    /// Its number, from 1.
    pub plotid: u64,
    /// Degrees.
    pub lon: f64,
    /// Degrees.
    pub lat: f64,
    /// The stratum it was drawn in.
    pub stratum: String,
    /// The region in which its cell has its centre.
    pub region: Option<String>,
}

/// What is asked of a sample.
#[derive(Clone, Copy)]
pub struct Wishes<'a> {
    /// The standard error of the overall accuracy.
    pub target_se: f64,
    /// The user's accuracy expected of a class.
    pub expected: &'a dyn Fn(&str) -> f64,
    /// Points in each stratum at least.
    pub min_per_stratum: u64,
    /// What the drawing starts from.
    pub seed: u64,
}

impl Boundaries {
    /// Hashes a file of regions.
    ///
    /// # Errors
    ///
    /// [`EstimateError::Io`] if it cannot be read.
    pub fn of(path: &Path, name_field: &str) -> Result<Self, EstimateError> {
        let hash = hash_file(path).map_err(|source| EstimateError::Io { path: path.to_owned(), source })?;
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { file, blake3: hash.blake3, name_field: name_field.to_owned() })
    }
}

impl Design {
    /// Draws a sample of a map's cells, within regions if there are any.
    ///
    /// # Errors
    ///
    /// [`EstimateError`] if the map cannot be read or has no class to draw from.
    pub fn draw(
        map: &ClassMap,
        regions: Option<(&RegionSet, Boundaries)>,
        wishes: &Wishes<'_>,
        program: &str,
        progress: &dyn Progress,
    ) -> Result<Self, EstimateError> {
        let frame = match &regions {
            None => Frame::all(),
            Some((regions, _)) => Frame::of_regions(map, regions)?,
        };
        let strata = strata_of(map, &frame, progress)?;
        if strata.cells.is_empty() {
            let reason = format!("--map {}: no cell that could be drawn has a class", map.name);
            return Err(EstimateError::Map { reason });
        }
        let whole_m2: f64 = strata.cells.iter().map(|it| it.area_m2).sum();
        let expected: Vec<Expected> = (strata.cells.iter())
            .map(|it| Expected { weight: it.area_m2 / whole_m2, users_accuracy: (wishes.expected)(&it.name) })
            .collect();
        let weights: Vec<f64> = expected.iter().map(|it| it.weight).collect();
        let cells: Vec<u64> = strata.cells.iter().map(|it| it.cells).collect();
        let size = sample_size(&expected, wishes.target_se);
        let points = allocate(size, &weights, &cells, wishes.min_per_stratum);
        let drawn = draw(map, &frame, &strata, &points, wishes.seed, progress)?;
        let stratum = |(index, it): (usize, &super::draw::StratumCells)| DesignStratum {
            stratum: it.name.clone(),
            area_m2: it.area_m2,
            weight: weights[index],
            cells: it.cells,
            points: points[index],
            inclusion_probability: points[index] as f64 / it.cells as f64,
            expected_users_accuracy: expected[index].users_accuracy,
        };
        let strata_told: Vec<DesignStratum> = strata.cells.iter().enumerate().map(stratum).collect();
        let region = |drawn: &Drawn| {
            let (regions, _) = regions.as_ref()?;
            Some(regions.names()[frame.region_at(drawn.cell)? as usize].clone())
        };
        Ok(Self {
            program: program.to_owned(),
            method: METHOD.to_owned(),
            map: map.identity()?,
            classes: map.names().map(|names| names.pairs().to_vec()),
            seed: wishes.seed,
            target_se: wishes.target_se,
            min_per_stratum: wishes.min_per_stratum,
            sample_size: size,
            expected_se: expected_se(&expected, &points),
            points: placed(map, drawn, wishes.seed, &strata_told, region)?,
            strata: strata_told,
            boundaries: regions.as_ref().map(|(_, boundaries)| boundaries.clone()),
        })
    }

    /// Reads the design of a folder.
    ///
    /// # Errors
    ///
    /// [`EstimateError`] if there is none, or it is no design.
    pub fn read(folder: &Path) -> Result<Self, EstimateError> {
        let path = folder.join(DESIGN);
        let text = std::fs::read_to_string(&path).map_err(|source| EstimateError::Io { path: path.clone(), source })?;
        serde_json::from_str(&text)
            .map_err(|error| EstimateError::table(&path, format!("it is no design of `lindero sample`: {error}")))
    }

    /// What the map's values were called.
    #[must_use]
    pub fn class_names(&self, folder: &Path) -> Option<ClassNames> {
        self.classes.as_ref().map(|names| ClassNames::of(&folder.join(DESIGN), names.clone()))
    }

    /// Writes the files of a design.
    ///
    /// # Errors
    ///
    /// [`EstimateError::Io`] naming the file.
    pub fn write(&self, folder: &RunFolder) -> Result<(), EstimateError> {
        let write = |name: &str, text: String| {
            let path: PathBuf = folder.file(name);
            std::fs::write(&path, text).map_err(|source| EstimateError::Io { path, source })
        };
        let pretty = |value: &serde_json::Value| format!("{value:#}\n");
        write(DESIGN, pretty(&json!(self)))?;
        // Without the strata: whoever looks at a point should not know what the map says there.
        let row = |point: &DesignPoint| format!("{},{},{}\n", point.lon, point.lat, point.plotid);
        write(POINTS, format!("LON,LAT,PLOTID\n{}", self.points.iter().map(row).collect::<String>()))?;
        let feature = |point: &DesignPoint| {
            json!({
                "type": "Feature",
                "geometry": { "type": "Point", "coordinates": [point.lon, point.lat] },
                "properties": { "plotid": point.plotid, "stratum": point.stratum, "region": point.region },
            })
        };
        let features: Vec<serde_json::Value> = self.points.iter().map(feature).collect();
        write(POINTS_MAP, pretty(&json!({ "type": "FeatureCollection", "features": features })))
    }
}

/// Cells as points, shuffled and numbered.
fn placed(
    map: &ClassMap,
    mut drawn: Vec<Drawn>,
    seed: u64,
    strata: &[DesignStratum],
    region: impl Fn(&Drawn) -> Option<String>,
) -> Result<Vec<DesignPoint>, EstimateError> {
    let chance = Chance::of(seed);
    drawn.sort_by_cached_key(|drawn| (chance.order(drawn.cell), drawn.cell));
    let grid = grid_of(map)?;
    let mut positions: Vec<Position> = drawn.iter().map(|drawn| grid.centre(drawn.cell)).collect();
    if let Some(projection) = &map.source.info().projection {
        projection.transform()?.inverse(&mut positions);
    }
    let point = |(index, (drawn, [lon, lat])): (usize, (&Drawn, Position))| DesignPoint {
        plotid: index as u64 + 1,
        lon,
        lat,
        stratum: strata[drawn.stratum].stratum.clone(),
        region: region(drawn),
    };
    Ok(drawn.iter().zip(positions).enumerate().map(point).collect())
}
