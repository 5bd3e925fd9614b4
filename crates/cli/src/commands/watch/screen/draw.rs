//! Draws the screen.

use super::view::{Row, View};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph, Row as TableRow, Table, TableState};
use waytrace::{Escaped, Severity};

/// Lines of log that are shown where there is room.
const TAIL: u16 = 8;

pub(super) fn draw(view: &mut View, frame: &mut Frame<'_>) {
    let area = frame.area();
    let tail = if area.height >= 20 { TAIL + 2 } else { area.height / 4 };
    let parts = [Constraint::Length(1), Constraint::Min(3), Constraint::Length(tail), Constraint::Length(1)];
    let [top, middle, bottom, keys] = Layout::vertical(parts).areas(area);
    frame.render_widget(Paragraph::new(state(view)), top);
    match &view.page {
        Some(page) => draw_page(page, view.scroll, frame, middle),
        None => draw_table(view, frame, middle),
    }
    draw_tail(view, frame, bottom);
    let words = if view.page.is_some() {
        " up, down: scroll   Esc: back   p: pause   ?: help   Ctrl-C: quit"
    } else {
        " up, down: choose   Enter: explain   p: pause   ?: help   q: quit"
    };
    frame.render_widget(Paragraph::new(words).style(Style::new().add_modifier(Modifier::DIM)), keys);
    if view.help {
        draw_help(frame, area);
    }
}

fn state(view: &View) -> Line<'_> {
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let mut parts = vec![
        Span::styled(" waytrace ", bold),
        Span::raw(format!(" {} records   {:.0}/s   {} problems", view.records, view.rate, view.rows.len())),
    ];
    if view.connections > 0 {
        parts.push(Span::raw(format!("   {} connections", view.connections)));
    }
    if view.dropped > 0 {
        parts.push(Span::styled(format!("   {} dropped", view.dropped), bold.fg(Color::Red)));
    }
    if view.paused {
        parts.push(Span::styled("   PAUSED", bold.fg(Color::Yellow)));
    }
    if !view.note.is_empty() {
        parts.push(Span::styled(format!("   {}", view.note), Style::new().add_modifier(Modifier::DIM)));
    }
    Line::from(parts)
}

fn draw_table(view: &View, frame: &mut Frame<'_>, area: Rect) {
    let block = Block::new().borders(Borders::TOP).title(" problems ");
    if view.rows.is_empty() {
        let ahead = view.ahead.iter().map(|(_, title)| Line::raw(format!(" {title} (so far)")));
        let mut lines: Vec<Line<'_>> = ahead.collect();
        if lines.is_empty() {
            lines.push(Line::raw(" none so far"));
        }
        frame.render_widget(Paragraph::new(lines).block(block), area);
        return;
    }
    let widths = [
        Constraint::Length(8),
        Constraint::Length(9),
        Constraint::Length(9),
        Constraint::Length(7),
        Constraint::Length(6),
        Constraint::Max(14),
        Constraint::Fill(1),
    ];
    let header = TableRow::new(["level", "id", "sure", "times", "users", "node", "problem"])
        .style(Style::new().add_modifier(Modifier::BOLD));
    let rows = view.rows.iter().map(row);
    let table = Table::new(rows, widths)
        .header(header)
        .block(block)
        .row_highlight_style(Style::new().add_modifier(Modifier::REVERSED))
        .highlight_symbol("> ");
    let mut state = TableState::new().with_selected(view.position());
    frame.render_stateful_widget(table, area, &mut state);
}

fn row(row: &Row) -> TableRow<'_> {
    let color = match row.severity {
        Severity::Critical | Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        _ => Color::Cyan,
    };
    let title = Escaped(&row.title).to_string();
    let cells = [
        row.word.to_owned(),
        row.id.clone(),
        row.confidence.clone(),
        row.times.to_string(),
        row.users.to_string(),
        Escaped(&row.node).to_string(),
        if row.is_over { format!("{title} (over)") } else { title },
    ];
    let style = if row.is_over { Style::new().add_modifier(Modifier::DIM) } else { Style::new().fg(color) };
    TableRow::new(cells).style(style)
}

fn draw_page(page: &[String], scroll: usize, frame: &mut Frame<'_>, area: Rect) {
    let block =
        Block::new().borders(Borders::TOP).title(format!(" line {} of {} ", scroll + 1, page.len().max(1)));
    let shown = page.iter().skip(scroll).take(usize::from(area.height)).map(|line| Line::raw(line.as_str()));
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()).block(block), area);
}

fn draw_tail(view: &View, frame: &mut Frame<'_>, area: Rect) {
    let block = Block::new().borders(Borders::TOP).title(" last lines ");
    let room = usize::from(area.height.saturating_sub(1));
    let shown = view.lines.iter().skip(view.lines.len().saturating_sub(room));
    let lines: Vec<_> = shown.map(|line| Line::raw(line.as_str())).collect();
    let style = Style::new().add_modifier(Modifier::DIM);
    frame.render_widget(Paragraph::new(lines).style(style).block(block), area);
}

