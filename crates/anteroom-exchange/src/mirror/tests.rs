//! A mirror and its replicas: a full one refuses for all, one that is gone for none.

use super::*;

impl State for Vec<u8> {
    type Op = u8;
    fn apply(&mut self, op: &u8) {
        self.push(*op);
    }
}

#[test]
fn a_full_replica_refuses_for_all_of_them() {
    let mut mirror = Mirror::new(Vec::new());
    let mut small = mirror.attach(2);
    let mut large = mirror.attach(4);
    mirror.write_all(&[1, 2]).unwrap();
    assert_eq!(
        mirror.write(3),
        Err(WriteError::Full { wanted: 1, free: 0 })
    );
    assert_eq!((large.update(4), small.update(1)), (2, 1));
    assert_eq!((mirror.lag(), mirror.len()), (1, 2));
    mirror.write(3).unwrap();
    small.update(2);
    large.update(4);
    assert!(*small == *mirror && *large == *mirror);
    assert_eq!((small.sequence(), mirror.sequence()), (3, 3));
}

#[test]
fn a_replica_that_is_gone_holds_nobody_up() {
    let mut mirror = Mirror::new(Vec::new());
    drop(mirror.attach(1));
    for op in 0..9 {
        mirror.write(op).unwrap();
    }
    assert_eq!(mirror.lag(), 0);
    let late = mirror.attach(1);
    assert_eq!((*late).clone(), *mirror);
}
