//! A prepared impulse: immutable, shared by any number of engines and instances.
//!
//! Made on the worker, read by audio threads, dropped by whoever is last (the worker keeps one).

use std::{fmt, sync::Arc};

use super::{
    Isa, Matrix, PrepareError,
    cost::CostTable,
    multiply::Term,
    plan::{Dimensions, Extents, Plan},
    routes::{PART, Route, routes},
    spectra::Spectra,
    transform::transform,
};

/// Taps smaller than this (-300 dBFS) are nothing: their products with quiet input would be denormal numbers,
/// which cost some processors a hundred times what others cost.
const SMALLEST_TAP: f32 = 1e-15;

/// An impulse prepared for one matrix. `Send + Sync`; an [`Engine`](super::Engine) adds its history to it.
pub struct Kernel {
    pub(crate) isa: Isa,
    pub(crate) inputs: usize,
    pub(crate) tail: usize,
    pub(crate) plan: Plan,
    /// Per output: which output sum it is; outputs with the same routes share one.
    pub(crate) outputs: Vec<Option<usize>>,
    /// Per output sum: what it is the sum of among the first taps.
    pub(crate) head_sums: Vec<Vec<Term>>,
    /// The first taps of each response, `plan.head` each.
    pub(crate) head: Vec<f32>,
    /// Per level of the plan.
    pub(crate) levels: Vec<Spectra>,
}

impl Kernel {
    /// Prepares the impulse's channels for a matrix. Not real-time: allocates and transforms.
    ///
    /// Zeros at the end of a response are dropped. Channels may differ in length, and may be empty.
    ///
    /// # Errors
    /// When a path of the matrix leads out of range, a sample or gain is not finite, or a channel is
    /// longer than [`MAX_RESPONSE`](super::MAX_RESPONSE).
    pub fn prepare(channels: &[Vec<f32>], matrix: &Matrix) -> Result<Arc<Self>, PrepareError> {
        Self::prepare_for(channels, matrix, Isa::best())
    }

