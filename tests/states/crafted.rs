//! States that somebody might make on purpose, at least eight of each sort.

use std::io::Write;
use std::path::Path;

use anteroom::impulse::RoomRecipe;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Map, Value, json};

/// All of them, by name. `folder` is for the files that some of them name.
pub fn states(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut add =
        |sort: &str, name: &str, state: Vec<u8>| all.push((format!("{sort}: {name}"), state));
    huge_text(&mut add);
    planes(&mut add);
    rates(&mut add);
    views(&mut add);
    paths(&mut add, folder);
    nesting(&mut add);
    base64(&mut add);
    pipes(&mut add, folder);
    devices(&mut add);
    numbers(&mut add);
    rooms(&mut add);
    all
}

type Add<'a> = dyn FnMut(&str, &str, Vec<u8>) + 'a;

/// Bytes in the frame that CLAP states have.
fn framed(text: &str) -> Vec<u8> {
    let mut state = (text.len() as u64).to_le_bytes().to_vec();
    state.extend_from_slice(text.as_bytes());
    state
}

/// A state with this project, written as the framework writes it: the project is a text in the text.
fn project(project: &Value) -> Vec<u8> {
    let state = json!({
        "version": "0.1.0",
        "params": {"mix": {"f32": 100.0}},
        "fields": {"project": project.to_string()},
    });
    framed(&state.to_string())
}

/// A state whose impulse is a file of these properties.
fn file(properties: Value) -> Vec<u8> {
    let mut file = json!({
        "hash": "a".repeat(64), "bytes": 1000, "name": "a.wav", "absolute": "/nowhere/a.wav",
        "frames": 1000, "rate": 48000, "channels": 2,
    });
    if let (Value::Object(file), Value::Object(properties)) = (&mut file, properties) {
        file.extend(properties);
    }
    project(&json!({"version": 1, "origin": {"file": file}}))
}

fn copy(codec: &str, rate: u64, channels: u64, frames: u64, data: &str) -> Vec<u8> {
    file(json!({"embedded": {
        "codec": codec, "rate": rate, "channels": channels, "frames": frames, "data": data,
    }}))
}

fn deflated(bytes: usize) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(9));
    let piece = vec![0_u8; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&piece).expect("memory");
    }
    STANDARD.encode(encoder.finish().expect("memory"))
}

fn huge_text(add: &mut Add<'_>) {
    let long = "x".repeat(10 << 20);
    for key in ["name", "absolute", "hash", "relative"] {
        add("huge text", key, file(json!({ key: long })));
    }
    add(
        "huge text",
        "folder",
        project(&json!({"view": {"folder": long}})),
    );
    add(
        "huge text",
        "room",
        project(&json!({"origin": {"room": [long, RoomRecipe::default()]}})),
    );
    add(
        "huge text",
        "unknown field",
        project(&json!({"later": long})),
    );
    add(
        "huge text",
        "unknown key",
        project(&json!({ long.clone(): 1 })),
    );
    add(
        "huge text",
        "project",
        framed(&json!({"version": "", "params": {}, "fields": {"project": long}}).to_string()),
    );
    add(
        "huge text",
        "parameter",
        framed(
            &json!({"version": "", "params": {"mix": {"string": long}}, "fields": {}}).to_string(),
        ),
    );
    add(
        "huge text",
        "digits",
        framed(&format!(
            r#"{{"version":"","params":{{"mix":{{"f32":{}}}}},"fields":{{}}}}"#,
            "9".repeat(5 << 20)
        )),
    );
    add("huge text", "blanks", framed(&" ".repeat(30 << 20)));
}

