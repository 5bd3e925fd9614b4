//! A real rsyslog sends a log over UDP, TCP and TLS, in both formats and both framings; what is found is what
//! `waytrace analyze` finds in the file.

use super::common::{report, testdata};
use super::live::Run;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What is missing for this proof.
fn missing() -> Option<&'static str> {
    let version = Command::new("rsyslogd").arg("-v").output();
    if !version.is_ok_and(|output| output.status.success()) {
        return Some("rsyslogd (package rsyslog)");
    }
    driver().is_none().then_some("rsyslog's TLS (package rsyslog-openssl or rsyslog-gnutls)")
}

/// The TLS that this rsyslog has.
fn driver() -> Option<&'static str> {
    let roots = ["/usr/lib", "/usr/lib64", "/usr/local/lib"];
    let mut folders: Vec<_> = roots.map(|root| Path::new(root).join("rsyslog")).into();
    for root in roots {
        let below = fs::read_dir(root).into_iter().flatten().flatten();
        folders.extend(below.map(|entry| entry.path().join("rsyslog")));
    }
    let has = |file: &str| folders.iter().any(|folder| folder.join(file).is_file());
    [("ossl", "lmnsd_ossl.so"), ("gtls", "lmnsd_gtls.so")]
        .iter()
        .find(|(_, file)| has(file))
        .map(|(name, _)| *name)
}

/// rsyslogd, ended with the test.
struct Rsyslog(Child);

impl Drop for Rsyslog {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A CA and a certificate of it for `localhost`, as files.
fn papers(folder: &Path) {
    let mut about = CertificateParams::new(Vec::new()).expect("names");
    about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    about.distinguished_name.push(DnType::CommonName, "Example CA");
    let ca = CertifiedIssuer::self_signed(about, KeyPair::generate().expect("a key")).expect("a CA");
    let key = KeyPair::generate().expect("a key");
    let names = vec!["localhost".to_owned()];
    let mut about = CertificateParams::new(names).expect("names");
    about.distinguished_name.push(DnType::CommonName, "localhost");
    let own = about.signed_by(&key, &ca).expect("a certificate");
    for (name, pem) in [("ca.pem", ca.pem()), ("own.pem", own.pem()), ("own.key", key.serialize_pem())] {
        fs::write(folder.join(name), pem).expect("a file");
    }
}

#[test]
fn rsyslog_over_udp_tcp_and_tls_in_both_formats() {
    if let Some(what) = missing() {
        assert!(std::env::var_os("WAYTRACE_CI").is_none(), "{what} is missing");
        eprintln!("SKIPPED: the proof with a real rsyslog: {what} is missing");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    papers(folder.path());
    let log = testdata("seed/loggingsnapshot_self-signed.txt");
    let (_, whole) = report(&log);

    let mut runs = Vec::new();
    let mut config = format!(
        "global(workDirectory=\"{}\" DefaultNetstreamDriver=\"{}\" DefaultNetstreamDriverCAFile=\"{}\")\n\
         module(load=\"imfile\" mode=\"polling\" PollingInterval=\"1\")\n\
         input(type=\"imfile\" File=\"{}\" Tag=\"expressway:\" Severity=\"info\" Facility=\"local6\" ruleset=\"out\")\n\
         ruleset(name=\"out\") {{\n",
        folder.path().display(),
        driver().expect("looked for"),
        path("ca.pem"),
        path("expc.log"),
    );
    for format in ["RSYSLOG_TraditionalForwardFormat", "RSYSLOG_SyslogProtocol23Format"] {
        for (transport, framing) in [
            ("udp", ""),
            ("tcp", "traditional"),
            ("tcp", "octet-counted"),
            ("tls", "traditional"),
            ("tls", "octet-counted"),
        ] {
            let (certificate, key) = (path("own.pem"), path("own.key"));
            let url = format!("{transport}://127.0.0.1:0");
            let mut args = vec!["--format", "ndjson", "--listen", &url];
            if transport == "tls" {
                args.extend(["--tls-cert", &certificate, "--tls-key", &key]);
            }
            let mut run = Run::new(&args);
            let port = run.addresses(1)[0].rsplit(':').next().expect("a port").to_owned();
            let protocol = if transport == "udp" { "udp" } else { "tcp" };
            let driver = driver().expect("looked for");
            let tls = match transport {
                "tls" => format!(
                    " StreamDriver=\"{driver}\" StreamDriverMode=\"1\" StreamDriverAuthMode=\"x509/name\" StreamDriverPermittedPeers=\"localhost\""
                ),
                _ => String::new(),
            };
            let framing_words =
                if framing.is_empty() { String::new() } else { format!(" TCP_Framing=\"{framing}\"") };
            writeln!(
                config,
                "  action(type=\"omfwd\" Target=\"127.0.0.1\" Port=\"{port}\" Protocol=\"{protocol}\" Template=\"{format}\"{framing_words}{tls})"
            )
            .expect("a string takes text");
            runs.push((format!("{format} {transport} {framing}"), run));
        }
    }
    config.push_str("}\n");
    fs::write(folder.path().join("rsyslog.conf"), &config).expect("a file");
    let child = Command::new("rsyslogd")
        .args(["-n", "-f", &path("rsyslog.conf"), "-i", &path("rsyslog.pid")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.path().join("errors")).expect("a file"))
        .spawn()
        .expect("rsyslogd starts");
    let _rsyslog = Rsyslog(child);
    fs::copy(&log, folder.path().join("expc.log")).expect("a copy");

    for (what, mut run) in runs {
        run.wait("\"update\":\"settled\"");
        let (said, errors, status) = run.interrupt();
        assert_eq!(status, 1, "{what}: {errors:?}");
        let summary: serde_json::Value = serde_json::from_str(said.last().expect("a line")).expect("JSON");
        let of = |problems: &serde_json::Value| -> Vec<_> {
            let problems = problems.as_array().expect("a list").iter();
            let told = problems.map(|one| {
                let keys = ["id", "severity", "confidence", "node", "target"].map(|key| one[key].clone());
                serde_json::Value::from(keys.to_vec()).to_string()
            });
            told.collect()
        };
        assert_eq!(of(&summary["problems"]), of(&whole["findings"]), "{what}");
        assert_eq!(summary["coverage"]["records"], whole["coverage"]["records"], "{what}");
        let form = if what.contains("Protocol23") { "syslog-rfc5424" } else { "syslog-rfc3164" };
        assert_eq!(summary["coverage"]["forms"][form], 11, "{what}: {summary}");
        assert_eq!(summary["dropped"], serde_json::json!({}), "{what}");
    }
}
