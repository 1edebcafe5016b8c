//! Why regions could not be used.

/// Why regions could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RegionError {
    /// Names and shapes do not go in pairs.
    #[error("regions have {names} names and {shapes} shapes; each shape needs one name")]
    Unpaired { names: usize, shapes: usize },
    /// A feature's name is empty, so that its plots could not be told from those outside all regions.
    #[error("feature {feature} of the regions has no name; the first feature is 0, and each needs a name")]
    Unnamed { feature: usize },
}