fn planes(add: &mut Add<'_>) {
    let bomb = deflated(1 << 30);
    add(
        "played planes",
        "more than it says",
        copy("planes", 48_000, 2, 1_000, &bomb),
    );
    add(
        "played planes",
        "a minute at the highest rate",
        copy("planes", 768_000, 4, 768_000 * 60, &bomb),
    );
    add(
        "played planes",
        "a minute that is not there",
        copy("planes", 768_000, 4, 768_000 * 60, &deflated(1 << 20)),
    );
    add(
        "played planes",
        "nothing",
        copy("planes", 48_000, 2, 1_000, ""),
    );
    add(
        "played planes",
        "cut off",
        copy("planes", 48_000, 2, 100_000, &deflated(1 << 20)[..64]),
    );
    add(
        "played planes",
        "no frames",
        copy("planes", 48_000, 2, 0, &deflated(1 << 20)),
    );
    add(
        "played planes",
        "no channels",
        copy("planes", 48_000, 0, 1_000, &deflated(1 << 20)),
    );
    add(
        "played planes",
        "too many channels",
        copy(
            "planes",
            48_000,
            u64::from(u32::MAX),
            1_000,
            &deflated(1 << 20),
        ),
    );
    add(
        "played planes",
        "too many frames",
        copy("planes", 48_000, 1, u64::MAX, &deflated(1 << 20)),
    );
    add(
        "played planes",
        "not a number",
        copy("planes", 48_000, 1, 4, &{
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(9));
            encoder.write_all(&[0xff; 16]).expect("memory");
            STANDARD.encode(encoder.finish().expect("memory"))
        }),
    );
    add(
        "played planes",
        "as FLAC",
        copy("flac", 48_000, 2, 1_000, &deflated(1 << 20)),
    );
    add(
        "played planes",
        "another codec",
        copy("opus", 48_000, 2, 1_000, &deflated(1 << 20)),
    );
}

fn rates(add: &mut Add<'_>) {
    for rate in [0_u64, 1, 7, 999, 768_001, 4_000_000_000, u64::MAX] {
        add(
            "rates",
            &format!("copy of {rate}"),
            copy("planes", rate, 1, 1_000, &deflated(1 << 20)),
        );
    }
    for rate in [json!(-48_000), json!(44_100.5), json!("48000"), json!(null)] {
        add(
            "rates",
            &format!("file of {rate}"),
            file(json!({"rate": rate})),
        );
    }
}

fn views(add: &mut Add<'_>) {
    let big = json!(u32::MAX);
    for (width, height, zoom) in [
        (json!(0), json!(0), json!(0.0)),
        (json!(1), json!(1), json!(0.5)),
        (json!(320), json!(240), json!(0.5)),
        (json!(8_192), json!(8_192), json!(3.0)),
        (big.clone(), big.clone(), json!(1.0)),
        (big.clone(), json!(1), json!(3.0)),
        (json!(640), json!(480), json!(1e30)),
        (json!(640), json!(480), json!(-1.0)),
        (json!(-5), json!(480), json!(1.0)),
        (json!(640.5), json!("480"), json!(null)),
    ] {
        let name = format!("{width} x {height} at {zoom}");
        add(
            "view",
            &name,
            project(&json!({"view": {"width": width, "height": height, "zoom": zoom}})),
        );
    }
    for folder in ["/proc/self", "/dev", "/", "..", "\u{0}", "/nowhere"] {
        add(
            "view",
            folder,
            project(&json!({"view": {"folder": folder}})),
        );
    }
}

fn paths(add: &mut Add<'_>, folder: &Path) {
    let long = "a".repeat(300);
    let deep = "a/".repeat(5_000);
    let inside = folder.to_string_lossy().into_owned();
    for path in [
        "",
        "/",
        "..",
        ".",
        "C:\\a.wav",
        "\\\\server\\share\\a.wav",
        "~",
        "a\u{0}b.wav",
        "/a\nb.wav",
        &long,
        &deep,
        &inside,
        "/proc/self/environ",
        "/etc/passwd",
    ] {
        let name: String = path.chars().take(40).collect();
        add(
            "played paths",
            &name,
            file(json!({"absolute": path, "hash": ""})),
        );
        add(
            "paths",
            &name,
            file(json!({"absolute": path, "relative": path, "name": path})),
        );
    }
    add(
        "played paths",
        "out of the home folder",
        file(json!({"relative": "../../../../etc/passwd"})),
    );
}

