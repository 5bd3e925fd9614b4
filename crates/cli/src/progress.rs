//! How far the reading is, on a terminal.

use crate::output;
use indicatif::{BinaryBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use waytrace::{Escaped, Progress, Stop};

/// Who has his answer sooner needs no bar.
const DELAY: Duration = Duration::from_millis(300);
/// Between two looks.
const INTERVAL: Duration = Duration::from_millis(100);
/// Columns of the bar itself.
const BAR: usize = 12;
/// Columns that stay free at the end of the line, so that no terminal begins another one.
const FREE: usize = 1;
/// Columns of a terminal that does not tell.
const WIDTH: usize = 80;

/// A line on standard error, drawn by a thread of its own. It is gone once this is dropped.
pub(crate) struct Bar {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Bar {
    pub(crate) fn draw(progress: Arc<Progress>, stop: Stop) -> Self {
        let (end, ended) = channel();
        let thread = thread::Builder::new().name("progress".to_owned());
        // Without a thread there is no bar, which is no reason not to read.
        let thread = thread.spawn(move || follow(&progress, &stop, &ended)).ok();
        Self { end: Some(end), thread }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.end = None;
        if let Some(thread) = self.thread.take() {
            // What the program has to say is said all the same if drawing failed.
            let _ = thread.join();
        }
    }
}

fn follow(progress: &Progress, stop: &Stop, ended: &Receiver<()>) {
    let total = progress.total();
    // It is there from the beginning, so that the rate is right once it is seen.
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()).with_style(style(total));
    if ended.recv_timeout(DELAY) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    bar.set_draw_target(ProgressDrawTarget::stderr());
    loop {
        if let Some(total) = progress.total() {
            // It grows if something has to be read once more, and files may grow.
            bar.set_length(total.max(progress.done()));
        }
        bar.set_position(progress.done());
        bar.set_message(message(&bar, progress, stop));
        bar.tick();
        // The line is filled with blanks to its end. There the terminal would begin another one to show the `^C` of
        // whoever stops the reading, and the line with the bar could not be found again.
        output::rewind();
        if ended.recv_timeout(INTERVAL) != Err(RecvTimeoutError::Timeout) {
            return bar.finish_and_clear();
        }
    }
}

fn style(total: Option<u64>) -> ProgressStyle {
    let template =
        if total.is_some() { format!("{{bar:{BAR}}} {{msg}}") } else { "{spinner} {msg}".to_owned() };
    let style = ProgressStyle::with_template(&template).expect("the templates above are well formed");
    style.progress_chars("=> ").tick_chars("|/-\\ ")
}

/// What stands beside the bar.
fn message(bar: &ProgressBar, progress: &Progress, stop: &Stop) -> String {
    if stop.is_stopped() {
        return "stopping; Ctrl-C again ends at once".to_owned();
    }
    let done = BinaryBytes(progress.done());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate is no negative number, and a part of a byte is nothing"
    )]
    let rate = BinaryBytes(bar.per_sec() as u64);
    let numbers = match progress.total() {
        Some(total) => {
            let (total, left) = (BinaryBytes(total), HumanDuration(bar.eta()));
            format!("{done} of {total}, {rate}/s, {left:#} left: ")
        }
        None => format!("{done}, {rate}/s: "),
    };
    let width = terminal_size::terminal_size_of(io::stderr());
    let width = width.map_or(WIDTH, |(width, _)| usize::from(width.0));
    let room = width.saturating_sub(BAR + 1 + columns(&numbers) + FREE);
    let name = Escaped(&progress.current()).to_string();
    numbers + &shortened(&name, room)
}

/// Columns that a text takes at most: letters of some scripts take two.
fn columns(text: &str) -> usize {
    text.chars().map(|letter| if letter < '\u{1100}' { 1 } else { 2 }).sum()
}

/// A name, or as much of its end as there is room for: what tells members apart stands there.
fn shortened(name: &str, room: usize) -> String {
    if columns(name) <= room {
        return name.to_owned();
    }
    let starts = name.char_indices().map(|(at, _)| at);
    let end = starts.map(|at| &name[at..]).find(|end| columns(end) + columns("…") <= room);
    end.map_or_else(String::new, |end| format!("…{end}"))
}

#[cfg(test)]
mod tests {
    use super::{shortened, style};

    #[test]
    fn names_keep_their_end() {
        assert_eq!(shortened("a.tar!log.txt", 13), "a.tar!log.txt");
        assert_eq!(shortened("a.tar!löög.txt", 10), "…löög.txt");
        assert_eq!(shortened("a.tar!日本.txt", 10), "…日本.txt");
        assert_eq!(shortened("a.tar!日本.txt", 9), "…本.txt");
        assert_eq!(shortened("log.txt", 0), "");
    }

    #[test]
    fn styles_are_well_formed() {
        let _ = (style(None), style(Some(1)));
    }
}
