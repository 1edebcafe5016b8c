//! Heights with a stated error, as probabilities.

use std::f64::consts::PI;

/// The height that a canopy must exceed to be a forest's (metres; FAO).
const FOREST_HEIGHT_M: f64 = 5.0;
/// The standard normal quantile of nine in ten.
const NINE_IN_TEN: f64 = 1.281_551_565_544_600_4;
/// How far a chance is tabulated, in standard deviations, and in what steps; between two steps it is interpolated.
const TABLE_END: f64 = 4.0;
const TABLE_STEP: f64 = 0.25;
const STEPS: usize = (2.0 * TABLE_END / TABLE_STEP) as usize;

/// A layer of heights and its mean absolute error in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Height<'a> {
    pub(crate) layer: &'a str,
    pub(crate) error_m: f64,
}

impl Height<'_> {
    /// The standard deviation of a normal error with the layer's mean absolute error.
    fn deviation_m(&self) -> f64 {
        self.error_m * libm::sqrt(PI / 2.0)
    }

    /// A mapped height from which on the true one exceeds 5 m with nine in ten.
    pub(crate) fn surely_over_m(&self) -> f64 {
        FOREST_HEIGHT_M + NINE_IN_TEN * self.deviation_m()
    }

    /// A mapped height up to which it stays below with nine in ten.
    pub(crate) fn surely_under_m(&self) -> f64 {
        FOREST_HEIGHT_M - NINE_IN_TEN * self.deviation_m()
    }

    /// The formula of the chance that the true height exceeds 5 m: the normal distribution, tabulated in steps of a quarter of
    /// its deviation and interpolated, which is right to 0.002.
    pub(crate) fn chance(&self) -> String {
        self.between(0, STEPS)
    }

    /// The formula for heights in these steps of the table: a choice between its halves.
    fn between(&self, first: usize, last: usize) -> String {
        let z = |step: usize| step as f64 * TABLE_STEP - TABLE_END;
        let height = |step: usize| FOREST_HEIGHT_M + z(step) * self.deviation_m();
        let layer = self.layer;
        if last - first > 1 {
            let middle = first.midpoint(last);
            let (below, above) = (self.between(first, middle), self.between(middle, last));
            return format!("({layer} < {} ? {below} : {above})", signed(height(middle)));
        }
        let (low, high) = (chance_over(z(first)), chance_over(z(last)));
        let rise = (high - low) / (height(last) - height(first));
        let inside = format!("{low:.9} + ({layer} - {}) * {rise:.9}", signed(height(first)));
        // What lies beyond the table is certain.
        if first == 0 {
            format!("({layer} < {} ? 0 : {inside})", signed(height(first)))
        } else if last == STEPS {
            format!("({layer} > {} ? 1 : {inside})", signed(height(last)))
        } else {
            format!("({inside})")
        }
    }
}

/// A number that may stand after an operator.
fn signed(number: f64) -> String {
    if number < 0.0 { format!("({number:.6})") } else { format!("{number:.6}") }
}

/// The chance that a normal error brings a height that lies `z` deviations over the limit over it.
fn chance_over(z: f64) -> f64 {
    0.5 * libm::erfc(-z / libm::sqrt(2.0))
}

#[cfg(test)]
mod tests {
    use super::{Height, chance_over};

    /// Linear interpolation over a quarter of a deviation: h^2/8 times the steepest bend of the curve, 0.242.
    const INTERPOLATED: f64 = 0.25 * 0.25 / 8.0 * 0.242 + 1e-6;

    #[test]
    fn the_limits_are_those_of_nine_in_ten() {
        let height = Height { layer: "chm", error_m: 2.8 };
        let z = |mapped: f64| (mapped - 5.0) / (2.8 * (std::f64::consts::PI / 2.0).sqrt());
        assert!((chance_over(z(height.surely_over_m())) - 0.9).abs() < 1e-12);
        assert!((chance_over(z(height.surely_under_m())) - 0.1).abs() < 1e-12);
        // Standard normal distribution, table of Abramowitz and Stegun 26.1.
        assert!((chance_over(1.0) - 0.841_344_746_068_543).abs() < 1e-12);
    }

    #[test]
    fn the_formula_is_the_normal_distribution_to_its_table() {
        use lindero_logic::{Compiled, InputValue, Scope, Symbol, Value, ValueKind, compile_number};
        struct Fixed;
        impl Scope for Fixed {
            fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
                (name == "chm").then_some(Symbol::Layer { kind: ValueKind::Number, bands: None, until: None })
            }
            fn names(&self) -> Vec<&str> {
                vec!["chm"]
            }
        }
        let height = Height { layer: "chm", error_m: 2.5 };
        let Compiled::Program(program) = compile_number(&height.chance(), &Fixed).unwrap().compiled else {
            panic!("the layer is there")
        };
        let mut last = 0.0;
        for step in 0..400 {
            let mapped = f64::from(step) / 10.0;
            let Value::Number(chance) = program.number(&[InputValue::Value(Value::Number(mapped))]) else {
                panic!("unknown at {mapped}")
            };
            let exact = chance_over((mapped - 5.0) / height.deviation_m());
            assert!((chance - exact).abs() < INTERPOLATED, "{mapped} m: {chance}, and not {exact}");
            assert!(chance >= last, "{mapped} m");
            last = chance;
        }
    }
}
