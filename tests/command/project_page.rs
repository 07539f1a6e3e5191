//! Every command that the page on projects shows, with its output.

#[test]
fn commands_of_the_page() {
    trycmd::TestCases::new().case("docs/project.md");
}

#[test]
fn the_file_of_the_page_is_the_one_that_holds() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    assert!(read("docs/project.md").contains(&read("docs/project.in/degrid.toml")));
}
