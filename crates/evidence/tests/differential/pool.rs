//! Certificates of every kind that the cases need, made with the `openssl` program. Their keys are thrown away with
//! the folder.

use crate::program::Program;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use waytrace_evidence::certificate::{Certificate, Certificates};

/// Beginning and end of most of them.
const LONG: (&str, &str) = ("20200101000000Z", "20400101000000Z");
const PAST: (&str, &str) = ("20200101000000Z", "20240101000000Z");
const FUTURE: (&str, &str) = ("20300101000000Z", "20400101000000Z");

/// What an extension section says.
const CA: &str =
    "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n";
const AKI: &str = "authorityKeyIdentifier=keyid:always\n";
const LEAF: &str = "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature,keyEncipherment\n\
                    subjectKeyIdentifier=hash\nsubjectAltName=DNS:cucm.example.com\n";
const BOTH: &str = "extendedKeyUsage=serverAuth,clientAuth\n";

/// One certificate to make.
struct Spec {
    id: &'static str,
    subject: &'static str,
    /// Its key, by name and kind; several certificates may share one.
    key: (&'static str, &'static str),
    /// The certificate whose subject and key sign it; itself where there is none.
    issuer: Option<&'static str>,
    dates: (&'static str, &'static str),
    digest: &'static str,
    extensions: String,
}

impl Spec {
    fn new(
        id: &'static str,
        subject: &'static str,
        issuer: Option<&'static str>,
        extensions: String,
    ) -> Self {
        Self { id, subject, key: (id, "P-256"), issuer, dates: LONG, digest: "sha256", extensions }
    }

    fn key(self, name: &'static str, kind: &'static str) -> Self {
        Self { key: (name, kind), ..self }
    }

    fn dates(self, dates: (&'static str, &'static str)) -> Self {
        Self { dates, ..self }
    }

    fn digest(self, digest: &'static str) -> Self {
        Self { digest, ..self }
    }
}

fn ca(extra: &str) -> String {
    format!("{CA}{AKI}{extra}")
}

fn leaf(extra: &str) -> String {
    format!("{LEAF}{AKI}{BOTH}{extra}")
}

fn roots() -> Vec<Spec> {
    vec![
        Spec::new("root", "/O=Example/CN=Root", None, ca("")),
        Spec::new("root-again", "/O=Example/CN=Root", None, ca("")).key("root", "P-256").dates(PAST),
        Spec::new("root-key2", "/O=Example/CN=Root", None, ca("")),
        Spec::new("root-case", "/O=EXAMPLE/CN=  root ", None, ca("")).key("root", "P-256"),
        Spec::new(
            "plain",
            "/CN=Plain",
            None,
            "basicConstraints=CA:TRUE\nsubjectKeyIdentifier=none\n".to_owned(),
        ),
        Spec::new(
            "plain-key2",
            "/CN=Plain",
            None,
            "basicConstraints=CA:TRUE\nsubjectKeyIdentifier=none\n".to_owned(),
        ),
        Spec::new(
            "plain-old",
            "/CN=Plain",
            None,
            "basicConstraints=CA:TRUE\nsubjectKeyIdentifier=none\n".to_owned(),
        )
        .key("plain", "P-256")
        .dates(PAST),
        Spec::new("old", "/CN=Old root", None, ca("")).dates(PAST),
        Spec::new("young", "/CN=Young root", None, ca("")).dates(FUTURE),
        Spec::new("v1", "/CN=Version one", None, String::new()),
        Spec::new("other", "/CN=Other root", None, ca("")),
        Spec::new("rsa", "/CN=RSA root", None, ca("")).key("rsa", "2048"),
        Spec::new("rsa1024", "/CN=RSA 1024", None, ca("")).key("rsa1024", "1024"),
        Spec::new("rsa512", "/CN=RSA 512", None, ca("")).key("rsa512", "512"),
        Spec::new("p521", "/CN=P-521", None, ca("")).key("p521", "P-521"),
        Spec::new("p384", "/CN=P-384", None, ca("")).key("p384", "P-384"),
        Spec::new("ed", "/CN=Edwards", None, ca("")).key("ed", "ed25519"),
        Spec::new("root-eku", "/CN=Clients only", None, ca("extendedKeyUsage=clientAuth\n")),
        Spec::new("root-path0", "/CN=Path 0", None, ca("").replace("CA:TRUE", "CA:TRUE,pathlen:0")),
        Spec::new("root-nc", "/CN=Constrained root", None, ca("nameConstraints=permitted;DNS:example.net\n")),
        Spec::new("root-crit", "/CN=Critical root", None, ca("1.2.3.4=critical,DER:0500\n")),
    ]
}

