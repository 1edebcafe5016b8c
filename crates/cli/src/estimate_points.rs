//! `lindero estimate --reference`: from points, whose map classes come from a map, a design or the table itself.

use crate::estimate::{Told, head};
use crate::estimate_args::{Estimate, PointColumns, UnitArg};
use crate::failure::Failure;
use crate::progress::RunProgress;
use crate::run_files::hash_of;
use lindero_io::estimate::{
    Boundaries, ClassAreas, ClassMap, ClassOf, Design, NamedNumbers, PointFields, ReferencePoint, ReferencePoints,
    areas_of_map, areas_of_regions, by_class_name, classes_at, read_areas, read_reference_points,
};
use lindero_io::regions::{RegionsRead, read_regions};
use lindero_plots::{M2_PER_HA, Position};
use lindero_regions::RegionSet;
use lindero_regions::estimate::{NamedPoint, StratifiedSample, StratumGround};
use lindero_report::EstimateStory;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const M2_PER_KM2: f64 = 1e6;
/// A point this far from where its design has it was moved, or is another (degrees: about 10 m).
const MOVED_DEG: f64 = 1e-4;

/// A point that counts.
struct Located {
    row: usize,
    stratum: String,
    map_class: Option<String>,
    reference: String,
    position: Option<Position>,
}

/// Ground with the points on it.
struct Ground {
    strata: Vec<StratumGround>,
    /// What the map gives to its classes, where it was measured.
    map_sizes: Option<BTreeMap<String, f64>>,
}

pub(crate) fn estimate_by_points(args: &Estimate, reference: &Path) -> Result<Told, Failure> {
    let read = read_reference_points(reference, &fields(&args.columns))?;
    let mut notes = read_notes(reference, &read);
    let design =
        args.design.as_deref().map(|folder| Design::read(folder).map(|design| (folder, design))).transpose()?;
    let names = design.as_ref().and_then(|(folder, design)| design.class_names(folder));
    let map = args.map.open(names)?;
    let areas = args.areas.as_deref().map(|path| read_areas(path).map(|areas| (path, areas))).transpose()?;
    let mut json = head(args);
    if let Some(map) = &map {
        let identity = map.identity()?;
        if let Some((folder, design)) = &design {
            check_design(folder, design, map, &identity)?;
        }
        json.insert("map".into(), json!(identity));
    }
    let points = match (&design, &map) {
        (Some((folder, design)), _) => points_of_design(folder, design, &read, reference, &mut notes)?,
        (None, Some(map)) => points_on_map(map, &read, reference, &mut notes)?,
        (None, None) => points_of_table(&read, reference)?,
    };
    let mut of_reference = json!(hash_of(reference)?);
    of_reference["points"] = json!(read.points.len() + read.unanswered);
    of_reference["used"] = json!(points.len());
    of_reference["without_reference"] = json!(read.unanswered);
    let columns = read.columns.iter().map(|(what, name)| ((*what).to_owned(), json!(name)));
    of_reference["columns"] = columns.collect::<Map<_, _>>().into();
    json.insert("reference".into(), of_reference);
    if let Some((folder, design)) = &design {
        let told = json!({
            "folder": folder, "seed": design.seed, "points": design.points.len(), "boundaries": design.boundaries,
        });
        json.insert("design".into(), told);
    }

    let progress = RunProgress::new(&args.waiting);
    let mut text = String::new();
    let unit = Unit::of(args, map.is_some())?;
    let whole = match (&design, &map) {
        (Some((_, design)), _) => Some(ground_of_design(design, unit, args.finite_population)),
        // Over regions alone nothing says what the sample is of as a whole.
        (None, Some(_)) if args.regions.is_some() => None,
        (None, Some(map)) => {
            let found = areas_of_map(map, &progress)?;
            Some(ground_on_map(&found, &points, &read, areas.as_ref(), unit)?)
        }
        (None, None) => Some(ground_of_table(args, &points, &read, areas.as_ref())?),
    };
    if let Some(ground) = &whole {
        let told = estimated(ground, &points, unit.name, reference)?;
        json.extend(told.0);
        text.push_str(&told.1);
    }
    if let (Some(path), Some(column), Some(map)) = (&args.regions, &args.region_name, &map) {
        if read.has_strata && design.is_none() && points.iter().any(|it| Some(&it.stratum) != it.map_class.as_ref()) {
            let message = "--regions needs strata that are the map's classes: give --stratum-field \"\" if they are";
            return Err(Failure::new(message));
        }
        let RegionsRead { set: regions, notes: told, .. } = read_regions(path, std::slice::from_ref(column))?;
        notes.extend(told);
        json.insert("boundaries".into(), json!(Boundaries::of(path, column)?));
        let rows = by_region(map, path, column, &regions, &points, unit, &progress)?;
        if !text.is_empty() {
            text = format!("all\n{text}");
        }
        rows.iter().for_each(|(_, told)| text.push_str(told));
        json.insert("regions".into(), rows.into_iter().map(|(row, _)| row).collect());
    }
    progress.done();
    Ok(Told { json, text, notes })
}

