//! Reports as text and as JSON. Renderers write to what they are given; they know no terminal.

pub mod json;
pub mod text;
