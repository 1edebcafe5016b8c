//! From source text to [`Syntax`], by CEL's parser.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators};
use cel::parser::{ParseErrors, Parser};

use crate::error::ExprError;
use crate::grammar;
use crate::scan::{self, Kind, Token};
use crate::syntax::{Form, Syntax};
use crate::value::{Arithmetic, Relation};

thread_local! {
    /// Sources that have been read: the terms of a policy are written into many programs.
    static READ: RefCell<BTreeMap<String, Rc<Syntax>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Sources remembered at most; then all are forgotten.
const MOST_SOURCES: usize = 1000;

/// Reads one expression, unless it is one of those read lately.
pub(crate) fn parse(source: &str) -> Result<Rc<Syntax>, ExprError> {
    READ.with_borrow_mut(|read| {
        if let Some(known) = read.get(source) {
            return Ok(Rc::clone(known));
        }
        let syntax = Rc::new(parse_anew(source)?);
        if read.len() >= MOST_SOURCES {
            read.clear();
        }
        read.insert(source.to_owned(), Rc::clone(&syntax));
        Ok(syntax)
    })
}

fn parse_anew(source: &str) -> Result<Syntax, ExprError> {
    let tokens = scan::scan(source)?;
    grammar::check(source, &tokens)?;
    let shape = shape(source, &tokens);
    let (tree, places) =
        Parser::new().parse_with_source_info(&shape).map_err(|errors| refused(source, &tokens, &errors))?;
    Reader { source, tokens: &tokens, places: &places }.read(&tree)
}

/// The source as CEL shall see it: every token at its place, but a date as a name, since CEL would subtract, and text
/// without its content, so that the shape is ASCII and its offsets count characters.
fn shape(source: &str, tokens: &[Token]) -> String {
    let mut shape: Vec<char> = source.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
    for token in tokens {
        let length = token.text.chars().count();
        let replaced = match token.kind {
            Kind::Date(_) => "d".repeat(length),
            Kind::Text => format!("\"{}\"", "t".repeat(length)),
            Kind::Name | Kind::Number | Kind::Truth | Kind::Sign => token.text.clone(),
        };
        for (place, c) in shape[token.at..].iter_mut().zip(replaced.chars()) {
            *place = c;
        }
    }
    shape.into_iter().collect()
}

/// What CEL refuses although the tokens follow each other well, such as `!-a`.
fn refused(source: &str, tokens: &[Token], errors: &ParseErrors) -> ExprError {
    let pos = errors.errors.first().map_or((1, 1), |error| error.pos);
    let place = (usize::try_from(pos.0).unwrap_or(1), usize::try_from(pos.1).unwrap_or(1));
    let token = tokens.iter().find(|token| {
        let here = ExprError::at(source, token.at, "");
        (here.line, here.column) >= place
    });
    let token = token.or(tokens.last()).expect("no tokens are refused by the grammar");
    ExprError::at(source, token.at, format!("cannot make sense of {:?} here", token.written())).hint("use brackets")
}

struct Reader<'a> {
    source: &'a str,
    tokens: &'a [Token],
    places: &'a SourceInfo,
}

