//! What is recorded is read back whole, from the same thread and from another, or not at all.

use super::*;

#[test]
#[cfg_attr(miri, ignore = "one thread, and a hundred thousand samples")]
fn the_past_is_read_back_until_the_loop_comes_round() {
    let (mut writer, reader) = history(2, 4 * HISTORY_BLOCK);
    let block: Vec<f32> = (0..HISTORY_BLOCK).map(|i| i as f32).collect();
    let mut past = [vec![0.0; 100], vec![0.0; 100]];
    for _ in 0..3 {
        writer.write(&[&block, &block]);
    }
    let mut read = |from| {
        let [left, right] = &mut past;
        let result = reader.read(from, &mut [left, right]);
        result.map(|()| (past[0][0], past[1][99]))
    };
    assert_eq!(read(50), Ok((50.0, 149.0)));
    assert_eq!(read(3 * HISTORY_BLOCK as u64), Err(OutOfHistory));
    writer.write(&[&block, &block]);
    // A write that began now would run over the first block.
    assert_eq!(read(50), Err(OutOfHistory));
    assert_eq!(read(HISTORY_BLOCK as u64), Ok((0.0, 99.0)));
    assert_eq!(reader.begin(), HISTORY_BLOCK as u64);
}

#[test]
#[cfg_attr(miri, ignore = "one thread, and tens of thousands of samples")]
fn a_block_of_any_length_is_recorded_whole() {
    let (mut writer, reader) = history(2, 8 * HISTORY_BLOCK);
    let block: Vec<f32> = (0..3 * HISTORY_BLOCK + 5).map(|i| i as f32).collect();
    writer.write(&[&block, &block]);
    writer.write(&[&block[1..], &block]);
    assert_eq!(reader.head(), 2 * block.len() as u64);
    let mut past = [(); 2].map(|()| vec![0.0; block.len()]);
    let mut read = |from| {
        let [left, right] = &mut past;
        reader.read(from, &mut [left, right]).map(|()| past.clone())
    };
    assert_eq!(read(0), Ok([block.clone(), block.clone()]));
    // What the shorter channel lacks is silence, and not what was there before.
    let mut shorter = block[1..].to_vec();
    shorter.push(0.0);
    assert_eq!(read(block.len() as u64), Ok([shorter, block]));
}

#[test]
#[cfg_attr(miri, ignore = "one thread, and tens of thousands of samples")]
fn a_channel_that_is_missing_is_silent() {
    let (mut writer, _reader) = history(2, 1);
    for _ in 0..3 {
        writer.write(&[&[1.0; HISTORY_BLOCK], &[1.0; HISTORY_BLOCK]]);
    }
    writer.write(&[&[0.5]]);
    let mut past = [[0.0], [7.0]];
    let [left, right] = &mut past;
    assert_eq!(writer.read(writer.head() - 1, &mut [left, right]), Ok(()));
    assert_eq!(past, [[0.5], [0.0]]);
}

#[test]
#[cfg(debug_assertions)]
#[should_panic = "the history has 1 channels, not 2"]
fn a_channel_that_the_tape_has_not_is_noticed() {
    history(1, 1).0.write(&[&[1.0], &[1.0]]);
}

#[test]
fn what_was_cleared_does_not_count() {
    let (mut writer, reader) = history(1, 1);
    writer.write(&[&[1.0, 2.0]]);
    writer.clear();
    writer.write(&[&[3.0]]);
    assert_eq!((reader.begin(), reader.head()), (2, 3));
    assert_eq!(reader.read(1, &mut [&mut [0.0]]), Err(OutOfHistory));
}

#[test]
fn a_reader_never_sees_a_mixture_of_two_times() {
    // Each sample is its own position, so a sample of the next time round gives itself away.
    let (rounds, length) = if cfg!(miri) { (4, 8) } else { (2_000, 512) };
    let (mut writer, reader) = history(1, 2 * HISTORY_BLOCK);
    let thread = std::thread::spawn(move || {
        for round in 0..rounds {
            let block: Vec<f32> = (0..length)
                .map(|i| ((round * length + i) % 65_536) as f32)
                .collect();
            writer.write(&[&block]);
        }
    });
    let mut past = vec![0.0; length];
    let mut seen = 0;
    while !thread.is_finished() {
        let from = reader.begin();
        if reader.read(from, &mut [&mut past]).is_ok() {
            seen += 1;
            for (offset, sample) in past.iter().enumerate() {
                assert_eq!(*sample, ((from + offset as u64) % 65_536) as f32);
            }
        }
    }
    thread.join().expect("the writer ends");
    // The end of the recording stands still and must be readable in any case.
    assert!(
        reader
            .read(reader.head() - length as u64, &mut [&mut past])
            .is_ok()
    );
    println!("{seen} reads succeeded while recording");
}