/// A unit, and how many square metres it is.
#[derive(Clone, Copy)]
struct Unit {
    name: &'static str,
    m2: f64,
}

impl Unit {
    fn of(args: &Estimate, on_map: bool) -> Result<Self, Failure> {
        let m2 = match args.unit {
            UnitArg::Ha => M2_PER_HA,
            UnitArg::M2 => 1.0,
            UnitArg::Km2 => M2_PER_KM2,
            UnitArg::Px if on_map => {
                return Err(Failure::new("--unit px: areas of a map are measured on the ground; give ha, km2 or m2"));
            }
            UnitArg::Px => 1.0,
        };
        if args.finite_population && args.design.is_none() && args.unit != UnitArg::Px {
            return Err(Failure::new(
                "--finite-population needs the number of cells: areas in --unit px, or a --design",
            ));
        }
        Ok(Self { name: args.unit.name(), m2 })
    }
}

fn fields(columns: &PointColumns) -> PointFields {
    PointFields {
        reference: columns.reference_field.clone(),
        map: columns.map_field.clone(),
        stratum: columns.stratum_field.clone(),
        lon: columns.lon_field.clone(),
        lat: columns.lat_field.clone(),
        id: columns.id_field.clone(),
    }
}

fn read_notes(path: &Path, read: &ReferencePoints) -> Vec<String> {
    let columns: Vec<String> = read.columns.iter().map(|(what, name)| format!("{what} from {name:?}")).collect();
    let mut notes = vec![format!("{} is read by these columns: {}", path.display(), columns.join(", "))];
    notes.extend(read.notes.iter().cloned());
    if read.unanswered > 0 {
        notes.push(format!("{} of its rows have no reference class and are left out", read.unanswered));
    }
    notes
}

/// A sample says something of the map it was drawn from, and of no other.
fn check_design(
    folder: &Path,
    design: &Design,
    map: &ClassMap,
    identity: &lindero_io::estimate::MapIdentity,
) -> Result<(), Failure> {
    if !design.map.is_same_map(identity) {
        let hashes = |it: &lindero_io::estimate::MapIdentity| {
            let files: Vec<String> = it
                .files
                .iter()
                .map(|file| format!("{} {}…", file.name, &file.blake3[..12.min(file.blake3.len())]))
                .collect();
            format!("band {} of {}", it.band, files.join(", "))
        };
        return Err(Failure::new(format!(
            "the sample of {} was drawn from another map: from {}, and --map {} is {} (BLAKE3): give the map it was drawn from",
            folder.display(),
            hashes(&design.map),
            map.name,
            hashes(identity)
        )));
    }
    if design.classes.as_deref() != map.names().map(|names| names.pairs()) {
        let message = format!("--classes names other classes than {} was drawn with: leave it out", folder.display());
        return Err(Failure::new(message));
    }
    Ok(())
}

