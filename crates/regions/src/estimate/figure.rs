//! A number that was estimated, and how sure it is.

/// The half-width of a 95 % interval in standard errors, as Olofsson et al. (2014) have it.
pub const Z_95: f64 = 1.96;

/// Why there is no number: not knowing is never nought.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum Undefined {
    /// Nobody looked there.
    #[error("stratum {stratum:?} has no reference point")]
    NoPoints { stratum: String },
    /// One point does not say how much others would differ.
    #[error("stratum {stratum:?} has one reference point: a variance needs two")]
    OnePoint { stratum: String },
    /// Ground of no size.
    #[error("there is no ground to estimate on")]
    NoGround,
    /// No point was mapped as the class, so that nothing says how often that is right.
    #[error("no reference point is mapped as this class")]
    NeverMapped,
    /// No point is of the class, so that nothing says how often it is found.
    #[error("no reference point is of this class")]
    NeverFound,
    /// The strata are not the map's classes, and nobody said what the map has at the points.
    #[error("the map's class at the reference points is not known")]
    MapUnknown,
}

/// An estimate with its standard error, each as far as it is defined.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The estimate.
    pub value: Result<f64, Undefined>,
    /// Its standard error; of no value there is none either.
    pub se: Result<f64, Undefined>,
}

impl Figure {
    /// Neither a value nor an error, for one reason.
    pub(super) fn undefined(reason: Undefined) -> Self {
        Self { value: Err(reason.clone()), se: Err(reason) }
    }

    /// Half the width of the interval of so many standard errors; `None` if there is no standard error.
    #[must_use]
    pub fn half_width(&self, z: f64) -> Option<f64> {
        self.se.as_ref().ok().map(|se| z * se)
    }

    /// Why the value or its error is missing, if one is.
    #[must_use]
    pub fn reason(&self) -> Option<&Undefined> {
        self.value.as_ref().err().or(self.se.as_ref().err())
    }
}
