//! Clauses: a field, and one question that fits what it holds.

use super::Refusals;
use crate::field::Holds;
use crate::predicate::{Clause, Test};
use crate::schema::{Literal, RawClause};
use regex::bytes::RegexBuilder;

/// Ceiling on a compiled pattern, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

pub(super) fn clause(raw: &RawClause, out: &mut Refusals<'_>) -> Option<Clause> {
    let field = super::asked(&raw.field, out)?;
    let tests: Vec<_> = tests(raw, field.holds()).into_iter().flatten().collect();
    let [test] = <[_; 1]>::try_from(tests)
        .map_err(|tests| {
            let message = format!("`{}` is asked {} questions; a clause asks one", field.name(), tests.len());
            out.at("S004", &raw.field.span(), message, None);
        })
        .ok()?;
    match test {
        Ok(test) => Some(Clause { field, test, not: raw.not }),
        Err((code, message)) => {
            out.at(code, &raw.field.span(), format!("`{}` {message}", field.name()), None);
            None
        }
    }
}

type Answer = Result<Test, (&'static str, String)>;

/// One entry for each operator the clause uses.
fn tests(raw: &RawClause, holds: Holds) -> Vec<Option<Answer>> {
    let text = |value: &Option<String>, make: fn(String) -> Test| {
        value.clone().map(|value| match holds {
            Holds::Text => Ok(make(value)),
            other => Err(("S004", format!("holds {other}; this operator is for text"))),
        })
    };
    let number = |value: Option<i64>, make: fn(i64) -> Test| {
        value.map(|value| match holds {
            Holds::Number => Ok(make(value)),
            other => Err(("S004", format!("holds {other}; this operator is for numbers"))),
        })
    };
    vec![
        raw.is.as_ref().map(|value| one_of(std::slice::from_ref(value), holds)),
        raw.one_of.as_ref().map(|values| one_of(values, holds)),
        text(&raw.contains, Test::Contains),
        text(&raw.starts, Test::Starts),
        text(&raw.ends, Test::Ends),
        raw.matches.as_ref().map(|pattern| matches(pattern, holds)),
        number(raw.below, Test::Below),
        number(raw.above, Test::Above),
        raw.present.map(|wanted| Ok(Test::Present(wanted))),
    ]
}

fn one_of(values: &[Literal], holds: Holds) -> Answer {
    let wrong = |value: &Literal| ("S003", format!("holds {holds}, not {value:?}"));
    match holds {
        Holds::Text => values
            .iter()
            .map(|value| if let Literal::Text(text) = value { Ok(text.clone()) } else { Err(wrong(value)) })
            .collect::<Result<_, _>>()
            .map(Test::TextOneOf),
        Holds::Number => values
            .iter()
            .map(|value| if let Literal::Number(number) = value { Ok(*number) } else { Err(wrong(value)) })
            .collect::<Result<_, _>>()
            .map(Test::NumberOneOf),
        Holds::Flag => match values {
            [Literal::Flag(flag)] => Ok(Test::Flag(*flag)),
            _ => Err(("S003", "holds true or false".to_owned())),
        },
    }
}

/// A pattern in ASCII mode, with a ceiling on its compiled size.
fn matches(pattern: &str, holds: Holds) -> Answer {
    if holds != Holds::Text {
        return Err(("S004", format!("holds {holds}; a pattern is for text")));
    }
    let built = RegexBuilder::new(pattern).unicode(false).size_limit(PATTERN_SIZE).build();
    built
        .map(Test::Matches)
        .map_err(|error| ("S005", format!("has a pattern that does not compile: {error}")))
}