/// Points by their ids in the design, which knows their strata and places.
fn points_of_design(
    folder: &Path,
    design: &Design,
    read: &ReferencePoints,
    path: &Path,
    notes: &mut Vec<String>,
) -> Result<Vec<Located>, Failure> {
    let by_id: BTreeMap<u64, _> = design.points.iter().map(|point| (point.plotid, point)).collect();
    let mut seen = BTreeSet::new();
    let mut located = Vec::new();
    for point in &read.points {
        let wrong = |reason: String| Failure::new(format!("{}: row {}: {reason}", path.display(), point.row));
        let Some(id) = &point.id else {
            return Err(wrong("it has no id of a point of the design; --id-field says which column has it".to_owned()));
        };
        // Programs write whole numbers with decimals.
        let number = id.parse::<f64>().ok().filter(|number| number.fract() == 0.0 && *number >= 1.0);
        let Some(drawn) = number.and_then(|number| by_id.get(&(number as u64))) else {
            let last = design.points.len();
            return Err(wrong(format!("{id:?} is no point of {}, which has 1 to {last}", folder.display())));
        };
        if !seen.insert(drawn.plotid) {
            return Err(wrong(format!("point {id} is there twice: each needs one answer")));
        }
        if let Some([lon, lat]) = point.position
            && ((lon - drawn.lon).abs() > MOVED_DEG || (lat - drawn.lat).abs() > MOVED_DEG)
        {
            let place = format!("at {lon}, {lat}, but the design has it at {}, {}", drawn.lon, drawn.lat);
            return Err(wrong(format!("point {id} is {place}: is it of another sample?")));
        }
        located.push(Located {
            row: point.row,
            stratum: drawn.stratum.clone(),
            map_class: Some(drawn.stratum.clone()),
            reference: point.reference.clone(),
            position: Some([drawn.lon, drawn.lat]),
        });
    }
    let missing = design.points.len() - located.len();
    if missing > 0 {
        notes.push(format!(
            "{missing} of the {} points drawn have no reference class: they are taken to be like the others of their stratum",
            design.points.len()
        ));
    }
    Ok(located)
}

/// Points with what the map says where they are.
fn points_on_map(
    map: &ClassMap,
    read: &ReferencePoints,
    path: &Path,
    notes: &mut Vec<String>,
) -> Result<Vec<Located>, Failure> {
    let position = |point: &ReferencePoint| {
        point.position.ok_or_else(|| {
            let columns = "it has no columns of longitude and latitude: give --lon-field and --lat-field";
            Failure::new(format!("{}: {columns}, or the --design it was drawn by", path.display()))
        })
    };
    let positions = read.points.iter().map(position).collect::<Result<Vec<_>, _>>()?;
    let classes = classes_at(map, &positions)?;
    let mut located = Vec::new();
    let (mut outside, mut others) = (0, 0);
    for ((point, position), class) in read.points.iter().zip(positions).zip(classes) {
        let ClassOf::Class(class) = class else {
            outside += 1;
            continue;
        };
        others += usize::from(point.map.as_ref().is_some_and(|said| *said != class));
        located.push(Located {
            row: point.row,
            stratum: point.stratum.clone().unwrap_or_else(|| class.clone()),
            map_class: Some(class),
            reference: point.reference.clone(),
            position: Some(position),
        });
    }
    if outside > 0 {
        notes.push(format!("{outside} point(s) lie where the map has no class and are left out"));
    }
    if others > 0 {
        notes.push(format!("{others} point(s) have another map class in the table than in the map, which is believed"));
    }
    if located.is_empty() {
        let message = format!("{}: no point lies where --map {} has a class", path.display(), map.name);
        return Err(Failure::new(message));
    }
    if located.iter().all(|point| located.iter().all(|other| other.map_class.as_ref() != Some(&point.reference))) {
        let example = |name: &Option<String>| name.clone().unwrap_or_default();
        notes.push(format!(
            "no reference class is called as a class of the map is ({:?} and {:?}): --classes gives the map's values names",
            located[0].reference,
            example(&located[0].map_class)
        ));
    }
    Ok(located)
}

