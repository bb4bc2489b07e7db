//! Makes the view of the impulse from what the loader and the analysis publish. Editor thread.

use std::sync::Arc;

use crate::editor::view_model::{Acoustics, Column, DecayCurve, IrView};
use crate::instance::{
    self, Analysis, ChannelAnalysis, Findings, IrAnalysis, IrHandle, Measures, Status,
    times_by_octave,
};

/// Makes the view when there is something new to show, and asks for the analysis that it needs.
#[derive(Debug, Default)]
pub(super) struct IrViewBuilder {
    /// Analyses the impulse, on a thread of its own, while a window is open.
    study: Option<IrAnalysis>,
    /// The impulse that it was asked for last.
    requested: IrHandle,
    /// What it found last.
    findings: Findings,
    /// The outline that the last view was made from.
    outline: Arc<instance::Picture>,
}

impl IrViewBuilder {
    /// A window opens. If there is no thread for the analysis, there are no curves.
    pub fn open(&mut self) {
        *self = Self {
            study: IrAnalysis::start().ok(),
            ..Self::default()
        };
    }

    /// The window closes.
    pub fn close(&mut self) {
        self.study = None;
    }

    /// The view, if there is a new one. The curves of the last shape stay until those of the new one are known.
    pub fn update(&mut self, status: &Status) -> Option<Arc<IrView>> {
        let mut stale = !Arc::ptr_eq(&self.outline, &status.picture);
        if let Some(study) = &mut self.study {
            let wanted = &status.ir;
            if !self.requested.is_of(wanted) || self.requested.shape != wanted.shape {
                study.look_at(wanted.clone());
                self.requested = wanted.clone();
            }
            if let Some(findings) = study.news() {
                self.findings = findings.clone();
                stale = true;
            }
        }
        if !stale {
            return None;
        }
        self.outline = Arc::clone(&status.picture);
        let of_this = self.findings.ir.is_of(&status.ir);
        let findings = of_this.then_some(&self.findings);
        Some(Arc::new(view(&status.picture, findings)))
    }
}

/// The view of an impulse. Without an analysis of it, its shaped outline only.
fn view(shaped: &instance::Picture, findings: Option<&Findings>) -> IrView {
    let mut ir = IrView {
        shaped: columns(shaped),
        shaped_seconds: shaped.seconds as f32,
        ..IrView::default()
    };
    let Some(findings) = findings else {
        return ir;
    };
    ir.original = columns(&findings.original);
    ir.original_seconds = findings.original.seconds as f32;
    ir.spectrogram = Arc::clone(&findings.spectrogram);
    // Those of the first channel: in a room the channels differ less than the bands do.
    let first = |analysis: &Option<Arc<Analysis>>| {
        let analysis = analysis.as_ref()?;
        analysis.channels.first().cloned()
    };
    ir.shape = findings.ir.shape;
    if let Some(before) = first(&findings.before) {
        let mixing = before.echo_density.mixing_time_ms;
        ir.mixing_seconds = mixing.map(|ms| ms as f32 / 1000.0);
        ir.before = acoustics(&before);
    }
    if let Some(after) = first(&findings.after) {
        ir.after = acoustics(&after);
        let bands = after.bands.iter().chain([&after.broadband]);
        ir.decays = bands
            .map(|band| decay_curve(band, after.onset_ms))
            .collect();
    }
    ir
}

fn acoustics(channel: &ChannelAnalysis) -> Acoustics {
    let band = &channel.broadband;
    let seconds = |value: Option<f64>| value.map(|value| value as f32);
    Acoustics {
        octaves: times_by_octave(channel),
        t30: seconds(band.t30_s.or(band.t20_s)),
        edt: seconds(band.edt_s),
        c80: seconds(band.c80_db),
    }
}

fn decay_curve(band: &Measures, onset_ms: f64) -> DecayCurve {
    DecayCurve {
        hertz: band.centre_hz.unwrap_or(0.0) as f32,
        start: onset_ms as f32 / 1000.0,
        step: band.curve.step_s as f32,
        curve: band.curve.db.clone(),
    }
}

/// The outline of all channels together.
fn columns(from: &instance::Picture) -> Vec<Column> {
    let count = from.channels.iter().map(Vec::len).max().unwrap_or(0);
    let columns = (0..count).map(|index| {
        let all = from.channels.iter();
        let all = all.filter_map(|channel| channel.get(index));
        all.fold(Column::default(), |column, [min, max]| Column {
            min: column.min.min(*min),
            max: column.max.max(*max),
        })
    });
    columns.collect()
}
