//! The errors of OpenSSL: code and text of each version, and the alert that is sent.
//!
//! Codes and texts are those of include/openssl/x509_vfy.h and crypto/x509/x509_txt.c of 1.1.1w and 3.x; a test
//! compares them with `testdata/reference/x509_verify_errors.tsv`.

use super::Dialect;
use serde::Serialize;
use std::fmt;

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident: $symbol:literal, $old:literal $old_text:literal, $new:literal $new_text:literal, $alert:literal;)*) => {
        /// What OpenSSL finds wrong with a certificate or a chain.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[non_exhaustive]
        pub enum VerifyError {
            $($(#[$doc])* $name,)*
        }

        impl VerifyError {
            /// Every error that is predicted.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in OpenSSL.
            pub fn symbol(self) -> &'static str {
                match self { $(Self::$name => $symbol,)* }
            }

            /// Its number.
            pub fn code(self, dialect: Dialect) -> u32 {
                match (self, dialect) {
                    $((Self::$name, Dialect::OpenSsl111) => $old,
                    (Self::$name, Dialect::OpenSsl3) => $new,)*
                }
            }

            /// Its text, as Traffic Server prints it after `Error=`.
            pub fn text(self, dialect: Dialect) -> &'static str {
                match (self, dialect) {
                    $((Self::$name, Dialect::OpenSsl111) => $old_text,
                    (Self::$name, Dialect::OpenSsl3) => $new_text,)*
                }
            }

            /// The TLS alert that is sent with it (1.1.1w ssl/statem/statem_lib.c:1341-1385).
            pub fn alert(self) -> u8 {
                match self { $(Self::$name => $alert,)* }
            }
        }
    };
}

errors! {
    /// A CA of the store has an issuer that is not in the store.
    UnableToGetIssuer: "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT",
        2 "unable to get issuer certificate", 2 "unable to get issuer certificate", 48;
    /// The signature was not made with the issuer's key.
    SignatureFailure: "X509_V_ERR_CERT_SIGNATURE_FAILURE",
        7 "certificate signature failure", 7 "certificate signature failure", 51;
    /// It is not valid yet.
    NotYetValid: "X509_V_ERR_CERT_NOT_YET_VALID",
        9 "certificate is not yet valid", 9 "certificate is not yet valid", 42;
    /// It is not valid any more.
    Expired: "X509_V_ERR_CERT_HAS_EXPIRED",
        10 "certificate has expired", 10 "certificate has expired", 45;
    /// The leaf is signed with its own key and not trusted.
    DepthZeroSelfSigned: "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT",
        18 "self signed certificate", 18 "self-signed certificate", 48;
    /// The chain ends in a root that is not trusted.
    SelfSignedInChain: "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN",
        19 "self signed certificate in certificate chain", 19 "self-signed certificate in certificate chain", 48;
    /// The issuer of the last certificate is neither presented nor trusted.
    UnableToGetIssuerLocally: "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        20 "unable to get local issuer certificate", 20 "unable to get local issuer certificate", 48;
    /// There is only the leaf, and no issuer to verify it with.
    UnableToVerifyLeaf: "X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        21 "unable to verify the first certificate", 21 "unable to verify the first certificate", 48;
    /// The chain is longer than the depth allows.
    ChainTooLong: "X509_V_ERR_CERT_CHAIN_TOO_LONG",
        22 "certificate chain too long", 22 "certificate chain too long", 48;
    /// There are more intermediates below a CA than it allows.
    PathLengthExceeded: "X509_V_ERR_PATH_LENGTH_EXCEEDED",
        25 "path length constraint exceeded", 25 "path length constraint exceeded", 48;
    /// It may not be used for this: extended key usage, key usage, or no CA.
    InvalidPurpose: "X509_V_ERR_INVALID_PURPOSE",
        26 "unsupported certificate purpose", 26 "unsuitable certificate purpose", 43;
    /// The issuer's key may not sign certificates.
    KeyUsageNoCertSign: "X509_V_ERR_KEYUSAGE_NO_CERTSIGN",
        32 "key usage does not include certificate signing", 32 "key usage does not include certificate signing", 46;
    /// It has a critical extension that OpenSSL does not know.
    UnhandledCriticalExtension: "X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION",
        34 "unhandled critical extension", 34 "unhandled critical extension", 46;
    /// It is a proxy certificate.
    ProxyNotAllowed: "X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED",
        40 "proxy certificates not allowed, please set the appropriate flag",
        40 "proxy certificates not allowed, please set the appropriate flag", 46;
    /// A name is outside what a CA may sign.
    PermittedViolation: "X509_V_ERR_PERMITTED_VIOLATION",
        47 "permitted subtree violation", 47 "permitted subtree violation", 46;
    /// A name is within what a CA must not sign.
    ExcludedViolation: "X509_V_ERR_EXCLUDED_VIOLATION",
        48 "excluded subtree violation", 48 "excluded subtree violation", 46;
    /// A CA constrains names of a kind that cannot be compared.
    UnsupportedConstraintType: "X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE",
        51 "unsupported name constraint type", 51 "unsupported name constraint type", 46;
    /// A constrained name is not written as it should be.
    UnsupportedNameSyntax: "X509_V_ERR_UNSUPPORTED_NAME_SYNTAX",
        53 "unsupported or invalid name syntax", 53 "unsupported or invalid name syntax", 46;
    /// The key of the leaf is too weak for the security level.
    LeafKeyTooSmall: "X509_V_ERR_EE_KEY_TOO_SMALL",
        66 "EE certificate key too weak", 66 "EE certificate key too weak", 42;
    /// The key of a CA is too weak for the security level.
    CaKeyTooSmall: "X509_V_ERR_CA_KEY_TOO_SMALL",
        67 "CA certificate key too weak", 67 "CA certificate key too weak", 42;
    /// A digest is too weak for the security level. OpenSSL says "CA" for the leaf's as well.
    DigestTooWeak: "X509_V_ERR_CA_MD_TOO_WEAK",
        68 "CA signature digest algorithm too weak", 68 "CA signature digest algorithm too weak", 42;
    /// An issuer is no CA.
    InvalidCa: "X509_V_ERR_INVALID_CA",
        24 "invalid CA certificate", 79 "invalid CA certificate", 48;
    /// A curve is spelled out instead of named. 1.1.1 asks for it only in strict mode.
    ExplicitCurve: "X509_V_ERR_EC_KEY_EXPLICIT_PARAMS",
        79 "Certificate public key has explicit ECC parameters",
        94 "Certificate public key has explicit ECC parameters", 42;
}

impl VerifyError {
    /// Tells whether it means that an issuer was not found.
    pub fn says_issuer_missing(self) -> bool {
        matches!(self, Self::UnableToGetIssuer | Self::UnableToGetIssuerLocally | Self::UnableToVerifyLeaf)
    }
}

/// One error at one certificate of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Failure {
    /// Which one.
    pub error: VerifyError,
    /// Its number in this version of OpenSSL.
    pub code: u32,
    /// Its text in this version.
    pub text: &'static str,
    /// Where in the chain: 0 is the leaf.
    pub depth: usize,
    /// The TLS alert that is sent with it.
    pub alert: u8,
}

impl Failure {
    pub(super) fn new(dialect: Dialect, error: VerifyError, depth: usize) -> Self {
        Self { error, code: error.code(dialect), text: error.text(dialect), depth, alert: error.alert() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at depth {}: {}", self.code, self.depth, self.text)
    }
}
