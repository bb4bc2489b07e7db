//! Every row of the two texts that the exchange serves has a test, in one of two lists.

use std::path::Path;

/// The rows of the two texts, as the names of their tests begin.
const ROWS: &str = "a1 a2 a3 b1 b2 b3 c1 c2 c3 d1 d2 d3 d4 d5 d6 d7 d8 d9 d10 d11 d12 d13 e1 e2 e3 e4 \
    f1 f2 f3 f4 f5 p1_1 p1_2a p1_2b p1_2c p1_3 p2_1 p2_2 p2_3 t1 t2 t3 t4 t5 t6 p3_1 p3_2 p3_2p p3_2r \
    p4_1 p4_2 h1 h2 h3 h4 h5 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 r13 r14";

/// The rows that have no test in this text.
fn rows_without_a_test(text: &str) -> Vec<&'static str> {
    let shown = |row: &str| {
        // Whatever else stands between `#[test]` and its function.
        text.split("#[test]\n").skip(1).any(|test| {
            let mut lines = test.lines().skip_while(|line| line.starts_with("#["));
            lines
                .next()
                .is_some_and(|line| line.starts_with(&format!("fn {row}_")))
        })
    };
    ROWS.split_whitespace().filter(|row| !shown(row)).collect()
}

#[test]
fn every_row_of_the_two_texts_has_a_test() {
    assert_eq!(ROWS.split_whitespace().count(), 70);
    let lists = [
        "crates/anteroom-exchange/tests/rows/main.rs",
        "tests/rows/main.rs",
    ];
    let read =
        |list: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(list));
    let text = lists.map(|list| read(list).expect("the list of the rows"));
    let text = text.concat();
    assert_eq!(rows_without_a_test(&text), Vec::<&str>::new());
    // The check can tell a row from one whose name goes on.
    let control = text.replace("fn p3_2_", "fn x_");
    assert_eq!(rows_without_a_test(&control), ["p3_2"]);
}
