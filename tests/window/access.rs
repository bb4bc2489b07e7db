//! The screen as a screen reader gets it: over D-Bus, from a real window, in a session of its own. Without `dbus-daemon` and
//! at-spi2-core the tests say so and pass, except under `CI=true`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use zbus::blocking::{Connection, Proxy, connection::Builder};
use zbus::zvariant::{OwnedObjectPath, Value};

use super::display::Display;
use super::host::Host;
use super::support::child;
use super::wait;

/// A bus of its own, which ends with it.
struct Session {
    daemon: Child,
    bus: Connection,
}

impl Session {
    /// Starts a session. None if there is nothing to start.
    fn start() -> Option<Self> {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut address = String::new();
        BufReader::new(daemon.stdout.take()?)
            .read_line(&mut address)
            .ok()?;
        let address = address.trim().to_owned();
        let bus = Builder::address(address.as_str()).ok()?.build().ok()?;
        // SAFETY: this process runs this one test, and its threads so far look for no session.
        unsafe { std::env::set_var("DBUS_SESSION_BUS_ADDRESS", &address) };
        Some(Self { daemon, bus })
    }

    fn status(&self) -> zbus::Result<Proxy<'_>> {
        Proxy::new(
            &self.bus,
            "org.a11y.Bus",
            "/org/a11y/bus",
            "org.a11y.Status",
        )
    }

    /// Says that a screen reader has come or gone; whether there is such a thing here.
    fn enable(&self, on: bool) -> bool {
        let set = |status: Proxy<'_>| status.set_property("IsEnabled", on).map_err(Into::into);
        self.status().and_then(set).is_ok()
    }

    /// The bus of assistive tools.
    fn tools(&self) -> zbus::Result<Connection> {
        let bus = Proxy::new(&self.bus, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus")?;
        let address: String = bus.call("GetAddress", &())?;
        Builder::address(address.as_str())?.build()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// Some of AT-SPI's numbers for roles.
const FRAME: u32 = 23;
const SLIDER: u32 = 51;
const ENTRY: u32 = 79;

type Place = (String, OwnedObjectPath);

/// One thing on the screen.
#[derive(Clone, Debug)]
struct Thing {
    place: Place,
    role: u32,
    description: String,
}

fn proxy<'a>(bus: &'a Connection, (name, path): &'a Place, interface: &'a str) -> Proxy<'a> {
    let interface = format!("org.a11y.atspi.{interface}");
    zbus::blocking::proxy::Builder::<Proxy<'_>>::new(bus)
        .destination(name.clone())
        .and_then(|proxy| proxy.path(path.clone()))
        .and_then(|proxy| proxy.interface(interface))
        .map(|proxy| proxy.cache_properties(zbus::proxy::CacheProperties::No))
        .and_then(|proxy| proxy.build())
        .expect("a proxy")
}

fn children(bus: &Connection, of: &Place) -> Vec<Place> {
    proxy(bus, of, "Accessible")
        .call("GetChildren", &())
        .unwrap_or_default()
}

/// Everything below, by name. Of several with one name the first.
fn things(bus: &Connection, of: &Place, found: &mut HashMap<String, Thing>) {
    for place in children(bus, of) {
        let accessible = proxy(bus, &place, "Accessible");
        let name: String = accessible.get_property("Name").unwrap_or_default();
        let thing = Thing {
            role: accessible.call("GetRole", &()).unwrap_or_default(),
            description: accessible.get_property("Description").unwrap_or_default(),
            place: place.clone(),
        };
        if !name.is_empty() {
            found.entry(name).or_insert(thing);
        }
        things(bus, &place, found);
    }
}

/// What programs have told the registry, the editor's window among it.
fn programs(bus: &Connection) -> Vec<Place> {
    let root = (
        "org.a11y.atspi.Registry".to_owned(),
        OwnedObjectPath::try_from("/org/a11y/atspi/accessible/root").expect("a path"),
    );
    children(bus, &root)
}

/// Threads that come and go by themselves: those of this side's connections, which end when they have been idle for ten
/// seconds, and Mesa's for its cache.
const PASSING: [&str; 2] = ["tokio-", ":disk$"];

/// The other threads of this process, by name. AccessKit gives its own none, so it has that of the test.
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("the system tells threads");
    let names = tasks.flatten().map(|task| {
        let name = std::fs::read_to_string(task.path().join("comm"));
        name.unwrap_or_default().trim().to_owned()
    });
    let passes = |name: &String| PASSING.iter().any(|part| name.contains(part));
    let mut names: Vec<String> = names.filter(|name| !passes(name)).collect();
    names.sort();
    names
}

/// Whether a test can run here.
fn is_missing(what: bool) -> bool {
    if what {
        assert!(
            std::env::var_os("CI").is_none(),
            "at-spi2-core is not installed"
        );
        eprintln!("skipped: at-spi2-core is not installed (apt install dbus at-spi2-core)");
    }
    what
}

