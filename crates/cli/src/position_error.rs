//! `--position-error` and `--offsets`: by what plots are moved to see whether their verdicts depend on where exactly they lie.

use crate::args::Screen;
use crate::failure::Failure;
use lindero_engine::Moves;

/// The moves that are asked for; `None` where plots stay where they are.
pub(crate) fn moves(args: &Screen) -> Result<Option<Moves>, Failure> {
    let Some(text) = &args.position_error else { return Ok(None) };
    let Some(error_m) = metres(text) else {
        return Err(Failure::new(format!("--position-error {text:?} is no length in metres: write 5m, 5 m or 5")));
    };
    let moves = Moves::new(error_m, args.offsets.unwrap_or(Moves::USUAL));
    moves.map(Some).map_err(|error| Failure::new(format!("--position-error: {error}")))
}

/// A number of metres, with or without its unit, with a point or a comma.
fn metres(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = text.strip_suffix('m').unwrap_or(text).trim_end();
    number.replacen(',', ".", 1).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::metres;

    #[test]
    fn metres_are_understood_with_and_without_their_unit() {
        for text in ["5m", "5 m", "5", " 5.0 m ", "5,0 m"] {
            assert_eq!(metres(text), Some(5.0), "{text:?}");
        }
        for text in ["", "m", "5 km", "5 mm", "five", "1,234.5"] {
            assert_eq!(metres(text), None, "{text:?}");
        }
    }
}
