//! Files of certificates: PEM with text around the blocks, DER, PKCS#7.
//!
//! What cannot be read is reported with its place and the reason, and the rest is still read. A private key is never
//! decoded and never kept: only how many there are is said.

use super::{Certificate, pem, pkcs7};
use serde::Serialize;

/// Where something stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The byte where it begins, from 0. Inside PKCS#7 in PEM, that of the block.
    pub offset: usize,
    /// Its line, from 1; in binary files 1.
    pub line: usize,
}

/// A certificate and where it stood.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Located {
    /// Where it stood.
    pub place: Place,
    /// What it says.
    pub certificate: Certificate,
}

/// What looked like a certificate and could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Malformed {
    /// Where it stands.
    pub place: Place,
    /// Why it could not be read.
    pub reason: String,
}

/// What a file of certificates holds.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct Certificates {
    /// The certificates, in the order of the file.
    pub found: Vec<Located>,
    /// What could not be read, in the order of the file.
    pub malformed: Vec<Malformed>,
    /// How many private keys there are. They are not decoded.
    pub private_keys: usize,
    /// How many other blocks there are, such as requests and revocation lists.
    pub other_blocks: usize,
    /// How many certificates and malformed ones came after the ceilings.
    pub dropped: usize,
}

impl Certificates {
    /// How many certificates of one file are kept. The largest trust stores of boxes hold some hundreds.
    pub const MAX: usize = 10_000;
    /// How many malformed ones are told of one by one.
    pub const MAX_MALFORMED: usize = 1000;

    /// Reads a file: PEM wherever there is a block, or else one DER certificate after the other, or PKCS#7.
    pub fn read(bytes: &[u8]) -> Self {
        let mut out = Self::default();
        let blocks = pem::blocks(bytes);
        for block in &blocks {
            out.block(block);
        }
        if blocks.is_empty() && !bytes.trim_ascii().is_empty() {
            out.binary(bytes);
        }
        out
    }

    /// The certificates without their places.
    pub fn into_certificates(self) -> Vec<Certificate> {
        self.found.into_iter().map(|located| located.certificate).collect()
    }

    fn block(&mut self, block: &pem::Block<'_>) {
        let place = Place { offset: block.offset, line: block.line };
        match block.label {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
                let trusted = block.label == "TRUSTED CERTIFICATE";
                match block.body.and_then(pem::decode) {
                    // Trust settings of OpenSSL follow the certificate.
                    Ok(der) if trusted => self.add(place, first(&der)),
                    Ok(der) => self.add(place, &der),
                    Err(why) => self.malformed(place, why.to_owned()),
                }
            }
            "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => match block.body.and_then(pem::decode) {
                Ok(der) => self.pkcs7(&der, |_| place, place),
                Err(why) => self.malformed(place, why.to_owned()),
            },
            label if label.ends_with("PRIVATE KEY") => self.private_keys += 1,
            _ => self.other_blocks += 1,
        }
    }

    fn binary(&mut self, bytes: &[u8]) {
        let at = |offset| Place { offset, line: 1 };
        if pkcs7::looks_like(bytes) {
            self.pkcs7(bytes, at, at(0));
            return;
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let offset = bytes.len() - rest.len();
            let one = first(rest);
            if one.is_empty() {
                // Line ends that somebody's editor added are nothing.
                if !rest.trim_ascii().is_empty() {
                    self.malformed(at(offset), "it is neither PEM nor DER, or it is cut off".to_owned());
                }
                return;
            }
            self.add(at(offset), one);
            rest = &rest[one.len()..];
        }
    }

    fn pkcs7(&mut self, der: &[u8], at: impl Fn(usize) -> Place, begin: Place) {
        match pkcs7::certificates(der) {
            Ok(elements) => elements.into_iter().for_each(|(offset, one)| self.add(at(offset), one)),
            Err(why) => self.malformed(begin, why.to_owned()),
        }
    }

    fn add(&mut self, place: Place, der: &[u8]) {
        if self.found.len() >= Self::MAX {
            self.dropped += 1;
            return;
        }
        match Certificate::from_der(der) {
            Ok(certificate) => self.found.push(Located { place, certificate }),
            Err(error) => self.malformed(place, error.why),
        }
    }

    fn malformed(&mut self, place: Place, reason: String) {
        if self.malformed.len() < Self::MAX_MALFORMED {
            self.malformed.push(Malformed { place, reason });
        } else {
            self.dropped += 1;
        }
    }
}

/// The first element of DER, whole; nothing if there is none.
fn first(bytes: &[u8]) -> &[u8] {
    use x509_parser::asn1_rs::{Any, FromDer};
    match Any::from_der(bytes) {
        Ok((behind, _)) => &bytes[..bytes.len() - behind.len()],
        Err(_) => &[],
    }
}
