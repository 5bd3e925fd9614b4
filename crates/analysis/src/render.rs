//! Reports in their forms, and pages of the catalogue as Markdown. Renderers write to what they are given; they know no
//! terminal.

pub mod comparison;
pub mod html;
pub mod json;
pub mod markdown;
pub mod sarif;
pub mod text;
pub mod ticket;
pub(crate) mod voice;
pub(crate) mod words;

pub use words::{confidence as confidence_word, severity as severity_word};
