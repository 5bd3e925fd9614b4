//! The certificates that a box trusts, found by their names.

use crate::certificate::{Certificate, Certificates, Name, Part};
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;

/// The certificates that a box trusts (`Maintenance > Security > Trusted CA certificate`).
#[derive(Debug, Clone, Default)]
pub struct TrustStore {
    certificates: Vec<Certificate>,
    /// Places in the list, by the form in which names are compared.
    by_subject: HashMap<Vec<Vec<Part>>, Vec<usize>>,
}

impl TrustStore {
    /// Takes certificates in the order of the file; of several with one name the first that fits is used.
    pub fn new(certificates: Vec<Certificate>) -> Self {
        let mut by_subject: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, certificate) in certificates.iter().enumerate() {
            by_subject.entry(certificate.subject.canonical().to_vec()).or_default().push(at);
        }
        Self { certificates, by_subject }
    }

    /// Reads a file; what cannot be read in it is left out ([`Certificates::malformed`] tells it).
    pub fn read(bytes: &[u8]) -> Self {
        Self::new(Certificates::read(bytes).into_certificates())
    }

    /// Everything in it, in the order of the file.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Those with this subject, in the order of the file.
    pub fn named(&self, subject: &Name) -> impl Iterator<Item = &Certificate> {
        let places = self.by_subject.get(subject.canonical()).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|at| self.certificates.get(*at))
    }

    /// Tells whether this very certificate is in it.
    pub fn contains(&self, certificate: &Certificate) -> bool {
        self.named(&certificate.subject).any(|own| own.same_as(certificate))
    }
}

/// A certificate as an issue names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mention {
    /// Its subject.
    pub subject: Name,
    /// Its serial number.
    pub serial: String,
    /// Its fingerprint.
    pub sha256: String,
}

impl Mention {
    /// Names a certificate.
    pub fn of(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject.clone(),
            serial: certificate.serial.clone(),
            sha256: certificate.sha256.clone(),
        }
    }
}

impl fmt::Display for Mention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.sha256.get(..16).unwrap_or(&self.sha256);
        write!(f, "'{}' (serial {}, SHA-256 {start}…)", self.subject, self.serial)
    }
}
