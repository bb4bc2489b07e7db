//! The exchange layer without the crate around it: the same files, and nothing but what they need.

#[path = "../../src"]
mod source {
    pub mod exchange;
}

pub use source::exchange;
