//! Every `console` block of the page of `degrid plan` is run, and shows what the command writes.

#[test]
fn commands_of_the_page_write_what_it_shows() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .case("docs/plan.md")
        .run();
}

#[test]
fn the_file_of_the_page_is_the_one_that_is_planned() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    assert!(read("docs/plan.md").contains(&read("docs/plan.in/road.toml")));
}
