//! Settings of mobile and remote access.

use super::picker::{Picker, on};
use serde::Serialize;

/// Settings of mobile and remote access.
///
/// `EdgeConfigServer VerifyOriginServer` and `RateLimitLogins` are named in vendor documents. The container
/// `CollaborationEdge` with `Enabled` and `SsoEnabled` is known from a program that reads real dumps; its other fields
/// are those of the command reference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mra {
    /// Whether it is on.
    pub enabled: Option<bool>,
    /// Whether the certificates of the servers inside are checked when a client's request goes to them. On by default
    /// since X14.2.
    pub verify_origin_server: Option<bool>,
    /// Whether clients may sign in with an OAuth token that they can renew.
    pub oauth_local: Option<bool>,
    /// Whether clients may sign in with an OAuth token of an identity provider.
    pub oauth_sso: Option<bool>,
    /// Whether clients may sign in through an identity provider without OAuth.
    pub legacy_sso: Option<bool>,
    /// Whether clients may sign in with user and password.
    pub legacy_credentials: Option<bool>,
    /// The older switch for single sign-on: `Off`, `On`, `Exclusive` and the like, as it is written.
    pub sso_mode: Option<String>,
    /// Sign-ins of one user in one period; 0 means any number.
    pub rate_limit_logins: Option<u32>,
    /// Seconds of that period.
    pub rate_limit_period: Option<u32>,
}

pub(super) fn pick(picker: &Picker<'_>) -> Mra {
    let switch = |path: &str| picker.configuration(&[path]).and_then(on);
    let number = |path: &str| picker.configuration(&[path]).and_then(|text| text.parse().ok());
    let sso = ["CollaborationEdge SsoEnabled", "CollaborationEdge SSO Mode"];
    Mra {
        enabled: switch("CollaborationEdge Enabled"),
        verify_origin_server: switch("EdgeConfigServer VerifyOriginServer"),
        oauth_local: switch("CollaborationEdge OauthLocal"),
        oauth_sso: switch("CollaborationEdge OauthSso"),
        legacy_sso: switch("CollaborationEdge LegacySso"),
        legacy_credentials: switch("CollaborationEdge LegacyCred"),
        sso_mode: picker.configuration(&sso).map(str::to_owned),
        rate_limit_logins: number("EdgeConfigServer RateLimitLogins"),
        rate_limit_period: number("EdgeConfigServer RateLimitPeriod"),
    }
}
