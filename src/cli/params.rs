//! `anteroom params`: the table of all parameters.

use anteroom::controls::{CONTROLS, Control, Scale};
use serde_json::{Value, json};

use super::Fail;
use super::output::say;

/// What `params` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Prints the parameters.
pub fn run(args: &Args) -> Result<(), Fail> {
    if args.json {
        let all: Vec<Value> = CONTROLS.iter().map(described).collect();
        return say(&format!("{:#}", Value::Array(all)));
    }
    let mut table = String::from("id         range                   default     what it does\n");
    for control in &CONTROLS {
        let range = match control.scale {
            Scale::Switch => "off, on".to_owned(),
            _ => format!("{} .. {}{}", control.min, control.max, control.unit),
        };
        let default = control.show(control.default);
        table += &format!(
            "{:<10} {range:<23} {default:<11} {}\n",
            control.id, control.help
        );
    }
    say(table.trim_end())
}

/// A control with everything that a script may want to know.
fn described(control: &Control) -> Value {
    json!({
        "id": control.id,
        "name": control.name,
        "group": control.group,
        "unit": control.unit.trim(),
        "min": control.min,
        "max": control.max,
        "default": control.default,
        "kind": if control.scale == Scale::Switch { "switch" } else { "number" },
        "help": control.help,
    })
}
