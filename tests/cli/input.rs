//! What is read: standard input where its user names it, and an impulse with or without repair.

use super::*;

/// Runs with this on standard input, from a pipe.
fn piped(arguments: &[&str], bytes: &[u8]) -> Output {
    use std::io::Write;
    use std::process::Stdio;
    let mut program = Command::new(env!("CARGO_BIN_EXE_anteroom"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = program.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || {
        // The program may have heard enough.
        let _ = pipe.write_all(&bytes);
    });
    let output = program.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

#[test]
fn a_pipe_is_read_where_its_user_names_it() {
    let folder = Folder::new();
    let (dry, ir) = (folder.impulse("dry.wav", 3), folder.impulse("ir.wav", 1));
    let (from_files, from_pipe) = (folder.path("files.wav"), folder.path("pipe.wav"));
    let render = |input: &str, ir: &str, out: &Path| {
        let arguments = ["render", input, "-o", text(out), "--ir", ir];
        arguments.map(str::to_owned).to_vec()
    };
    let run_piped = |arguments: Vec<String>, bytes: &[u8]| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = piped(&arguments, bytes);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{complaint}");
        String::from_utf8(output.stdout).unwrap()
    };
    good(&[
        "render",
        text(&dry),
        "-o",
        text(&from_files),
        "--ir",
        text(&ir),
    ]);
    let want = fs::read(&from_files).unwrap();
    let (dry_bytes, ir_bytes) = (fs::read(&dry).unwrap(), fs::read(&ir).unwrap());
    run_piped(render("-", text(&ir), &from_pipe), &dry_bytes);
    assert!(
        fs::read(&from_pipe).unwrap() == want,
        "another sound from a pipe"
    );
    run_piped(render(text(&dry), "-", &from_pipe), &ir_bytes);
    assert!(
        fs::read(&from_pipe).unwrap() == want,
        "another impulse from a pipe"
    );
    // A tag in front, and one behind.
    let tagged = [
        &b"ID3\x03\0\0\0\0\x01\0"[..],
        &[0; 128],
        &ir_bytes,
        b"TAG",
        &[0; 125],
    ]
    .concat();
    run_piped(render(text(&dry), "-", &from_pipe), &tagged);
    assert!(fs::read(&from_pipe).unwrap() == want, "tags are heard");
    let said = run_piped(vec!["analyze".into(), "-".into()], &ir_bytes);
    assert_eq!(said, good(&["analyze", text(&ir)]));
}

#[test]
fn a_pipe_that_does_not_end_is_read_no_further_than_a_minute() {
    use std::io::Write;
    use std::process::Stdio;
    let mut program = Command::new(env!("CARGO_BIN_EXE_anteroom"))
        .args(["analyze", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = program.stdin.take().unwrap();
    let mut head = b"RIFF\xFF\xFF\xFF\xFFWAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    head.extend(8000u32.to_le_bytes());
    head.extend(8000u32.to_le_bytes());
    head.extend(b"\x01\0\x08\0data\xFF\xFF\xFF\xFF");
    head.extend((0..8000u32).map(|n| 128 + ((n * 31 % 97) * (8000 - n) / 8000) as u8));
    let mut written = 0u64;
    let silence = vec![128; 1 << 20];
    let mut part = &head[..];
    // It ends because nobody listens any more.
    while pipe.write_all(part).is_ok() && written < 4 << 30 {
        written += part.len() as u64;
        part = &silence;
    }
    drop(pipe);
    let output = program.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{complaint}");
    assert!(complaint.contains("longer than 60 s"), "{complaint}");
    assert!(written < 256 << 20, "{written} bytes were taken");
}

#[test]
fn what_comes_through_a_pipe_can_be_no_sound_as_well() {
    let folder = Folder::new();
    let (dry, out) = (folder.impulse("dry.wav", 3), folder.path("out.wav"));
    for bytes in [&b""[..], b"hello", &[0; 100_000]] {
        let output = piped(&["analyze", "-"], bytes);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{complaint}");
        assert!(
            complaint.starts_with("error: standard input is not usable"),
            "{complaint}"
        );
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
    let twice = piped(&["render", "-", "-o", text(&out), "--ir", "-"], b"");
    assert_eq!(twice.status.code(), Some(2));
    let lost = piped(&["preset", "-o", "x.clapstate", "--ir", "-"], b"");
    assert_eq!(lost.status.code(), Some(2));
    let named = bad(
        1,
        &["render", text(&dry), "-o", text(&out), "--ir", "/dev/zero"],
    );
    assert!(named.contains("it is a device, not a file"), "{named}");
}

/// The mean of some samples.
fn level(samples: &[f32]) -> f32 {
    samples.iter().sum::<f32>() / samples.len() as f32
}

#[test]
fn without_normalizing_an_impulse_is_played_as_it_is() {
    let folder = Folder::new();
    let (dry, out) = (folder.path("dry.wav"), folder.path("out.wav"));
    // A click: what comes out is the impulse.
    write_wav(&dry, 48_000, &[1.0, 0.0, 0.0, 0.0]);
    let mut offset: Vec<f32> = (0..8000).map(|n| 0.5 * (-0.002 * n as f32).exp()).collect();
    offset.iter_mut().for_each(|sample| *sample += 0.02);
    let average = vec![1.0 / 4800.0; 4800];
    for (name, samples, extra, kept) in [
        (
            "average.wav",
            &average,
            &["--set", "normalize=off"][..],
            true,
        ),
        (
            "average.wav",
            &average,
            &["--set", "normalize=off", "--repair", "on"],
            true,
        ),
        ("offset.wav", &offset, &["--set", "normalize=off"], true),
        (
            "offset.wav",
            &offset,
            &["--set", "normalize=off", "--repair", "off"],
            true,
        ),
        (
            "offset.wav",
            &offset,
            &["--set", "normalize=off", "--repair", "on"],
            false,
        ),
        ("offset.wav", &offset, &["--repair", "off"], true),
        ("offset.wav", &offset, &[], false),
    ] {
        let ir = folder.path(name);
        write_wav(&ir, 48_000, samples);
        let fixed = [
            "render",
            text(&dry),
            "-o",
            text(&out),
            "--ir",
            text(&ir),
            "--set",
            "mix=100",
        ];
        let output = run(&[&fixed[..], extra].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        let wet = read(&out)[0][..samples.len()].to_vec();
        if extra.contains(&"normalize=off") {
            let want = |sample: &f32| if kept { *sample } else { sample - 0.02 };
            let worst = wet.iter().zip(samples.iter().map(want));
            let worst = worst.fold(0.0f32, |worst, (a, b)| worst.max((a - b).abs()));
            assert!(worst < 1e-3, "{name} {extra:?}: {worst}");
        }
        let (head, tail) = (level(&wet[..1000]), level(&wet[wet.len() - 1000..]));
        if name == "offset.wav" {
            // At the end there is the offset, and nothing else.
            assert_eq!(tail / head > 0.03, kept, "{extra:?}: {head} {tail}");
            let note = if kept {
                "is left as it is"
            } else {
                "was removed"
            };
            assert!(
                said.contains("a constant offset of 0.02"),
                "{extra:?}: {said}"
            );
            assert!(said.contains(note), "{extra:?}: {said}");
        } else {
            assert!(!said.contains("offset"), "{said}");
        }
    }
}
