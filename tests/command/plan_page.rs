//! Every `console` block of the page of `degrid plan` is run, and shows what the command writes.

#[test]
fn commands_of_the_page_write_what_it_shows() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .case("docs/plan.md")
        .run();
}

/// Backslashes of a console block would be taken for those of a Windows path.
#[test]
fn the_latex_of_the_page_is_what_its_command_writes() {
    let page = std::fs::read_to_string("docs/plan.md").unwrap();
    let (before, rest) = page.split_once("```latex\n").unwrap();
    let shown = rest.split("```").next().unwrap();
    let command = before.trim_end().rsplit('`').nth(1).unwrap();
    let arguments = command.strip_prefix("degrid ").unwrap().split(' ');
    let written = std::process::Command::new(env!("CARGO_BIN_EXE_degrid"))
        .args(arguments)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(written.stdout).unwrap(), shown);
}

#[test]
fn the_file_of_the_page_is_the_one_that_is_planned() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    assert!(read("docs/plan.md").contains(&read("docs/plan.in/road.toml")));
}
