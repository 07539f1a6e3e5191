use super::*;
pub(super) fn run(_: &Args, _: &std::path::Path, _: &mut dyn Write) -> Result<Status, CliError> {
    Err(CliError::Usage("not yet".to_owned()))
}
