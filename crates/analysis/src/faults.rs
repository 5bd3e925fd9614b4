//! What is wrong with certificate files, held against the catalogue, with the places in the files that show it.

use crate::checks::Known;
use crate::papers::CertificateFile;
use crate::report::Input;
use waytrace_evidence::certificate::{Certificate, Located, Malformed};
use waytrace_evidence::trust::Mention;
use waytrace_signatures::{Fault, Line, Role, Settled};

/// Ceiling on the places shown of one fault: a name that a thousand certificates share needs no more.
const MAX_PLACES: usize = 12;
/// Alternative names shown of one certificate.
const NAMES: usize = 8;

/// Checks every file of the case. A file that shows something becomes an input, so that evidence can name it.
pub(crate) fn examine(known: Known<'_>, settled: &mut Settled, inputs: &mut Vec<Input>) {
    for file in known.files {
        let Some(node) = &file.node else { continue };
        let checked = known.check(file);
        let malformed = &file.certificates.malformed;
        if checked.store.is_empty() && checked.own.is_empty() && malformed.is_empty() {
            continue;
        }
        let Ok(member) = u32::try_from(inputs.len()) else { return };
        inputs.push(Input { name: file.member.clone(), ..Input::default() });
        let place = Places { file, member };
        for issue in &checked.store {
            settled.examine(node, &Fault::Store(issue), &place.of(issue.certificates()));
        }
        let own = file.certificates.found.first();
        let title = own.map(|own| own.certificate.title()).unwrap_or_default();
        for issue in &checked.own {
            let lines: Vec<_> = own.map(|own| place.of_certificate(own)).into_iter().collect();
            settled.examine(node, &Fault::Own(issue, title), &lines);
        }
        for malformed in malformed {
            settled.examine(node, &Fault::Unreadable(malformed), &[place.of_malformed(malformed)]);
        }
    }
}

/// Places in one file.
struct Places<'a> {
    file: &'a CertificateFile,
    member: u32,
}

impl Places<'_> {
    /// Where certificates stand in the file.
    fn of(&self, mentions: &[Mention]) -> Vec<Line> {
        let found = &self.file.certificates.found;
        let is_meant =
            |located: &&Located| mentions.iter().any(|one| one.sha256 == located.certificate.sha256);
        found.iter().filter(is_meant).take(MAX_PLACES).map(|located| self.of_certificate(located)).collect()
    }

    fn of_certificate(&self, located: &Located) -> Line {
        self.line(located.place.line, located.place.offset, words(&located.certificate))
    }

    fn of_malformed(&self, malformed: &Malformed) -> Line {
        let words = format!("(cannot be read: {})", malformed.reason);
        self.line(malformed.place.line, malformed.place.offset, words)
    }

    fn line(&self, line: usize, offset: usize, mut text: String) -> Line {
        if text.len() > Line::MAX_TEXT {
            let end = (0..=Line::MAX_TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.truncate(end);
        }
        Line {
            member: self.member,
            line: line as u64,
            offset: offset as u64,
            time: None,
            text,
            role: Role::Proof,
        }
    }
}

/// A certificate in one line, with what tells it from others of its name.
fn words(certificate: &Certificate) -> String {
    let all = &certificate.names.dns;
    let names = match all.len() {
        0 => "no DNS name".to_owned(),
        count if count > NAMES => format!("names {} and {} more", all[..NAMES].join(", "), count - NAMES),
        _ => format!("names {}", all.join(", ")),
    };
    format!(
        "certificate \"{}\", issuer \"{}\", serial {}, valid {} to {}, {names}, SHA-256 {}",
        certificate.subject,
        certificate.issuer,
        certificate.serial,
        certificate.not_before.format("%Y-%m-%d"),
        certificate.not_after.format("%Y-%m-%d"),
        certificate.sha256,
    )
}
