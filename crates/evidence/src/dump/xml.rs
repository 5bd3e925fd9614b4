//! The XML form.
//!
//! Known from programs that ask the box for its `status.xml` and `configuration.xml`: the namespace
//! `http://www.tandberg.no/XML/CUIL/1.0`, one element a word of the path, and `item="1"` on every element of the status
//! and on containers of the configuration, also where there is only one. The attribute `product` of the root is known
//! from `history.xml`. Inferred: the names of the roots, `Status` and `Configuration`, and that the dumps of a
//! diagnostic log are these files.
//!
//! Nothing outside the file is ever looked at: there are no entities but the five of XML and numbered letters.

use crate::settings::{Settings, Tree};
use quick_xml::Reader as XmlReader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Elements inside each other. A path has below ten words.
const MAX_DEPTH: usize = 32;

/// Attributes of the root that are kept, as settings whose path begins with `@`.
const OF_ROOT: &[&str] = &["product", "version"];

/// Reads every element up to the end, or up to where the file is no XML any more.
pub(super) fn read(text: &str, settings: &mut Settings) {
    let mut reader =
        Reader { text, settings, tree: None, stack: Vec::new(), path: String::new(), skipped: 0 };
    let mut xml = XmlReader::from_str(text);
    xml.config_mut().expand_empty_elements = true;
    loop {
        let position = usize::try_from(xml.buffer_position()).unwrap_or(usize::MAX);
        match xml.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => reader.event(&event, position),
            Err(_) => {
                reader.unread(position);
                break;
            }
        }
    }
    if !reader.stack.is_empty() {
        reader.unread(text.len());
    }
}

/// An element that has begun.
struct Element {
    /// How long the path was before it.
    before: usize,
    text: String,
    has_elements: bool,
}

struct Reader<'a> {
    text: &'a str,
    settings: &'a mut Settings,
    /// The tree of the root element we are in.
    tree: Option<Tree>,
    /// The elements below the root, outermost first.
    stack: Vec<Element>,
    path: String,
    /// Elements that have begun and are not read: too deep, or outside a root that we know.
    skipped: usize,
}

impl Reader<'_> {
    fn event(&mut self, event: &Event<'_>, position: usize) {
        match event {
            Event::Start(start) => self.start(start, position),
            Event::End(_) => self.end(),
            Event::Text(text) => self.add(&text.xml10_content()),
            Event::CData(text) => self.add(&text.xml10_content()),
            Event::GeneralRef(reference) => match letter(reference) {
                Some(letter) => self.add(letter.encode_utf8(&mut [0; 4])),
                None => self.unread(position),
            },
            // Definitions of entities are not read, so none can be expanded.
            Event::DocType(_) => self.unread(position),
            _ => {}
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, position: usize) {
        let name = start.local_name();
        let name: &str = name.as_ref();
        if let Some(above) = self.stack.last_mut() {
            above.has_elements = true;
        }
        if self.skipped > 0 {
            self.skipped += 1;
        } else if self.tree.is_none() {
            self.root(start, name, position);
        } else if self.stack.len() >= MAX_DEPTH || self.path.len() + name.len() > Settings::MAX_PATH {
            self.unread(position);
            self.skipped = 1;
        } else {
            self.stack.push(Element { before: self.path.len(), text: String::new(), has_elements: false });
            self.path.push(' ');
            self.path.push_str(name);
            if let Some(item) = attribute(start, "item") {
                let item: String = item.chars().filter(char::is_ascii_digit).take(10).collect();
                self.path.push(' ');
                self.path.push_str(&item);
            }
        }
    }

    /// `Configuration`, `Status`, and other names that say the same (inferred); `XmlDoc` around them counts as nothing.
    fn root(&mut self, start: &BytesStart<'_>, name: &str, position: usize) {
        let name = name.to_ascii_lowercase();
        if name == "xmldoc" {
            return;
        }
        let tree = match name {
            _ if name.contains("conf") => Tree::Configuration,
            _ if name.contains("status") || name.contains("xstat") => Tree::Status,
            _ => {
                self.unread(position);
                self.skipped = 1;
                return;
            }
        };
        self.tree = Some(tree);
        for name in OF_ROOT {
            if let Some(value) = attribute(start, name) {
                self.settings.put(tree, &format!("@{name}"), &value);
            }
        }
    }

    fn end(&mut self) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let Some(tree) = self.tree else { return };
        let Some(element) = self.stack.pop() else {
            self.tree = None;
            return;
        };
        if !element.has_elements {
            self.settings.put(tree, &self.path, element.text.trim());
        }
        self.path.truncate(element.before);
    }

    fn add(&mut self, text: &str) {
        if self.skipped > 0 {
            return;
        }
        if let Some(element) = self.stack.last_mut()
            // More than the ceiling holds is of no use; the cut itself is counted where the value is kept.
            && element.text.len() <= Settings::MAX_VALUE
        {
            element.text.push_str(text);
        }
    }

    fn unread(&mut self, position: usize) {
        let before = &self.text.as_bytes()[..position.min(self.text.len())];
        self.settings.unread(|| 1 + before.split(|byte| *byte == b'\n').count().saturating_sub(1));
    }
}

