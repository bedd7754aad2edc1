//! The frontend is embedded, so a new build of it is a reason to build anew; without one its folder is empty.

fn main() -> std::io::Result<()> {
    let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../frontend/dist");
    std::fs::create_dir_all(built)?;
    println!("cargo::rerun-if-changed={built}");
    Ok(())
}
