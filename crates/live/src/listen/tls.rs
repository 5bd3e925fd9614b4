//! TLS for senders that ask for it.

use super::ListenError;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;

/// Certificate and key to show, and whose client certificates are asked for.
#[derive(Debug, Clone)]
pub struct Tls {
    pub(crate) config: Arc<ServerConfig>,
}

impl Tls {
    /// From PEM texts. With a CA, a sender must show a certificate that it signed.
    ///
    /// # Errors
    /// If one of them holds nothing of its kind, or certificate and key do not belong together. The key is never part
    /// of an error.
    pub fn new(certificate: &[u8], key: &[u8], ca: Option<&[u8]>) -> Result<Self, ListenError> {
        let wrong = |words: String| ListenError::Tls(words);
        let chain = certificates(certificate, "--tls-cert")?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|_| wrong("--tls-key: no private key in PEM without a password in it".to_owned()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(error.to_string()))?;
        let config = match ca {
            None => config.with_no_client_auth(),
            Some(ca) => {
                let mut roots = RootCertStore::empty();
                for certificate in certificates(ca, "--tls-ca")? {
                    roots.add(certificate).map_err(|error| wrong(format!("--tls-ca: {error}")))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                let verifier = verifier.map_err(|error| wrong(format!("--tls-ca: {error}")))?;
                config.with_client_cert_verifier(verifier)
            }
        };
        let config = config.with_single_cert(chain, key);
        let config = config
            .map_err(|error| wrong(format!("--tls-cert and --tls-key cannot be used together: {error}")))?;
        Ok(Self { config: Arc::new(config) })
    }
}

fn certificates(pem: &[u8], flag: &str) -> Result<Vec<CertificateDer<'static>>, ListenError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        _ => Err(ListenError::Tls(format!("{flag}: no certificate in PEM in it"))),
    }
}
