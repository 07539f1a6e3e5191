//! Every command that the page on models shows, with its output.

#[test]
fn commands_of_the_page() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .case("docs/models.md");
}