#[test]
fn a_screen_reader_finds_reads_and_moves_the_controls() {
    let name = "access::a_screen_reader_finds_reads_and_moves_the_controls";
    assert!(child::ends_well(name, || {
        let Some(display) = Display::open() else {
            return;
        };
        let session = Session::start();
        if is_missing(session.as_ref().is_none_or(|session| !session.enable(true))) {
            return;
        }
        let session = session.expect("a session");
        let tools = session.tools().expect("a bus of the tools");
        let mut host = Host::new();
        host.open(&display);
        wait("the program is told", &mut host, |_| {
            !programs(&tools).is_empty()
        });
        let program = programs(&tools).remove(0);
        let mut all = HashMap::new();
        wait("the screen is told", &mut host, |_| {
            all.clear();
            things(&tools, &program, &mut all);
            all.contains_key("Mix") && all.len() > 40
        });
        let thing = |name: &str| {
            all.get(name)
                .cloned()
                .unwrap_or_else(|| panic!("{name}: {all:#?}"))
        };
        assert_eq!(thing("Anteroom").role, FRAME);
        assert_eq!(thing("Search the rooms").role, ENTRY);
        let mix = thing("Mix");
        assert_eq!(mix.role, SLIDER);
        // Words with the unit, besides the number.
        assert!(mix.description.contains('%'), "{mix:?}");
        let value = proxy(&tools, &mix.place, "Value");
        let number: f64 = value.get_property("CurrentValue").expect("a number");
        assert!((number - 35.0).abs() < 0.01, "{number}");
        // The tool turns it, and the host hears of it as of a hand.
        let to = Value::from(60.0_f64);
        value.set_property("CurrentValue", to).expect("a control");
        wait("the host hears of it", &mut host, |host| {
            (host.value("mix") - 60.0).abs() < 0.01
        });
        assert_eq!(host.gestures().0, host.gestures().1);
        // A switch is pressed.
        let before = host.value("reverse");
        let reverse = thing("Reverse");
        let action = proxy(&tools, &reverse.place, "Action");
        let done: bool = action.call("DoAction", &(0_i32)).expect("an action");
        assert!(done);
        wait("the switch is pressed", &mut host, |host| {
            host.value("reverse") != before
        });
        // Where it is on the screen.
        let place = proxy(&tools, &mix.place, "Component");
        let rect: (i32, i32, i32, i32) = place.call("GetExtents", &(0_u32)).expect("a place");
        let [x, y] = host.place("mix");
        assert!((rect.0..rect.0 + rect.2).contains(&x), "{rect:?} {x} {y}");
        assert!((rect.1..rect.1 + rect.3).contains(&y), "{rect:?} {x} {y}");
        host.close(&display);
    }));
}

#[test]
fn two_hundred_openings_leave_one_thread_and_without_a_reader_none() {
    let name = "access::two_hundred_openings_leave_one_thread_and_without_a_reader_none";
    assert!(child::ends_well(name, || {
        let Some(display) = Display::open() else {
            return;
        };
        let session = Session::start();
        if is_missing(
            session
                .as_ref()
                .is_none_or(|session| !session.enable(false)),
        ) {
            return;
        }
        let session = session.expect("a session");
        let mut host = Host::new();
        let open = |times: usize, host: &mut Host| {
            for _ in 0..times {
                host.open(&display);
                wait("the screen is drawn", host, |_| display.colours() > 200);
                host.close(&display);
            }
        };
        // The threads of this side are there from here on, and what the graphics system keeps after the first window.
        let tools = session.tools().expect("a bus of the tools");
        assert!(programs(&tools).is_empty());
        open(3, &mut host);
        let before = settled();
        open(20, &mut host);
        let without = settled();
        assert!(
            without.len() <= before.len(),
            "nobody reads: {without:?} after {before:?}"
        );
        assert!(session.enable(true));
        // The first one asks, and tells the registry.
        host.open(&display);
        wait("the program is told", &mut host, |_| {
            !programs(&tools).is_empty()
        });
        host.close(&display);
        let first = settled();
        open(200, &mut host);
        let after = settled();
        println!(
            "{} threads without a reader, {} after one opening with it, {} after 200",
            without.len(),
            first.len(),
            after.len()
        );
        let most = without.len() + 1;
        assert!(
            first.len() <= most,
            "AccessKit's: {first:?} after {without:?}"
        );
        assert!(after.len() <= first.len(), "{after:?} after {first:?}");
        // And it goes on working.
        host.open(&display);
        wait("a window is told", &mut host, |_| {
            let program = programs(&tools).into_iter().next();
            program.is_some_and(|program| !children(&tools, &program).is_empty())
        });
        host.close(&display);
    }));
}

/// The threads when they have stayed the same for a while.
fn settled() -> Vec<String> {
    let begin = Instant::now();
    let (mut last, mut since) = (threads(), Instant::now());
    while since.elapsed() < Duration::from_millis(500) && begin.elapsed() < Duration::from_secs(20)
    {
        std::thread::sleep(Duration::from_millis(10));
        let now = threads();
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    last
}
