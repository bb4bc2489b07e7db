//! The project's own commands. `cargo xtask` without a word lists them.
//!
//! One thread does the work; two more copy a child's output to the screen while it runs.
//!
//! | file | what it is |
//! |---|---|
//! | `bundle`, `package`, `install`, `demo`, `rooms`, `test`, `validate`, `sanitize` | the commands |
//! | `stage`, `times`, `report`, `digest` | stages of checks, their times, what they found, what is repeated |
//! | `setup`, `place` | what the checks need and cargo can not give; where things are |
//! | `run`, `programs` | other programs, and the test programs of the workspace |

mod bundle;
mod demo;
mod digest;
mod install;
mod package;
mod place;
mod programs;
mod report;
mod rooms;
mod run;
mod sanitize;
mod setup;
mod stage;
mod test;
mod times;
mod validate;

use anyhow::Result;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  bundle anteroom --release   build the plug-in and put anteroom.clap and anteroom.vst3 into target/bundled;
                              with --target TARGET those of another system, into target/TARGET/bundled
  package                     pack what people install without a compiler, into target/package; --help tells more
  install [--user|--prefix P] build the plug-in and put it where workstations look for it
  uninstall                   with the same words: take it away again
  demo                        play phrases through the bundled CLAP; sound files and a picture in target/demo
  rooms                       write docs/rooms.md and its pictures, from what the program measures in its rooms
  test                        run the checks of the source: lints, units, promises, our own hosts, the window
  test all                    these, and the bundles, the optimised build, other people's hosts, other systems
  test quick                  what an edit needs, in a few minutes
  test STAGE...               only the named stages
  test --list                 name the stages
  validate                    what clap-validator and pluginval say of the bundles; fetches them
  sanitize [STAGE...]         the exchange layer under Miri, ThreadSanitizer and RTSan, with a nightly compiler";

fn main() -> Result<ExitCode> {
    // Everything below speaks of paths from the top of the project.
    std::env::set_current_dir(place::root())?;
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    match command.as_str() {
        "bundle" => bundle::command(&rest),
        "package" => package::command(&rest),
        "install" => install::command(&rest),
        "uninstall" => install::remove_command(&rest),
        "demo" => demo::command(),
        "rooms" => rooms::command(),
        "test" => test::command(&rest),
        "validate" => validate::command(&rest),
        "sanitize" => sanitize::command(&rest),
        "" | "help" | "-h" | "--help" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => {
            eprintln!("error: no command named {other:?}\n\n{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}
