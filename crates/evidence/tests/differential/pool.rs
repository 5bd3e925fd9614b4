//! Certificates of every kind that the cases need, made with the `openssl` program. Their keys are thrown away with
//! the folder.

use crate::program::Program;
use crate::specs::{self, Spec};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use waytrace_evidence::certificate::{Certificate, Certificates};

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
        let leaves = specs::leaves();
        pool.leaves = leaves.iter().map(|spec| spec.id).collect();
        let mut all = specs::roots();
        all.extend(specs::intermediates());
        all.extend(leaves);
        let keys: HashMap<_, _> = all.iter().map(|spec| (spec.id, spec.key.0)).collect();
        for spec in &all {
            pool.one(program, spec, spec.issuer.map(|issuer| (issuer, keys[issuer])));
        }
        pool.damaged("leaf", "leaf-damaged");
        pool.damaged("int", "int-damaged");
        pool.damaged("p521-sha512", "p521-damaged");
        pool.damaged("p384-sha512", "p384-damaged");
        pool.leaves.extend(["leaf-damaged", "p521-damaged", "p384-damaged"]);
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
        curve if curve.starts_with("P-") || curve.starts_with("brainpool") => {
            ("EC", Some(format!("ec_paramgen_curve:{curve}")))
        }
        bits => ("RSA", Some(format!("rsa_keygen_bits:{bits}"))),
    };
    let mut arguments = vec!["genpkey", "-algorithm", algorithm, "-out", &file];
    if let Some(option) = &option {
        arguments.extend(["-pkeyopt", option]);
    }
    program.run(folder, &arguments);
    file
}
