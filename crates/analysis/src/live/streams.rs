//! The streams of a live run, and the inputs that they are counted under.

use super::Live;
use crate::report::Input;
use std::time::Duration;
use waytrace_logparse::Framer;

/// One stream: a generation of a file, a connection, a sender of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StreamId(usize);

#[derive(Debug)]
struct Stream {
    framer: Framer,
    input: usize,
    /// Lines and bytes of its input before it.
    before: (u64, u64),
    touched: Duration,
}

/// Where a record is counted.
pub(super) struct Base<'a> {
    pub(super) member: u32,
    pub(super) lines: u64,
    pub(super) bytes: u64,
    pub(super) input: &'a mut Input,
}

/// All of them. A place that is free again is used again.
#[derive(Debug, Default)]
pub(super) struct Streams {
    open: Vec<Option<Stream>>,
    inputs: Vec<Input>,
    /// Lines and bytes counted in each input so far.
    counted: Vec<(u64, u64)>,
}

impl Streams {
    /// Ceiling on the inputs; later ones share the last one. Senders come and go for days, files are begun anew every
    /// night.
    const MAX_INPUTS: usize = 1024;

    pub(super) fn open(&mut self, name: &str, anew: bool) -> StreamId {
        let input = self.input_for(name, anew);
        let before = self.counted[input];
        let stream = Stream { framer: Framer::new(), input, before, touched: Duration::ZERO };
        let free = self.open.iter().position(Option::is_none);
        let at = free.unwrap_or_else(|| {
            self.open.push(None);
            self.open.len() - 1
        });
        self.open[at] = Some(stream);
        StreamId(at)
    }

    /// The input of a new stream: one of its name that no open stream uses, or a new one.
    fn input_for(&mut self, name: &str, anew: bool) -> usize {
        let is_used = |input: usize| self.open.iter().flatten().any(|stream: &Stream| stream.input == input);
        let free = (0..self.inputs.len()).find(|at| self.inputs[*at].name == name && !is_used(*at));
        let is_full = self.inputs.len() >= Self::MAX_INPUTS;
        match free {
            Some(free) if !anew || is_full => return free,
            _ if is_full => return self.inputs.len() - 1,
            _ => {}
        }
        self.inputs.push(Input { name: name.to_owned(), ..Input::default() });
        self.counted.push((0, 0));
        self.inputs.len() - 1
    }

    /// The input of a stream, and the first input of the same name.
    pub(super) fn source(&self, id: StreamId) -> (u32, u32) {
        let stream = self.open.get(id.0).and_then(Option::as_ref);
        let input = stream.map_or(0, |stream| stream.input);
        let name = self.inputs.get(input).map(|input| &input.name);
        let first = self.inputs.iter().position(|input| Some(&input.name) == name).unwrap_or(input);
        (u32::try_from(input).unwrap_or(u32::MAX), u32::try_from(first).unwrap_or(u32::MAX))
    }

    pub(super) fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    pub(super) fn into_inputs(self) -> Vec<Input> {
        self.inputs
    }

    /// Every stream that is open.
    pub(super) fn all(&self) -> Vec<StreamId> {
        let open = self.open.iter().enumerate().filter(|(_, stream)| stream.is_some());
        open.map(|(at, _)| StreamId(at)).collect()
    }

    /// Lends the framer of a stream to which something comes now.
    pub(super) fn lend(&mut self, id: StreamId, now: Duration) -> Option<(&mut Framer, Base<'_>)> {
        self.open.get_mut(id.0)?.as_mut()?.touched = now;
        self.lend_quietly(id)
    }

    /// When something last came.
    pub(super) fn touched(&self, id: StreamId) -> Duration {
        self.open.get(id.0).and_then(Option::as_ref).map_or(Duration::ZERO, |stream| stream.touched)
    }

    /// Lends the framer of a stream.
    pub(super) fn lend_quietly(&mut self, id: StreamId) -> Option<(&mut Framer, Base<'_>)> {
        let stream = self.open.get_mut(id.0)?.as_mut()?;
        let (lines, bytes) = stream.before;
        let member = u32::try_from(stream.input).unwrap_or(u32::MAX);
        Some((&mut stream.framer, Base { member, lines, bytes, input: &mut self.inputs[stream.input] }))
    }

    /// Where whole records of a stream are counted.
    pub(super) fn counted(&mut self, id: StreamId, now: Duration) -> Option<Base<'_>> {
        let stream = self.open.get_mut(id.0)?.as_mut()?;
        stream.touched = now;
        let (lines, bytes) = self.counted[stream.input];
        let member = u32::try_from(stream.input).unwrap_or(u32::MAX);
        Some(Base { member, lines, bytes, input: &mut self.inputs[stream.input] })
    }

    /// Counts whole records of a stream.
    pub(super) fn count(&mut self, id: StreamId, lines: u64, bytes: u64) {
        let Some(stream) = self.open.get(id.0).and_then(Option::as_ref) else { return };
        let counted = &mut self.counted[stream.input];
        (counted.0, counted.1) = (counted.0 + lines, counted.1 + bytes);
        self.inputs[stream.input].lines += lines;
    }

    /// Ends a stream whose framer is empty; gives its lines.
    pub(super) fn close(&mut self, id: StreamId) -> u64 {
        let Some(stream) = self.open.get_mut(id.0).and_then(Option::take) else { return 0 };
        let lines = stream.framer.lines();
        let (input, counted) = (&mut self.inputs[stream.input], &mut self.counted[stream.input]);
        input.lines += lines;
        *counted = (counted.0.max(stream.before.0 + lines), counted.1.max(input.bytes));
        lines
    }

    /// Whether a stream holds bytes of a record that may be complete.
    pub(super) fn is_waiting(&self) -> bool {
        self.open.iter().flatten().any(|stream| stream.framer.pending() > 0)
    }

    /// Streams that pause: something is held, and nothing came for [`Live::PAUSE`].
    pub(super) fn pausing(&self, now: Duration) -> Vec<StreamId> {
        let pauses = |stream: &Stream| {
            stream.framer.pending() > 0 && now.saturating_sub(stream.touched) >= Live::PAUSE
        };
        let all = self.open.iter().enumerate();
        all.filter(|(_, stream)| stream.as_ref().is_some_and(pauses)).map(|(at, _)| StreamId(at)).collect()
    }
}
