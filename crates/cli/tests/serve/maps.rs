//! Tiles and land: each pixel shows the cell under its centre.

use crate::service::Service;
use lindero_testkit::{GeoTiff, Sample};
use ndarray::Array2;
use std::f64::consts::PI;
use tempfile::TempDir;

const ROWS: usize = 60;
const COLS: usize = 80;
const WEST: f64 = -76.5;
const NORTH: f64 = -8.9;
const CELL: f64 = 0.0025;

/// A year of loss, by row and column: 0 is never.
fn loss(row: usize, col: usize) -> f64 {
    ((row * 7 + col * 3) % 25) as f64
}

/// A catalog with a map of loss and one of classes.
fn service() -> (TempDir, Service) {
    let folder = tempfile::tempdir().unwrap();
    let raster = |name: &str, value: fn(usize, usize) -> f64| {
        let cells = Array2::from_shape_fn((ROWS, COLS), |(row, col)| value(row, col));
        let file = GeoTiff::new(Sample::U8, vec![cells]).at(WEST, NORTH).cell(CELL, CELL).tiles(16, 16);
        file.write(&folder.path().join(name)).unwrap();
    };
    raster("lossyear.tif", loss);
    raster("JRC_GFC2020_V4_test.tif", |row, _| (row % 2) as f64);
    raster("treecover2000.tif", |row, col| ((row + col) % 101) as f64);
    let catalog = r#"
        [layer.lossyear]
        path = "lossyear.tif"
        year = { base = 2000, never = 0 }
        period = [2001, 2024]
        [layer.treecover2000]
        path = "treecover2000.tif"
        tree_cover = 2000
        [layer.gfc2020]
        path = "JRC_GFC2020_V4_test.tif"
        nodata = "none"
        [layer.loss_watched]
        path = "lossyear.tif"
        year = { base = 2000, never = 0 }
        period = [2001, 2024]
        valid_where = "gfc2020 == 1"
        [layer.loss_counted]
        path = "lossyear.tif"
        year = { base = 2000, never = 0 }
        period = [2001, 2024]
        only_where = "treecover2000 >= 50"
        [layer.anp]
        path = "anp.geojson"
    "#;
    let ring = "[[-76.45,-8.95],[-76.45,-9.0],[-76.4,-9.0],[-76.4,-8.95],[-76.45,-8.95]]";
    let anp = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}"#
    );
    std::fs::write(folder.path().join("anp.geojson"), anp).unwrap();
    std::fs::write(folder.path().join("lindero.toml"), catalog).unwrap();
    let service = Service::of(&folder.path().join("lindero.toml"), &["--policy", "tree-loss"]);
    (folder, service)
}

type Pixel = [u8; 4];

/// A colour as CSS writes it.
fn rgba(hex: &str) -> Pixel {
    let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    [part(1), part(3), part(5), 255]
}

fn pixels(service: &Service, path: &str) -> Vec<Pixel> {
    let answer = service.get(path);
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (200, "image/png"), "{}", answer.text());
    let mut decoder = png::Decoder::new(std::io::Cursor::new(answer.body));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    assert_eq!((info.width, info.height), (256, 256));
    bytes.as_chunks::<4>().0.to_vec()
}

/// The tile of a zoom that a place lies on (formula of the slippy map).
fn tile_at(lon: f64, lat: f64, zoom: u32) -> (u32, u32) {
    let side = f64::from(1u32 << zoom);
    let row = (1.0 - lat.to_radians().tan().asinh() / PI) / 2.0 * side;
    (((lon + 180.0) / 360.0 * side) as u32, row as u32)
}

/// The cell under the centre of a pixel of a tile; `None` off the map. The inverse is written as a logarithm's, unlike the program's.
fn cell_under(zoom: u32, (x, y): (u32, u32), pixel: usize) -> Option<(usize, usize)> {
    let side = 256.0 * f64::from(1u32 << zoom);
    let (east, south) =
        (f64::from(x) * 256.0 + (pixel % 256) as f64 + 0.5, f64::from(y) * 256.0 + (pixel / 256) as f64 + 0.5);
    let lon = east / side * 360.0 - 180.0;
    let lat = (2.0 * (PI * (1.0 - 2.0 * south / side)).exp().atan() - PI / 2.0).to_degrees();
    let (row, col) = (((NORTH - lat) / CELL).floor(), ((lon - WEST) / CELL).floor());
    ((0.0..ROWS as f64).contains(&row) && (0.0..COLS as f64).contains(&col)).then_some((row as usize, col as usize))
}