fn intermediates() -> Vec<Spec> {
    let by_root = |id, subject, extensions| Spec::new(id, subject, Some("root"), extensions);
    vec![
        by_root("int", "/O=Example/CN=Issuing", ca("")),
        by_root("int-key2", "/O=Example/CN=Issuing", ca("")),
        by_root("int-old", "/O=Example/CN=Issuing", ca("")).key("int", "P-256").dates(PAST),
        by_root("int-young", "/CN=Young issuing", ca("")).dates(FUTURE),
        by_root("int-past", "/CN=Past issuing", ca("")).dates(PAST),
        by_root("int-noca", "/CN=No CA", ca("").replace("CA:TRUE", "CA:FALSE")),
        by_root("int-nothing", "/CN=No extensions", format!("subjectKeyIdentifier=hash\n{AKI}")),
        by_root(
            "int-nobasic",
            "/CN=No basic",
            format!("keyUsage=keyCertSign\nsubjectKeyIdentifier=hash\n{AKI}"),
        ),
        by_root("int-nosign", "/CN=No signing", ca("").replace("keyCertSign,", "")),
        by_root("int-path0", "/CN=Path zero", ca("").replace("CA:TRUE", "CA:TRUE,pathlen:0")),
        Spec::new("sub", "/CN=Below path zero", Some("int-path0"), ca("")),
        Spec::new("sub-same", "/CN=Path zero", Some("int-path0"), ca("")),
        Spec::new("sub-root0", "/CN=Below root 0", Some("root-path0"), ca("")),
        by_root("int-eku", "/CN=Client issuing", ca("extendedKeyUsage=clientAuth\n")),
        by_root("int-any", "/CN=Any issuing", ca("extendedKeyUsage=anyExtendedKeyUsage\n")),
        by_root("int-crit", "/CN=Critical issuing", ca("1.2.3.4=critical,DER:0500\n")),
        by_root("int-permit", "/CN=Permitting", ca("nameConstraints=critical,permitted;DNS:example.com\n")),
        by_root("int-exclude", "/CN=Excluding", ca("nameConstraints=critical,excluded;DNS:.example.com\n")),
        by_root(
            "int-dir",
            "/CN=Directory",
            ca("nameConstraints=permitted;dirName:tree\n[tree]\nO=Example\n"),
        ),
        by_root("int-ip", "/CN=Addresses", ca("nameConstraints=permitted;IP:192.0.2.0/255.255.255.0\n")),
        by_root("int-mail", "/CN=Mail", ca("nameConstraints=excluded;email:.example.com\n")),
        by_root("int-uri", "/CN=Uris", ca("nameConstraints=permitted;URI:.example.com\n")),
        by_root("int-sha1", "/CN=SHA-1 issuing", ca("")).digest("sha1"),
        by_root("int-weak", "/CN=Weak issuing", ca("")).key("int-weak", "1024"),
        by_root("int-weaker", "/CN=Weaker issuing", ca("")).key("int-weaker", "512"),
        Spec::new("cross", "/O=Example/CN=Root", Some("other"), ca("")).key("root", "P-256"),
        Spec::new("int-rsa", "/CN=RSA issuing", Some("rsa"), ca("")).key("int-rsa", "2048"),
        Spec::new("int-rsa-sha1", "/CN=RSA SHA-1", Some("rsa"), ca("")).key("int-rsa", "2048").digest("sha1"),
        Spec::new("d1", "/CN=Deep 1", Some("root"), ca("")),
        Spec::new("d2", "/CN=Deep 2", Some("d1"), ca("")),
        Spec::new("d3", "/CN=Deep 3", Some("d2"), ca("")),
        Spec::new("d4", "/CN=Deep 4", Some("d3"), ca("")),
    ]
}

