//! Every command that the README and the page on matrices show, with its output.

#[test]
fn commands_of_the_readme() {
    trycmd::TestCases::new()
        .case("README.md")
        .case("docs/matrix.md");
}
