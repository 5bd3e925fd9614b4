//! What a box trusts, and what is wrong with it: `ca_*.pem`; and what is wrong with its own certificate:
//! `server_*.pem`.

mod issues;
mod server;
mod store;

pub use issues::{StoreChecks, StoreIssue, WeakKey};
pub use server::{NameOf, ServerChecks, ServerIssue};
pub use store::{Mention, TrustStore};
