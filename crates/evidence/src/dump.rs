//! The two forms of a dump: lines of text and XML. Both readers give the same settings; neither knows what they mean.

mod text;
mod xml;

use crate::settings::Settings;

/// Reads a dump of either form; told by its first letter, since only XML begins with `<`.
pub(crate) fn read(bytes: &[u8]) -> Settings {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut settings = Settings::default();
    if text.trim_start().starts_with('<') {
        xml::read(text, &mut settings);
    } else {
        text::read(text, &mut settings);
    }
    settings
}