impl Reader<'_> {
    fn read(&self, tree: &IdedExpr) -> Result<Syntax, ExprError> {
        let index = self.token_of(tree);
        let here = self.tokens[if is_negative(&tree.expr) { index - 1 } else { index }].at;
        let form = match &tree.expr {
            Expr::Ident(name) => match self.tokens[index].kind {
                Kind::Date(day) => Form::Date(day),
                _ => Form::Name(name.clone()),
            },
            Expr::Literal(LiteralValue::Boolean(truth)) => Form::Truth(*truth.inner()),
            #[expect(clippy::cast_precision_loss, reason = "the scanner admits only as many digits as are exact")]
            Expr::Literal(LiteralValue::Int(number)) => Form::Number(*number.inner() as f64),
            Expr::Literal(LiteralValue::Double(number)) => Form::Number(*number.inner()),
            Expr::Literal(LiteralValue::String(_)) => Form::Text(self.tokens[index].text.clone()),
            Expr::List(list) => Form::List(self.read_all(&list.elements)?),
            Expr::Call(call) => return self.call(index, call),
            _ => return Err(self.odd(here)),
        };
        Ok(Syntax { at: here, form })
    }

    fn call(&self, index: usize, call: &CallExpr) -> Result<Syntax, ExprError> {
        let here = self.tokens[index].at;
        let name = call.func_name.as_str();
        if let Some(relation) = relation(name) {
            return self.binary(here, call, |left, right| Form::Compare(relation, left, right));
        }
        if let Some(operation) = arithmetic(name) {
            return self.binary(here, call, |left, right| Form::Arithmetic(operation, left, right));
        }
        let form = match (name, call.args.as_slice()) {
            (operators::NOT_EQUALS, _) => return self.binary(here, call, Form::Differ),
            (operators::IN, _) => return self.binary(here, call, Form::In),
            (operators::INDEX, _) => return self.binary(here, call, Form::Index),
            (operators::LOGICAL_AND | operators::LOGICAL_OR, [_, _]) => {
                let mut parts = Vec::new();
                self.flatten(name, &call.args, &mut parts)?;
                let at = parts.first().map_or(here, |part| part.at);
                let form = if name == operators::LOGICAL_AND { Form::All(parts) } else { Form::Any(parts) };
                return Ok(Syntax { at, form });
            }
            (operators::LOGICAL_NOT, [inner]) => Form::Not(Box::new(self.read(inner)?)),
            (operators::NEGATE, [inner]) => Form::Negative(Box::new(self.read(inner)?)),
            (operators::CONDITIONAL, [condition, yes, no]) => {
                let parts = [self.read(condition)?, self.read(yes)?, self.read(no)?];
                return Ok(Syntax { at: parts[0].at, form: Form::Choose(Box::new(parts)) });
            }
            // The place of a call is its bracket; the name stands before it.
            (function, arguments) if index > 0 && self.tokens[index - 1].text == function => {
                let form = Form::Call(function.to_owned(), self.read_all(arguments)?);
                return Ok(Syntax { at: self.tokens[index - 1].at, form });
            }
            _ => return Err(self.odd(here)),
        };
        Ok(Syntax { at: here, form })
    }

    fn binary(
        &self,
        here: usize,
        call: &CallExpr,
        form: impl Fn(Box<Syntax>, Box<Syntax>) -> Form,
    ) -> Result<Syntax, ExprError> {
        let [left, right] = call.args.as_slice() else {
            return Err(self.odd(here));
        };
        let (left, right) = (self.read(left)?, self.read(right)?);
        Ok(Syntax { at: left.at, form: form(Box::new(left), Box::new(right)) })
    }

    /// CEL balances a chain of `&&` into a tree; this lays it out again.
    fn flatten(&self, operator: &str, arguments: &[IdedExpr], parts: &mut Vec<Syntax>) -> Result<(), ExprError> {
        for argument in arguments {
            match &argument.expr {
                Expr::Call(inner) if inner.func_name == operator => self.flatten(operator, &inner.args, parts)?,
                _ => parts.push(self.read(argument)?),
            }
        }
        Ok(())
    }

    fn read_all(&self, trees: &[IdedExpr]) -> Result<Vec<Syntax>, ExprError> {
        trees.iter().map(|tree| self.read(tree)).collect()
    }

    /// The token a node of CEL's tree was made from.
    fn token_of(&self, tree: &IdedExpr) -> usize {
        let at = self.places.offset_for(tree.id).map_or(0, |(start, _)| start as usize);
        self.tokens.partition_point(|token| token.at < at).min(self.tokens.len() - 1)
    }

    fn odd(&self, at: usize) -> ExprError {
        ExprError::at(self.source, at, "this part is not understood")
    }
}

/// Whether a literal has a sign of its own, which then is the token before its place.
fn is_negative(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(LiteralValue::Int(number)) => *number.inner() < 0,
        Expr::Literal(LiteralValue::Double(number)) => *number.inner() < 0.0,
        _ => false,
    }
}

fn relation(operator: &str) -> Option<Relation> {
    Some(match operator {
        operators::LESS => Relation::Less,
        operators::LESS_EQUALS => Relation::AtMost,
        operators::EQUALS => Relation::Equal,
        operators::GREATER_EQUALS => Relation::AtLeast,
        operators::GREATER => Relation::More,
        _ => return None,
    })
}

fn arithmetic(operator: &str) -> Option<Arithmetic> {
    Some(match operator {
        operators::ADD => Arithmetic::Plus,
        operators::SUBSTRACT => Arithmetic::Minus,
        operators::MULTIPLY => Arithmetic::Times,
        operators::DIVIDE => Arithmetic::Over,
        _ => return None,
    })
}
