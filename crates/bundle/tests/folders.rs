//! Folders, files that change, progress, and stopping.

mod common;

use common::{Seen, ahead, gz, log, sources, tar, walk, zip};
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::thread;
use waytrace_bundle::{Member, Options, Source, Stop, Unread, Visitor, visit, visit_one};

#[test]
fn a_folder_in_the_order_of_names() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("b")).expect("a folder");
    for (name, text) in [("c.txt", "three"), ("a.txt", "one"), ("b/x y:z.txt", "two"), ("d.txt", "")] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    fs::write(folder.path().join("e.zip"), zip(&[("in.txt", b"four")])).expect("a file");
    let seen = walk(folder.path(), &Options::default());
    assert_eq!(
        seen.told(folder.path()),
        "a.txt: text, 3 bytes\nb/x y:z.txt: text, 3 bytes\nc.txt: text, 5 bytes\nd.txt: empty, 0 bytes\n\
         e.zip!in.txt: text, 4 bytes\n"
    );
    assert_eq!(seen.members[2].size, Some(5));
}

#[test]
fn what_is_not_there_is_said() {
    let mut seen = Seen::default();
    visit(&[Source::Path("no/such/file".into())], &mut seen);
    assert_eq!(seen.unread[0].to_string(), "no/such/file: no such file or directory");
    assert!(seen.unread[0].named && seen.unread[0].lost);
}

#[test]
fn folders_have_a_floor() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("a/b/c")).expect("folders");
    let mut options = Options::default();
    options.ceilings.folders = 2;
    let seen = walk(folder.path(), &options);
    assert_eq!(seen.told(folder.path()), "lost a/b: more than 2 folders deep, the ceiling of `folders`\n");
}

#[cfg(unix)]
#[test]
fn links_pipes_and_strange_names() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink("..", folder.path().join("up")).expect("a link");
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).expect("a socket");
    fs::write(folder.path().join(OsStr::from_bytes(b"gr\xfc\xdfe.txt")), "one").expect("a file");
    assert_eq!(
        walk(folder.path(), &Options::default()).told(folder.path()),
        "gr\u{fffd}\u{fffd}e.txt: text, 3 bytes\n\
         left socket: a device, a pipe or a socket, which holds no content\n\
         left up: a symbolic link inside a folder; name what it leads to\n"
    );
}

/// Changes its file as soon as it sees it.
struct Meddler(PathBuf, fn(&PathBuf), Seen);

impl Visitor for Meddler {
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        (self.1)(&self.0);
        self.2.member(member, content)
    }

    fn unread(&mut self, unread: Unread) {
        self.2.unread(unread);
    }
}

fn meddle(file: &str, content: &[u8], change: fn(&PathBuf)) -> (usize, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(file);
    fs::write(&path, content).expect("a file");
    let mut meddler = Meddler(path, change, Seen::default());
    visit(&[Source::Path(folder.path().to_owned())], &mut meddler);
    let seen = meddler.2;
    let reasons = seen.unread.into_iter().map(|unread| unread.reason).collect();
    (seen.members.iter().map(|got| got.bytes.len()).sum(), reasons)
}

#[test]
fn files_that_change_while_they_are_read() {
    let shrink = |path: &PathBuf| {
        OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(1000)).expect("it shrinks");
    };
    let grow = |path: &PathBuf| {
        let mut file = OpenOptions::new().append(true).open(path).expect("a file");
        file.write_all(b"more\n").expect("it grows");
    };
    let log = log(2000);
    let short = "the file became shorter while it was read".to_owned();
    assert_eq!(meddle("log.txt", &log, shrink), (1000, vec![short]));
    assert_eq!(meddle("log.txt", &log, grow), (log.len() + 5, vec![]));
    if cfg!(unix) {
        assert_eq!(
            meddle("log.txt", &log, |path| fs::remove_file(path).expect("a file")),
            (log.len(), vec![])
        );
    }
    let archive = tar(&[("a.txt", &log), ("b.txt", &log), ("c.txt", &log)]);
    let (read, reasons) = meddle("x.tar", &archive, |path| {
        OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(250_000)).expect("it shrinks");
    });
    assert!(
        read > log.len() && reasons.iter().all(|reason| reason.contains("became shorter")),
        "{reasons:?}"
    );
}

