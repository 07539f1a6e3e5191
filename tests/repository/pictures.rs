//! The pictures of the documentation are what the tool draws today.

#[allow(dead_code)]
#[path = "../../examples/pictures.rs"]
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

#[test]
fn the_gallery_says_how_each_picture_is_drawn() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let page = std::fs::read_to_string(folder.join("gallery.md")).unwrap();
    let is_svg = |name: &str| Path::new(name).extension().is_some_and(|e| e == "svg");
    let drawn = || example::SHOWN.iter().filter(|(name, _)| is_svg(name));
    for (name, args) in drawn() {
        let command = format!("degrid show {} -o docs/pictures/{name}\n", args.join(" "));
        assert!(page.contains(&command), "docs/gallery.md lacks: {command}");
        assert!(
            page.contains(&format!("](pictures/{name})")),
            "{name} is not shown"
        );
    }
    let commands = page
        .lines()
        .filter(|line| line.starts_with("degrid "))
        .count();
    assert_eq!(commands, drawn().count());
}
