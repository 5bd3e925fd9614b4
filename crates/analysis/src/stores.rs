//! Which files of certificates of a box count: several bundles of one box hold its store as it was at several moments.
//!
//! A store that was repaired since explains nothing that happened before. What is asked about a file is therefore asked
//! with the files of its own bundle, and what is asked about the box with those of its newest one.

use crate::boxes::folder;
use crate::papers::{CapturedTraffic, CertificateFile, CertificateKind};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use waytrace_evidence::certificate::Certificate;
use waytrace_evidence::trust::TrustStore;

/// Files of one collection bear times that are no farther apart.
const ONE_MOMENT: TimeDelta = TimeDelta::minutes(10);

/// The files of one box for one thing.
#[derive(Debug)]
pub(crate) struct Files<'f>(Vec<&'f CertificateFile>);

impl<'f> Files<'f> {
    /// Those of every bundle.
    pub(crate) fn all(files: &'f [CertificateFile], node: &str, kind: CertificateKind) -> Self {
        let own = files.iter().filter(|file| file.kind == kind && file.node.as_deref() == Some(node));
        Self(own.collect())
    }

    /// Those of the newest moment by the times in their names; all of them if one that can be read has none.
    pub(crate) fn newest(files: &'f [CertificateFile], node: &str, kind: CertificateKind) -> Self {
        let own = Self::all(files, node, kind);
        let readable = own.0.iter().filter(|file| is_readable(file));
        let times: Option<Vec<_>> = readable.map(|file| time_in_name(&file.member)).collect();
        match times.and_then(|times| times.into_iter().max()) {
            Some(newest) => own.narrowed(|file| is_of(file, newest)),
            None => own,
        }
    }

    /// Those that lie beside a member, or in the nearest folder around it, and of these the ones of its moment. What
    /// leaves none that can be read is not asked.
    pub(crate) fn beside(
        files: &'f [CertificateFile],
        node: &str,
        kind: CertificateKind,
        member: &str,
    ) -> Self {
        let mut own = Self::all(files, node, kind);
        let around = own.0.iter().filter(|file| is_readable(file)).map(|file| folder(&file.member));
        let around = around.filter(|folder| is_in(member, folder)).max_by_key(|folder| folder.len());
        if let Some(nearest) = around {
            own = own.narrowed(|file| folder(&file.member) == nearest);
        }
        match time_in_name(member) {
            Some(time) => own.narrowed(|file| is_of(file, time)),
            None => own,
        }
    }

    /// Only those that lie in the very folder of a member.
    pub(crate) fn in_folder_of(
        files: &'f [CertificateFile],
        node: &str,
        kind: CertificateKind,
        member: &str,
    ) -> Self {
        let Self(mut own) = Self::all(files, node, kind);
        own.retain(|file| folder(&file.member) == folder(member));
        Self(own)
    }

    /// Those that fit, if one of them can be read; otherwise all.
    fn narrowed(self, fits: impl Fn(&CertificateFile) -> bool) -> Self {
        let fitting: Vec<_> = self.0.iter().copied().filter(|file| fits(file)).collect();
        if fitting.iter().any(|file| is_readable(file)) { Self(fitting) } else { self }
    }

    /// Those of the moment of a capture.
    pub(crate) fn of_capture(
        files: &'f [CertificateFile],
        traffic: &CapturedTraffic,
        kind: CertificateKind,
    ) -> Self {
        let node = traffic.node.as_deref().unwrap_or_default();
        Self::beside(files, node, kind, traffic.members.first().map_or("", String::as_str))
    }

    /// The first certificate of each: of a server, its own.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = &'f Certificate> {
        self.0.iter().filter_map(|file| Some(&file.certificates.found.first()?.certificate))
    }

    /// The certificates, in the order of the files.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &'f Certificate> + use<'f> {
        let files = self.0.clone().into_iter();
        files.flat_map(|file| file.certificates.found.iter().map(|located| &located.certificate))
    }

    /// Whether everything in them was read. What is missing in one that was not may be in its broken part.
    pub(crate) fn are_whole(&self) -> bool {
        self.0.iter().all(|file| file.is_whole())
    }

    /// Them as what a box trusts.
    pub(crate) fn trust_store(&self) -> TrustStore {
        TrustStore::new(self.certificates().cloned().collect())
    }
}

fn is_readable(file: &CertificateFile) -> bool {
    !file.certificates.found.is_empty()
}

/// Whether a file is of a moment, by the time in its name.
fn is_of(file: &CertificateFile, moment: DateTime<Utc>) -> bool {
    time_in_name(&file.member).is_some_and(|time| (time - moment).abs() <= ONE_MOMENT)
}

/// Whether a member lies in a folder, or in one below it.
fn is_in(member: &str, folder: &str) -> bool {
    folder.is_empty() || member.strip_prefix(folder).is_some_and(|rest| rest.starts_with(['/', '\\', '!']))
}

