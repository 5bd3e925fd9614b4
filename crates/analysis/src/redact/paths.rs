//! Names in paths: of members, of files that the user gave.

use super::Redactor;
use super::class::Class;
use super::known::is_common;
use super::{address, shape};

/// What files of the product are called, before the host.
const PREFIXES: &[&str] =
    &["diagnostic_log_", "loggingsnapshot_", "xconf_dump_", "xstat_dump_", "ca_", "server_", "client_"];

/// The host in the name of a file, `expc` of `diagnostic_log_expc_2025-06-12_08_02_10.tar.gz`: where it stands.
fn host_in(file: &str) -> Option<(usize, usize)> {
    let after = PREFIXES.iter().find(|prefix| file.starts_with(**prefix)).map(|prefix| prefix.len());
    let from = after.or_else(|| {
        let at = file.find("tcpdump")? + "tcpdump".len();
        let digits = file[at..].bytes().take_while(u8::is_ascii_digit).count();
        file[at + digits..].starts_with('_').then_some(at + digits + 1)
    })?;
    let rest = file.as_bytes();
    let is_date = |at: usize| {
        rest.get(at + 1..at + 6)
            .is_some_and(|part| part[..4].iter().all(u8::is_ascii_digit) && part[4] == b'-')
    };
    let to = (from..rest.len()).find(|at| rest[*at] == b'_' && is_date(*at));
    let to = to?;
    (to > from).then_some((from, to))
}

impl Redactor {
    /// Learns the host in the name of a member.
    pub fn learn_path(&mut self, path: &str) {
        for file in path.split(['/', '\\', '!']) {
            if let Some((from, to)) = host_in(file) {
                self.learn_name(Class::Host, &file[from..to]);
            }
        }
    }

    /// A path with the names in it replaced. A word of it that is neither known nor of the product's is replaced too:
    /// cases are filed under the names of customers.
    pub fn path(&mut self, path: &str) -> String {
        let mut out = String::with_capacity(path.len() + 16);
        for part in path.split_inclusive(['/', '\\', '!']) {
            let file = part.trim_end_matches(['/', '\\', '!']);
            if let Some((from, to)) = host_in(file) {
                out.push_str(&file[..from]);
                out.push_str(&self.host_word(&file[from..to]));
                self.words(&file[to..], &mut out);
            } else {
                self.words(file, &mut out);
            }
            out.push_str(&part[file.len()..]);
        }
        out
    }

    fn host_word(&mut self, word: &str) -> String {
        match address::v4(word) {
            Some(ip) => {
                let stand_in = self.address(ip.into()).to_string();
                if word.contains('-') { stand_in.replace('.', "-") } else { stand_in }
            }
            None => self.stand_in(Class::Host, word),
        }
    }

    fn words(&mut self, text: &str, out: &mut String) {
        let cuts = ['_', '-', '.', ' ', '(', ')', ',', '+', ':', '@', '='];
        if text.contains('@') || address::v4(text).is_some() || shape::dotted(text) == shape::Dotted::Domain {
            return out.push_str(&self.phrase(text));
        }
        for part in text.split_inclusive(cuts) {
            let word = part.trim_end_matches(cuts);
            let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
            let lower = word.to_lowercase();
            if let Some(class) = self.names.class(&lower) {
                out.push_str(&self.stand_in(class, word));
            } else if self.table.has(Class::Host, &lower) {
                out.push_str(&self.stand_in(Class::Host, word));
            } else if stem.len() < 3 || is_common(stem) || is_ending(word) || is_id(word) {
                out.push_str(word);
            } else {
                out.push_str(&self.stand_in(Class::Label, word));
            }
            out.push_str(&part[word.len()..]);
        }
    }
}

fn is_ending(word: &str) -> bool {
    let endings =
        ["gz", "xz", "zst", "bz2", "tar", "tgz", "zip", "txt", "log", "pem", "pcap", "xml", "json", "pcapng"];
    endings.contains(&word)
}

/// `08T10Z`: parts of a time.
fn is_id(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z' | b'h' | b'm' | b's'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keep_their_form() {
        let mut redactor = Redactor::new();
        let path = "/home/jdoe/cases/ACME-4711/diagnostic_log_vcs-c1_2025-06-12_08_02_10.tar.gz!loggingsnapshot_vcs-c1_2025-06-12_08_02_10.txt";
        redactor.learn_path(path);
        let out = redactor.path(path);
        assert_eq!(
            out,
            "/home/label1/cases/label2-4711/diagnostic_log_host1_2025-06-12_08_02_10.tar.gz!loggingsnapshot_host1_2025-06-12_08_02_10.txt"
        );
        assert_eq!(
            redactor.path("eth0_diagnostic_logging_tcpdump0_vcs-c1_2025-06-12_08_02_10.pcap"),
            "eth0_diagnostic_logging_tcpdump0_host1_2025-06-12_08_02_10.pcap"
        );
        assert_eq!(redactor.path("-"), "-");
        assert_eq!(redactor.path("loggingsnapshot.txt"), "loggingsnapshot.txt");
    }
}
