//! `anteroom`, the command line: `render`, `analyze`, `room`, `preset`, `params`, `sweep` and `deconvolve`.
//!
//! Exit code 0 when all went well, 1 for bad input (one line `error: ...` on standard error, and no
//! partial output file), 2 for wrong usage.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::main()
}