#[test]
fn every_pixel_has_the_colour_of_the_cell_under_its_centre() {
    let (_folder, service) = service();
    let layers = service.get("/layers").json();
    let of_loss = layers.as_array().unwrap().iter().find(|layer| layer["id"] == "lossyear").unwrap().clone();
    assert_eq!((&of_loss["kind"], &of_loss["years"]), (&"years".into(), &serde_json::json!([2001, 2024])));
    let colour = |year: usize| -> Pixel {
        assert_eq!(of_loss["legend"][year - 1]["meaning"], (2000 + year).to_string());
        rgba(of_loss["legend"][year - 1]["colour"].as_str().unwrap())
    };
    for (zoom, year) in [(10, None), (12, None), (12, Some(2012)), (15, Some(2001))] {
        let tile = tile_at(-76.43, -8.97, zoom);
        let query = year.map_or_else(String::new, |year| format!("?year={year}"));
        let drawn = pixels(&service, &format!("/tiles/lossyear/{zoom}/{}/{}.png{query}", tile.0, tile.1));
        let mut inside = 0;
        for (pixel, colour_drawn) in drawn.iter().enumerate() {
            let expected = cell_under(zoom, tile, pixel).map(|(row, col)| loss(row, col) as usize);
            inside += usize::from(expected.is_some());
            let shown = expected.filter(|&lost| lost > 0 && year.is_none_or(|last| 2000 + lost <= last));
            assert_eq!(*colour_drawn, shown.map_or([0; 4], colour), "zoom {zoom}, {year:?}, pixel {pixel}");
        }
        assert!(inside > 2000, "{inside} pixels on the map");
    }
}

#[test]
fn a_layer_paints_nothing_where_it_does_not_speak_by_its_own_conditions() {
    let (_folder, service) = service();
    let tile = tile_at(-76.43, -8.97, 12);
    let drawn = |layer: &str| pixels(&service, &format!("/tiles/{layer}/12/{}/{}.png", tile.0, tile.1));
    let whole = drawn("lossyear");
    type Speaks = fn(usize, usize) -> bool;
    let speaks: [(&str, Speaks); 2] =
        [("loss_watched", |row, _| row % 2 == 1), ("loss_counted", |row, col| (row + col) % 101 >= 50)];
    for (layer, speaks) in speaks {
        let mut silent = 0;
        for (pixel, colour) in drawn(layer).iter().enumerate() {
            let expected = match cell_under(12, tile, pixel) {
                Some((row, col)) if !speaks(row, col) => {
                    silent += usize::from(whole[pixel] != [0; 4]);
                    [0; 4]
                }
                _ => whole[pixel],
            };
            assert_eq!(*colour, expected, "{layer}, pixel {pixel}");
        }
        assert!(silent > 200, "{layer}: {silent} pixels are not painted");
    }
}

#[test]
fn the_ground_is_what_the_policy_calls_forest_and_loss() {
    let (_folder, service) = service();
    let ground = service.get("/layers").json()[0].clone();
    assert_eq!((&ground["id"], &ground["kind"]), (&"ground".into(), &"ground".into()));
    let colour = |meaning: &str| -> Pixel {
        let line = ground["legend"].as_array().unwrap().iter().find(|line| line["meaning"] == meaning);
        rgba(line.unwrap_or_else(|| panic!("no {meaning}: {ground}"))["colour"].as_str().unwrap())
    };
    let tile = tile_at(-76.43, -8.97, 13);
    for year in [None, Some(2022)] {
        let query = year.map_or_else(String::new, |year| format!("?year={year}"));
        let drawn = pixels(&service, &format!("/tiles/ground/13/{}/{}.png{query}", tile.0, tile.1));
        let mut lost = 0;
        for (pixel, colour_drawn) in drawn.iter().enumerate() {
            // `tree-loss`: lost is a loss after 2020; its forest is tree cover of 10 % in 2000.
            let expected = match cell_under(13, tile, pixel).map(|(row, col)| (loss(row, col) as i32 + 2000, row + col))
            {
                None => [0; 4],
                Some((lost_in, _)) if lost_in > 2020 && year.is_none_or(|last| lost_in <= last) => {
                    lost += 1;
                    colour(&lost_in.to_string())
                }
                Some((lost_in, cover)) if lost_in > 2020 || cover % 101 >= 10 => colour("forest"),
                Some(_) => [0; 4],
            };
            assert_eq!(*colour_drawn, expected, "{year:?}, pixel {pixel}");
        }
        assert!(lost > 500, "{lost} pixels lost");
    }
}

