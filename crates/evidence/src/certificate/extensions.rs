//! The extensions of a certificate, as far as anything here asks for them.

use super::alternative::{AlternativeNames, General};
use super::hex;
use super::name::Name;
use super::usage::{BasicConstraints, KeyUsage, Purpose};
use x509_parser::certificate::TbsCertificate;
use x509_parser::extensions::{
    AuthorityKeyIdentifier, ExtendedKeyUsage, GeneralName, GeneralSubtree, ParsedExtension, X509Extension,
};

/// What the extensions say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extensions {
    pub(crate) names: AlternativeNames,
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) purposes: Option<Vec<Purpose>>,
    pub(crate) basic: Option<BasicConstraints>,
    pub(crate) subject_key: Option<String>,
    pub(crate) authority: Option<Authority>,
    pub(crate) constraints: Option<Constraints>,
    /// The old certificate type of Netscape.
    pub(crate) netscape: Option<u8>,
    /// Critical extensions that OpenSSL does not know, by their object identifier.
    pub(crate) unhandled: Vec<String>,
    /// Extensions that OpenSSL reads and that cannot be read here, or stand there twice.
    pub(crate) unreadable: Vec<String>,
    /// Whether a policy says that a public CA made it, or there are proofs of its publication.
    pub(crate) public: bool,
    /// Whether it is a proxy certificate (RFC 3820).
    pub(crate) proxy: bool,
}

/// Who signed, by key and by certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Authority {
    pub(crate) key: Option<String>,
    pub(crate) serial: Option<String>,
    /// The issuer of the issuer.
    pub(crate) issuer: Option<Name>,
}

/// Which names a CA may sign (RFC 5280 section 4.2.1.10).
#[derive(Debug, Clone, Default)]
pub(crate) struct Constraints {
    pub(crate) permitted: Vec<General>,
    pub(crate) excluded: Vec<General>,
}

/// Extensions that may be critical to OpenSSL (`X509_supported_extension`, crypto/x509/v3_purp.c), apart from
/// `OCSP_NO_CHECK`, which only 3.x knows.
const SUPPORTED: [&str; 14] = [
    "2.16.840.1.113730.1.1",
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.19",
    "2.5.29.32",
    "2.5.29.31",
    "2.5.29.37",
    "1.3.6.1.5.5.7.1.7",
    "1.3.6.1.5.5.7.1.8",
    "2.5.29.36",
    PROXY,
    "2.5.29.30",
    "2.5.29.33",
    "2.5.29.54",
];

/// Extensions that OpenSSL reads whether they are critical or not (`x509v3_cache_extensions`): if one cannot be read,
/// it does not take the certificate.
const READ: [&str; 8] = [
    "2.16.840.1.113730.1.1",
    "2.5.29.14",
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.19",
    "2.5.29.30",
    "2.5.29.35",
    "2.5.29.37",
];

/// Proxy certificate information (RFC 3820).
const PROXY: &str = "1.3.6.1.5.5.7.1.14";

/// The policies below which the CA/Browser Forum puts every certificate of a public CA for TLS: domain, organisation,
/// individual and extended validation (Baseline Requirements, section 7.1.6.1).
const PUBLIC_POLICIES: [&str; 4] = ["2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3", "2.23.140.1.1"];

/// Extended validation certificates and those with proofs of publication (RFC 6962).
const PUBLISHED: &str = "1.3.6.1.4.1.11129.2.4.2";

impl Extensions {
    /// Reads the extensions.
    pub(crate) fn of(certificate: &TbsCertificate<'_>) -> Self {
        let mut out = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for extension in certificate.extensions() {
            let id = extension.oid.to_id_string();
            let known = READ.contains(&id.as_str());
            let broken = matches!(extension.parsed_extension(), ParsedExtension::ParseError { .. });
            if known && (broken || seen.contains(&id)) {
                out.unreadable.push(id.clone());
            }
            if extension.critical && !SUPPORTED.contains(&id.as_str()) {
                out.unhandled.push(id.clone());
            }
            out.proxy |= id == PROXY;
            out.public |= id == PUBLISHED;
            seen.push(id);
            out.take(extension);
        }
        out
    }

    fn take(&mut self, extension: &X509Extension<'_>) {
        match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => {
                names.general_names.iter().for_each(|name| self.names.add(name));
            }
            ParsedExtension::KeyUsage(usage) => self.key_usage = Some(KeyUsage::new(usage.flags)),
            ParsedExtension::ExtendedKeyUsage(usage) => self.purposes = Some(purposes(usage)),
            ParsedExtension::BasicConstraints(basic) => {
                self.basic = Some(BasicConstraints { ca: basic.ca, path_length: basic.path_len_constraint });
            }
            ParsedExtension::SubjectKeyIdentifier(key) => self.subject_key = Some(hex(key.0)),
            ParsedExtension::AuthorityKeyIdentifier(authority) => {
                self.authority = Some(Authority::of(authority));
            }
            ParsedExtension::NameConstraints(constraints) => {
                let keep = |list: &Option<Vec<GeneralSubtree<'_>>>| {
                    list.iter().flatten().map(|tree| General::of(&tree.base)).collect()
                };
                self.constraints = Some(Constraints {
                    permitted: keep(&constraints.permitted_subtrees),
                    excluded: keep(&constraints.excluded_subtrees),
                });
            }
            // The value is a bit string: its tag, its length, how many bits of the last byte are unused, the bits.
            ParsedExtension::NSCertType(_) => {
                self.netscape = Some(extension.value.get(3).copied().unwrap_or(0));
            }
            ParsedExtension::CertificatePolicies(policies) => {
                let mut ids = policies.iter().map(|policy| policy.policy_id.to_id_string());
                self.public |= ids.any(|id| PUBLIC_POLICIES.contains(&id.as_str()));
            }
            _ => {}
        }
    }
}

impl Authority {
    fn of(authority: &AuthorityKeyIdentifier<'_>) -> Self {
        let issuers = authority.authority_cert_issuer.iter().flatten();
        let mut directories = issuers.filter_map(|name| match name {
            GeneralName::DirectoryName(name) => Some(Name::of(name)),
            _ => None,
        });
        Self {
            key: authority.key_identifier.as_ref().map(|key| hex(key.0)),
            serial: authority.authority_cert_serial.map(super::serial),
            issuer: directories.next(),
        }
    }
}

fn purposes(usage: &ExtendedKeyUsage<'_>) -> Vec<Purpose> {
    let flags = [
        (usage.server_auth, Purpose::ServerAuth),
        (usage.client_auth, Purpose::ClientAuth),
        (usage.code_signing, Purpose::CodeSigning),
        (usage.email_protection, Purpose::EmailProtection),
        (usage.time_stamping, Purpose::TimeStamping),
        (usage.ocsp_signing, Purpose::OcspSigning),
        (usage.any, Purpose::Any),
    ];
    let named = flags.into_iter().filter(|(set, _)| *set).map(|(_, purpose)| purpose);
    named.chain(usage.other.iter().map(|id| Purpose::of(id.to_id_string()))).collect()
}
