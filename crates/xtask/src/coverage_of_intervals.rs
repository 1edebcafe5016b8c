//! `coverage-of-intervals`: of how many samples of a landscape whose truth is known the 95 % intervals hold it.

use clap::Args;
use lindero_engine::Quiet;
use lindero_io::estimate::{ClassMap, Design, Wishes, by_class_name};
use lindero_plots::row_area_m2;
use lindero_regions::estimate::{Estimate, Figure, NamedPoint, StratifiedSample, StratumGround, Z_95};
use lindero_testkit::{GeoTiff, Sample, SplitMix64};
use ndarray::Array2;
use std::path::Path;

/// Rows and columns of the landscape: a degree and a half of latitude, so that cells differ.
const SIZE: (usize, usize) = (300, 200);
/// Degrees of a cell.
const CELL: f64 = 0.005;
/// Classes: loss, forest, other; and how often the map gets each right.
const CLASSES: [(f64, f64); 3] = [(1.0, 0.75), (2.0, 0.92), (3.0, 0.88)];
/// Shares between which intervals of 95 % are as they should be.
const SOUND: std::ops::RangeInclusive<f64> = 0.93..=0.97;

#[derive(Args)]
pub(crate) struct CoverageOfIntervals {
    /// How many samples
    #[arg(long, default_value_t = 1000)]
    samples: u64,
    /// The standard error of the overall accuracy that they are made for
    #[arg(long, default_value_t = 0.015)]
    target_se: f64,
}

pub(crate) fn run(arguments: &CoverageOfIntervals) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = folder.path().join("map.tif");
    let (truth, map) = landscape();
    write(&map, &path)?;
    let map = ClassMap::open(&path.display().to_string(), 0, None, None).map_err(|error| error.to_string())?;
    let true_shares = true_shares(&truth, &cell_areas_m2());
    let mut held = [0u64; CLASSES.len()];
    let mut points = 0;
    for seed in 1..=arguments.samples {
        let wishes = Wishes { target_se: arguments.target_se, expected: &|_| 0.9, min_per_stratum: 75, seed };
        let design = Design::draw(&map, None, &wishes, "xtask", &Quiet).map_err(|error| error.to_string())?;
        points = design.points.len();
        let estimate = estimated(&design, &truth)?;
        for (class, held) in held.iter_mut().enumerate() {
            let Figure { value: Ok(area), .. } = &estimate.classes[class].area else { continue };
            let half_width = estimate.classes[class].area.half_width(Z_95).unwrap_or(0.0);
            *held += u64::from((area / estimate.size - true_shares[class]).abs() <= half_width / estimate.size);
        }
    }
    println!("{} samples of {points} points of a map of {} x {} cells", arguments.samples, SIZE.0, SIZE.1);
    let mut sound = true;
    for ((class, accuracy), (held, share)) in CLASSES.iter().zip(held.iter().zip(true_shares)) {
        let coverage = *held as f64 / arguments.samples as f64;
        sound &= SOUND.contains(&coverage);
        println!(
            "class {class}: {:.4} of the ground, mapped right {accuracy}: intervals hold it in {:.1} %",
            share,
            100.0 * coverage
        );
    }
    if sound { Ok(()) } else { Err("not all intervals hold the truth in 93 to 97 % of the samples".to_owned()) }
}

/// What is there, and what the map says: more loss in the south, so that where a cell lies matters.
fn landscape() -> (Array2<f64>, Array2<f64>) {
    let mut chance = SplitMix64::new(2014);
    let truth = Array2::from_shape_fn(SIZE, |(row, _)| match chance.unit() {
        draw if draw < 0.02 + 0.06 * row as f64 / SIZE.0 as f64 => 1.0,
        draw if draw < 0.7 => 2.0,
        _ => 3.0,
    });
    let map = truth.mapv(|class| match CLASSES.iter().find(|(known, _)| *known == class) {
        Some((_, accuracy)) if !chance.chance(*accuracy) => 1.0 + class % 3.0,
        _ => class,
    });
    (truth, map)
}

fn write(map: &Array2<f64>, path: &Path) -> Result<(), String> {
    let file = GeoTiff::new(Sample::U8, vec![map.clone()]).at(-76.0, -9.0).cell(CELL, CELL);
    file.write(path).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// Square metres of a cell in each row.
fn cell_areas_m2() -> Vec<f64> {
    let row = |row: usize| {
        let north = -9.0 - CELL * row as f64;
        row_area_m2(north - CELL, north, CELL)
    };
    (0..SIZE.0).map(row).collect()
}

fn true_shares(truth: &Array2<f64>, cell_m2: &[f64]) -> [f64; CLASSES.len()] {
    let area = |class: f64| -> f64 {
        truth.indexed_iter().filter(|(_, cell)| **cell == class).map(|((row, _), _)| cell_m2[row]).sum()
    };
    let all: f64 = cell_m2.iter().sum::<f64>() * SIZE.1 as f64;
    CLASSES.map(|(class, _)| area(class) / all)
}

/// What the sample says, each point being what is truly there.
fn estimated(design: &Design, truth: &Array2<f64>) -> Result<Estimate, String> {
    let strata: Vec<StratumGround> = (design.strata.iter())
        .map(|it| StratumGround {
            name: it.stratum.clone(),
            size: it.area_m2,
            cells: None,
            map_class: Some(it.stratum.clone()),
        })
        .collect();
    let reference =
        |lon: f64, lat: f64| truth[(((-9.0 - lat) / CELL) as usize, ((lon + 76.0) / CELL) as usize)].to_string();
    let references: Vec<String> = design.points.iter().map(|point| reference(point.lon, point.lat)).collect();
    let points: Vec<NamedPoint<'_>> = (design.points.iter().zip(&references))
        .map(|(point, reference)| NamedPoint { stratum: &point.stratum, map_class: Some(&point.stratum), reference })
        .collect();
    StratifiedSample::of_points(&strata, &points, by_class_name)
        .map(|sample| sample.estimate())
        .map_err(|point| format!("point {point} is of no stratum"))
}
