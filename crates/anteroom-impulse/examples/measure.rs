//! Reverberation times and clarity of a sound file, or of a built-in room:
//! `cargo run --release --example measure -- FILE`, `... -- --room Hall`.

use anteroom_impulse::{Impulse, RoomRecipe, analyze, decode};
use std::path::Path;

fn main() -> Result<(), String> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let impulse = read(&words)?;
    let analysis = analyze(&impulse);
    let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
    println!(
        "{:.2} s at {} Hz, {} channels",
        analysis.seconds,
        analysis.rate,
        analysis.channels.len()
    );
    println!("{:>8} {:>8} {:>8} {:>8}", "Hz", "T30 s", "EDT s", "C80 dB");
    for channel in analysis.channels.iter().take(1) {
        for band in [&channel.broadband].into_iter().chain(&channel.bands) {
            let centre = band.centre_hz.map_or("all".to_owned(), |hz| hz.to_string());
            println!(
                "{centre:>8} {:>8} {:>8} {:>8}",
                number(band.t30_s),
                number(band.edt_s),
                number(band.c80_db)
            );
        }
    }
    Ok(())
}

fn read(words: &[String]) -> Result<Impulse, String> {
    match words {
        [] => read(&["--room".to_owned(), "Hall".to_owned()]),
        [option, name] if option == "--room" => {
            let room = RoomRecipe::by_name(name).ok_or(format!("there is no room named {name}"))?;
            Ok(room.recipe.render(48_000, 2))
        }
        [file] => match decode::open(Path::new(file)) {
            Ok(decoded) => Ok(decoded.impulse),
            Err(error) => Err(error.to_string()),
        },
        _ => Err("usage: measure FILE | --room NAME".to_owned()),
    }
}
