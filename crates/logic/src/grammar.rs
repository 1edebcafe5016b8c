//! Checks that operators, values and brackets follow each other, before CEL's parser sees them.
//!
//! The parser would refuse the same texts, but with the names of its grammar. And it recurses: how deep is decided
//! here, from the tokens alone.

use crate::error::ExprError;
use crate::name::FUNCTIONS;
use crate::scan::{Kind, Token};
use crate::suggest;

/// How deep brackets and chains of operators may nest.
const DEEPEST: usize = 64;

/// What an open bracket began; the outermost one has no bracket.
#[derive(Clone, Copy, PartialEq)]
enum Bracket {
    Whole,
    Group,
    Call,
    List,
    Index,
}

impl Bracket {
    fn closed_by(self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Group | Self::Call => ")",
            Self::List | Self::Index => "]",
        }
    }
}

/// An open bracket and what was seen inside so far.
struct Level {
    bracket: Bracket,
    /// Index of the bracket among the tokens.
    token: usize,
    /// `?` that still wait for their `:`.
    questions: Vec<usize>,
    /// Operators since the last `&&`, `||`, `:` or comma: they nest to one side, each makes the tree one deeper.
    chained: usize,
    /// The most operators there were between two of those.
    longest: usize,
    /// How many `?` there were: they nest to the right.
    choices: usize,
    /// The deepest bracket inside.
    deepest: usize,
}

impl Level {
    fn new(bracket: Bracket, token: usize) -> Self {
        Self { bracket, token, questions: Vec::new(), chained: 0, longest: 0, choices: 0, deepest: 0 }
    }

    fn depth(&self) -> usize {
        self.deepest + self.longest.max(self.chained) + self.choices
    }
}

/// Checks the tokens of `source`.
pub(crate) fn check(source: &str, tokens: &[Token]) -> Result<(), ExprError> {
    let mut walk = Walk { source, tokens, levels: vec![Level::new(Bracket::Whole, 0)], wants_value: true };
    for index in 0..tokens.len() {
        walk.step(index)?;
    }
    walk.end()
}

struct Walk<'a> {
    source: &'a str,
    tokens: &'a [Token],
    levels: Vec<Level>,
    /// Whether a value must come next, rather than an operator.
    wants_value: bool,
}