#[test]
fn a_file_that_is_gone_when_its_turn_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.txt", "b.txt", "c.txt"] {
        fs::write(folder.path().join(name), "one").expect("a file");
    }
    let gone = |path: &PathBuf| drop(fs::remove_file(path));
    let mut meddler = Meddler(folder.path().join("b.txt"), gone, Seen::default());
    visit(&[Source::Path(folder.path().to_owned())], &mut meddler);
    assert_eq!(
        meddler.2.told(folder.path()),
        "a.txt: text, 3 bytes\nc.txt: text, 3 bytes\nlost b.txt: no such file or directory\n"
    );
}

#[test]
fn progress_reaches_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes =
        [("a.tar.gz", gz(&tar(&[("log.txt", &log(9000))]))), ("b.zip", zip(&[("c.txt", &log(9000))]))];
    for (name, bytes) in &bytes {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    fs::write(folder.path().join("c.txt"), log(9000)).expect("a file");
    let (sources, options) = sources(&[folder.path().to_owned()]);
    assert_eq!(options.progress.done(), 0);
    let total = options.progress.total().expect("a total");
    assert!(visit_one(&sources[0], &options, &mut Seen::default()).is_continue());
    assert!(options.progress.done() >= total, "{} of {total}", options.progress.done());
    assert!(options.progress.done() < total + 1000, "{} of {total}", options.progress.done());
}

#[test]
fn sources_side_by_side() {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<_> = (0..6).map(|at| folder.path().join(format!("{at}.tar.gz"))).collect();
    for path in &paths {
        fs::write(path, gz(&tar(&[("log.txt", &log(9000))]))).expect("a file");
    }
    let (sources, mut options) = sources(&paths);
    options.ahead = true;
    let read: usize = thread::scope(|scope| {
        let options = &options;
        let walks: Vec<_> = sources
            .iter()
            .map(|source| {
                scope.spawn(move || {
                    let mut seen = Seen::default();
                    let _ = visit_one(source, options, &mut seen);
                    assert!(seen.unread.is_empty());
                    seen.members[0].bytes.len()
                })
            })
            .collect();
        walks.into_iter().map(|walk| walk.join().expect("no panic")).sum()
    });
    assert_eq!(read, 6 * log(9000).len());
    assert_eq!(Some(options.progress.done()), options.progress.total());
}

/// Stops the walk within its second member.
struct Stopping(Stop, Seen);

impl Visitor for Stopping {
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        let mut begin = [0; 1000];
        content.read_exact(&mut begin)?;
        if !self.1.members.is_empty() {
            self.0.stop();
        }
        self.1.member(member, content)
    }

    fn unread(&mut self, unread: Unread) {
        self.1.unread(unread);
    }
}

#[test]
fn a_walk_that_is_stopped_says_what_it_left() {
    let log = log(60_000);
    let members: [(&str, &[u8]); 3] = [("a.txt", &log), ("b.txt", &log), ("c.txt", &log)];
    for (name, bytes) in
        [("x.tar.gz", gz(&tar(&members))), ("x.tar", tar(&members)), ("x.zip", zip(&members))]
    {
        for mut options in [Options::default(), ahead()] {
            let folder = tempfile::tempdir().expect("a folder");
            fs::write(folder.path().join(name), &bytes).expect("a file");
            fs::write(folder.path().join("y.txt"), "never read").expect("a file");
            options.stop = Stop::default();
            let mut stopping = Stopping(options.stop.clone(), Seen::default());
            let source = Source::Path(folder.path().to_owned());
            assert!(visit_one(&source, &options, &mut stopping).is_break(), "{name}");
            let told = stopping.1.told(folder.path());
            assert!(told.contains(&format!("lost {name}!b.txt: stopped before its end")), "{name}: {told}");
            assert!(told.contains(&format!("lost {name}: stopped before its end")), "{name}: {told}");
            assert!(told.contains("lost y.txt: stopped before it was read"), "{name}: {told}");
            assert_eq!(stopping.1.members.len(), 2, "{name}: {told}");
        }
    }
}