/// Points as the table has them.
fn points_of_table(read: &ReferencePoints, path: &Path) -> Result<Vec<Located>, Failure> {
    let located = |point: &ReferencePoint| {
        let stratum = point.stratum.clone().or_else(|| point.map.clone()).ok_or_else(|| {
            let what = "it says neither its stratum nor the map's class: give --stratum-field, --map-field or --map";
            Failure::new(format!("{}: row {}: {what}", path.display(), point.row))
        })?;
        Ok(Located {
            row: point.row,
            stratum,
            map_class: point.map.clone(),
            reference: point.reference.clone(),
            position: point.position,
        })
    };
    read.points.iter().map(located).collect()
}

/// The strata of a design.
fn ground_of_design(design: &Design, unit: Unit, finite: bool) -> Ground {
    let stratum = |it: &lindero_io::estimate::DesignStratum| StratumGround {
        name: it.stratum.clone(),
        size: it.area_m2 / unit.m2,
        cells: finite.then_some(it.cells),
        map_class: Some(it.stratum.clone()),
    };
    Ground { strata: design.strata.iter().map(stratum).collect(), map_sizes: None }
}

/// The map's classes as strata.
fn ground_of_classes(areas: &ClassAreas, unit: Unit) -> Ground {
    let stratum = |(name, m2): (&String, &f64)| StratumGround {
        name: name.clone(),
        size: m2 / unit.m2,
        cells: None,
        map_class: Some(name.clone()),
    };
    let mut strata: Vec<StratumGround> = areas.classes.iter().map(stratum).collect();
    strata.sort_by(|a, b| by_class_name(&a.name, &b.name));
    let map_sizes = strata.iter().map(|stratum| (stratum.name.clone(), stratum.size)).collect();
    Ground { strata, map_sizes: Some(map_sizes) }
}

/// The strata of points on a whole map: its classes, or others with the areas that are given for them.
fn ground_on_map(
    found: &ClassAreas,
    points: &[Located],
    read: &ReferencePoints,
    areas: Option<&(&Path, NamedNumbers)>,
    unit: Unit,
) -> Result<Ground, Failure> {
    let mut ground = ground_of_classes(found, unit);
    if let Some((_, areas)) = areas {
        ground.strata = strata_of(areas, &|_| None, false);
        return Ok(ground);
    }
    if let Some(other) = points.iter().find(|point| !found.classes.contains_key(&point.stratum)) {
        return Err(Failure::new(format!(
            "row {}: stratum {:?} is no class of the map, so that its area is not known: give --areas, or --stratum-field \
             \"\" if the map's classes are the strata",
            other.row, other.stratum
        )));
    }
    if read.has_strata && points.iter().any(|point| Some(&point.stratum) != point.map_class.as_ref()) {
        // Drawn by an older map of the same classes, say: then the strata do not tell what this one has.
        ground.strata.iter_mut().for_each(|stratum| stratum.map_class = None);
    }
    Ok(ground)
}

/// The strata of points without a map.
fn ground_of_table(
    args: &Estimate,
    points: &[Located],
    read: &ReferencePoints,
    areas: Option<&(&Path, NamedNumbers)>,
) -> Result<Ground, Failure> {
    let Some((path, areas)) = areas else {
        return Err(Failure::new("--reference needs the --map or the --areas that its strata have"));
    };
    if let Some(other) = points.iter().find(|point| areas.get(&point.stratum).is_none()) {
        let known: Vec<&str> = areas.names().collect();
        return Err(Failure::new(format!(
            "row {}: stratum {:?} has no area in {}, which has {}",
            other.row,
            other.stratum,
            path.display(),
            known.join(", ")
        )));
    }
    // Without a column of strata the map's classes are the strata.
    let pure = |name: &str| (!read.has_strata).then(|| name.to_owned());
    let finite = args.finite_population;
    Ok(Ground { strata: strata_of(areas, &pure, finite), map_sizes: None })
}

