//! Output files: whole or not there, in every format, and never where no file can be.

use super::*;

#[test]
fn a_draft_that_is_not_kept_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out.wav");
    let (draft, file) = Draft::new(&place).unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    drop((draft, file));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    write(&place, b"whole").unwrap();
    assert_eq!(fs::read(&place).unwrap(), b"whole");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn every_format_holds_its_samples_and_counts_what_clips() {
    let folder = tempfile::tempdir().unwrap();
    for (bits, clips) in [
        (Bits::Sixteen, 2),
        (Bits::TwentyFour, 2),
        (Bits::ThirtyTwo, 2),
        (Bits::Float, 0),
    ] {
        let place = folder.path().join("out.wav");
        let mut wav = WavFile::new(&place, 48_000, 2, bits).unwrap();
        let channels = [vec![0.0, 0.5, -1.0, 1.5], vec![-0.25, 0.125, 1.0, 0.0]];
        wav.append(&channels, 4).unwrap();
        assert_eq!(wav.finish().unwrap(), clips);
        let mut reader = hound::WavReader::open(&place).unwrap();
        assert_eq!(reader.spec().bits_per_sample, bits.wide());
        let third = match bits {
            Bits::Float => reader.samples::<f32>().nth(2).unwrap().unwrap(),
            _ => {
                let scale = f64::from(1_u32 << (bits.wide() - 1));
                (f64::from(reader.samples::<i32>().nth(2).unwrap().unwrap()) / scale) as f32
            }
        };
        assert_eq!(third, 0.5);
    }
}

#[test]
fn a_file_that_would_not_fit_its_format_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out.wav");
    let mut wav = WavFile::new(&place, 48_000, 2, Bits::Float).unwrap();
    wav.room = 15;
    wav.append(&[[0.0_f32], [0.0]], 1).unwrap();
    assert!(wav.append(&[[0.0_f32], [0.0]], 1).is_err());
    drop(wav);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_device_is_refused_and_a_link_stays_a_link() {
    use std::os::unix::fs::FileTypeExt;
    let device = Path::new("/dev/null");
    assert!(Draft::new(device).is_err());
    assert!(fs::metadata(device).unwrap().file_type().is_char_device());
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (
        folder.path().join("real.wav"),
        folder.path().join("link.wav"),
    );
    fs::write(&real, b"old").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    write(&link, b"new").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&real).unwrap(), b"new");
}

#[test]
fn a_place_where_no_file_can_be_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Draft::new(folder.path()).is_err());
    assert!(Draft::new(&folder.path().join("no/such/folder/out.wav")).is_err());
}
