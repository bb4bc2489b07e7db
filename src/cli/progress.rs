//! How far a command is, for who waits before a terminal.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error, if that is a terminal.
pub fn progress(total: usize, output: &Path) -> ProgressBar {
    let bar = ProgressBar::new(total as u64);
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %  {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    let name = output.file_name().unwrap_or(output.as_os_str());
    bar.set_message(name.to_string_lossy().into_owned());
    bar
}
