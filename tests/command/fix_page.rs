//! Every command that the page on `fix` shows, with its output.

#[test]
fn commands_of_the_page() {
    trycmd::TestCases::new().case("docs/fix.md");
}
