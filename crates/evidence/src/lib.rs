//! Facts about a box that do not come from the text of its log.
//!
//! So far this is the vocabulary that reports and signatures share: which of the two Expressways a node is, and which
//! release it runs. Reading certificates, trust stores, captures and dumps has its place here.

mod release;
mod role;

pub use release::Release;
pub use role::Role;
