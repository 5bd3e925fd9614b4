//! Defaults of options from a file. Its keys are the long names of options; what is typed wins.
//!
//! A key at the top is for every command that has such an option, a key in a table such as `[analyze]` for that command
//! only. The file's values go through the same checks as what is typed: they are put in front of it.

use crate::args::Args;
use crate::exit::Failure;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory, FromArgMatches};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// The command that is meant where none is named.
const DEFAULT: &str = "analyze";
/// What makes no sense as a default.
const NEVER: [&str; 4] = ["help", "version", "config", "no-config"];
/// How like another a name must be to be meant by it; 1 is the same.
const LIKE: f64 = 0.7;

/// What was typed, with the defaults of the file for what was not. Ends the process where what was typed is wrong, as
/// `clap` does.
pub(crate) fn args(typed: Vec<OsString>) -> Result<Args, Failure> {
    let command = Args::command();
    let typed = command_first(&command, typed);
    let matches = command.clone().get_matches_from(&typed);
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let Some((file, text)) = read(&args)? else { return Ok(args) };
    let defaults = File { name: &file, text: &text, command: &command }.defaults(&matches)?;
    let mut all = typed;
    let at =
        matches.subcommand_name().and_then(|name| all.iter().position(|word| word == name)).unwrap_or(0) + 1;
    let at = at.min(all.len());
    all.splice(at..at, defaults);
    let wrong = |error: clap::Error| {
        let error = error.to_string();
        let first = error.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Failure::Usage(format!("{}: {first}", file.display()))
    };
    Args::from_arg_matches(&command.try_get_matches_from(&all).map_err(wrong)?).map_err(wrong)
}

/// What was typed, with the command before options that were typed before it: `--lang de analyze LOG`. Otherwise the
/// command would be taken for a file. Where there is such a file, or `--` before the word, it is one.
fn command_first(command: &Command, typed: Vec<OsString>) -> Vec<OsString> {
    let names_command =
        |word: &OsString| word.to_str().is_some_and(|word| command.find_subcommand(word).is_some());
    if !typed.get(1).is_some_and(|word| word.to_str().is_some_and(|word| word.starts_with('-'))) {
        return typed;
    }
    let first = match command.clone().try_get_matches_from(&typed) {
        Ok(matches) => {
            let paths = matches.try_get_many::<PathBuf>("paths").ok().flatten();
            let Some(first) = paths.and_then(|mut paths| paths.next()).cloned() else { return typed };
            Some(first.into_os_string())
        }
        // An option that only the command has.
        Err(_) => None,
    };
    let is_meant = |word: &OsString| {
        names_command(word) && first.as_ref().is_none_or(|first| first == word) && !Path::new(word).exists()
    };
    let words = typed.iter().enumerate().skip(1).take_while(|(_, word)| *word != "--");
    let moved = |(at, _): (usize, &OsString)| {
        let mut words = typed.clone();
        words[1..=at].rotate_right(1);
        words
    };
    let mut moved: Vec<_> = words.filter(|(_, word)| is_meant(word)).map(moved).collect();
    // The name may also be the value of an option: the place that makes sense is the one.
    let fits = moved.iter().position(|words| command.clone().try_get_matches_from(words).is_ok());
    match fits.or_else(|| (first.is_some() && !moved.is_empty()).then_some(0)) {
        Some(at) => moved.swap_remove(at),
        None => typed,
    }
}

/// The file and its text, if there is one.
fn read(args: &Args) -> Result<Option<(PathBuf, String)>, Failure> {
    let failure = |file: &Path, error: &std::io::Error| {
        Failure::Usage(format!("cannot read the defaults of options in {}: {error}", file.display()))
    };
    if args.defaults.no_config {
        return Ok(None);
    }
    if let Some(file) = &args.defaults.config {
        let text = fs::read_to_string(file).map_err(|error| failure(file, &error))?;
        return Ok(Some((file.clone(), text)));
    }
    let Some(file) = usual() else { return Ok(None) };
    match fs::read_to_string(&file) {
        Ok(text) => Ok(Some((file, text))),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(failure(&file, &error)),
    }
}

/// Where the file is looked for (XDG Base Directory Specification).
fn usual() -> Option<PathBuf> {
    let named = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || {
        env::var_os("HOME").filter(|home| !home.is_empty()).map(|home| PathBuf::from(home).join(".config"))
    };
    Some(named.or_else(home)?.join("waytrace").join("config.toml"))
}

