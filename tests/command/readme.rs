//! Every command that the README and the pages on matrices and on CI show, with its output.

#[test]
fn commands_of_the_readme() {
    trycmd::TestCases::new()
        .env("LC_ALL", "C.UTF-8")
        .case("README.md")
        .case("docs/matrix.md")
        .case("docs/ci.md");
}
