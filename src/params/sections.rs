//! Which parameters belong to a section, and which a page of a hardware controller has.

use super::spec::{ParamSpec, RemotePage, Section};
use super::table::PARAMS;

impl Section {
    /// Its parameters, each with its place in [`PARAMS`], in the order of its panel.
    pub fn params(self) -> impl Iterator<Item = (usize, &'static ParamSpec)> + Clone {
        let of_rank = move |last: bool| {
            let all = PARAMS.iter().enumerate();
            all.filter(move |(_, param)| param.section == self && param.last_in_panel == last)
        };
        of_rank(false).chain(of_rank(true))
    }
}

impl RemotePage {
    /// The places in [`PARAMS`] of what its eight slots hold. An empty slot is a gap.
    #[must_use]
    pub fn slots(self) -> [Option<usize>; 8] {
        std::array::from_fn(|slot| {
            let here = Some((self, slot as u8));
            PARAMS.iter().position(|param| param.remote == here)
        })
    }
}
