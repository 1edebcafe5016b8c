//! Areas of classes and the accuracy of a map, estimated from a stratified random sample of reference points.
//!
//! A map's own areas are biased by its errors. Points whose true class somebody looked up say how often each class is mistaken
//! for each other one, and so how much there is of it and how sure that is.
//!
//! ```
//! use lindero_regions::estimate::{StratifiedSample, Z_95};
//!
//! let classes = vec!["loss".to_owned(), "other".to_owned()];
//! let mut sample = StratifiedSample::new(classes);
//! // 100 ha mapped as loss: 40 of 50 points were loss. 900 ha mapped as other: 2 of 100 points were loss.
//! let loss = sample.add_stratum("loss", 100.0, Some(0));
//! sample.add_points(loss, Some(0), 0, 40);
//! sample.add_points(loss, Some(0), 1, 10);
//! let other = sample.add_stratum("other", 900.0, Some(1));
//! sample.add_points(other, Some(1), 0, 2);
//! sample.add_points(other, Some(1), 1, 98);
//!
//! let estimate = sample.estimate();
//! let area = &estimate.classes[0].area;
//! assert_eq!(area.value, Ok(100.0 * 0.8 + 900.0 * 0.02));
//! assert!((area.half_width(Z_95).unwrap() - 27.230).abs() < 0.001);
//! ```

mod estimator;
mod figure;
mod points;
mod sample;

pub use estimator::{ClassEstimate, Estimate};
pub use figure::{Figure, Undefined, Z_95};
pub use points::{NamedPoint, StratumGround};
pub use sample::{FEW_POINTS, StratifiedSample, Stratum};
