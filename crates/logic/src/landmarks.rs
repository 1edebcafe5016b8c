//! Which values an expression can tell apart: what is needed to ask it of everything that matters.

use crate::Program;
use crate::program::{Comparison, Condition, Operand, Root};

/// What a program compares its inputs with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Landmarks {
    /// One for each of [`Program::inputs`], in their order.
    pub inputs: Vec<InputLandmarks>,
    /// Whether anything but an input and a fixed value is compared, such as the sum of two inputs: then values at, between
    /// and beyond the landmarks do not show all that the program can say.
    pub has_formulas: bool,
}

/// What one input is compared with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InputLandmarks {
    /// Numbers, ascending, each once.
    pub numbers: Vec<f64>,
    /// Texts, in the order of the alphabet, each once.
    pub texts: Vec<String>,
    /// Whether it is asked whether the input is known.
    pub asked_known: bool,
}

impl Program {
    /// The fixed values that its inputs are compared with; not those inside patches.
    ///
    /// ```
    /// use lindero_logic::{Compiled, Scope, Symbol, ValueKind, compile_condition};
    ///
    /// struct Columns;
    /// impl Scope for Columns {
    ///     fn symbol(&self, _: &str) -> Option<Symbol<'_>> {
    ///         Some(Symbol::Column { kind: ValueKind::Number })
    ///     }
    ///     fn names(&self) -> Vec<&str> {
    ///         Vec::new()
    ///     }
    /// }
    ///
    /// let compilation = compile_condition("a > 3 && (a <= 1 || known(b))", &Columns)?;
    /// let Compiled::Program(program) = compilation.compiled else { panic!("nothing is absent") };
    /// let landmarks = program.landmarks();
    /// assert_eq!(landmarks.inputs[0].numbers, [1.0, 3.0]);
    /// assert!(landmarks.inputs[1].asked_known && !landmarks.has_formulas);
    /// # Ok::<(), lindero_logic::ExprError>(())
    /// ```
    #[must_use]
    pub fn landmarks(&self) -> Landmarks {
        let inputs = vec![InputLandmarks::default(); self.inputs().len()];
        let mut landmarks = Landmarks { inputs, has_formulas: false };
        match self.root() {
            Root::Condition(condition) => landmarks.of_condition(condition),
            Root::Formula(operand, _) => {
                landmarks.has_formulas = true;
                landmarks.of_operand(operand);
            }
        }
        for input in &mut landmarks.inputs {
            input.numbers.sort_by(f64::total_cmp);
            input.numbers.dedup();
            input.texts.sort();
            input.texts.dedup();
        }
        landmarks
    }
}

impl Landmarks {
    fn of_condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Fixed(_) | Condition::Input(_) => {}
            Condition::Known(input) => self.inputs[*input].asked_known = true,
            Condition::Not(inner) => self.of_condition(inner),
            Condition::All(parts) | Condition::Any(parts) | Condition::AtLeast(_, parts) => {
                parts.iter().for_each(|part| self.of_condition(part));
            }
            Condition::Compare(comparison) => self.of_comparison(comparison),
            Condition::OneOf { left: Operand::Input(input), numbers, .. } => {
                self.inputs[*input].numbers.extend(numbers);
            }
            Condition::OneOf { left, numbers, .. } => {
                let numbers: Vec<Operand> = numbers.iter().copied().map(Operand::Number).collect();
                self.of_formulas(&std::iter::once(left).chain(&numbers).collect::<Vec<_>>());
            }
            Condition::Same(parts) => parts.iter().for_each(|part| self.of_condition(part)),
            Condition::Choose(parts) => parts.iter().for_each(|part| self.of_condition(part)),
        }
    }

    fn of_comparison(&mut self, comparison: &Comparison) {
        match (&comparison.left, &comparison.right) {
            (Operand::Input(input), Operand::Number(number)) | (Operand::Number(number), Operand::Input(input)) => {
                self.inputs[*input].numbers.push(*number);
            }
            (Operand::Input(input), Operand::Text(text)) | (Operand::Text(text), Operand::Input(input)) => {
                self.inputs[*input].texts.push(text.clone());
            }
            (left, right) => self.of_formulas(&[left, right]),
        }
    }

    /// Every number in the formulas is worth trying for every input in them.
    fn of_formulas(&mut self, formulas: &[&Operand]) {
        let (mut inputs, mut numbers) = (Vec::new(), Vec::new());
        for formula in formulas {
            self.of_operand(formula);
            leaves(formula, &mut inputs, &mut numbers);
        }
        self.has_formulas |= !inputs.is_empty();
        for input in inputs {
            self.inputs[input].numbers.extend(&numbers);
        }
    }

    /// The conditions within an operand.
    fn of_operand(&mut self, operand: &Operand) {
        match operand {
            Operand::Number(_) | Operand::Text(_) | Operand::Input(_) => {}
            Operand::Arithmetic(_, sides) => sides.iter().for_each(|side| self.of_operand(side)),
            Operand::Choose(parts) => {
                self.of_condition(&parts.0);
                parts.1.iter().for_each(|part| self.of_operand(part));
            }
        }
    }
}

fn leaves(operand: &Operand, inputs: &mut Vec<usize>, numbers: &mut Vec<f64>) {
    match operand {
        Operand::Number(number) => numbers.push(*number),
        Operand::Text(_) => {}
        Operand::Input(input) => inputs.push(*input),
        Operand::Arithmetic(_, sides) => sides.iter().for_each(|side| leaves(side, inputs, numbers)),
        Operand::Choose(parts) => parts.1.iter().for_each(|part| leaves(part, inputs, numbers)),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Compiled, Scope, Symbol, ValueKind, compile_condition};

    struct Columns;

    impl Scope for Columns {
        fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
            let kind = if name.starts_with('t') { ValueKind::Text } else { ValueKind::Number };
            Some(Symbol::Column { kind })
        }

        fn names(&self) -> Vec<&str> {
            Vec::new()
        }
    }

    fn check(source: &str, numbers: &[&[f64]], has_formulas: bool) {
        let Compiled::Program(program) = compile_condition(source, &Columns).unwrap().compiled else {
            panic!("nothing is absent")
        };
        let landmarks = program.landmarks();
        let found: Vec<&[f64]> = landmarks.inputs.iter().map(|input| input.numbers.as_slice()).collect();
        assert_eq!((found.as_slice(), landmarks.has_formulas), (numbers, has_formulas), "{source}");
    }

    #[test]
    fn each_fixed_value_is_found_once_on_either_side() {
        check("a > 3 || 3 > a || !(1 <= a)", &[&[1.0, 3.0]], false);
        check("a in [5, 4] && b != 2", &[&[4.0, 5.0], &[2.0]], false);
        check("at_least(1, [a > 1, b > 2]) == (a < 3)", &[&[1.0, 3.0], &[2.0]], false);
        check("(a > 1 ? b > 2 : b > 3)", &[&[1.0], &[2.0, 3.0]], false);
    }

    #[test]
    fn what_is_calculated_is_told_as_such() {
        check("a + b > 3", &[&[3.0], &[3.0]], true);
        check("a > b", &[&[], &[]], true);
        check("2 * a > 3", &[&[2.0, 3.0]], true);
        check("(a > 1 ? b : 0) > 7", &[&[1.0], &[0.0, 7.0]], true);
    }

    #[test]
    fn texts_are_landmarks_too() {
        let Compiled::Program(program) = compile_condition("t == 'b' || t != 'a'", &Columns).unwrap().compiled else {
            panic!("nothing is absent")
        };
        assert_eq!(program.landmarks().inputs[0].texts, ["a", "b"]);
    }
}