/// Leaves that differ in what they say, all below the same intermediate; and one below each other certificate.
fn leaves() -> Vec<Spec> {
    let plain = |extra: &str| format!("{LEAF}{BOTH}{extra}");
    let below_int = |id, extensions| Spec::new(id, "/O=Example/CN=cucm.example.com", Some("int"), extensions);
    let bare = |usage: &str| format!("subjectKeyIdentifier=hash\n{AKI}{usage}");
    let mut out = vec![
        below_int("leaf", leaf("")),
        below_int("leaf-old", leaf("")).dates(PAST),
        below_int("leaf-young", leaf("")).dates(FUTURE),
        below_int("leaf-server", format!("{LEAF}{AKI}extendedKeyUsage=serverAuth\n")),
        below_int("leaf-client", format!("{LEAF}{AKI}extendedKeyUsage=clientAuth\n")),
        below_int("leaf-any", format!("{LEAF}{AKI}extendedKeyUsage=anyExtendedKeyUsage\n")),
        below_int("leaf-sgc", format!("{LEAF}{AKI}extendedKeyUsage=nsSGC\n")),
        below_int("leaf-noeku", format!("{LEAF}{AKI}")),
        below_int("leaf-sign", bare("keyUsage=keyCertSign\n")),
        below_int("leaf-agree", bare("keyUsage=keyAgreement\n")),
        below_int("leaf-ns", bare("nsCertType=client\n")),
        below_int("leaf-noaki", plain("authorityKeyIdentifier=none\n")),
        below_int("leaf-aki", plain("2.5.29.35=DER:3006800401020304\n")),
        below_int("leaf-serial", plain("authorityKeyIdentifier=issuer:always\n")),
        below_int("leaf-crit", leaf("1.2.3.4=critical,DER:0500\n")),
        below_int(
            "leaf-nocheck",
            leaf("noCheck=critical,DER:0500\n").replace("noCheck", "1.3.6.1.5.5.7.48.1.5"),
        ),
        below_int("leaf-ca", ca("")),
        below_int("leaf-v1", String::new()),
        below_int("leaf-sha1", leaf("")).digest("sha1"),
        below_int("leaf-sha384", leaf("")).digest("sha384"),
        below_int("leaf-sha512", leaf("")).digest("sha512"),
        below_int("leaf-rsa512", leaf("")).key("leaf512", "512"),
        below_int("leaf-rsa1024", leaf("")).key("leaf1024", "1024"),
        below_int("leaf-p521", leaf("")).key("leaf521", "P-521"),
        below_int("leaf-p384", leaf("")).key("leaf384", "P-384"),
        Spec::new(
            "leaf-many",
            "/CN=a",
            Some("int-mail"),
            plain("").replace("DNS:cucm", "email:a@b.example.com,DNS:cucm"),
        ),
        Spec::new(
            "leaf-ip-in",
            "/CN=a",
            Some("int-ip"),
            plain("").replace("DNS:cucm", "IP:192.0.2.9,DNS:cucm"),
        ),
        Spec::new(
            "leaf-ip-out",
            "/CN=a",
            Some("int-ip"),
            plain("").replace("DNS:cucm", "IP:198.51.100.9,DNS:cucm"),
        ),
        Spec::new(
            "leaf-uri",
            "/CN=a",
            Some("int-uri"),
            plain("").replace("DNS:cucm", "URI:https://x.example.net/,DNS:cucm"),
        ),
        Spec::new("leaf-urn", "/CN=a", Some("int-uri"), plain("").replace("DNS:cucm", "URI:urn:x,DNS:cucm")),
        Spec::new("leaf-net", "/CN=a", Some("int-permit"), plain("").replace("example.com", "example.net")),
        Spec::new("leaf-cn", "/CN=cucm.example.net", Some("int-permit"), bare("")),
        Spec::new("leaf-cn-in", "/CN=cucm.example.com", Some("int-permit"), bare("")),
        Spec::new("leaf-rsa-sha1", "/CN=b", Some("int-rsa"), leaf("")).digest("sha1"),
        Spec::new("leaf-rsa-md5", "/CN=b", Some("int-rsa"), leaf("")).digest("md5"),
        Spec::new("leaf-rsa-sha384", "/CN=b", Some("int-rsa"), leaf("")).digest("sha384"),
        Spec::new("leaf-rsa-sha512", "/CN=b", Some("int-rsa"), leaf("")).digest("sha512"),
        Spec::new("leaf-pss", "/CN=b", Some("int-rsa"), leaf("")).digest("pss"),
        Spec::new("self", "/CN=cucm.example.com", None, leaf("")),
        Spec::new("self-key2", "/CN=cucm.example.com", None, leaf("")),
        Spec::new("self-bare", "/CN=bare.example.com", None, String::new()),
        Spec::new("self-bare2", "/CN=bare.example.com", None, String::new()),
        Spec::new("self-sign", "/CN=self.example.com", None, ca("extendedKeyUsage=clientAuth\n")),
        Spec::new("self-aki", "/CN=aki.example.com", None, plain("2.5.29.35=DER:3006800401020304\n")),
        Spec::new("self-old", "/CN=cucm.example.com", None, leaf("")).dates(PAST),
        Spec::new("self-rsa", "/CN=cucm.example.com", None, leaf("")).key("leaf1024", "1024"),
    ];
    out.extend(
        BELOW
            .iter()
            .map(|(id, issuer)| Spec::new(id, "/O=Example/CN=cucm.example.com", Some(issuer), leaf(""))),
    );
    out.extend([("under-plain", "plain"), ("under-plain2", "plain-key2")].map(|(id, issuer)| {
        Spec::new(id, "/CN=cucm.example.com", Some(issuer), plain("authorityKeyIdentifier=none\n"))
    }));
    out
}

