//! Links the extension so that functions of the same code are there once: generics make many of them, and the wheel shall be small.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_default();
    // Rust links for this target with LLD, its own copy of it; others link with what the system has.
    if target == "x86_64-unknown-linux-gnu" {
        println!("cargo::rustc-link-arg-cdylib=-Wl,--icf=all");
    }
}