fn nesting(add: &mut Add<'_>) {
    let open = |mark: &str, count: usize| mark.repeat(count);
    for count in [100, 10_000, 1_000_000] {
        add(
            "nesting",
            &format!("{count} lists"),
            framed(&open("[", count)),
        );
        add(
            "nesting",
            &format!("{count} objects"),
            framed(&open("{\"a\":", count)),
        );
        let inner = format!("{}1{}", open("[", count), open("]", count));
        let state = json!({"version": "", "params": {}, "fields": {"project": inner}});
        add(
            "nesting",
            &format!("{count} in the project"),
            framed(&state.to_string()),
        );
        let inner = format!(
            "{{\"origin\":{}1{}}}",
            open("{\"file\":", count),
            open("}", count)
        );
        let state = json!({"version": "", "params": {}, "fields": {"project": inner}});
        add(
            "nesting",
            &format!("{count} in the origin"),
            framed(&state.to_string()),
        );
    }
}

fn base64(add: &mut Add<'_>) {
    let good = deflated(1 << 20);
    for (name, data) in [
        ("a blank", format!("{} {}", &good[..8], &good[8..])),
        ("no end", good.trim_end_matches('=').to_owned() + "A"),
        ("of URLs", good.replace('+', "-").replace('/', "_")),
        ("other letters", "äöü".repeat(1_000)),
        ("signs", "====".to_owned()),
        ("a line end", good.clone() + "\n"),
        ("zeros", "\u{0}".repeat(1_000)),
        ("30 MB of A", "A".repeat(30 << 20)),
        ("one letter", "A".to_owned()),
    ] {
        add(
            "played Base64",
            name,
            copy("planes", 48_000, 2, 1_000, &data),
        );
    }
}

fn pipes(add: &mut Add<'_>, folder: &Path) {
    for name in ["pipe.wav", "Hall L.wav", "Hall R.wav", "marks.json"] {
        let made = std::process::Command::new("mkfifo")
            .arg(folder.join(name))
            .status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    }
    std::os::unix::fs::symlink(folder.join("pipe.wav"), folder.join("link.wav")).expect("a link");
    std::os::unix::fs::symlink(folder.join("loop.wav"), folder.join("loop.wav")).expect("a link");
    for name in ["pipe.wav", "link.wav", "Hall L.wav", "loop.wav"] {
        let path = folder.join(name);
        add(
            "played FIFO",
            name,
            file(json!({"absolute": path, "hash": ""})),
        );
        add(
            "played FIFO",
            &format!("{name} by content"),
            file(json!({"absolute": path, "name": name})),
        );
    }
    add(
        "view FIFO",
        "in the folder",
        project(&json!({"view": {"folder": folder}})),
    );
}

fn devices(add: &mut Add<'_>) {
    for path in [
        "/dev/zero",
        "/dev/full",
        "/dev/random",
        "/dev/urandom",
        "/dev/tty",
        "/dev/stdin",
        "/proc/kmsg",
        "/proc/self/mem",
        "/proc/kcore",
        "/sys/kernel/debug",
        "/dev/null",
    ] {
        add(
            "played devices",
            path,
            file(json!({"absolute": path, "hash": ""})),
        );
        add(
            "played devices",
            &format!("{path} by content"),
            file(json!({"absolute": path})),
        );
    }
}

fn numbers(add: &mut Add<'_>) {
    for number in [
        "1e999", "-1e999", "NaN", "Infinity", "1e-400", "0x10", "01", "-0", "1e39",
    ] {
        let text = format!(
            r#"{{"version":"0","params":{{"decay":{{"f32":{number}}},"size":{{"f32":{number}}}}},"fields":{{}}}}"#
        );
        add("played numbers", number, framed(&text));
    }
    for length in [0, 1, 7, u64::MAX, 1 << 62, 1 << 32] {
        let mut state = length.to_le_bytes().to_vec();
        state.extend_from_slice(b"{}");
        add("numbers", &format!("a length of {length}"), state);
    }
    add("numbers", "nothing at all", Vec::new());
}

fn rooms(add: &mut Add<'_>) {
    let good = serde_json::to_value(RoomRecipe::default()).unwrap_or_default();
    let keys: Vec<String> = good
        .as_object()
        .map(|map| map.keys().cloned().collect())
        .unwrap_or_default();
    for key in keys {
        for value in [json!(1e38), json!(-1e38), json!(0)] {
            let mut recipe: Map<String, Value> = good.as_object().cloned().unwrap_or_default();
            recipe.insert(key.clone(), value.clone());
            add(
                "played rooms",
                &format!("{key} {value}"),
                project(&json!({"origin": {"room": ["Hall", recipe]}})),
            );
        }
    }
}