/// A usual leaf below each of these.
const BELOW: &[(&str, &str)] = &[
    ("under-root", "root"),
    ("under-key2", "root-key2"),
    ("under-old", "old"),
    ("under-young", "young"),
    ("under-other", "other"),
    ("under-rsa", "rsa"),
    ("under-rsa1024", "rsa1024"),
    ("under-rsa512", "rsa512"),
    ("under-p521", "p521"),
    ("under-p384", "p384"),
    ("under-ed", "ed"),
    ("under-root-eku", "root-eku"),
    ("under-root-nc", "root-nc"),
    ("under-root-crit", "root-crit"),
    ("under-int-key2", "int-key2"),
    ("under-int-young", "int-young"),
    ("under-int-past", "int-past"),
    ("under-noca", "int-noca"),
    ("under-nothing", "int-nothing"),
    ("under-nobasic", "int-nobasic"),
    ("under-nosign", "int-nosign"),
    ("under-sub", "sub"),
    ("under-sub-same", "sub-same"),
    ("under-sub-root0", "sub-root0"),
    ("under-eku", "int-eku"),
    ("under-any", "int-any"),
    ("under-crit", "int-crit"),
    ("under-permit", "int-permit"),
    ("under-exclude", "int-exclude"),
    ("under-dir", "int-dir"),
    ("under-sha1", "int-sha1"),
    ("under-weak", "int-weak"),
    ("under-weaker", "int-weaker"),
    ("under-rsa-sha1", "int-rsa-sha1"),
    ("under-deep", "d4"),
];

/// The certificates that were made.
pub(crate) struct Pool {
    pub(crate) folder: TempDir,
    certificates: HashMap<&'static str, (String, Certificate)>,
    /// Ids of the leaves, in their order.
    pub(crate) leaves: Vec<&'static str>,
}

