//! The instruction sets against plain arithmetic.

use super::*;

/// Every operation of every set, lane by lane, against plain arithmetic on numbers that need no rounding.
struct Everything;

impl Task for Everything {
    fn run<S: Simd>(self, s: S) {
        let a: Vec<f32> = (0..16).map(|lane| lane as f32 - 3.0).collect();
        let b: Vec<f32> = (0..16).map(|lane| 2.0 * lane as f32 + 1.0).collect();
        let (va, vb, vc) = (s.load(&a), s.load(&b), s.splat(0.5));
        let check = |vector: S::V, truth: &dyn Fn(usize) -> f32| {
            let mut lanes = [f32::NAN; 17];
            s.store(vector, &mut lanes);
            assert!((0..S::LANES).all(|lane| lanes[lane] == truth(lane)));
            assert!(lanes[S::LANES].is_nan(), "one lane too many was written");
        };
        check(s.add(va, vb), &|lane| a[lane] + b[lane]);
        check(s.sub(va, vb), &|lane| a[lane] - b[lane]);
        check(s.mul(va, vb), &|lane| a[lane] * b[lane]);
        check(s.mul_add(va, vb, vc), &|lane| a[lane] * b[lane] + 0.5);
        check(s.mul_sub_from(va, vb, vc), &|lane| 0.5 - a[lane] * b[lane]);

        let square: Vec<f32> = (0..256).map(|index| index as f32).collect();
        let mut rows = [s.splat(0.0); 16];
        for row in 0..S::LANES {
            rows[row] = s.load(&square[16 * row..]);
        }
        s.transpose(&mut rows[..S::LANES]);
        for column in 0..S::LANES {
            check(rows[column], &|row| square[16 * row + column]);
        }
    }
}

#[test]
fn every_set_does_what_it_says() {
    for isa in Isa::available() {
        for lanes in [4, 8, 16] {
            run(isa, lanes, Everything);
        }
    }
}

/// A product that does not fit into a number, less what it is rounded to.
struct Remainder(f32);

impl Task for Remainder {
    fn run<S: Simd>(self, s: S) {
        let a = 1.0 + 1.0 / 4096.0;
        let (factor, rounded) = (s.splat(a), s.splat(a * a));
        let negative = s.sub(s.splat(0.0), rounded);
        for (vector, wanted) in [
            (s.mul_add(factor, factor, negative), self.0),
            (s.mul_sub_from(factor, factor, rounded), -self.0),
        ] {
            let mut lanes = [f32::NAN; 16];
            s.store(vector, &mut lanes);
            assert!(lanes[..S::LANES].iter().all(|lane| *lane == wanted));
        }
    }
}

#[test]
fn every_set_of_a_processor_that_can_fuses() {
    let remainder = match Isa::fuses() {
        true => 1.0 / 4096.0_f32.powi(2),
        false => 0.0,
    };
    for isa in Isa::available() {
        for lanes in [4, 8, 16] {
            run(isa, lanes, Remainder(remainder));
        }
    }
}

#[test]
#[should_panic]
fn a_slice_that_is_too_short_is_not_read() {
    struct Short;
    impl Task for Short {
        fn run<S: Simd>(self, simd: S) {
            simd.load(&[0.0; 3]);
        }
    }
    run(Isa::best(), 16, Short);
}

#[test]
fn a_set_is_chosen_by_its_name_if_it_is_there() {
    let all = [Isa::Portable, Isa::Avx2, Isa::Avx512];
    let chosen = |name: &str| Isa::chosen(&all, Some(OsStr::new(name)));
    for isa in all {
        assert_eq!(chosen(isa.name()), isa);
    }
    assert_eq!(chosen("neon"), Isa::Avx512);
    assert_eq!(chosen(""), Isa::Avx512);
    assert_eq!(Isa::chosen(&all, None), Isa::Avx512);
    assert_eq!(Isa::chosen(&[], None), Isa::Portable);
}