    /// As [`prepare`](Self::prepare), given up as soon as `cancelled` says that nobody wants it any more. It is
    /// asked every few milliseconds.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare), and [`PrepareError::Cancelled`].
    pub fn prepare_with(
        channels: &[Vec<f32>],
        matrix: &Matrix,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Arc<Self>, PrepareError> {
        Self::make(channels, matrix, (Isa::best(), false), cancelled)
    }

    /// As [`prepare_with`](Self::prepare_with), for an impulse of which some channels begin late or end early: where
    /// they are nothing but zeros they cost nothing. The bits of an output may differ from what the same channels give
    /// alone, as other partitions may pay.
    ///
    /// # Errors
    /// As [`prepare_with`](Self::prepare_with).
    pub fn prepare_sparse_with(
        channels: &[Vec<f32>],
        matrix: &Matrix,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Arc<Self>, PrepareError> {
        Self::make(channels, matrix, (Isa::best(), true), cancelled)
    }

    /// As [`prepare`](Self::prepare), for another instruction set than the processor's best.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn prepare_for(
        channels: &[Vec<f32>],
        matrix: &Matrix,
        isa: Isa,
    ) -> Result<Arc<Self>, PrepareError> {
        Self::make(channels, matrix, (isa, false), &|| false)
    }

    fn make(
        channels: &[Vec<f32>],
        matrix: &Matrix,
        (isa, is_sparse): (Isa, bool),
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Arc<Self>, PrepareError> {
        let mut routes = routes(channels, matrix, cancelled)?;
        // Responses that are alike are kept once.
        let mut responses: Vec<Vec<f32>> = Vec::new();
        let mut terms: Vec<Vec<Term>> = vec![Vec::new(); matrix.outputs];
        for Route {
            input,
            output,
            response,
        } in &mut routes
        {
            let found = responses.iter().position(|known| known == response);
            let response = found.unwrap_or_else(|| {
                responses.push(std::mem::take(response));
                responses.len() - 1
            });
            terms[*output].push(Term {
                input: *input,
                response,
            });
        }
        // So are outputs.
        let mut output_sums: Vec<Vec<Term>> = Vec::new();
        let mut outputs = Vec::new();
        for terms in terms {
            let found = output_sums.iter().position(|known| *known == terms);
            outputs.push((!terms.is_empty()).then(|| {
                found.unwrap_or_else(|| {
                    output_sums.push(terms);
                    output_sums.len() - 1
                })
            }));
        }
        for part in responses.iter_mut().flat_map(|row| row.chunks_mut(PART)) {
            if cancelled() {
                return Err(PrepareError::Cancelled);
            }
            for tap in part {
                if tap.abs() < SMALLEST_TAP {
                    *tap = 0.0;
                }
            }
        }
        let tail = responses.iter().map(Vec::len).max().unwrap_or(0);
        let extent = |response: &Vec<f32>| match is_sparse {
            true => response.iter().position(|tap| *tap != 0.0).unwrap_or(0)..response.len(),
            false => 0..tail,
        };
        let extents = Extents {
            output_sums: &output_sums,
            responses: responses.iter().map(extent).collect(),
        };
        let plan = Plan::new(Dimensions {
            extents: is_sparse.then_some(&extents),
            costs: CostTable::of(isa),
            inputs: matrix.inputs,
            output_sums: output_sums.len(),
            responses: responses.len(),
            terms: output_sums.iter().map(Vec::len).sum(),
            tail,
        });
        let mut head = vec![0.0; plan.head * responses.len()];
        for (slot, response) in head.chunks_exact_mut(plan.head.max(1)).zip(&responses) {
            let taps = response.len().min(plan.head);
            slot[..taps].copy_from_slice(&response[..taps]);
        }
        let mut levels = Vec::new();
        for level in &plan.levels {
            let Some(transform) = transform(level.size) else {
                continue;
            };
            let responses = (matrix.inputs, &responses[..]);
            let spectra = Spectra::new(isa, transform, level, (responses, &extents), cancelled);
            levels.push(spectra.ok_or(PrepareError::Cancelled)?);
        }
        let first = 0..plan.head;
        let in_head = |term: &&Term| extents.reaches(term.response, &first);
        let head_sums = output_sums.iter();
        let head_sums = head_sums.map(|terms| terms.iter().filter(in_head).copied().collect());
        Ok(Arc::new(Self {
            isa,
            inputs: matrix.inputs,
            tail,
            plan,
            outputs,
            head_sums: head_sums.collect(),
            head,
            levels,
        }))
    }

    /// A kernel that answers everything with silence.
    pub fn silent(inputs: usize, outputs: usize) -> Arc<Self> {
        let of = Dimensions {
            costs: CostTable::Narrow,
            inputs,
            output_sums: 0,
            responses: 0,
            terms: 0,
            tail: 0,
            extents: None,
        };
        Arc::new(Self {
            isa: Isa::Portable,
            inputs,
            tail: 0,
            plan: Plan::new(of),
            outputs: vec![None; outputs],
            head_sums: Vec::new(),
            head: Vec::new(),
            levels: Vec::new(),
        })
    }

    /// Number of input channels.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of output channels.
    pub fn outputs(&self) -> usize {
        self.outputs.len()
    }

    /// Length of the longest response, samples.
    pub fn tail(&self) -> usize {
        self.tail
    }

    /// Memory of the prepared spectra and tables, bytes. All engines of this kernel share it.
    pub fn bytes(&self) -> usize {
        let spectra: usize = self
            .levels
            .iter()
            .map(|level| size_of_val(&level.cells[..]))
            .sum();
        let items: usize = self
            .plan
            .levels
            .iter()
            .map(|level| size_of_val(&level.items[..]))
            .sum();
        spectra + items + size_of_val(&self.head[..])
    }

    /// How the response is cut, for people: `256 direct + 6 x 128 + ...`.
    pub fn describe(&self) -> String {
        let levels = self
            .plan
            .levels
            .iter()
            .map(|level| format!(" + {} x {}", level.parts, level.size));
        format!("{} direct{}", self.plan.head, levels.collect::<String>())
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Kernel({} to {}, {})",
            self.inputs,
            self.outputs.len(),
            self.describe()
        )
    }
}
