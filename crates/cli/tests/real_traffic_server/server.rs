//! A real Traffic Server on loopback, in a folder of its own.

use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The public name of the proxy, as clients ask for it.
pub(crate) const PROXY: &str = "vcs_control.example.com";
/// Long enough for a machine with other work.
const START: Duration = Duration::from_secs(40);

/// What Traffic Server does with a certificate that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Enforced,
    Permissive,
    Disabled,
}

impl Policy {
    fn name(self) -> &'static str {
        match self {
            Self::Enforced => "ENFORCED",
            Self::Permissive => "PERMISSIVE",
            Self::Disabled => "DISABLED",
        }
    }
}

/// A target behind the proxy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Target {
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Target {
    /// The first segment of the path that asks the proxy for it.
    pub(crate) fn segment(&self) -> String {
        use base64::Engine as _;
        let plain = format!("example.com/https/{}/{}", self.host, self.port);
        base64::engine::general_purpose::STANDARD_NO_PAD.encode(plain)
    }
}

/// What a run needs to know beforehand.
pub(crate) struct Setup<'a> {
    pub(crate) policy: Policy,
    pub(crate) targets: &'a [Target],
    /// The name server to ask.
    pub(crate) names: SocketAddr,
    pub(crate) trusted: String,
    pub(crate) listen: Ipv4Addr,
    /// How long it waits for a server, and how often it tries again; `None` leaves both as they come.
    pub(crate) patience: Option<Patience>,
}

/// How long Traffic Server waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) seconds: u32,
    pub(crate) retries: u32,
}

/// The programs that are there, or what is missing.
pub(crate) fn programs() -> Result<(), String> {
    let present = |program: &str, argument: &str| {
        Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
    };
    if !present("traffic_server", "-V") {
        return Err("traffic_server is not installed (Debian: trafficserver)".to_owned());
    }
    if !present("g++", "--version") {
        return Err("g++ is not installed".to_owned());
    }
    if !Path::new("/usr/include/ts/ts.h").exists() {
        return Err("the headers of Traffic Server are not installed (Debian: trafficserver-dev)".to_owned());
    }
    Ok(())
}

/// The running program; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) listen: SocketAddr,
    folder: TempDir,
}

impl Server {
    pub(crate) fn start(setup: &Setup<'_>) -> Self {
        let folder = TempDir::new().expect("a folder");
        let listen = free_port(setup.listen);
        lay_out(folder.path(), setup, listen);
        let said = fs::File::create(folder.path().join("said.txt")).expect("a file");
        let child = Command::new("traffic_server")
            .arg(format!("--run-root={}", folder.path().join("runroot.yaml").display()))
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .stdout(said.try_clone().expect("a file"))
            .stderr(said)
            .spawn()
            .expect("traffic_server starts");
        let mut server = Self { child, listen, folder };
        server.wait_until_up();
        server
    }