fn strata_of(areas: &NamedNumbers, map_class: &dyn Fn(&str) -> Option<String>, finite: bool) -> Vec<StratumGround> {
    let stratum = |name: &str| {
        let size = areas.get(name).unwrap_or_default();
        let cells = finite.then_some(size.round() as u64);
        StratumGround { name: name.to_owned(), size, cells, map_class: map_class(name) }
    };
    areas.names().map(stratum).collect()
}

/// Estimates over some ground, as kept and as printed.
fn estimated(
    ground: &Ground,
    points: &[Located],
    unit: &str,
    path: &Path,
) -> Result<(Map<String, Value>, String), Failure> {
    let named: Vec<NamedPoint<'_>> = points.iter().map(Located::named).collect();
    told(ground, &named, unit).map_err(|point| {
        let Located { row, stratum, .. } = &points[point];
        Failure::new(format!("{}: row {row}: stratum {stratum:?} has no area", path.display()))
    })
}

fn told(ground: &Ground, points: &[NamedPoint<'_>], unit: &str) -> Result<(Map<String, Value>, String), usize> {
    let sample = StratifiedSample::of_points(&ground.strata, points, by_class_name)?;
    let estimate = sample.estimate();
    let sizes = ground.map_sizes.as_ref().map(|sizes| {
        sample.classes().iter().map(|class| sizes.get(class).copied().unwrap_or(0.0)).collect::<Vec<f64>>()
    });
    let story = EstimateStory { sample: &sample, estimate: &estimate, map_sizes: sizes.as_deref(), unit };
    Ok((story.json(), story.table()))
}

/// Estimates of each region, in the order of their file, by the points that lie in it.
fn by_region(
    map: &ClassMap,
    path: &Path,
    column: &str,
    regions: &RegionSet,
    points: &[Located],
    unit: Unit,
    progress: &RunProgress,
) -> Result<Vec<(Value, String)>, Failure> {
    let mut areas: BTreeMap<String, ClassAreas> = areas_of_regions(map, path, column, progress)?.into_iter().collect();
    let lies_in: Vec<Vec<u32>> =
        points.iter().map(|point| point.position.map_or_else(Vec::new, |position| regions.at(position))).collect();
    let mut rows = Vec::new();
    for (region, name) in regions.names().iter().enumerate() {
        let found = areas.remove(name).unwrap_or_default();
        let ground = ground_of_classes(&found, unit);
        let inside = points.iter().zip(&lies_in).filter(|(_, regions)| regions.contains(&(region as u32)));
        // A point on the very border may be of a class of which the region has no ground at all.
        let inside = inside.filter(|(point, _)| found.classes.contains_key(&point.stratum));
        let inside: Vec<NamedPoint<'_>> = inside.map(|(point, _)| point.named()).collect();
        let (json, table) = told(&ground, &inside, unit.name).map_err(|point| {
            Failure::new(format!("region {name}: a point's stratum {:?} has no area", inside[point].stratum))
        })?;
        let mut row = Map::new();
        row.insert("region".into(), json!(name));
        row.insert("area_without_class".into(), json!(found.nothing_m2 / unit.m2));
        row.extend(json);
        rows.push((row.into(), format!("\n{name}\n{table}")));
    }
    Ok(rows)
}

impl Located {
    fn named(&self) -> NamedPoint<'_> {
        NamedPoint { stratum: &self.stratum, map_class: self.map_class.as_deref(), reference: &self.reference }
    }
}
