//! What the screen shows, and what keys do to it. Knows no terminal.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::collections::VecDeque;
use waytrace::{Escaped, Severity, Update};

/// Lines of log that are kept.
const LINES: usize = 100;
/// Characters of a line that are kept.
const LINE: usize = 400;

/// One problem in the table.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) severity: Severity,
    pub(super) word: &'static str,
    pub(super) confidence: String,
    pub(super) node: String,
    pub(super) title: String,
    pub(super) times: u64,
    pub(super) users: usize,
    pub(super) is_over: bool,
}

/// Everything on the screen. Text from logs is escaped before it gets here, or when it does.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) rows: Vec<Row>,
    /// Titles of problems that were told and are not settled yet.
    pub(super) ahead: Vec<(String, String)>,
    /// Number of the problem that is chosen: it stays chosen when others come.
    chosen: Option<usize>,
    /// The page of the chosen problem, if it is open, line by line, and how far it is scrolled.
    pub(super) page: Option<Vec<String>>,
    pub(super) scroll: usize,
    pub(super) lines: VecDeque<String>,
    /// The end of the last line, which has not come yet.
    rest: Vec<u8>,
    pub(super) note: String,
    pub(super) rate: f64,
    pub(super) records: u64,
    pub(super) connections: u64,
    pub(super) dropped: u64,
    pub(super) paused: bool,
    pub(super) help: bool,
    pub(super) over: bool,
}

impl View {
    pub(super) fn update(&mut self, update: &Update) {
        let key =
            |problem: &waytrace::Problem| format!("{} {} {:?}", problem.id, problem.node, problem.target);
        match update {
            Update::New { problem, so_far: true } => {
                let title = format!("{} {}", problem.id, Escaped(&problem.text.title));
                self.ahead.push((key(problem), title));
            }
            Update::Settled { problem, .. } | Update::Withdrawn { problem } => {
                let key = key(problem);
                self.ahead.retain(|(known, _)| *known != key);
            }
            _ => {}
        }
    }

    pub(super) fn note(&mut self, words: &str) {
        self.note = Escaped(words).to_string();
    }

    /// Bytes of a log: the last lines are kept, unless the user paused.
    pub(super) fn lines(&mut self, bytes: &[u8]) {
        if self.paused {
            return;
        }
        // Of a great portion only the end will be seen.
        let most = LINES * LINE;
        let bytes = &bytes[bytes.len().saturating_sub(most)..];
        self.rest.extend_from_slice(bytes);
        let over = self.rest.len().saturating_sub(2 * most);
        self.rest.drain(..over);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return };
        let done: Vec<u8> = self.rest.drain(..=end).collect();
        let text = String::from_utf8_lossy(&done);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if self.lines.len() >= LINES {
                self.lines.pop_front();
            }
            let line: String = line.chars().take(LINE).collect();
            self.lines.push_back(Escaped(&line).to_string());
        }
    }

    pub(super) fn rate(&mut self, rate: f64) {
        self.rate = rate;
    }

    pub(super) fn state(&mut self, records: u64, connections: u64, dropped: u64) {
        (self.records, self.connections, self.dropped) = (records, connections, dropped);
    }

    /// The problems as they stand now; while paused they stay as they were.
    pub(super) fn rows(&mut self, rows: Vec<Row>) {
        if !self.paused {
            self.rows = rows;
        }
    }

    /// Position of the chosen problem.
    pub(super) fn position(&self) -> Option<usize> {
        let chosen = self.chosen.and_then(|number| self.rows.iter().position(|row| row.number == number));
        chosen.or((!self.rows.is_empty()).then_some(0))
    }

    /// Number of the problem whose page is open.
    pub(super) fn asks_for(&self) -> Option<usize> {
        self.page.as_ref()?;
        self.position().map(|at| self.rows[at].number)
    }

    /// The text of the open page. The renderer has escaped what is from the log; nothing of it is trusted here.
    pub(super) fn page(&mut self, text: &str) {
        if self.page.is_some() && !self.paused {
            self.page = Some(text.lines().map(|line| Escaped(line).to_string()).collect());
        }
    }

    pub(super) fn key(&mut self, key: KeyEvent) {
        if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
            self.over = true;
            return;
        }
        if self.help {
            self.help = false;
            return;
        }
        match key.code {
            KeyCode::Char('q') if self.page.is_none() => self.over = true,
            KeyCode::Char('q') | KeyCode::Esc | KeyCode::Backspace | KeyCode::Left => self.page = None,
            KeyCode::Char('?' | 'h') => self.help = true,
            KeyCode::Char('p') => self.paused = !self.paused,
            KeyCode::Enter | KeyCode::Right if self.page.is_none() && !self.rows.is_empty() => {
                // While paused the page is still filled once.
                (self.page, self.scroll, self.paused) = (Some(Vec::new()), 0, false);
            }
            KeyCode::Down | KeyCode::Char('j') => self.step(1),
            KeyCode::Up | KeyCode::Char('k') => self.step(-1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.step(10),
            KeyCode::PageUp => self.step(-10),
            KeyCode::Home => self.step(isize::MIN / 2),
            KeyCode::End => self.step(isize::MAX / 2),
            _ => {}
        }
    }

    /// Scrolls the page, or chooses another problem.
    fn step(&mut self, by: isize) {
        if let Some(page) = &self.page {
            self.scroll = self.scroll.saturating_add_signed(by).min(page.len().saturating_sub(1));
        } else if let Some(at) = self.position() {
            let at = at.saturating_add_signed(by).min(self.rows.len() - 1);
            self.chosen = Some(self.rows[at].number);
        }
    }
}
