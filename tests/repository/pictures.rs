//! The pictures of the documentation are what the tool draws today.

#[allow(dead_code)]
#[path = "../../examples/pictures/main.rs"]
mod example;

use std::path::Path;

#[test]
fn pictures_are_current() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    example::write(Path::new(env!("CARGO_BIN_EXE_degrid")), &folder).unwrap();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name();
        let (new, old) = (
            std::fs::read(folder.join(&name)).unwrap(),
            std::fs::read(kept.join(&name)).unwrap_or_default(),
        );
        assert!(
            new == old,
            "docs/pictures/{} is out of date: cargo build && cargo run --example pictures",
            name.display()
        );
    }
}
