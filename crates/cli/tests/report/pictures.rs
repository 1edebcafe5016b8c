//! What a picture shows is what was measured.

use crate::page::{Page, VALLEY, words};
use scraper::{ElementRef, Selector};
use std::collections::BTreeSet;

/// A picture's pixels against exact areas: shares of a plot of some hundred cells, a pixel being about a metre.
const SAMPLED: f64 = 0.01;

type Colour = [u8; 3];

fn find<'p>(element: ElementRef<'p>, selector: &str) -> Option<ElementRef<'p>> {
    element.select(&Selector::parse(selector).unwrap()).next()
}

/// The pixels of a picture, row by row, and its width.
fn pixels(svg: ElementRef<'_>) -> (Vec<Colour>, usize) {
    let address = find(svg, "image").unwrap().attr("href").unwrap();
    let bytes = base64(address.strip_prefix("data:image/png;base64,").unwrap());
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgb);
    (pixels.as_chunks::<3>().0.to_vec(), info.width as usize)
}

/// RFC 4648, section 4.
fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        bits = bits << 6 | DIGITS.iter().position(|digit| *digit == letter).unwrap() as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

/// The corners of the plot's outline.
fn outline(svg: ElementRef<'_>) -> Vec<[f64; 2]> {
    let path = find(svg, "path.plot").unwrap().attr("d").unwrap();
    let corners = path.trim_matches(['M', 'Z']).split('L');
    corners.map(|it| it.split_once(' ').map(|(x, y)| [x.parse().unwrap(), y.parse().unwrap()]).unwrap()).collect()
}

/// Even-odd rule.
fn is_inside(corners: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    let crosses = |(a, b): &(&[f64; 2], &[f64; 2])| {
        (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
    };
    sides.filter(crosses).count() % 2 == 1
}

fn colour(entry: ElementRef<'_>) -> Option<Colour> {
    let fill = find(entry, "rect")?.attr("fill")?.strip_prefix('#')?;
    Some([0, 2, 4].map(|at| u8::from_str_radix(&fill[at..at + 2], 16).unwrap()))
}

#[test]
fn a_plots_picture_has_as_much_lost_and_standing_forest_as_was_measured() {
    let page = Page::of(&VALLEY.own_report());
    let legend = page.all("#worst .legend li");
    let of = |start: &str| -> BTreeSet<Colour> {
        legend.iter().filter(|entry| words(**entry).starts_with(start)).filter_map(|entry| colour(*entry)).collect()
    };
    let lost = of("Trees lost");
    assert!(lost.len() >= 4, "{lost:?}");
    let mut table = csv::Reader::from_path(VALLEY.path.join("plots.csv")).unwrap();
    let headers = table.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    for card in page.all("#worst .card") {
        let id = words(find(card, "h3").unwrap());
        let id = id.strip_prefix("Plot ").unwrap();
        let record = records.iter().find(|record| &record[1] == id).unwrap();
        let measured =
            |column: &str| -> f64 { record[headers.iter().position(|name| name == column).unwrap()].parse().unwrap() };
        let svg = find(card, "figure svg").unwrap();
        let ((pixels, width), corners) = (pixels(svg), outline(svg));
        let inside = |index: &usize| is_inside(&corners, [(index % width) as f64 + 0.5, (index / width) as f64 + 0.5]);
        let inside: Vec<Colour> = (0..pixels.len()).filter(inside).map(|index| pixels[index]).collect();
        let share = inside.iter().filter(|pixel| lost.contains(*pixel)).count() as f64 / inside.len() as f64;
        let expected = measured("lost_pct") / 100.0;
        assert!((share - expected).abs() < SAMPLED, "{id}: {share} of {} pixels, measured {expected}", inside.len());
    }
}

#[test]
fn the_map_shows_every_plot_that_has_a_place() {
    let page = Page::of(&VALLEY.own_report());
    let told = words(page.one("#picture-of-all-description"));
    // 2,000 plots, of which 10 have no boundary; one lies far away.
    assert!(told.starts_with("1,989 plots between 76."), "{told}");
    assert!(page.words().contains("Plots far from the others that lie outside of this map: 1."));
    let (pixels, width) = pixels(page.one(".map > svg"));
    assert_eq!(width.max(pixels.len() / width), 1000);
    // Blue, orange, red: the verdicts' own colours.
    for verdict in [[33, 102, 172], [239, 177, 60], [165, 15, 21]] {
        assert!(pixels.iter().filter(|pixel| **pixel == verdict).count() > 500, "{verdict:?}");
    }
}