impl Pool {
    /// Makes them all.
    pub(crate) fn make(program: &Program) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("empty.cnf"), "").expect("a file");
        let mut pool = Self { folder, certificates: HashMap::new(), leaves: Vec::new() };
        let leaves = leaves();
        pool.leaves = leaves.iter().map(|spec| spec.id).collect();
        let mut all = roots();
        all.extend(intermediates());
        all.extend(leaves);
        let keys: HashMap<_, _> = all.iter().map(|spec| (spec.id, spec.key.0)).collect();
        for spec in &all {
            pool.one(program, spec, spec.issuer.map(|issuer| (issuer, keys[issuer])));
        }
        pool.damaged("leaf", "leaf-damaged");
        pool.damaged("int", "int-damaged");
        pool.leaves.push("leaf-damaged");
        pool
    }

    fn one(&mut self, program: &Program, spec: &Spec, issuer: Option<(&str, &str)>) {
        let folder = self.folder.path();
        let key = key(program, folder, spec.key);
        let config = format!(
            "[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\nunique_subject=no\n\
             policy=p\n[p]\n{POLICY}\n[req]\ndistinguished_name=n\n[n]\n"
        );
        fs::write(folder.join("ca.cnf"), config).expect("a file");
        fs::write(folder.join("index.txt"), "").expect("a file");
        fs::write(folder.join("x.ext"), format!("[e]\n{}", spec.extensions)).expect("a file");
        program.run(
            folder,
            &["req", "-new", "-config", "ca.cnf", "-key", &key, "-subj", spec.subject, "-out", "x.csr"],
        );
        let out = format!("{}.pem", spec.id);
        let digest = if spec.digest == "pss" { "sha256" } else { spec.digest };
        let mut arguments =
            vec!["ca", "-batch", "-notext", "-preserveDN", "-config", "ca.cnf", "-in", "x.csr"];
        arguments.extend(["-out", &out, "-startdate", spec.dates.0, "-enddate", spec.dates.1]);
        if !matches!(issuer.map_or(spec.key.1, |(_, key)| key), "ed" | "ed25519") {
            arguments.extend(["-md", digest]);
        }
        if !spec.extensions.is_empty() {
            arguments.extend(["-extfile", "x.ext", "-extensions", "e"]);
        }
        if spec.digest == "pss" {
            arguments.extend(["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]);
        }
        let (ca, ca_key) = match issuer {
            Some((id, key)) => (format!("{id}.pem"), format!("{key}.key")),
            None => (String::new(), key.clone()),
        };
        match issuer {
            Some(_) => arguments.extend(["-cert", &ca, "-keyfile", &ca_key]),
            None => arguments.extend(["-selfsign", "-keyfile", &ca_key]),
        }
        program.run(folder, &arguments);
        let text = fs::read_to_string(folder.join(&out)).expect("a certificate");
        self.keep(spec.id, text);
    }

    fn keep(&mut self, id: &'static str, text: String) {
        let mut read = Certificates::read(text.as_bytes());
        assert!(read.malformed.is_empty(), "{id}: {:?}", read.malformed);
        self.certificates.insert(id, (text, read.found.remove(0).certificate));
    }

    /// The same with one bit of its signature turned over.
    fn damaged(&mut self, id: &str, new: &'static str) {
        let mut der = self.certificates[id].1.der().to_vec();
        *der.last_mut().expect("bytes") ^= 1;
        let damaged = Certificate::from_der(&der).expect("still a certificate");
        self.certificates.insert(new, (damaged.pem(), damaged));
    }

    /// Certificates by their ids.
    pub(crate) fn certificates(&self, ids: &[&str]) -> Vec<Certificate> {
        ids.iter().map(|id| self.certificates[id].1.clone()).collect()
    }

    /// Writes certificates into a file.
    pub(crate) fn write(&self, file: &Path, ids: &[&str]) {
        let text: String = ids.iter().map(|id| self.certificates[id].0.as_str()).collect();
        fs::write(file, text).expect("a file");
    }
}

const POLICY: &str = "O=optional\nCN=optional";

/// Makes a key, once.
fn key(program: &Program, folder: &Path, (name, kind): (&str, &str)) -> String {
    let file = format!("{name}.key");
    if folder.join(&file).exists() {
        return file;
    }
    let (algorithm, option) = match kind {
        "ed25519" => ("ed25519", None),
        curve if curve.starts_with("P-") => ("EC", Some(format!("ec_paramgen_curve:{curve}"))),
        bits => ("RSA", Some(format!("rsa_keygen_bits:{bits}"))),
    };
    let mut arguments = vec!["genpkey", "-algorithm", algorithm, "-out", &file];
    if let Some(option) = &option {
        arguments.extend(["-pkeyopt", option]);
    }
    program.run(folder, &arguments);
    file
}
