//! The certificates of the proof: made for every run, so that none expires in the repository.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A chain as an origin server sends it, leaf first, and the key of the leaf.
pub(crate) struct Presented {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

/// What is said about a leaf.
pub(crate) struct Leaf<'a> {
    /// The common name.
    pub(crate) name: &'a str,
    /// Names and addresses of the Subject Alternative Name.
    pub(crate) also: &'a [&'a str],
    pub(crate) years: (i32, i32),
    pub(crate) purpose: ExtendedKeyUsagePurpose,
}

impl<'a> Leaf<'a> {
    /// A leaf with nothing wrong about it.
    pub(crate) fn of(name: &'a str, also: &'a [&'a str]) -> Self {
        Self { name, also, years: (2020, 2090), purpose: ExtendedKeyUsagePurpose::ServerAuth }
    }

    fn request(&self) -> CertificateParams {
        let also: Vec<_> = self.also.iter().map(|name| (*name).to_owned()).collect();
        let mut asked = CertificateParams::new(also).expect("names");
        asked.distinguished_name.remove(DnType::CommonName);
        asked.distinguished_name.push(DnType::CommonName, self.name);
        asked.extended_key_usages = vec![self.purpose.clone()];
        asked.use_authority_key_identifier_extension = true;
        between(&mut asked, self.years);
        asked
    }

    /// Signed by its own key.
    pub(crate) fn by_itself(&self) -> Presented {
        let key = KeyPair::generate().expect("a key");
        let made = self.request().self_signed(&key).expect("a certificate");
        Presented { chain: vec![made.der().clone()], key: der(&key) }
    }

    /// Signed by an authority; `sent` are the certificates that the server sends behind it.
    pub(crate) fn by(&self, authority: &Authority, sent: &[&Authority]) -> Presented {
        let key = KeyPair::generate().expect("a key");
        let made = self.request().signed_by(&key, &authority.issuer).expect("a certificate");
        let mut chain = vec![made.der().clone()];
        chain.extend(sent.iter().map(|above| above.issuer.der().clone()));
        Presented { chain, key: der(&key) }
    }
}

fn der(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(key.serialize_der()).expect("a key in PKCS #8")
}

fn between(asked: &mut CertificateParams, (from, to): (i32, i32)) {
    asked.not_before = date_time_ymd(from, 1, 1);
    asked.not_after = date_time_ymd(to, 1, 1);
}

/// Who signs.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn request(name: &str, years: (i32, i32)) -> CertificateParams {
        let mut asked = CertificateParams::default();
        asked.distinguished_name.push(DnType::CommonName, name);
        asked.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        asked.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        asked.use_authority_key_identifier_extension = true;
        between(&mut asked, years);
        asked
    }

    pub(crate) fn root(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(Self::request(name, (2020, 2090)), key);
        Self { issuer: issuer.expect("a certificate") }
    }

    pub(crate) fn below(&self, name: &str, years: (i32, i32)) -> Self {
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::signed_by(Self::request(name, years), key, &self.issuer);
        Self { issuer: issuer.expect("a certificate") }
    }

    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }
}
