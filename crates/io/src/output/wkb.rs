//! Well-known binary, little-endian.

use super::drawable::{Drawable, closed};
use lindero_plots::Position;

/// Appends a geometry as ISO WKB.
pub(super) fn push_wkb(out: &mut Vec<u8>, geometry: &Drawable<'_>) {
    match geometry {
        Drawable::Points([point]) => push_point(out, point),
        Drawable::Points(points) => {
            push_head(out, 4, points.len());
            points.iter().for_each(|point| push_point(out, point));
        }
        Drawable::Polygons(parts) => {
            if parts.len() > 1 {
                push_head(out, 6, parts.len());
            }
            for part in parts {
                push_head(out, 3, part.rings().len());
                for ring in part.rings() {
                    push_count(out, closed(ring).count());
                    closed(ring).for_each(|position| push_position(out, position));
                }
            }
        }
        Drawable::Collection(members) => {
            push_head(out, 7, members.len());
            members.iter().for_each(|member| push_wkb(out, member));
        }
    }
}

fn push_point(out: &mut Vec<u8>, point: &Position) {
    push_type(out, 1);
    push_position(out, point);
}

fn push_position(out: &mut Vec<u8>, [x, y]: &Position) {
    out.extend_from_slice(&x.to_le_bytes());
    out.extend_from_slice(&y.to_le_bytes());
}

fn push_type(out: &mut Vec<u8>, code: u32) {
    out.push(1);
    out.extend_from_slice(&code.to_le_bytes());
}

fn push_head(out: &mut Vec<u8>, code: u32, count: usize) {
    push_type(out, code);
    push_count(out, count);
}

fn push_count(out: &mut Vec<u8>, count: usize) {
    let count = u32::try_from(count).expect("readers hand out no geometry of four thousand million positions");
    out.extend_from_slice(&count.to_le_bytes());
}
