//! How the library is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // What it defines itself is what it uses, above all the two functions of src/thread_exit.rs: without this the
        // dynamic linker takes the C library's, which come first.
        println!("cargo::rustc-link-arg-cdylib=-Wl,-Bsymbolic-functions");
    }
}