impl Walk<'_> {
    fn step(&mut self, index: usize) -> Result<(), ExprError> {
        let token = &self.tokens[index];
        if token.kind != Kind::Sign {
            self.needs(!self.wants_value, index)?;
            self.wants_value = false;
            return match token.kind {
                Kind::Name if self.sign_at(index + 1, "(") => self.function(index),
                _ => Ok(()),
            };
        }
        match token.text.as_str() {
            "!" => self.needs(!self.wants_value, index),
            "-" if self.wants_value => Ok(()),
            "(" => {
                let is_call = index > 0 && !self.wants_value && self.tokens[index - 1].kind == Kind::Name;
                self.needs(!self.wants_value && !is_call, index)?;
                self.open(if is_call { Bracket::Call } else { Bracket::Group }, index)
            }
            "[" => {
                let bracket = if self.wants_value { Bracket::List } else { Bracket::Index };
                self.open(bracket, index)
            }
            ")" | "]" => self.close(index),
            sign => {
                if self.wants_value {
                    return Err(self.error(index, format!("expected a value before {sign:?}")));
                }
                self.wants_value = true;
                self.operator(index)
            }
        }
    }

    /// Two values in a row lack an operator between them.
    fn needs(&self, operator: bool, index: usize) -> Result<(), ExprError> {
        if !operator {
            return Ok(());
        }
        let (before, after) = (self.tokens[index - 1].written(), self.tokens[index].written());
        let message = format!("expected an operator between {before:?} and {after:?}");
        Err(self.error(index, message).hint("conditions are joined with && or ||"))
    }

    fn function(&self, index: usize) -> Result<(), ExprError> {
        let name = self.tokens[index].text.as_str();
        if FUNCTIONS.contains(&name) {
            return Ok(());
        }
        let error = self.error(index, format!("unknown function {name:?}"));
        Err(match suggest::nearest(name, FUNCTIONS) {
            Some(known) => error.hint(format!("did you mean {known:?}?")),
            None => error.hint(format!("there are {}", FUNCTIONS.join(", "))),
        })
    }

    fn operator(&mut self, index: usize) -> Result<(), ExprError> {
        let level = self.levels.last_mut().expect("the outermost level is never closed");
        let sign = self.tokens[index].text.as_str();
        if matches!(sign, "&&" | "||" | "?" | ":" | ",") {
            level.longest = level.longest.max(level.chained);
            level.chained = 0;
        } else {
            level.chained += 1;
        }
        match sign {
            "?" => {
                level.questions.push(index);
                level.choices += 1;
            }
            ":" if level.questions.pop().is_none() => {
                return Err(self.error(index, "\":\" has no \"?\" before it").hint("write condition ? a : b"));
            }
            "," if !matches!(level.bracket, Bracket::Call | Bracket::List) => {
                return Err(self.error(index, "\",\" is not in a list").hint("lists are written [1, 2]"));
            }
            "," => {
                Self::paired(self.source, self.tokens, &level.questions)?;
            }
            // The parser balances chains of && and ||.
            _ => {}
        }
        self.shallow(index)
    }

    fn open(&mut self, bracket: Bracket, index: usize) -> Result<(), ExprError> {
        self.levels.push(Level::new(bracket, index));
        self.wants_value = true;
        if self.levels.len() - 1 > DEEPEST { Err(self.too_deep(index)) } else { Ok(()) }
    }

    fn close(&mut self, index: usize) -> Result<(), ExprError> {
        let sign = self.tokens[index].text.as_str();
        let level = self.levels.last().expect("the outermost level is never closed");
        if level.bracket == Bracket::Whole {
            let opening = if sign == ")" { "(" } else { "[" };
            return Err(self.error(index, format!("{sign:?} closes no {opening:?}")));
        }
        if level.bracket.closed_by() != sign {
            let opening = &self.tokens[level.token].text;
            let message = format!("{sign:?} cannot close {opening:?}");
            return Err(self.error(index, message).hint(format!("write {:?} first", level.bracket.closed_by())));
        }
        if self.wants_value {
            return Err(self.error(index, format!("expected a value before {sign:?}")));
        }
        Self::paired(self.source, self.tokens, &level.questions)?;
        let depth = level.depth();
        self.levels.pop();
        let outer = self.levels.last_mut().expect("the outermost level is never closed");
        outer.deepest = outer.deepest.max(depth + 1);
        self.shallow(index)
    }

    fn end(&self) -> Result<(), ExprError> {
        let level = self.levels.last().expect("the outermost level is never closed");
        let Some(last) = self.tokens.last() else {
            return Err(ExprError::at(self.source, 0, "the expression is empty"));
        };
        if level.bracket != Bracket::Whole {
            let opening = &self.tokens[level.token].text;
            let closing = level.bracket.closed_by();
            return Err(self
                .error(level.token, format!("{opening:?} is never closed"))
                .hint(format!("write {closing:?}")));
        }
        if self.wants_value {
            let message = format!("expected a value after {:?}", last.written());
            return Err(self.error(self.tokens.len() - 1, message));
        }
        Self::paired(self.source, self.tokens, &level.questions)
    }

    fn paired(source: &str, tokens: &[Token], questions: &[usize]) -> Result<(), ExprError> {
        questions.last().map_or(Ok(()), |question| {
            let error = ExprError::at(source, tokens[*question].at, "\"?\" has no \":\" after it");
            Err(error.hint("write condition ? a : b"))
        })
    }

    fn shallow(&self, index: usize) -> Result<(), ExprError> {
        let level = self.levels.last().expect("the outermost level is never closed");
        if level.depth() > DEEPEST { Err(self.too_deep(index)) } else { Ok(()) }
    }

    fn too_deep(&self, index: usize) -> ExprError {
        let message = format!("brackets and operators nest more than {DEEPEST} deep");
        self.error(index, message).hint("name parts of the expression as terms")
    }

    fn sign_at(&self, index: usize, sign: &str) -> bool {
        self.tokens.get(index).is_some_and(|token| token.is(sign))
    }

    fn error(&self, index: usize, message: impl Into<String>) -> ExprError {
        ExprError::at(self.source, self.tokens[index].at, message)
    }
}