/// The time in the name of a file of a bundle: `ca_expc_2025-06-12_08_02_10.pem`. Boxes write it in UTC.
pub(crate) fn time_in_name(member: &str) -> Option<DateTime<Utc>> {
    let is_ending = |end: &str| end.len() <= 6 && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut stem = member;
    while let Some((rest, _)) = stem.rsplit_once('.').filter(|(_, end)| is_ending(end)) {
        stem = rest;
    }
    let parts: Vec<&str> = stem.rsplit(['_', ':', '/']).collect();
    let [second, minute, hour, day, ..] = parts.as_slice() else { return None };
    let day = day.parse::<NaiveDate>().ok()?;
    let number = |text: &&str| text.parse::<u32>().ok();
    Some(day.and_hms_opt(number(hour)?, number(minute)?, number(second)?)?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::{Files, time_in_name};
    use crate::papers::{CertificateFile, CertificateKind};
    use waytrace_evidence::certificate::Certificates;

    const KIND: CertificateKind = CertificateKind::TrustStore;
    const BEFORE: &str = "before.tar.gz!log/ca_expc_2025-06-12_08_02_10.pem";
    const AFTER: &str = "after.tar.gz!log/ca_expc_2025-06-13_09_00_00.pem";

    /// Files of these names; one that begins with `broken:` holds nothing that can be read.
    fn files(members: &[&str]) -> Vec<CertificateFile> {
        let store = include_bytes!(
            "../../../testdata/bundles/pair/diagnostic_log_expc_2025-06-12_08_02_10/ca_expc_2025-06-12_08_02_10.pem"
        );
        let file = |member: &&str| CertificateFile {
            member: member.trim_start_matches("broken:").to_owned(),
            node: Some("expc".to_owned()),
            kind: KIND,
            certificates: Certificates::read(if member.starts_with("broken:") { b"" } else { store }),
        };
        members.iter().map(file).collect()
    }

    fn members(files: &Files<'_>) -> Vec<String> {
        files.0.iter().map(|file| file.member.clone()).collect()
    }

    fn newest(names: &[&str]) -> Vec<String> {
        members(&Files::newest(&files(names), "expc", KIND))
    }

    #[test]
    fn what_lies_beside_a_member() {
        for order in [[BEFORE, AFTER], [AFTER, BEFORE]] {
            let files = files(&order);
            let beside = |member: &str| members(&Files::beside(&files, "expc", KIND, member));
            assert_eq!(beside("before.tar.gz!log/eth0_tcpdump0_expc_2025-06-12_08_02_10.pcap"), [BEFORE]);
            assert_eq!(beside("after.tar.gz!log/eth0.pcap.gz!eth0.pcap"), [AFTER]);
            assert_eq!(beside("own/trace.pcap"), order);
            assert_eq!(beside("own/eth0_tcpdump0_expc_2025-06-13_09_00_00.pcap"), [AFTER], "by its time");
            assert_eq!(beside("before.tar.gz!logs/trace.pcap"), order, "another folder");
        }
        // Two bundles that were unpacked into one folder.
        let (before, after) = ("ca_expc_2025-06-12_08_02_10.pem", "ca_expc_2025-06-13_09_00_00.pem");
        let files = files(&[before, after]);
        let beside = |member: &str| members(&Files::beside(&files, "expc", KIND, member));
        assert_eq!(beside("eth0_tcpdump0_expc_2025-06-12_08_02_10.pcap"), [before]);
        assert_eq!(beside("trace.pcap"), [before, after]);
    }

    #[test]
    fn what_is_newest() {
        assert_eq!(newest(&[BEFORE, AFTER]), [AFTER]);
        assert_eq!(newest(&[AFTER, BEFORE]), [AFTER]);
        let broken = ["broken:z/ca_expc_2025-06-14_09_00_00.pem", AFTER, BEFORE];
        assert_eq!(newest(&broken), [AFTER], "nothing of the newest can be read");
        assert_eq!(newest(&["a/ca_expc.pem", AFTER]), ["a/ca_expc.pem", AFTER], "one has no time");
        let at_once = ["a/ca_expc_2025-06-13_09_00_00.pem", "b/ca_expc_2025-06-13_09_00_04.pem"];
        assert_eq!(newest(&at_once), at_once);
        assert!(members(&Files::newest(&files(&[AFTER]), "expe", KIND)).is_empty());
    }

    #[test]
    fn times_in_names() {
        let cases = [
            ("a/ca_expc_2025-06-12_08_02_10.pem", Some("2025-06-12T08:02:10Z")),
            ("f/server_exp_c_2025-09-22_12/58/19.pem", Some("2025-09-22T12:58:19Z")),
            ("ca_expc_2025-13-12_08_02_10.pem", None),
            ("ca_expc_2025-06-12_25_02_10.pem", None),
            ("ca.pem", None),
            ("2025-06-12.pem", None),
            ("ca_expc.example.com_2025-06-12_08_02_10.pem.gz", Some("2025-06-12T08:02:10Z")),
            ("eth0_diagnostic_logging_tcpdump0_expc_2025-06-12_08_02_10.pcap", Some("2025-06-12T08:02:10Z")),
        ];
        for (name, time) in cases {
            let expected = time.map(|time| time.parse().expect("a time"));
            assert_eq!(time_in_name(name), expected, "{name}");
        }
    }
}
