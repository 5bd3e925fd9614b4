//! Which files of certificates of a box count: several bundles of one box hold its store as it was at several moments.
//!
//! A store that was repaired since explains nothing that happened before. What is asked about a file is therefore asked
//! with the files of its own bundle, and what is asked about the box with those of its newest one.

use crate::boxes::folder;
use crate::papers::{CapturedTraffic, CertificateFile, CertificateKind};
use chrono::{DateTime, NaiveDate, Utc};
use waytrace_evidence::certificate::Certificate;
use waytrace_evidence::trust::TrustStore;

/// The files of one box for one thing.
#[derive(Debug)]
pub(crate) struct Files<'f>(Vec<&'f CertificateFile>);

impl<'f> Files<'f> {
    /// Those of every bundle.
    pub(crate) fn all(files: &'f [CertificateFile], node: &str, kind: CertificateKind) -> Self {
        let own = files.iter().filter(|file| file.kind == kind && file.node.as_deref() == Some(node));
        Self(own.collect())
    }

    /// Those of the newest bundle by the times in their names; all of them if one has none.
    pub(crate) fn newest(files: &'f [CertificateFile], node: &str, kind: CertificateKind) -> Self {
        let Self(mut own) = Self::all(files, node, kind);
        let times: Option<Vec<_>> = own.iter().map(|file| time_in_name(&file.member)).collect();
        let newest = times.and_then(|times| times.into_iter().zip(&own).max_by_key(|(time, _)| *time));
        if let Some(newest) = newest.map(|(_, file)| folder(&file.member)) {
            own.retain(|file| folder(&file.member) == newest);
        }
        Self(own)
    }

    /// Those that lie beside a member, or in the nearest folder around it; all of them if none does.
    pub(crate) fn beside(
        files: &'f [CertificateFile],
        node: &str,
        kind: CertificateKind,
        member: &str,
    ) -> Self {
        let Self(mut own) = Self::all(files, node, kind);
        let around = own.iter().map(|file| folder(&file.member)).filter(|folder| is_in(member, folder));
        if let Some(nearest) = around.max_by_key(|folder| folder.len()) {
            own.retain(|file| folder(&file.member) == nearest);
        }
        Self(own)
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

/// Whether a member lies in a folder, or in one below it.
fn is_in(member: &str, folder: &str) -> bool {
    folder.is_empty() || member.strip_prefix(folder).is_some_and(|rest| rest.starts_with(['/', '\\', '!']))
}

/// The time in the name of a file of a bundle: `ca_expc_2025-06-12_08_02_10.pem`. Boxes write it in UTC.
pub(crate) fn time_in_name(member: &str) -> Option<DateTime<Utc>> {
    let stem = member.strip_suffix(".pem").unwrap_or(member);
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

    fn files(members: &[&str]) -> Vec<CertificateFile> {
        let file = |member: &&str| CertificateFile {
            member: (*member).to_owned(),
            node: Some("expc".to_owned()),
            kind: CertificateKind::TrustStore,
            certificates: Certificates::read(b""),
        };
        members.iter().map(file).collect()
    }

    fn members(files: &Files<'_>) -> Vec<String> {
        files.0.iter().map(|file| file.member.clone()).collect()
    }

    #[test]
    fn the_store_of_the_moment() {
        const KIND: CertificateKind = CertificateKind::TrustStore;
        let before = "before.tar.gz!log/ca_expc_2025-06-12_08_02_10.pem";
        let after = "after.tar.gz!log/ca_expc_2025-06-13_09_00_00.pem";
        for order in [[before, after], [after, before]] {
            let files = files(&order);
            let beside = |member: &str| members(&Files::beside(&files, "expc", KIND, member));
            assert_eq!(beside("before.tar.gz!log/eth0_tcpdump0_expc_2025-06-12_08_02_10.pcap"), [before]);
            assert_eq!(beside("after.tar.gz!log/eth0.pcap.gz!eth0.pcap"), [after]);
            assert_eq!(beside("own/trace.pcap"), order);
            assert_eq!(beside("before.tar.gz!logs/trace.pcap"), order, "another folder");
            assert_eq!(members(&Files::newest(&files, "expc", KIND)), [after]);
            assert!(members(&Files::newest(&files, "expe", KIND)).is_empty());
        }
        let two = ["a/ca_expc.pem", after];
        assert_eq!(members(&Files::newest(&files(&two), "expc", KIND)), two, "one has no time");
        let parts = ["a/ca_expc_2025-06-13_09_00_00.pem", "a/ca_more_2025-06-13_09_00_01.pem"];
        assert_eq!(members(&Files::newest(&files(&parts), "expc", KIND)), parts, "one bundle");
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
        ];
        for (name, time) in cases {
            let expected = time.map(|time| time.parse().expect("a time"));
            assert_eq!(time_in_name(name), expected, "{name}");
        }
    }
}
