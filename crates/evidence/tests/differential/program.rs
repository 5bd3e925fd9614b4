//! The real `openssl` program: makes certificates, and says what it thinks of chains.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use waytrace_evidence::verdict::Dialect;

/// One `openssl`.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) version: String,
    pub(crate) dialect: Dialect,
}

impl Program {
    /// The program at a path, if it runs and is of a version that is predicted.
    pub(crate) fn at(path: impl Into<PathBuf>) -> Option<Self> {
        let path = path.into();
        let output = Command::new(&path).arg("version").output().ok()?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let dialect = match version.split_whitespace().nth(1)? {
            number if number.starts_with("1.1.1") => Dialect::OpenSsl111,
            number if number.starts_with("3.") => Dialect::OpenSsl3,
            _ => return None,
        };
        Some(Self { path, version, dialect })
    }

    /// Runs a command that must succeed.
    pub(crate) fn run(&self, folder: &Path, arguments: &[&str]) {
        let output = self.output(folder, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "openssl {} said: {said}", arguments.join(" "));
    }

    fn output(&self, folder: &Path, arguments: &[&str]) -> Output {
        Command::new(&self.path)
            .args(arguments)
            .current_dir(folder)
            // What the machine has set up must not matter.
            .env("OPENSSL_CONF", "empty.cnf")
            .output()
            .expect("openssl runs")
    }

    /// Asks what it thinks of the chain in `presented.pem`, whose leaf is in `leaf.pem`, with `store.pem`.
    pub(crate) fn verify(&self, folder: &Path, question: &Asked) -> Said {
        let (depth, level, at) =
            (question.depth.to_string(), question.level.to_string(), question.at.to_string());
        let mut arguments = vec!["verify", "-purpose", question.purpose, "-verify_depth", &depth];
        arguments.extend(["-auth_level", &level, "-attime", &at, "-no-CApath"]);
        if self.dialect == Dialect::OpenSsl3 {
            arguments.push("-no-CAstore");
        }
        if question.empty_store {
            arguments.push("-no-CAfile");
        } else {
            arguments.extend(["-CAfile", "store.pem"]);
        }
        arguments.extend(["-untrusted", "presented.pem", "leaf.pem"]);
        let output = self.output(folder, &arguments);
        Said::of(&output)
    }
}

/// What is asked beside the files.
pub(crate) struct Asked {
    pub(crate) purpose: &'static str,
    pub(crate) at: i64,
    pub(crate) level: u8,
    pub(crate) depth: usize,
    pub(crate) empty_store: bool,
}

/// What the program said: its errors in their order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) errors: Vec<(u32, usize, String)>,
    pub(crate) accepted: bool,
}

impl Said {
    fn of(output: &Output) -> Self {
        let mut text = String::from_utf8_lossy(&output.stderr).into_owned();
        write!(text, "\n{}", String::from_utf8_lossy(&output.stdout)).expect("a string takes text");
        let errors: Vec<_> = text.lines().filter_map(error).collect();
        let accepted = output.status.success() && text.contains(": OK");
        assert!(accepted || !errors.is_empty(), "openssl verify said: {text}");
        Self { errors, accepted }
    }
}

/// `error 18 at 0 depth lookup: self-signed certificate`, in 1.1.1 with `:` before the text only.
fn error(line: &str) -> Option<(u32, usize, String)> {
    let rest = line.strip_prefix("error ")?;
    let (code, rest) = rest.split_once(" at ")?;
    let (depth, text) = rest.split_once(" depth lookup:")?;
    Some((code.parse().ok()?, depth.trim().parse().ok()?, text.trim().to_owned()))
}
