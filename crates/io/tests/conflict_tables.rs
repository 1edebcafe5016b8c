//! The tables of conflicts, byte by byte, and the ground in them as a map reads it.

use lindero_io::conflict_tables::ConflictTables;
use lindero_plots::{
    ConflictRules, M2_PER_HA, PlotGround, PlotGrounds, Position, Shape, ShapeStore, area_m2, conflicts,
};
use std::path::Path;

fn square(x: f64, y: f64, size: f64) -> Vec<Position> {
    vec![[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
}

/// Two squares of an eighth of a degree that overlap by half a square, one of them twice, and one with a hole.
fn shapes() -> ShapeStore {
    let mut hole = square(10.25, 0.25, 0.5);
    hole.reverse();
    let drawn = [
        vec![vec![square(0.0, 0.0, 0.125)]],
        vec![vec![square(0.0625, 0.0, 0.125)]],
        vec![vec![square(0.0, 0.0, 0.125)]],
        vec![vec![square(10.0, 0.0, 1.0), hole]],
        vec![vec![square(9.5, -0.5, 2.0)]],
    ];
    let mut shapes = ShapeStore::new();
    for parts in drawn {
        shapes.push(Shape::from_rings(parts).as_ref());
    }
    shapes
}

fn write(folder: &Path, shapes: &ShapeStore, threads: usize) -> [String; 3] {
    let producers = [Some(1), Some(2), Some(1), None, None];
    let row = |(index, producer): (usize, Option<u32>)| {
        let shape = index as u32;
        PlotGround { shape: Some(shape), area_m2: area_m2(shapes.get(shape)), producer }
    };
    let rows: Vec<PlotGround> = producers.into_iter().enumerate().map(row).collect();
    let grounds = PlotGrounds::new(shapes, &rows);
    let ids = ["north, a", "b", "c", "d", "e"];
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let found = conflicts(&grounds, &ConflictRules::default());
        let tables = ConflictTables { found: &found, grounds: &grounds, plot_id: &|row| ids[row as usize] };
        tables.write_files(folder).unwrap();
    });
    ["overlaps.csv", "overlaps.geojson", "groups.csv"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap())
}

#[test]
fn every_pair_is_a_line_and_every_plot_in_a_group_another() {
    let (folder, shapes) = (tempfile::tempdir().unwrap(), shapes());
    let [overlaps, _, groups] = write(folder.path(), &shapes, 2);
    let ha = |index: u32| area_m2(shapes.get(index)) / M2_PER_HA;
    let cells = |table: &str| -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
        reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let lines = cells(&overlaps);
    assert_eq!(
        lines[0].join(","),
        "row_a,plot_id_a,row_b,plot_id_b,kind,same_producer,overlap_ha,pct_of_a,pct_of_b,pct_of_union,width_m,group"
    );
    let names: Vec<String> = lines[1..].iter().map(|line| [&line[..6], &line[11..]].concat().join("|")).collect();
    assert_eq!(
        names,
        [
            "0|north, a|1|b|overlap|false|1",
            "0|north, a|2|c|duplicate|true|1",
            "1|b|2|c|overlap|false|1",
            "3|d|4|e|inside||2",
        ]
    );
    let numbers = |line: &[String]| -> Vec<f64> { line.iter().map(|cell| cell.parse().unwrap()).collect() };
    let near = |found: &[f64], expected: &[f64]| {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= 1e-9 * b.abs()), "{found:?} {expected:?}");
    };
    near(&numbers(&lines[1][6..10]), &[ha(0) / 2.0, 50.0, 50.0, 100.0 / 3.0]);
    near(&numbers(&lines[4][6..10]), &[ha(3), 100.0, 100.0 * ha(3) / ha(4), 100.0 * ha(3) / ha(4)]);
    let lines = cells(&groups);
    assert_eq!(lines[0].join(","), "group,row,plot_id,area_ha,group_plots,group_area_ha,group_counted_twice_ha");
    let names: Vec<String> = lines[1..].iter().map(|line| line[..3].join("|")).collect();
    assert_eq!(names, ["1|0|north, a", "1|1|b", "1|2|c", "2|3|d", "2|4|e"]);
    near(&numbers(&lines[1][3..]), &[ha(0), 3.0, 3.0 * ha(0), 1.5 * ha(0)]);
    near(&numbers(&lines[5][3..]), &[ha(4), 2.0, ha(3) + ha(4), ha(3)]);
}

#[test]
fn the_ground_of_every_pair_is_a_polygon_with_its_holes() {
    let folder = tempfile::tempdir().unwrap();
    let [_, geojson, _] = write(folder.path(), &shapes(), 2);
    let collection: geojson::FeatureCollection = geojson.parse().unwrap();
    let rings: Vec<Vec<Vec<geojson::Position>>> = collection
        .features
        .into_iter()
        .map(|feature| match feature.geometry.unwrap().value {
            geojson::GeometryValue::Polygon { coordinates } => coordinates,
            other => panic!("a polygon, not {other:?}"),
        })
        .collect();
    assert_eq!(rings.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1, 2]);
    let half = rings[0][0].iter().map(|p| (p[0], p[1])).collect::<Vec<_>>();
    let counter_clockwise: f64 = half.windows(2).map(|side| side[0].0 * side[1].1 - side[1].0 * side[0].1).sum();
    assert!(counter_clockwise > 0.0 && half.first() == half.last(), "{half:?}");
    let corners: std::collections::BTreeSet<String> = half.iter().map(|p| format!("{p:?}")).collect();
    assert_eq!(
        corners,
        ["(0.0625, 0.0)", "(0.0625, 0.125)", "(0.125, 0.0)", "(0.125, 0.125)"].map(str::to_owned).into()
    );
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let (one, three) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(write(one.path(), &shapes(), 1), write(three.path(), &shapes(), 3));
}