fn draw_help(frame: &mut Frame<'_>, area: Rect) {
    let words = [
        "up, down, PgUp, PgDn   choose a problem, or scroll its page",
        "Enter                  cause, fix and evidence of the problem",
        "Esc                    back to the table",
        "p                      pause: nothing on the screen changes;",
        "                       the analysis goes on",
        "q, Ctrl-C              quit, with a summary",
        "",
        "any key closes this",
    ];
    let (width, height) = (66.min(area.width), 10.min(area.height));
    let place =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    frame.render_widget(Clear, place);
    let lines: Vec<_> = words.into_iter().map(Line::raw).collect();
    frame.render_widget(Paragraph::new(lines).block(Block::bordered().title(" keys ")), place);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    fn shown(view: &mut View, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| draw(view, frame)).expect("it draws");
        let buffer = terminal.backend().buffer().clone();
        let rows = buffer.content().chunks(usize::from(width));
        rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>() + "\n").collect()
    }

    fn press(view: &mut View, code: KeyCode) {
        view.key(KeyEvent::new(code, KeyModifiers::NONE));
    }

    fn filled() -> View {
        let mut view = View::default();
        let row = |number: usize, target: &str| Row {
            number,
            id: format!("TLS-00{number}"),
            severity: Severity::Error,
            word: "error",
            confidence: "certain".to_owned(),
            node: "expc".to_owned(),
            title: target.to_owned(),
            times: 37,
            users: 12,
            is_over: number == 3,
        };
        view.rows(vec![row(1, "cucm.example:6972"), row(2, "evil\u{1b}[2J.example"), row(3, "x")]);
        view.lines(b"first line\nsecond \x1b]0;title\x07 line\nunfini");
        view.state(1234, 2, 5);
        view
    }

    #[test]
    fn problems_counts_and_last_lines_are_on_the_screen_and_nothing_acts_on_the_terminal() {
        let mut view = filled();
        let text = shown(&mut view, 100, 30);
        for wanted in [
            "1234 records",
            "2 connections",
            "5 dropped",
            "TLS-001",
            "certain",
            "37",
            "cucm.example:6972",
            "first line",
            "x (over)",
        ] {
            assert!(text.contains(wanted), "{wanted}:\n{text}");
        }
        assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text:?}");
        assert!(text.contains("evil\\u{1b}[2J.example") && !text.contains("unfini"), "{text}");
    }

    #[test]
    fn keys_choose_open_scroll_pause_and_quit() {
        let mut view = filled();
        press(&mut view, KeyCode::Down);
        assert!(shown(&mut view, 100, 30).lines().any(|line| line.starts_with("> error    TLS-002")));
        // The chosen one stays chosen when another comes above it.
        let mut rows = view.rows.clone();
        rows.reverse();
        view.rows(rows);
        assert_eq!(view.position(), Some(1));
        press(&mut view, KeyCode::Enter);
        assert_eq!(view.asks_for(), Some(2));
        view.page("one\ntwo\nthree");
        press(&mut view, KeyCode::Down);
        let text = shown(&mut view, 100, 30);
        assert!(text.contains("line 2 of 3") && text.contains("two") && !text.contains("\none"), "{text}");
        press(&mut view, KeyCode::Esc);
        assert_eq!(view.asks_for(), None);
        press(&mut view, KeyCode::Char('p'));
        view.rows(Vec::new());
        view.lines(b"later\n");
        let text = shown(&mut view, 100, 30);
        assert!(text.contains("PAUSED") && text.contains("TLS-001") && !text.contains("later"), "{text}");
        press(&mut view, KeyCode::Char('?'));
        assert!(shown(&mut view, 100, 30).contains("any key closes this"));
        press(&mut view, KeyCode::Char('q'));
        assert!(!view.over, "it closed the help");
        press(&mut view, KeyCode::Char('q'));
        assert!(view.over);
    }

    #[test]
    fn no_size_is_too_small() {
        for (width, height) in [(1, 1), (2, 5), (10, 3), (40, 8), (300, 2), (80, 24)] {
            let mut view = filled();
            shown(&mut view, width, height);
            press(&mut view, KeyCode::Enter);
            view.page("text");
            view.help = true;
            shown(&mut view, width, height);
            shown(&mut View::default(), width, height);
        }
    }

    #[test]
    fn a_line_without_an_end_holds_no_memory() {
        let mut view = View::default();
        for _ in 0..1000 {
            view.lines(&[b'x'; 10_000]);
        }
        view.lines(b"\n");
        assert_eq!(view.lines.len(), 1);
    }
}
