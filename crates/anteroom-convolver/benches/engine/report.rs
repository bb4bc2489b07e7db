//! What is printed: lines while it runs and targets at the end, or one JSON document.

use serde_json::{Value, json};

use super::{
    callgrind::Counted, event::Event, measure::Found, options::Options, signals::Heard,
    target::Target, targets, turns::Turns,
};

/// All that was found.
pub struct Report {
    json: bool,
    options: Options,
    found: Vec<Found>,
    others: Vec<Value>,
    targets: Vec<Target>,
}

impl Report {
    pub fn new(json: bool, options: Options) -> Self {
        Self {
            json,
            options,
            found: Vec::new(),
            others: Vec::new(),
            targets: Vec::new(),
        }
    }

    pub fn found(&mut self, found: Found) {
        if !self.json {
            found.print();
        }
        self.found.push(found);
    }

    pub fn signals(&mut self, signals: Vec<Heard>) {
        for heard in &signals {
            self.line(|| format!("{:24} mean {:8.3} us", heard.name, heard.mean / 1e3));
            self.others.push(heard.json());
        }
        self.targets.extend(targets::of_signals(&signals));
    }

    pub fn turns(&mut self, all: &[Turns]) {
        for turns in all {
            self.line(|| {
                format!(
                    "{:24} {:8.3} us, in blocks of 64 {:8.3} us: {:.3}",
                    turns.scenario.name(),
                    turns.long / 1e3,
                    turns.short / 1e3,
                    turns.ratio()
                )
            });
            self.others.push(turns.json());
        }
        self.targets.extend(targets::of_turns(all));
    }

    pub fn event(&mut self, event: Event) {
        self.line(|| event.text());
        self.others.push(event.json());
        self.targets.push(event.target());
    }

    pub fn counted(&mut self, counted: Counted) {
        self.line(|| counted.json().to_string());
        self.others.push(counted.json());
        self.targets.extend(targets::of_counted(&counted));
    }

    fn line(&self, text: impl Fn() -> String) {
        if !self.json {
            println!("{}", text());
        }
    }

    pub fn end(mut self) {
        let mut targets = targets::of_table(&self.found);
        targets.append(&mut self.targets);
        if !self.json {
            println!();
            targets.iter().for_each(Target::print);
            return;
        }
        let all = json!({
            "processor": processor(),
            "instructions": format!("{:?}", self.options.isa),
            "runs": self.options.runs,
            "table": self.found.iter().map(Found::json).collect::<Vec<_>>(),
            "others": self.others,
            "targets": targets.iter().map(Target::json).collect::<Vec<_>>(),
        });
        println!("{}", serde_json::to_string_pretty(&all).unwrap_or_default());
    }
}

/// The processor's own name for itself.
fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find(|line| line.starts_with("model name"));
    let name = name.and_then(|line| line.split_once(':'));
    name.map_or("unknown", |(_, name)| name.trim()).to_owned()
}
