//! Every command that the page on models shows, with its output.

#[test]
fn commands_of_the_page() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .env("LC_ALL", "C.UTF-8")
        .case("docs/models.md");
}
