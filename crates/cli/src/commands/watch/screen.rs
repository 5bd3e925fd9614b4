//! The screen of `--tui`: problems with their counts, the rate, the last lines, and the page of a problem.

mod draw;
mod view;

use super::meter::Meter;
use crate::exit::Failure;
use crossterm::event::{self, Event, KeyEventKind};
use ratatui::DefaultTerminal;
use std::collections::HashMap;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};
use view::{Row, View};
use waytrace::render::{confidence_word, severity_word, text};
use waytrace::{Live, Speech, Update};

/// How often the screen is drawn anew if nobody presses a key.
const PERIOD: Duration = Duration::from_millis(200);
/// How often the rate is measured.
const RATE: Duration = Duration::from_secs(1);

/// The terminal, and what it shows.
pub(super) struct Screen {
    terminal: Option<DefaultTerminal>,
    view: View,
    /// The language and the clock of the reader, for pages.
    speech: Speech,
    /// Titles of problems, by their numbers: to fill in their names takes a while.
    titles: HashMap<usize, String>,
    drawn: Option<Instant>,
    rated: Instant,
}

impl Screen {
    /// Takes the terminal. It is given back also if the program panics.
    pub(super) fn enter(speech: Speech) -> Result<Self, Failure> {
        if !io::stdout().is_terminal() {
            let why = "--tui needs a terminal; without one the problems are printed: leave --tui out";
            return Err(Failure::Usage(why.to_owned()));
        }
        let terminal = ratatui::try_init().map_err(Failure::Write)?;
        Ok(Self {
            terminal: Some(terminal),
            view: View::default(),
            speech,
            titles: HashMap::new(),
            drawn: None,
            rated: Instant::now(),
        })
    }

    pub(super) fn update(&mut self, update: &Update) {
        self.view.update(update);
    }

    pub(super) fn note(&mut self, words: &str) {
        self.view.note(words);
    }

    pub(super) fn lines(&mut self, bytes: &[u8]) {
        self.view.lines(bytes);
    }

    /// Whether the user wants to leave.
    pub(super) fn is_over(&self) -> bool {
        self.view.over
    }

    /// Takes keys, and draws if it is time.
    pub(super) fn draw(&mut self, live: &Live, meter: &mut Meter) -> Result<(), Failure> {
        let Some(terminal) = &mut self.terminal else { return Ok(()) };
        let mut touched = false;
        while event::poll(Duration::ZERO).map_err(Failure::Write)? {
            touched = true;
            match event::read().map_err(Failure::Write)? {
                Event::Key(key) if key.kind == KeyEventKind::Press => self.view.key(key),
                _ => {}
            }
        }
        if self.view.over || (!touched && self.drawn.is_some_and(|then| then.elapsed() < PERIOD)) {
            return Ok(());
        }
        self.drawn = Some(Instant::now());
        let records = live.coverage().records;
        if self.rated.elapsed() >= RATE {
            self.rated = Instant::now();
            self.view.rate(meter.rate(records));
        }
        let counters = meter.counters();
        self.view.state(records, counters.open(), counters.all_dropped());
        self.view.rows(rows(live, &mut self.titles));
        if let Some(number) = self.view.asks_for() {
            let width = usize::from(terminal.size().map_err(Failure::Write)?.width).saturating_sub(4);
            let options =
                text::Options { width: width.max(40), speech: self.speech, ..text::Options::default() };
            let page =
                live.problem(number).map(|one| text::problem(&one, &|member| live.input(member), &options));
            self.view.page(&page.unwrap_or_default());
        }
        terminal.draw(|frame| draw::draw(&mut self.view, frame)).map_err(Failure::Write)?;
        Ok(())
    }

    /// Gives the terminal back.
    pub(super) fn leave(&mut self) {
        if self.terminal.take().is_some() {
            ratatui::restore();
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.leave();
    }
}

fn rows(live: &Live, titles: &mut HashMap<usize, String>) -> Vec<Row> {
    let mut rows: Vec<Row> = live
        .tallies()
        .map(|tally| {
            let title = || live.problem(tally.number).map(|one| one.text.title).unwrap_or_default();
            let title = titles.entry(tally.number).or_insert_with(title);
            Row {
                number: tally.number,
                id: tally.id.to_owned(),
                severity: tally.severity,
                word: severity_word(tally.severity),
                confidence: confidence_word(tally.confidence).to_owned(),
                node: tally.node.to_owned(),
                title: title.clone(),
                times: tally.times,
                users: tally.users,
                is_over: tally.over,
            }
        })
        .collect();
    rows.sort_by_key(|row| (row.is_over, std::cmp::Reverse(row.severity), row.number));
    rows
}
