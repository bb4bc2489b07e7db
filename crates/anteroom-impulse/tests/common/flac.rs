//! FLAC files for tests.

/// A FLAC of 16-bit samples, the channels in turns.
pub fn flac(samples: &[i32], channels: usize, rate: usize) -> Vec<u8> {
    use flacenc::component::BitRepr;
    use flacenc::error::Verify;
    let config = flacenc::config::Encoder::default();
    let config = config.into_verified().expect("the defaults");
    let source = flacenc::source::MemSource::from_samples(samples, channels, 16, rate);
    let stream = flacenc::encode_with_fixed_block_size(&config, source, config.block_size);
    let mut sink = flacenc::bitsink::ByteSink::new();
    let stream = stream.expect("good samples");
    stream.write(&mut sink).expect("memory");
    sink.as_slice().to_vec()
}
