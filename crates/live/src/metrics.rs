//! Counts in the text form that Prometheus reads.

use std::fmt::Write;

/// What kind of number a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// An exposition that is being written (text format 0.0.4).
#[derive(Debug, Default)]
pub struct Exposition {
    text: String,
}

impl Exposition {
    /// The type of it, for HTTP.
    pub const CONTENT_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";
    /// Ceiling on the bytes of a label's value: log text may be long.
    const MAX_VALUE: usize = 200;

    /// Begins a metric. Its samples follow.
    pub fn metric(&mut self, name: &str, help: &str, unit: Unit) -> &mut Self {
        let unit = if unit == Unit::Counter { "counter" } else { "gauge" };
        let help = help.replace('\\', r"\\").replace('\n', r"\n");
        let written = write!(self.text, "# HELP {name} {help}\n# TYPE {name} {unit}\n");
        debug_assert!(written.is_ok(), "a string takes every text");
        self
    }

    /// Adds a sample of the metric begun last.
    pub fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) -> &mut Self {
        self.text.push_str(name);
        for (at, (label, value)) in labels.iter().enumerate() {
            self.text.push(if at == 0 { '{' } else { ',' });
            self.text.push_str(label);
            self.text.push_str("=\"");
            self.escape(value);
            self.text.push('"');
        }
        if !labels.is_empty() {
            self.text.push('}');
        }
        let written = writeln!(self.text, " {value}");
        debug_assert!(written.is_ok(), "a string takes every text");
        self
    }

    /// The whole text.
    pub fn text(self) -> String {
        self.text
    }

    /// Backslash, quote and line feed are what the format asks for; other control characters have no place in a label.
    fn escape(&mut self, value: &str) {
        let mut end = value.len().min(Self::MAX_VALUE);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        for letter in value[..end].chars() {
            match letter {
                '\\' => self.text.push_str(r"\\"),
                '"' => self.text.push_str("\\\""),
                '\n' => self.text.push_str(r"\n"),
                letter if letter.is_control() => self.text.push('\u{fffd}'),
                letter => self.text.push(letter),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_cut() {
        let mut out = Exposition::default();
        out.metric("a_total", "two\nlines \\ here", Unit::Counter);
        out.sample("a_total", &[("x", "q\"b\\n\nz\u{1b}[2J"), ("y", &"ü".repeat(200))], 3.0);
        out.metric("b", "b", Unit::Gauge).sample("b", &[], 0.25);
        let long = "ü".repeat(100);
        let wanted = format!(
            "# HELP a_total two\\nlines \\\\ here\n# TYPE a_total counter\n\
             a_total{{x=\"q\\\"b\\\\n\\nz\u{fffd}[2J\",y=\"{long}\"}} 3\n# HELP b b\n# TYPE b gauge\nb 0.25\n"
        );
        assert_eq!(out.text(), wanted);
    }
}
