//! The project's own commands; `cargo xtask bundle` makes the plug-in bundles.

fn main() -> nice_plug_xtask::Result<()> {
    nice_plug_xtask::main()
}