/// The value of an attribute, if it has no references in it.
fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok().flatten()?;
    let value: &str = attribute.value.as_ref();
    (!value.contains('&')).then(|| value.to_owned())
}

/// The letter that a reference stands for: a number, or one of the five names of XML.
fn letter(reference: &BytesRef<'_>) -> Option<char> {
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten();
    }
    let name: &str = reference;
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        let mut settings = Settings::default();
        read(text, &mut settings);
        settings
    }

    fn value(settings: &Settings, tree: Tree, path: &str) -> Option<String> {
        settings.get(tree, path).map(|(_, value)| value.to_owned())
    }

    #[test]
    fn one_element_a_word() {
        let read = settings(
            "<?xml version=\"1.0\"?>\n<!-- x --><Status xmlns=\"http://www.tandberg.no/XML/CUIL/1.0\" product=\"P\">\n\
             <Zones item=\"1\"><Zone item=\"1\"><Name item=\"1\">a &amp;&#x20;b</Name></Zone>\n\
             <Zone item=\"2\"><Name item=\"1\"><![CDATA[c<d]]></Name><Peer/></Zone></Zones></Status>",
        );
        let status = |path: &str| value(&read, Tree::Status, path);
        assert_eq!(status("Zones Zone 1 Name").as_deref(), Some("a & b"));
        assert_eq!(status("Zones Zone 2 Name").as_deref(), Some("c<d"));
        assert_eq!(status("Zones Zone 2 Peer").as_deref(), Some(""));
        assert_eq!(status("@product").as_deref(), Some("P"));
        assert_eq!(read.reading.unread, 0);
    }

    #[test]
    fn entities_are_never_expanded() {
        let read = settings(
            "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY f SYSTEM \"file:///etc/hosts\">]>\n\
             <Configuration><A>&a;&f;</A></Configuration>",
        );
        assert_eq!(value(&read, Tree::Configuration, "A").as_deref(), Some(""));
        assert_eq!(read.reading.unread, 3);
    }

    #[test]
    fn what_was_before_the_damage_counts() {
        let read = settings("<Configuration>\n<A>1x</A>\n<B>2</C></Configuration>");
        assert_eq!(value(&read, Tree::Configuration, "A").as_deref(), Some("1x"));
        assert_eq!(read.reading.unread_lines[0], 3);
        let read = settings("<Configuration><A>1x</A><B>2");
        assert_eq!((read.reading.configuration, read.reading.unread), (1, 1));
    }

    #[test]
    fn depth_has_a_ceiling() {
        let deep = 200;
        let text = format!("<Status>{}{}<Z>1</Z></Status>", "<a>".repeat(deep), "</a>".repeat(deep));
        let read = settings(&text);
        assert_eq!((read.reading.unread, read.reading.status), (1, 1));
    }

    #[test]
    fn another_root_is_no_dump() {
        let read = settings("<html><body>x</body></html>");
        assert!(read.is_empty());
        assert_eq!(read.reading.unread, 1);
    }
}
