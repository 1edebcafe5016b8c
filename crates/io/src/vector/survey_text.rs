//! The text in which phone surveys keep what was walked: geopoint, geotrace and geoshape of ODK and its kin.
//!
//! `latitude longitude altitude accuracy` per position, altitude and accuracy optional, a semicolon between positions.
//! The specification is that of XForms of ODK, section "data types".

use lindero_plots::{Position, RawGeometry};

/// What a text says.
#[derive(Debug, PartialEq)]
pub(super) struct Survey {
    /// One position is a point; more are the boundary as it was walked, which is mostly left open.
    pub(super) geometry: RawGeometry,
    /// The greatest accuracy of all positions, in metres. A zero is what phones write for positions set by hand, whose
    /// error nobody knows, so it does not count.
    pub(super) error_m: Option<f64>,
}

/// Whether a text is one for certain: several positions, or one with altitude and accuracy.
pub(super) fn is_survey(text: &str) -> bool {
    let mut positions = positions(text);
    let Some(first) = positions.next() else { return false };
    let full = first.split_whitespace().count() == 4;
    read_position(first).is_ok() && (full || positions.next().is_some_and(|second| read_position(second).is_ok()))
}

/// Whether the first position has an accuracy.
pub(super) fn has_accuracy(text: &str) -> bool {
    positions(text).next().is_some_and(|first| first.split_whitespace().count() == 4)
}

/// Reads a text.
pub(super) fn read(text: &str) -> Survey {
    let mut places = Vec::new();
    let mut error_m = None;
    for (index, position) in positions(text).enumerate() {
        match read_position(position) {
            Ok((place, accuracy)) => {
                places.push(place);
                error_m = [error_m, accuracy].into_iter().flatten().reduce(f64::max);
            }
            Err(reason) => {
                let geometry = RawGeometry::Unreadable(format!(
                    "position {} is {position:?}: {reason}; expected latitude longitude altitude accuracy, \
                     with semicolons between positions",
                    index + 1
                ));
                return Survey { geometry, error_m: None };
            }
        }
    }
    let geometry = match places.len() {
        0 => RawGeometry::Missing,
        1 => RawGeometry::Points(places),
        _ => RawGeometry::Polygons(vec![vec![places]]),
    };
    Survey { geometry, error_m }
}

fn positions(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|position| !position.is_empty())
}

fn read_position(text: &str) -> Result<(Position, Option<f64>), String> {
    let mut numbers = [0.0; 4];
    let mut count = 0;
    for word in text.split_whitespace() {
        let number = word.parse().ok().filter(|value: &f64| value.is_finite());
        let number = number.ok_or_else(|| format!("{word:?} is no number"))?;
        *numbers.get_mut(count).ok_or("it has over four numbers")? = number;
        count += 1;
    }
    let [latitude, longitude, _, accuracy] = numbers;
    if count < 2 {
        return Err("it has one number".to_owned());
    }
    if latitude.abs() > 90.0 {
        return Err(format!("the latitude, which comes first, is {latitude}"));
    }
    if longitude.abs() > 180.0 {
        return Err(format!("the longitude, which comes second, is {longitude}"));
    }
    Ok(([longitude, latitude], (accuracy > 0.0).then_some(accuracy)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, geometry: RawGeometry, error_m: Option<f64>) {
        assert_eq!(read(text), Survey { geometry, error_m }, "{text}");
    }

    #[test]
    fn a_boundary_is_a_ring_as_it_was_walked_and_its_error_the_greatest() {
        let ring = vec![[-76.1, -9.3], [-76.0, -9.3], [-76.0, -9.2]];
        let polygon = RawGeometry::Polygons(vec![vec![ring.clone()]]);
        check("-9.3 -76.1 250.5 4.5;-9.3 -76.0 251 12;-9.2 -76.0 250 0", polygon.clone(), Some(12.0));
        check("-9.3 -76.1 250; -9.3 -76.0 251 ;-9.2 -76.0; ", polygon.clone(), None);
        check("-9.3 -76.1 0.0 0.0;-9.3 -76.0 0.0 0.0;-9.2 -76.0 0.0 0.0", polygon, None);
        check("-9.3 -76.1 250 5", RawGeometry::Points(vec![[-76.1, -9.3]]), Some(5.0));
        check("-9.3 -76.1", RawGeometry::Points(vec![[-76.1, -9.3]]), None);
        check(" ; ", RawGeometry::Missing, None);
    }

    #[test]
    fn a_position_that_cannot_be_says_which_and_why() {
        let cases = [
            ("-9.3 -76.1 0 0;-9.3", "position 2 is \"-9.3\": it has one number"),
            ("-9.3 oeste", "position 1 is \"-9.3 oeste\": \"oeste\" is no number"),
            ("-9.3 -76.1 1 2 3", "position 1 is \"-9.3 -76.1 1 2 3\": it has over four numbers"),
            ("-96.3 -6.1 1 2", "position 1 is \"-96.3 -6.1 1 2\": the latitude, which comes first, is -96.3"),
            ("-9.3 -186.1 1 2", "position 1 is \"-9.3 -186.1 1 2\": the longitude, which comes second, is -186.1"),
        ];
        for (text, reason) in cases {
            let reason =
                format!("{reason}; expected latitude longitude altitude accuracy, with semicolons between positions");
            check(text, RawGeometry::Unreadable(reason), None);
        }
    }

    #[test]
    fn a_single_pair_of_numbers_is_not_taken_for_a_place_without_being_told() {
        for text in ["-9.3 -76.1 250 5", "-9.3 -76.1;-9.3 -76.0", "-9.3 -76.1 1 1;broken"] {
            assert!(is_survey(text), "{text}");
        }
        for text in ["942 123 456", "-9.3 -76.1", "12", "", "2020-12-31", "1 2 3 4 5", "Rosa; Luz", "120 3 4 5"] {
            assert!(!is_survey(text), "{text}");
        }
    }
}
