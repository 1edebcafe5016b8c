//! Sums that keep the digits which plain addition drops.

/// A compensated sum: its error does not grow with the number of terms.
///
/// # Method
///
/// Neumaier 1974, *Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen*.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() { (self.sum - sum) + term } else { (term - sum) + self.sum };
        self.sum = sum;
    }

    pub(crate) fn value(self) -> f64 {
        self.sum + self.lost
    }
}

#[cfg(test)]
mod tests {
    use super::Sum;

    fn check(terms: &[f64], expected: f64) {
        let mut sum = Sum::default();
        terms.iter().for_each(|&term| sum.add(term));
        assert_eq!(sum.value(), expected, "{terms:?}");
    }

    #[test]
    fn what_plain_addition_drops_is_kept() {
        check(&[], 0.0);
        check(&[1.0, 1e100, 1.0, -1e100], 2.0);
        check(&[0.1; 10], 1.0);
        assert_ne!([0.1; 10].iter().sum::<f64>(), 1.0);
    }
}
