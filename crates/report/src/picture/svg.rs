//! A picture as SVG: an image, lines and words over it, and what is around it, with a text for those who cannot see it.

use super::frame::Frame;
use crate::page::escaped;
use lindero_plots::{Position, ShapeRef};
use std::fmt::Write as _;

/// Steps of a line shorter than this are left out, in pixels.
const LEAST_STEP: f64 = 0.4;
/// How many units of what is around it are as long as a picture: words have one size on paper whatever its own.
const UNITS_ALONG: [f64; 2] = [26.0, 50.0];
/// Room for the labels of latitudes and longitudes, in pixels.
const LABEL_ROOM: (i32, i32) = (90, 34);

/// The words of a picture.
pub(crate) struct Labels<'a> {
    /// Begins the ids of its elements; no two pictures of a page have the same.
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) north: &'a str,
    /// A longitude (true) or latitude with so many decimals.
    pub(crate) degrees: &'a dyn Fn(f64, bool, usize) -> String,
    /// A length in metres.
    pub(crate) length: &'a dyn Fn(f64) -> String,
}

/// A picture in the making.
pub(super) struct Svg<'f> {
    frame: &'f Frame,
    is_large: bool,
    text: String,
}

impl<'f> Svg<'f> {
    /// `is_large`: as wide as a page, with room for the labels of a graticule.
    pub(super) fn begin(frame: &'f Frame, labels: &Labels<'_>, is_large: bool) -> Self {
        let (left, below) = if is_large { LABEL_ROOM } else { (0, 0) };
        let (width, height) = (frame.window.width, frame.window.height);
        let Labels { id, title, description, .. } = labels;
        let mut text = String::new();
        let _ = write!(
            text,
            "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-description\" \
             viewBox=\"{} 0 {} {}\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-description\">{}</desc>",
            -left,
            width + left,
            height + below,
            escaped(title),
            escaped(description)
        );
        Self { frame, is_large, text }
    }

    /// The cells, over the whole frame.
    pub(super) fn image(&mut self, address: &str) {
        let (width, height) = (self.frame.window.width, self.frame.window.height);
        let _ = write!(
            self.text,
            "<image class=\"cells\" width=\"{width}\" height=\"{height}\" href=\"{address}\"/>\
             <rect class=\"edge\" width=\"{width}\" height=\"{height}\"/>"
        );
    }

    /// The outline of a shape, in these classes of the style sheet.
    pub(super) fn outline(&mut self, classes: &[&str], shape: ShapeRef<'_>) {
        let mut path = String::new();
        for ring in shape.rings() {
            self.push_ring(&mut path, ring);
        }
        for class in classes {
            let _ = write!(self.text, "<path class=\"{class}\" d=\"{path}\"/>");
        }
    }

    fn push_ring(&self, path: &mut String, ring: &[Position]) {
        let mut last: Option<[f64; 2]> = None;
        // The last position is the first one again.
        for position in &ring[..ring.len().saturating_sub(1)] {
            let place = self.frame.place(*position);
            let is_near = |[x, y]: [f64; 2]| (place[0] - x).abs() < LEAST_STEP && (place[1] - y).abs() < LEAST_STEP;
            if last.is_some_and(is_near) {
                continue;
            }
            let _ = write!(path, "{}{:.1} {:.1}", if last.is_none() { 'M' } else { 'L' }, place[0], place[1]);
            last = Some(place);
        }
        path.push('Z');
    }

    /// A dot.
    pub(super) fn dot(&mut self, class: &str, at: Position, radius: f64) {
        let [x, y] = self.frame.place(at);
        let _ = write!(self.text, "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>");
    }

    /// Lines of round degrees with their labels at the left and below.
    pub(super) fn graticule(&mut self, labels: &Labels<'_>) {
        let lines = self.frame.graticule();
        let (width, height) = (self.frame.window.width, self.frame.window.height);
        let bounds = self.frame.bounds();
        for &lat in &lines.latitudes {
            let [_, y] = self.frame.place([bounds.min_x, lat]);
            let label = escaped(&(labels.degrees)(lat, false, lines.decimals));
            let _ = write!(
                self.text,
                "<path class=\"line\" d=\"M0 {y:.1}H{width}\"/><text class=\"label end\" x=\"-8\" y=\"{:.1}\">{label}</text>",
                y + 6.0
            );
        }
        for &lon in &lines.longitudes {
            let [x, _] = self.frame.place([lon, bounds.min_y]);
            let label = escaped(&(labels.degrees)(lon, true, lines.decimals));
            let _ = write!(
                self.text,
                "<path class=\"line\" d=\"M{x:.1} 0V{height}\"/><text class=\"label middle\" x=\"{x:.1}\" y=\"{}\">{label}</text>",
                height + 24
            );
        }
    }

    /// A scale bar in the south-west and an arrow to the north in the north-east.
    pub(super) fn furniture(&mut self, labels: &Labels<'_>) {
        let (width, height) = (self.frame.window.width, self.frame.window.height);
        let unit = f64::from(width.max(height)) / UNITS_ALONG[usize::from(self.is_large)];
        let (metres, bar) = self.frame.scale_bar();
        let (x, y) = (unit, f64::from(height) - unit);
        let _ = write!(
            self.text,
            "<g class=\"furniture\" font-size=\"{size:.1}\"><rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\"/>\
             <path d=\"M{x:.1} {up:.1}V{y:.1}H{end:.1}V{up:.1}\"/><text x=\"{x:.1}\" y=\"{text:.1}\">{}</text>",
            escaped(&(labels.length)(metres)),
            size = 0.95 * unit,
            left = x - unit / 2.0,
            top = y - 2.0 * unit,
            wide = bar.max(4.0 * unit) + unit,
            high = 2.5 * unit,
            up = y - 0.5 * unit,
            end = x + bar,
            text = y - 0.8 * unit,
        );
        let (x, y) = (f64::from(width) - 2.0 * unit, unit);
        let _ = write!(
            self.text,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/><path class=\"arrow\" d=\"M{x:.1} {y:.1}l{:.1} {:.1}l{:.1} {:.1}l{:.1} {:.1}Z\"/>\
             <text class=\"middle\" x=\"{x:.1}\" y=\"{:.1}\">{}</text></g>",
            x - 1.2 * unit,
            y - unit / 2.0,
            2.4 * unit,
            3.4 * unit,
            0.6 * unit,
            1.5 * unit,
            -0.6 * unit,
            -0.4 * unit,
            -0.6 * unit,
            0.4 * unit,
            y + 2.5 * unit,
            escaped(labels.north)
        );
    }

    pub(super) fn end(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }
}