    fn wait_until_up(&mut self) {
        let begun = Instant::now();
        while TcpStream::connect(self.listen).is_err() {
            let ended = self.child.try_wait().expect("a child");
            let said = || fs::read_to_string(self.folder.path().join("said.txt")).unwrap_or_default();
            assert!(
                ended.is_none(),
                "traffic_server ended with {ended:?}: {} {}",
                said(),
                self.diagnostics()
            );
            assert!(
                begun.elapsed() < START,
                "traffic_server does not listen: {} {}",
                said(),
                self.diagnostics()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything in `diags.log` so far.
    pub(crate) fn diagnostics(&self) -> String {
        let bytes = fs::read(self.folder.path().join("log/diags.log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port(address: Ipv4Addr) -> SocketAddr {
    let listener = TcpListener::bind((address, 0)).expect("an address of the loopback network");
    listener.local_addr().expect("an address")
}

fn lay_out(folder: &Path, setup: &Setup<'_>, listen: SocketAddr) {
    for name in ["etc", "log", "run", "cache"] {
        fs::create_dir(folder.join(name)).expect("a folder");
    }
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
    write("runroot.yaml", &run_root(folder));
    write("etc/records.config", &records(folder, setup, listen));
    write(
        "etc/ip_allow.yaml",
        "ip_allow:\n  - apply: in\n    ip_addrs: 127.0.0.0/8\n    action: allow\n    methods: ALL\n",
    );
    write("etc/plugin.config", &format!("{}\n", build_plugin(folder).display()));
    write("etc/remap.config", &remap(setup.targets));
    write("etc/storage.config", "cache 16M\n");
    write("etc/trusted.pem", &setup.trusted);
    write("etc/resolv.conf", "");
}

fn run_root(folder: &Path) -> String {
    let root = folder.display();
    let mut text = format!("prefix: {root}\nexec_prefix: {root}\nbindir: /usr/bin\nsbindir: /usr/bin\n");
    for (name, place) in [
        ("sysconfdir", "etc"),
        ("datadir", "cache"),
        ("includedir", "etc"),
        ("libdir", "etc"),
        ("libexecdir", "etc"),
        ("localstatedir", "run"),
        ("runtimedir", "run"),
        ("logdir", "log"),
        ("cachedir", "cache"),
        ("mandir", "etc"),
        ("infodir", "etc"),
    ] {
        let _ = writeln!(text, "{name}: {root}/{place}");
    }
    text
}

fn records(folder: &Path, setup: &Setup<'_>, listen: SocketAddr) -> String {
    let etc = folder.join("etc");
    let mut text = format!(
        "CONFIG proxy.config.http.server_ports STRING {}:ip-in={}\n\
         CONFIG proxy.config.ssl.client.verify.server.policy STRING {}\n\
         CONFIG proxy.config.ssl.client.CA.cert.path STRING {}\n\
         CONFIG proxy.config.dns.nameservers STRING {}\n\
         CONFIG proxy.config.dns.resolv_conf STRING {}\n",
        listen.port(),
        listen.ip(),
        setup.policy.name(),
        etc.display(),
        setup.names,
        etc.join("resolv.conf").display(),
    );
    text.push_str(
        "CONFIG proxy.config.admin.user_id STRING #-1\n\
         CONFIG proxy.config.ssl.client.CA.cert.filename STRING trusted.pem\n\
         CONFIG proxy.config.dns.search_default_domains INT 0\n\
         CONFIG proxy.config.hostdb.ip_resolve STRING ipv4\n\
         CONFIG proxy.config.exec_thread.autoconfig INT 0\n\
         CONFIG proxy.config.exec_thread.limit INT 4\n\
         CONFIG proxy.config.http.cache.http INT 0\n\
         CONFIG proxy.config.http.server_session_sharing.match STRING none\n\
         CONFIG proxy.config.reverse_proxy.enabled INT 1\n\
         CONFIG proxy.config.url_remap.remap_required INT 1\n\
         CONFIG proxy.config.diags.output.status STRING L\n\
         CONFIG proxy.config.diags.output.warning STRING L\n\
         CONFIG proxy.config.diags.output.error STRING L\n\
         CONFIG proxy.config.log.logging_enabled INT 0\n",
    );
    if let Some(Patience { seconds, retries }) = setup.patience {
        let _ = write!(
            text,
            "CONFIG proxy.config.http.connect_attempts_timeout INT {seconds}\n\
             CONFIG proxy.config.http.transaction_no_activity_timeout_out INT {seconds}\n\
             CONFIG proxy.config.http.connect_attempts_max_retries INT {retries}\n",
        );
    }
    text
}

fn remap(targets: &[Target]) -> String {
    targets.iter().fold(String::new(), |mut text, target| {
        let Target { host, port } = target;
        let _ = writeln!(text, "map http://{PROXY}:8443/{}/ https://{host}:{port}/", target.segment());
        text
    })
}

fn build_plugin(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real_traffic_server/plugin.cc");
    let built = folder.join("steps.so");
    let output = Command::new("g++")
        .args(["-shared", "-fPIC", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
        .arg(&built)
        .arg(source)
        .output()
        .expect("g++ runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    built
}
