//! Every command that the README shows, with its output.

#[test]
fn commands_of_the_readme() {
    trycmd::TestCases::new().case("README.md");
}