struct File<'a> {
    name: &'a Path,
    text: &'a str,
    command: &'a Command,
}

impl File<'_> {
    /// The arguments that stand for what was not typed.
    fn defaults(&self, matches: &ArgMatches) -> Result<Vec<OsString>, Failure> {
        let table = DeTable::parse(self.text)
            .map_err(|error| self.wrong(error.span().map_or(0, |span| span.start), error.message()))?;
        let (name, matches) = matches.subcommand().unwrap_or((DEFAULT, matches));
        let mut out = Vec::new();
        // What stands in the table of a command goes before what is for all.
        let mut own = Vec::new();
        for (key, value) in table.get_ref() {
            let Some(command) = self.command.find_subcommand(key.get_ref().as_ref() as &str) else {
                continue;
            };
            let DeValue::Table(options) = value.get_ref() else { continue };
            for (key, value) in options {
                let option = self.option(command.get_arguments(), key.get_ref(), key.span().start)?;
                if command.get_name() == name {
                    own.push(key.get_ref().to_string());
                    self.push(&mut out, option, value.get_ref(), value.span().start, matches)?;
                }
            }
        }
        for (key, value) in table.get_ref() {
            let (name_of, at): (&str, usize) = (key.get_ref().as_ref(), key.span().start);
            if self.command.find_subcommand(name_of).is_some() {
                if !matches!(value.get_ref(), DeValue::Table(_)) {
                    return Err(self.wrong(
                        at,
                        &format!("`{name_of}` is a command: write [{name_of}] and its options below"),
                    ));
                }
                continue;
            }
            let all = self.command.get_subcommands().flat_map(Command::get_arguments);
            self.option(all, name_of, at)?;
            let here = self.command.find_subcommand(name).and_then(|command| {
                command.get_arguments().find(|option| option.get_long() == Some(name_of))
            });
            if let Some(option) = here.filter(|_| !own.iter().any(|own| own == name_of)) {
                self.push(&mut out, option, value.get_ref(), value.span().start, matches)?;
            }
        }
        Ok(out)
    }

    /// The option of this name.
    fn option<'c>(
        &self,
        options: impl Iterator<Item = &'c Arg>,
        name: &str,
        at: usize,
    ) -> Result<&'c Arg, Failure> {
        let known: Vec<_> =
            options.filter(|option| option.get_long().is_some_and(|long| !NEVER.contains(&long))).collect();
        if let Some(option) = known.iter().find(|option| option.get_long() == Some(name)) {
            return Ok(option);
        }
        let likeness = |option: &&&Arg| strsim::jaro_winkler(option.get_long().unwrap_or_default(), name);
        let near = known.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
        let near = near.filter(|option| likeness(option) > LIKE).and_then(|option| option.get_long());
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Err(self.wrong(at, &format!("no option has the name `{name}`{near}")))
    }

    /// Adds an option as it would be typed, unless it was typed.
    fn push(
        &self,
        out: &mut Vec<OsString>,
        option: &Arg,
        value: &DeValue<'_>,
        at: usize,
        typed: &ArgMatches,
    ) -> Result<(), Failure> {
        let id = option.get_id().as_str();
        if typed.try_contains_id(id).is_ok() && typed.value_source(id) == Some(ValueSource::CommandLine) {
            return Ok(());
        }
        let long = option.get_long().unwrap_or_default();
        let flag = !option.get_action().takes_values();
        match value {
            DeValue::Boolean(wanted) if flag => out.extend(wanted.then(|| format!("--{long}").into())),
            DeValue::Array(values) if !flag => {
                for value in values {
                    let text = word(value.get_ref());
                    let text = text
                        .ok_or_else(|| self.wrong(value.span().start, "a text or a number is wanted here"))?;
                    out.push(format!("--{long}={text}").into());
                }
            }
            value => {
                let wanted = if flag {
                    "true or false is wanted here"
                } else {
                    "a text, a number or a list is wanted here"
                };
                let text = word(value).filter(|_| !flag).ok_or_else(|| self.wrong(at, wanted))?;
                out.push(format!("--{long}={text}").into());
            }
        }
        Ok(())
    }

    fn wrong(&self, at: usize, why: &str) -> Failure {
        let line = self.text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        Failure::Usage(format!("{}:{line}: {why}", self.name.display()))
    }
}

/// A value as it would be typed.
fn word(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}
