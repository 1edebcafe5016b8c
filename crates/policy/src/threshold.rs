//! Deciding with other thresholds than the file's.

use crate::Policy;
use lindero_logic::nearest;

/// Why a threshold could not be set.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum ThresholdError {
    /// The policy has no such threshold.
    #[error("policy {policy} has no threshold {name:?}{}", meant(name, known))]
    Unknown { policy: String, name: String, known: Vec<String> },
    /// The number cannot be what the threshold counts.
    #[error("threshold {name} must be {must_be}, not {value}")]
    Value { name: String, must_be: &'static str, value: f64 },
}

fn meant(typed: &str, known: &[String]) -> String {
    match nearest(typed, known.iter().map(String::as_str)) {
        Some(near) => format!("; did you mean {near:?}?"),
        None if known.is_empty() => "; it has none".to_owned(),
        None => format!("; it has {}", known.join(", ")),
    }
}

impl Policy {
    /// The policy with another value for one of its thresholds; its rules and sentences use and print that one.
    ///
    /// # Errors
    ///
    /// [`ThresholdError`] if there is no threshold of that name, or if the value is not finite, below 0 hectares or outside
    /// 0 to 100 percent, where the name tells that it counts these.
    pub fn with_threshold(mut self, name: &str, value: f64) -> Result<Self, ThresholdError> {
        let Some(threshold) = self.thresholds.iter_mut().find(|threshold| threshold.name == name) else {
            let known = self.thresholds.iter().map(|threshold| threshold.name.clone()).collect();
            return Err(ThresholdError::Unknown { policy: self.name, name: name.to_owned(), known });
        };
        let must_be = match value {
            _ if !value.is_finite() => Some("a finite number"),
            _ if name.ends_with("_pct") && !(0.0..=100.0).contains(&value) => Some("from 0 to 100 percent"),
            _ if name.ends_with("_ha") && value < 0.0 => Some("at least 0 hectares"),
            _ => None,
        };
        if let Some(must_be) = must_be {
            return Err(ThresholdError::Value { name: name.to_owned(), must_be, value });
        }
        if threshold.value != value {
            threshold.value = value;
            threshold.source = Some("set for this run".to_owned());
        }
        Ok(self)
    }
}
