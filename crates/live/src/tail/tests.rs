use super::{Begin, Event, GRACE, Tail};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

struct Case {
    _folder: tempfile::TempDir,
    path: PathBuf,
    tail: Tail,
    now: Instant,
}

impl Case {
    fn new(begin: Begin, content: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        if let Some(content) = content {
            fs::write(&path, content).expect("a file");
        }
        let tail = Tail::new(&path, begin);
        Self { _folder: folder, path, tail, now: Instant::now() }
    }

    /// Looks until nothing is new; gives it in words.
    fn look(&mut self) -> String {
        let mut out = String::new();
        for _ in 0..1000 {
            let more = self.tail.look(self.now, &mut |event| {
                let word = match event {
                    Event::Begins { passed_over } => format!("[begins {passed_over}]"),
                    Event::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                    Event::Older(bytes) => format!("(older {})", String::from_utf8_lossy(bytes)),
                    Event::OlderEnds => "[older ends]".to_owned(),
                    Event::Cut => "[cut]".to_owned(),
                    Event::Missing => "[missing]".to_owned(),
                    Event::Unreadable(kind) => format!("[{kind}]"),
                };
                out += &word;
            });
            if !more {
                return out;
            }
        }
        panic!("it never ends: {out}");
    }

    fn append(&self, text: &str) {
        let mut file = OpenOptions::new().append(true).create(true).open(&self.path).expect("a file");
        file.write_all(text.as_bytes()).expect("it takes text");
    }
}

#[test]
fn growth_from_the_end_and_from_the_beginning() {
    let mut case = Case::new(Begin::End, Some("old\nhalf"));
    assert_eq!(case.look(), "[begins 4]half", "a line that is being written is new");
    case.append(" a line\n");
    assert_eq!(case.look(), " a line\n");
    assert_eq!(case.look(), "");
    let mut case = Case::new(Begin::Start, Some("old\n"));
    assert_eq!(case.look(), "[begins 0]old\n");
}

#[test]
fn a_file_that_is_not_there_yet_is_new_as_a_whole() {
    let mut case = Case::new(Begin::End, None);
    assert_eq!(case.look(), "[missing]");
    assert_eq!(case.look(), "", "told once");
    case.append("first\n");
    assert_eq!(case.look(), "[begins 0]first\n");
}

#[test]
fn a_renamed_file_is_read_to_its_end_first() {
    let mut case = Case::new(Begin::Start, Some("a\n"));
    assert_eq!(case.look(), "[begins 0]a\n");
    case.append("b\n");
    let renamed = case.path.with_extension("1");
    fs::rename(&case.path, &renamed).expect("renamed");
    fs::write(&case.path, "c\n").expect("a file");
    assert_eq!(case.look(), "b\n[begins 0]c\n");
    // The writer has not noticed yet.
    let mut late = OpenOptions::new().append(true).open(&renamed).expect("the file");
    late.write_all(b"late\n").expect("it takes text");
    case.append("d\n");
    assert_eq!(case.look(), "(older late\n)d\n");
    case.now += GRACE;
    assert_eq!(case.look(), "[older ends]");
}

#[test]
fn two_rotations_one_after_the_other_lose_nothing() {
    let mut case = Case::new(Begin::Start, Some("a\n"));
    case.look();
    for (text, next) in [("b\n", "c\n"), ("d\n", "e\n")] {
        case.append(text);
        fs::rename(&case.path, case.path.with_extension(text.trim())).expect("renamed");
        fs::write(&case.path, next).expect("a file");
        let seen = case.look();
        assert!(seen.contains(text) && seen.contains(next), "{seen}");
    }
}

#[test]
fn a_file_that_is_cut_begins_anew() {
    let mut case = Case::new(Begin::Start, Some("a long line\n"));
    case.look();
    OpenOptions::new().write(true).truncate(true).open(&case.path).expect("cut");
    assert_eq!(case.look(), "[cut][begins 0]");
    case.append("b\n");
    assert_eq!(case.look(), "b\n");
    fs::write(&case.path, "c\n").expect("written over");
    assert_eq!(case.look(), "[cut][begins 0]c\n", "of the same length");
    // Cut and grown beyond the old length between two looks.
    fs::write(&case.path, "d\nsomething longer than it was\n").expect("written over");
    assert_eq!(case.look(), "[cut][begins 0]d\nsomething longer than it was\n");
}

#[test]
fn a_file_that_goes_away_and_comes_back() {
    let mut case = Case::new(Begin::End, Some("a\n"));
    case.look();
    fs::remove_file(&case.path).expect("removed");
    assert_eq!(case.look(), "[missing]");
    assert_eq!(case.look(), "");
    case.append("b\n");
    assert_eq!(case.look(), "[begins 0]b\n");
    fs::remove_file(&case.path).expect("removed");
    fs::create_dir(&case.path).expect("a folder");
    let seen = case.look();
    assert!(seen.contains("directory"), "{seen}");
}
