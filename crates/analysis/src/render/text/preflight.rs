//! What will break, and the answer to one offline question, for a terminal.

use super::super::voice::Voice;
use super::certificate::line;
use super::parts::wrapped;
use super::{Options, Styles};
use crate::escape::Escaped;
use crate::foreseen::Foreseen;
use crate::preflight::{Enforcement, Outlook, Preflight, PreflightBox, PreflightServer};
use crate::verify::Verified;
use anstyle::Style;
use std::collections::HashSet;
use std::fmt::{self, Write};
use waytrace_evidence::Role;
use waytrace_evidence::verdict::{Dialect, Outcome, Step, Verdict};

/// Column at which what belongs to a server begins.
const INDENT: usize = 4;

/// What is foreseen, box by box.
pub fn preflight(preflight: &Preflight, options: &Options) -> String {
    let voice = Voice::new(options.speech);
    let mut out = Out::new(options, &voice);
    let written = preflight.boxes.iter().try_for_each(|one| out.write_box(one));
    debug_assert!(written.is_ok(), "a string takes every text");
    out.text
}

/// The answer to one question.
pub fn verified(verified: &Verified, options: &Options) -> String {
    let voice = Voice::new(options.speech);
    let mut out = Out::new(options, &voice);
    let written = out.write_verified(verified);
    debug_assert!(written.is_ok(), "a string takes every text");
    out.text
}

struct Out<'v> {
    text: String,
    styles: Styles<'v>,
    width: usize,
    /// Fixes that stand above already.
    told: HashSet<(String, Vec<String>)>,
}

impl<'v> Out<'v> {
    fn new(options: &Options, voice: &'v Voice) -> Self {
        Self {
            text: String::new(),
            styles: Styles::of(options, voice),
            width: options.width,
            told: HashSet::new(),
        }
    }

    fn write_box(&mut self, one: &PreflightBox) -> fmt::Result {
        let strong = self.styles.strong;
        let role = match one.role {
            Some(Role::Control) => "Expressway-C",
            Some(Role::Edge) => "Expressway-E",
            _ => "role not known",
        };
        let release =
            one.release.as_ref().map_or_else(|| "release not known".to_owned(), ToString::to_string);
        writeln!(self.text, "{strong}{} ({role}), {release}{strong:#}", Escaped(&one.node))?;
        self.line(2, "", enforcement(one.enforcement))?;
        if one.enforcement != Enforcement::NotHere {
            let store = match one.trusted {
                Some(1) => "trust store: 1 certificate".to_owned(),
                Some(count) => format!("trust store: {count} certificates"),
                None => "no trust store of this box was given (ca_….pem): certificates cannot be judged"
                    .to_owned(),
            };
            self.line(2, "", &store)?;
        }
        for note in &one.notes {
            self.line(2, "note: ", note)?;
        }
        for server in &one.servers {
            self.write_server(server)?;
        }
        writeln!(self.text)
    }

    fn write_server(&mut self, server: &PreflightServer) -> fmt::Result {
        let (word, style) = self.outlook(server.outlook);
        let service = server.service.as_ref().map_or_else(String::new, |service| format!(" ({service})"));
        let target = match server.port {
            Some(port) => format!("{} port {port}", server.host),
            None => format!("{}, port unknown", server.host),
        };
        write!(self.text, "\n  {style}{word}{style:#}  ")?;
        wrapped(&mut self.text, &Escaped(&format!("{target}{service}")).to_string(), self.width, 11, 11)?;
        writeln!(self.text)?;
        self.line(INDENT, "seen: ", &server.seen.join("; "))?;
        if let Some(shown) = &server.presented {
            let when = shown.at.format("%Y-%m-%d %H:%M:%S");
            let others = match shown.different {
                0 | 1 => String::new(),
                count => format!("; it showed {count} different chains, this is the last one"),
            };
            self.line(INDENT, "", &format!("presented by {} at {when} UTC{others}:", shown.server))?;
            for certificate in &shown.chain {
                self.line(INDENT + 2, "", &line(self.styles.voice, certificate))?;
            }
            for (place, reason) in &shown.malformed {
                self.line(INDENT + 2, "! ", &format!("certificate {place} of the chain: {reason}"))?;
            }
        }
        if let Some(verdict) = &server.verdict {
            self.verdict(INDENT, verdict)?;
        }
        if let Some(verdict) = &server.verdict_3 {
            self.verdict(INDENT, verdict)?;
        }
        if let Some(told) = &server.told {
            self.line(INDENT, "the log says: ", told)?;
        }
        if let Some(why) = &server.why {
            self.line(INDENT, "", why)?;
        }
        self.findings(&server.findings)?;
        for (at, command) in server.ask.iter().enumerate() {
            // A command is never broken into lines: it is there to be pasted.
            let lead = if at == 0 { "ask: " } else { "     " };
            writeln!(self.text, "{:INDENT$}{lead}{}", "", Escaped(command))?;
        }
        Ok(())
    }

