//! A page in a headless Chromium, driven over the DevTools protocol: as much of it as a reader does.

use serde_json::{Value, json};
use std::io::{self, BufRead, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tungstenite::{Message, WebSocket};

/// Names under which Chromium may be installed.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// A browser that says nothing for so long hangs; a slow machine needs some of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser, if there is one. Where nobody looks at what is skipped, it must be there.
fn browser() -> Option<&'static str> {
    let runs = |name: &&str| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    let found = BROWSERS.into_iter().find(|name| runs(name));
    let must = std::env::var_os("WAYTRACE_CI").is_some();
    assert!(found.is_some() || !must, "none of {BROWSERS:?} is installed");
    if found.is_none() {
        // Past the capture of the test harness, so that it is seen although the test passes.
        let _ = writeln!(io::stderr(), "SKIPPED: none of {BROWSERS:?} is installed, so no page was opened");
    }
    found
}

/// A page that is open.
pub(crate) struct Page {
    socket: WebSocket<TcpStream>,
    browser: Child,
    session: Option<String>,
    last: u64,
    /// What happened beside the answers.
    pub(crate) events: Vec<Value>,
}

impl Page {
    /// Opens a file. `folder` takes the browser's profile. None without a browser.
    pub(crate) fn open(file: &Path, folder: &Path) -> Option<Self> {
        let mut command = Command::new(browser()?);
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]);
        command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
        command.args(["--remote-debugging-port=0", "--window-size=1200,900", "about:blank"]);
        command.arg(format!("--user-data-dir={}", folder.join("profile").display()));
        let mut browser = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it runs");
        let address = address(&mut browser);
        let place = address.trim_start_matches("ws://").split('/').next().expect("host and port");
        let stream = TcpStream::connect(place).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let (socket, _) = tungstenite::client(address.as_str(), stream).expect("it answers");
        let mut page = Self { socket, browser, session: None, last: 0, events: Vec::new() };
        let target = page.ask("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = page.ask("Target.attachToTarget", &attach);
        page.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            page.ask(&format!("{domain}.enable"), &json!({}));
        }
        page.ask("Page.navigate", &json!({ "url": format!("file://{}", file.display()) }));
        page.wait("document.readyState === 'complete' && location.protocol === 'file:'");
        Some(page)
    }

    /// Asks for something and waits for the answer.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).expect("it listens");
        loop {
            let Message::Text(text) = self.socket.read().expect("it answers in time") else { continue };
            let answer: Value = serde_json::from_str(&text).expect("JSON");
            if answer["id"] == json!(self.last) {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    /// The value of an expression of the page.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.ask("Runtime.evaluate", &params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait(&mut self, expression: &str) {
        for _ in 0..600 {
            if self.eval(expression) == json!(true) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("never true: {expression}");
    }

    /// Clicks the middle of the first element that a selector finds, with the mouse.
    pub(crate) fn click(&mut self, selector: &str) {
        let place = self.eval(&format!(
            "(() => {{ const at = document.querySelector({selector:?}); at.scrollIntoView({{ block: 'center' }}); \
             const box = at.getClientRects()[0]; return [box.x + Math.min(box.width / 2, 60), box.y + box.height / 2]; }})()"
        ));
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let params =
                json!({ "type": kind, "x": place[0], "y": place[1], "button": button, "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", &params);
        }
    }

    /// Presses a key that writes nothing, or Enter.
    pub(crate) fn press(&mut self, key: &str) {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "ArrowDown" => 40,
            other => panic!("{other} is no key that is used here"),
        };
        let text = if key == "Enter" { "\r" } else { "" };
        let mut params = json!({ "type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code });
        if !text.is_empty() {
            params["text"] = json!(text);
        }
        self.ask("Input.dispatchKeyEvent", &params);
        self.ask(
            "Input.dispatchKeyEvent",
            &json!({ "type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code }),
        );
    }

    /// Types a text where the focus is.
    pub(crate) fn write(&mut self, text: &str) {
        self.ask("Input.insertText", &json!({ "text": text }));
    }

    /// Shows the page as somebody sees it who prefers this theme.
    pub(crate) fn theme(&mut self, theme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
        self.ask("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.browser.kill();
        let _ = self.browser.wait();
    }
}

/// Where the browser listens; it says so when it is ready.
fn address(browser: &mut Child) -> String {
    let lines = BufReader::new(browser.stderr.take().expect("a pipe")).lines();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some((_, address)) = line.split_once("DevTools listening on ") {
                // Nobody waits any more if it took too long.
                let _ = sender.send(address.trim().to_owned());
            }
        }
    });
    receiver.recv_timeout(PATIENCE).expect("the browser starts")
}
