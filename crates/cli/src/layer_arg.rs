//! `[ID=]PATH[,band=N][,crs=EPSG:N]`

use crate::failure::Failure;
use std::path::Path;

/// One `--layer`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LayerArg {
    /// Its name in the output.
    pub(crate) id: String,
    /// Path or pattern.
    pub(crate) path: String,
    /// From 0.
    pub(crate) band: u32,
    /// Where the file does not state its own.
    pub(crate) crs: Option<String>,
}

impl LayerArg {
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let (mut rest, mut band, mut crs) = (text, 0, None);
        while let Some((before, option)) = rest.rsplit_once(',') {
            match option.split_once('=') {
                Some(("band", number)) => {
                    band = match number.parse::<u32>() {
                        Ok(number @ 1..) => number - 1,
                        _ => {
                            let message = format!("--layer {text}: band={number} is not the number of a band, from 1");
                            return Err(Failure::new(message));
                        }
                    };
                }
                Some(("crs", definition)) => crs = Some(definition.to_owned()),
                _ => break,
            }
            rest = before;
        }
        let (id, path) = match rest.split_once('=') {
            // A path may hold "=" too: what comes before it must look like a name.
            Some((id, path)) if !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c)) => {
                (id.to_owned(), path)
            }
            _ => (stem(rest), rest),
        };
        if path.is_empty() {
            return Err(Failure::new(format!("--layer {text:?} has no path; give [ID=]PATH[,band=N]")));
        }
        Ok(Self { id, path: path.to_owned(), band, crs })
    }
}

fn stem(path: &str) -> String {
    Path::new(path).file_stem().map_or_else(|| path.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, id: &str, path: &str, band: u32, crs: Option<&str>) {
        let expected = LayerArg { id: id.to_owned(), path: path.to_owned(), band, crs: crs.map(str::to_owned) };
        assert_eq!(LayerArg::parse(text).unwrap(), expected);
    }

    #[test]
    fn id_band_and_system_are_optional() {
        check("layers/loss.tif", "loss", "layers/loss.tif", 0, None);
        check("ly=layers/loss.tif,band=2", "ly", "layers/loss.tif", 1, None);
        check("a,b.tif", "a,b", "a,b.tif", 0, None);
        check("x=a,b.tif,crs=EPSG:32718,band=1", "x", "a,b.tif", 0, Some("EPSG:32718"));
        check("dir/a=b/c.tif", "c", "dir/a=b/c.tif", 0, None);
    }

    #[test]
    fn a_band_is_a_number_from_one() {
        for text in ["a.tif,band=0", "a.tif,band=x", "a.tif,band=-1"] {
            assert!(LayerArg::parse(text).is_err(), "{text}");
        }
        assert!(LayerArg::parse("a=").is_err());
    }
}