    fn write_verified(&mut self, verified: &Verified) -> fmt::Result {
        let strong = self.styles.strong;
        let name = verified
            .name
            .as_deref()
            .map_or("no name is checked".to_owned(), |name| format!("asked for as {name}"));
        let at = verified.at.format("%Y-%m-%d %H:%M:%S");
        writeln!(self.text, "{strong}{}, at {at} UTC{strong:#}", Escaped(&name))?;
        for certificate in &verified.chain {
            self.line(2, "presented: ", &line(self.styles.voice, certificate))?;
        }
        let certificates = if verified.trusted == 1 { "certificate" } else { "certificates" };
        self.line(2, "", &format!("trust store: {} {certificates}", verified.trusted))?;
        if verified.leaf_is_doubtful {
            let words = "what stands first could not be read: this may not be the server's own certificate";
            self.line(2, "! ", words)?;
        }
        let [first, rest @ ..] = verified.chain.as_slice() else { return Ok(()) };
        if rest.iter().any(|other| !other.self_issued && other.issuer.same_as(&first.subject)) {
            let words = "the first certificate signed another one of this chain, so it is not the server's own: \
                         put the server's own first, as the server sends it";
            self.line(2, "! ", words)?;
        }
        for one in &verified.malformed {
            let place = format!("{}, line {} (byte {}): {}", one.file, one.line, one.offset, one.reason);
            self.line(2, "! not read: ", &place)?;
        }
        if verified.private_keys > 0 {
            self.line(
                2,
                "! ",
                "a private key lies in these files; it was not read, and should not leave its box",
            )?;
        }
        for verdict in &verified.verdicts {
            self.verdict(2, verdict)?;
        }
        self.findings(&verified.findings)
    }

    /// What one OpenSSL says, with what would come after the first error is mended.
    fn verdict(&mut self, indent: usize, verdict: &Verdict) -> fmt::Result {
        let who = match verdict.dialect {
            Dialect::OpenSsl111 => "OpenSSL 1.1.1: ",
            _ => "OpenSSL 3.x:   ",
        };
        self.line(indent, who, &verdict.to_string())?;
        for step in verdict.steps.iter().skip(1) {
            let words = match step {
                Step::Failure(failure) => failure.to_string(),
                Step::NameMismatch => "the name is not in the certificate".to_owned(),
                Step::Unknown(unknown) => format!("not checked at depth {}: {}", unknown.depth, unknown.why),
                _ => continue,
            };
            self.line(indent + 2, "then: ", &words)?;
        }
        if let (Outcome::Refused(_), Some(missing)) = (&verdict.outcome, &verdict.missing) {
            self.line(indent + 2, "missing: ", missing.line())?;
        }
        Ok(())
    }

    fn findings(&mut self, findings: &[Foreseen]) -> fmt::Result {
        for finding in findings {
            let style = self.styles.severity(finding.severity);
            write!(self.text, "{:INDENT$}{style}{}{style:#} ", "", finding.id)?;
            let from = INDENT + finding.id.len() + 1;
            wrapped(&mut self.text, &Escaped(&finding.title).to_string(), self.width, from, from)?;
            writeln!(self.text)?;
            if !self.told.insert((finding.id.clone(), finding.fix.clone())) {
                self.line(INDENT + 2, "", "what to do: as above")?;
                continue;
            }
            for (at, step) in finding.fix.iter().enumerate() {
                self.line(INDENT + 2, &format!("{}. ", at + 1), step)?;
            }
        }
        Ok(())
    }

    fn line(&mut self, indent: usize, lead: &str, text: &str) -> fmt::Result {
        let from = indent + lead.chars().count();
        write!(self.text, "{:indent$}{lead}", "")?;
        wrapped(&mut self.text, &Escaped(text).to_string(), self.width, from, from)?;
        writeln!(self.text)
    }

    fn outlook(&self, outlook: Outlook) -> (&'static str, Style) {
        match outlook {
            Outlook::Breaks => ("breaks ", self.styles.error),
            Outlook::Unknown => ("unknown", self.styles.warning),
            Outlook::Works => ("works  ", self.styles.info),
            Outlook::Unchanged => ("same   ", self.styles.faint),
        }
    }
}

fn enforcement(enforcement: Enforcement) -> &'static str {
    match enforcement {
        Enforcement::Already => {
            "checks the certificates of inner servers already (X14.2 or later): what breaks below is broken today"
        }
        Enforcement::SwitchedOff => {
            "X14.2 or later with `EdgeConfigServer VerifyOriginServer: Off`: what is below happens when it is set to On"
        }
        Enforcement::WithUpgrade => {
            "does not check the certificates of inner servers; from X14.2 on it will: what is below happens then"
        }
        Enforcement::Unknown => {
            "no dump tells the release: what is below happens on X14.2 or later (give xstat_dump_…)"
        }
        Enforcement::NotHere => "hands requests on to the Expressway-C, which checks: nothing changes here",
    }
}
