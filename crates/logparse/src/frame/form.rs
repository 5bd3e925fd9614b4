//! In which shape the log arrived, and how often each shape was seen.

use crate::record::Record;

/// The shape of one record's first line: how the log came from the box to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Form {
    /// The box's own file: a stamp with a date and a zone at the start of the line.
    Plain,
    /// A stamp without a year and no priority: a box of 2011 or older, or a collector that took the priority off.
    Bsd,
    /// Remote syslog in the legacy form (RFC 3164), with its priority or with the local line repeated inside.
    RemoteSyslog3164,
    /// Remote syslog in the IETF form (RFC 5424).
    RemoteSyslog5424,
    /// An excerpt from a ticket, a web page or a PDF: wrapped, several records on a line, an editor's line
    /// numbers, or the time cut off.
    Pasted,
    /// Text outside of any record: the tail of a cut file, prose around an excerpt, or a file that is no log.
    Loose,
}

/// The forms in the order reports show them.
const FORMS: [Form; 6] =
    [Form::Plain, Form::Bsd, Form::RemoteSyslog3164, Form::RemoteSyslog5424, Form::Pasted, Form::Loose];

impl Form {
    /// Name as reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Bsd => "bsd",
            Self::RemoteSyslog3164 => "syslog-rfc3164",
            Self::RemoteSyslog5424 => "syslog-rfc5424",
            Self::Pasted => "pasted",
            Self::Loose => "loose",
        }
    }
}

/// Another product whose log strayed in. Its records are no proof about an Expressway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Foreign {
    /// A room or desk endpoint (RoomOS, CE): the process stands directly after the stamp, without a host.
    RoomOs,
    /// Cisco Meeting Server.
    MeetingServer,
}

const PRODUCTS: [Foreign; 2] = [Foreign::RoomOs, Foreign::MeetingServer];

impl Foreign {
    /// Name of the product.
    pub fn name(self) -> &'static str {
        match self {
            Self::RoomOs => "RoomOS endpoint",
            Self::MeetingServer => "Cisco Meeting Server",
        }
    }
}

/// How many records of each form, and of each foreign product, were seen.
///
/// ```
/// use waytrace_logparse::{Form, Reader};
/// let log = b"<166>Jul 11 18:55:25 vcsc.example tvcs: Event=\"System Start\" Level=\"1\"\n";
/// let mut reader = Reader::new(&log[..]);
/// while reader.next_record()?.is_some() {}
/// assert_eq!(reader.forms().count(Form::RemoteSyslog3164), 1);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forms {
    forms: [u64; FORMS.len()],
    products: [u64; PRODUCTS.len()],
}

impl Forms {
    /// Counts one record.
    pub fn add(&mut self, record: &Record<'_>) {
        self.forms[record.form() as usize] += 1;
        if let Some(product) = record.envelope.foreign {
            self.products[product as usize] += 1;
        }
    }

    /// Adds the counts of another input.
    pub fn join(&mut self, other: &Self) {
        let own = self.forms.iter_mut().chain(&mut self.products);
        for (own, other) in own.zip(other.forms.iter().chain(&other.products)) {
            *own += other;
        }
    }

    /// How many records had this form.
    pub fn count(&self, form: Form) -> u64 {
        self.forms[form as usize]
    }

    /// How many records are of this other product.
    pub fn foreign(&self, product: Foreign) -> u64 {
        self.products[product as usize]
    }

    /// The forms seen, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (Form, u64)> + '_ {
        FORMS.into_iter().zip(self.forms).filter(|(_, count)| *count > 0)
    }

    /// The foreign products seen, with their counts.
    pub fn products(&self) -> impl Iterator<Item = (Foreign, u64)> + '_ {
        PRODUCTS.into_iter().zip(self.products).filter(|(_, count)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_hold_every_variant_at_its_own_place() {
        assert!(FORMS.iter().enumerate().all(|(at, form)| *form as usize == at));
        assert!(PRODUCTS.iter().enumerate().all(|(at, product)| *product as usize == at));
    }
}
