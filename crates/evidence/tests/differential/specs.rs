//! Which certificates are made: roots, intermediates and leaves, each with what is special about it.

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
pub(crate) struct Spec {
    pub(crate) id: &'static str,
    pub(crate) subject: &'static str,
    /// Its key, by name and kind; several certificates may share one.
    pub(crate) key: (&'static str, &'static str),
    /// The certificate whose subject and key sign it; itself where there is none.
    pub(crate) issuer: Option<&'static str>,
    pub(crate) dates: (&'static str, &'static str),
    pub(crate) digest: &'static str,
    pub(crate) extensions: String,
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

pub(crate) fn roots() -> Vec<Spec> {
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
        Spec::new("brainpool", "/CN=Brainpool", None, ca("")).key("brainpool", "brainpoolP256r1"),
        Spec::new("ed", "/CN=Edwards", None, ca("")).key("ed", "ed25519"),
        Spec::new("root-eku", "/CN=Clients only", None, ca("extendedKeyUsage=clientAuth\n")),
        Spec::new("root-path0", "/CN=Path 0", None, ca("").replace("CA:TRUE", "CA:TRUE,pathlen:0")),
        Spec::new("root-nc", "/CN=Constrained root", None, ca("nameConstraints=permitted;DNS:example.net\n")),
        Spec::new("root-crit", "/CN=Critical root", None, ca("1.2.3.4=critical,DER:0500\n")),
    ]
}

pub(crate) fn intermediates() -> Vec<Spec> {
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
        by_root("int-rid", "/CN=Registered", ca("nameConstraints=permitted;RID:1.2.3.4\n")),
        by_root("int-sha1", "/CN=SHA-1 issuing", ca("")).digest("sha1"),
        by_root("int-weak", "/CN=Weak issuing", ca("")).key("int-weak", "1024"),
        by_root("int-weaker", "/CN=Weaker issuing", ca("")).key("int-weaker", "512"),
        Spec::new("cross", "/O=Example/CN=Root", Some("other"), ca("")).key("root", "P-256"),
        Spec::new("int-rsa", "/CN=RSA issuing", Some("rsa"), ca("")).key("int-rsa", "2048"),
        Spec::new("int-p521", "/CN=P-521 issuing", Some("p521"), ca(""))
            .key("int-p521", "P-521")
            .digest("sha512"),
        Spec::new("int-rsa-sha1", "/CN=RSA SHA-1", Some("rsa"), ca("")).key("int-rsa", "2048").digest("sha1"),
        Spec::new("d1", "/CN=Deep 1", Some("root"), ca("")),
        Spec::new("d2", "/CN=Deep 2", Some("d1"), ca("")),
        Spec::new("d3", "/CN=Deep 3", Some("d2"), ca("")),
        Spec::new("d4", "/CN=Deep 4", Some("d3"), ca("")),
    ]
}

/// Every leaf.
pub(crate) fn leaves() -> Vec<Spec> {
    let mut out = below_intermediate();
    out.extend(constrained());
    out.extend(by_rsa_and_by_themselves());
    let usual = |id, issuer| Spec::new(id, "/O=Example/CN=cucm.example.com", Some(issuer), leaf(""));
    out.extend(BELOW.iter().map(|(id, issuer)| usual(id, issuer)));
    out.extend([("under-plain", "plain"), ("under-plain2", "plain-key2")].map(|(id, issuer)| {
        Spec::new(id, "/CN=cucm.example.com", Some(issuer), plain("authorityKeyIdentifier=none\n"))
    }));
    out
}

/// What a usual leaf says, but nothing about its issuer.
fn plain(extra: &str) -> String {
    format!("{LEAF}{BOTH}{extra}")
}

/// Hardly anything.
fn bare(usage: &str) -> String {
    format!("subjectKeyIdentifier=hash\n{AKI}{usage}")
}

/// Leaves that differ in what they say, all below the same intermediate.
fn below_intermediate() -> Vec<Spec> {
    let below_int = |id, extensions| Spec::new(id, "/O=Example/CN=cucm.example.com", Some("int"), extensions);
    vec![
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
        below_int("leaf-proxy", bare("proxyCertInfo=critical,language:id-ppl-anyLanguage,pathlen:1\n")),
        below_int("leaf-v1", String::new()),
        below_int("leaf-sha1", leaf("")).digest("sha1"),
        below_int("leaf-sha384", leaf("")).digest("sha384"),
        below_int("leaf-sha512", leaf("")).digest("sha512"),
        below_int("leaf-rsa512", leaf("")).key("leaf512", "512"),
        below_int("leaf-rsa1024", leaf("")).key("leaf1024", "1024"),
        below_int("leaf-p521", leaf("")).key("leaf521", "P-521"),
        below_int("leaf-p384", leaf("")).key("leaf384", "P-384"),
    ]
}

/// Leaves for name constraints.
fn constrained() -> Vec<Spec> {
    let with = |name: &str| plain("").replace("DNS:cucm", &format!("{name},DNS:cucm"));
    vec![
        Spec::new("leaf-mail", "/CN=a", Some("int-mail"), with("email:a@b.example.com")),
        Spec::new("leaf-ip-in", "/CN=a", Some("int-ip"), with("IP:192.0.2.9")),
        Spec::new("leaf-ip-out", "/CN=a", Some("int-ip"), with("IP:198.51.100.9")),
        Spec::new("leaf-uri", "/CN=a", Some("int-uri"), with("URI:https://x.example.net/")),
        Spec::new("leaf-urn", "/CN=a", Some("int-uri"), with("URI:urn:x")),
        Spec::new("leaf-rid", "/CN=a", Some("int-rid"), with("RID:1.2.3.4")),
        Spec::new("leaf-net", "/CN=a", Some("int-permit"), plain("").replace("example.com", "example.net")),
        Spec::new("leaf-cn", "/CN=cucm.example.net", Some("int-permit"), bare("")),
        Spec::new("leaf-cn-in", "/CN=cucm.example.com", Some("int-permit"), bare("")),
    ]
}

/// Leaves signed with RSA, and such as are signed with their own keys.
fn by_rsa_and_by_themselves() -> Vec<Spec> {
    vec![
        Spec::new("p521-sha1", "/CN=b", Some("p521"), leaf("")).digest("sha1"),
        Spec::new("p521-sha256", "/CN=b", Some("p521"), leaf("")).digest("sha256"),
        Spec::new("p521-sha384", "/CN=b", Some("p521"), leaf("")).digest("sha384"),
        Spec::new("p521-sha512", "/CN=b", Some("p521"), leaf("")).digest("sha512"),
        Spec::new("p521-sha224", "/CN=b", Some("p521"), leaf("")).digest("sha224"),
        Spec::new("p384-sha1", "/CN=b", Some("p384"), leaf("")).digest("sha1"),
        Spec::new("p384-sha256", "/CN=b", Some("p384"), leaf("")).digest("sha256"),
        Spec::new("p384-sha512", "/CN=b", Some("p384"), leaf("")).digest("sha512"),
        Spec::new("self-p521", "/CN=cucm.example.com", None, leaf(""))
            .key("self521", "P-521")
            .digest("sha512"),
        Spec::new("ed-leaf", "/CN=b", Some("ed"), leaf("")).key("edleaf", "ed25519"),
        Spec::new("leaf-brainpool", "/CN=b", Some("brainpool"), leaf("")),
        Spec::new("under-rsa1024-sha256", "/CN=b", Some("rsa1024"), leaf("")).digest("sha256"),
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
    ]
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
    ("under-int-p521", "int-p521"),
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
