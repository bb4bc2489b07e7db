//! `anteroom params`: the table of all parameters.

use anteroom::params::{Kind, PARAMS, ParamSpec};
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
        let all: Vec<Value> = PARAMS.iter().map(described).collect();
        return say(&format!("{:#}", Value::Array(all)));
    }
    let mut table =
        String::from("id             range                   default     what it does\n");
    for param in &PARAMS {
        let range = match param.kind {
            Kind::Number(_) => format!("{} .. {}{}", param.min, param.max, param.unit.suffix()),
            _ => param.range(),
        };
        let default = param.show(param.default);
        table += &format!(
            "{:<14} {range:<23} {default:<11} {}\n",
            param.id, param.help
        );
    }
    say(table.trim_end())
}

/// A parameter with everything that a script may want to know.
fn described(param: &ParamSpec) -> Value {
    let mut all = json!({
        "id": param.id,
        "name": param.name,
        "group": param.section.name(),
        "unit": param.unit.suffix().trim(),
        "min": as_written(param.min),
        "max": as_written(param.max),
        "default": as_written(param.default),
        "kind": match param.kind {
            Kind::Number(_) => "number",
            Kind::Switch => "switch",
            Kind::Choice(_) => "choice",
        },
        "help": param.help,
    });
    if let Kind::Choice(choices) = param.kind {
        all["choices"] = json!(choices);
    }
    all
}

/// The number as the table writes it: 0.1, not what is left of it in single precision.
fn as_written(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::from(number))
}