#[test]
fn classes_have_the_colours_of_their_legend_and_areas_their_border() {
    let (_folder, service) = service();
    let tile = tile_at(-76.43, -8.97, 13);
    let drawn = pixels(&service, &format!("/tiles/gfc2020/13/{}/{}.png", tile.0, tile.1));
    for (pixel, colour) in drawn.iter().enumerate() {
        let expected = match cell_under(13, tile, pixel) {
            None => [0; 4],
            Some((row, _)) if row % 2 == 1 => [90, 150, 90, 255],
            Some(_) => [246, 241, 228, 255],
        };
        assert_eq!(*colour, expected, "pixel {pixel}");
    }
    let (x, y) = tile_at(-76.45, -8.95, 13);
    let drawn = pixels(&service, &format!("/tiles/anp/13/{x}/{y}.png"));
    let border = drawn.iter().filter(|pixel| **pixel == [60, 90, 140, 255]).count();
    // Two sides of the square meet on this tile, each less than a tile long.
    assert!((2..=512).contains(&border), "{border} pixels of border");
    let (x, y) = tile_at(-70.0, 0.0, 13);
    assert!(pixels(&service, &format!("/tiles/anp/13/{x}/{y}.png")).iter().all(|pixel| *pixel == [0; 4]));
}

#[test]
fn a_tile_is_the_same_when_it_is_asked_for_again_and_one_that_is_not_there_is_told() {
    let (_folder, service) = service();
    let (x, y) = tile_at(-76.43, -8.97, 12);
    let path = format!("/tiles/treecover2000/12/{x}/{y}.png");
    assert!(service.get(&path).body == service.get(&path).body);
    assert!(service.get("/tiles/nothing/1/0/0.png").problem(404).contains("GET /layers has them"));
    service.get("/tiles/lossyear/1/2/0.png").problem(404);
    service.get("/tiles/lossyear/1/0/0.jpg").problem(404);
}

#[test]
fn the_land_of_a_part_of_the_world_is_geojson_within_it() {
    let (_folder, service) = service();
    let land = service.get("/land.geojson?bbox=-85,-20,-65,5").json();
    assert_eq!(land["type"], "FeatureCollection");
    let features = land["features"].as_array().unwrap();
    if features.is_empty() {
        println!("SKIPPED: this program was built without the map of the land");
    }
    let rings = features.iter().flat_map(|feature| feature["geometry"]["coordinates"].as_array().unwrap());
    for place in rings.flat_map(|ring| ring.as_array().unwrap()) {
        let (lon, lat) = (place[0].as_f64().unwrap(), place[1].as_f64().unwrap());
        assert!((-85.0..=-65.0).contains(&lon) && (-20.0..=5.0).contains(&lat), "{place}");
    }
    service.get("/land.geojson?bbox=10,0,-10,1").problem(422);
    let borders = service.get("/borders.geojson?bbox=-85,-20,-65,5").json();
    let lines = borders["features"][0]["geometry"]["coordinates"].as_array().unwrap();
    // Peru's five neighbours and those among them meet here.
    assert!(lines.is_empty() || lines.len() > 5, "{} lines", lines.len());
    assert!(service.get("/land.geojson?bbox=1,2,3").problem(400).contains("west,south,east,north"));
}
