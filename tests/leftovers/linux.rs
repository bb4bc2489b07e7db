//! What Linux tells of a process.

/// The names of the process's threads that are ours.
pub fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("threads");
    let names = tasks.flatten().filter_map(|task| {
        let name = std::fs::read_to_string(task.path().join("comm")).ok()?;
        Some(name.trim_end().to_owned())
    });
    names.filter(|name| name.starts_with("anteroom")).collect()
}

/// How many descriptors are open.
pub fn handles() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// The memory that the process has in use, in MB.
pub fn resident_mb() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").expect("memory");
    let pages: f64 = text
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse().ok())
        .expect("pages");
    pages * 4096.0 / 1e6
}

/// Whether the library is mapped.
pub fn is_mapped() -> bool {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("mappings");
    maps.contains("libanteroom.so")
}
