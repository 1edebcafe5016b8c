//! What is left of a plot beside ground that was told apart.

/// Ground that belongs to none of some parts: nobody can tell, or nobody observed it. With the parts it adds up to the plot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remainder {
    /// Its name, the beginning of its column.
    pub id: String,
    /// The indicators of the parts, of which no two may hold on one cell.
    pub parts: Vec<String>,
    /// Whether it is only known where every part is measured. Else a part that is not measured is left in the remainder.
    pub needs_all: bool,
}

impl Remainder {
    /// What is left of some ground, in hectares; `None` where nothing is known of any part. `parts_ha` are the parts.
    #[must_use]
    pub fn of(area_ha: f64, parts_ha: &[Option<f64>]) -> Option<f64> {
        // Of one of them nothing may be known where another is known: then all that is left is undecided.
        let known: f64 = if parts_ha.iter().all(Option::is_none) {
            return None;
        } else {
            parts_ha.iter().flatten().sum()
        };
        let rest = area_ha - known;
        // The areas of cells and of the plot differ in the eighth digit.
        Some(if rest < 1e-6 * area_ha { 0.0 } else { rest })
    }
}

#[cfg(test)]
mod tests {
    use super::Remainder;

    #[test]
    fn what_nobody_observed_is_left_and_rounding_is_not() {
        assert_eq!(Remainder::of(4.0, &[Some(1.0), None, Some(2.5)]), Some(0.5));
        assert_eq!(Remainder::of(4.0, &[Some(4.000_000_1)]), Some(0.0));
        assert_eq!(Remainder::of(4.0, &[None, None]), None);
    }
}
