//! The command, run in a folder of its own.
#![allow(dead_code)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How a run went.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// A folder that is removed at the end.
pub struct Folder(PathBuf);

impl Folder {
    /// A new folder; `name` is that of the test.
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("degrid-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        // As the command sees it: a temporary folder may be reached by a link.
        Self(path.canonicalize().unwrap())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file, and the folders that it needs.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// `degrid check` with these arguments in this folder.
    pub fn check(&self, args: &[&str]) -> Ran {
        check(&self.0, args, "")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `degrid check` in a folder, with a text on standard input.
pub fn check(folder: &Path, args: &[&str], input: &str) -> Ran {
    degrid(folder, "check", args, input)
}

/// A command in a folder, with a text on standard input.
pub fn degrid(folder: &Path, command: &str, args: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_degrid"))
        .arg(command)
        .args(args)
        .current_dir(folder)
        .env("COLUMNS", "100")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR")
        .env_remove("FORCE_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A run that fails at once may not read its input.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// All formats.
pub const FORMATS: [&str; 8] = [
    "human",
    "concise",
    "json",
    "json-lines",
    "sarif",
    "github",
    "gitlab",
    "junit",
];

/// A network without findings.
pub const CLEAN: &str = "[[stage]]\nname = \"body\"\ndilations = [1, 2, 5]\n";

/// A network with a warning.
pub const WARN: &str = "[[stage]]\nname = \"body\"\nkernel = 1\ndilations = [2]\n";

/// A network with a finding at level deny.
pub const DENY: &str = "[[stage]]\nname = \"body\"\ndilations = [1, 2, 9]\n";

/// No network.
pub const INVALID: &str = "[[stage]]\nname = \"body\"\ndilations = [1, 0]\n";

/// A network with findings, multi-byte text, a tab, CRLF and a byte order mark.
pub const LETTERS: &str = "\u{feff}# Größe\r\n[[stage]]\r\nname = \"körper 😀\"\r\ndilations = [2, 4]\t# ä\r\n\r\n[[stage]]\r\nname = \"ü\"\r\nlayers = [ { name = \"€😀\",\tkernel = 1, dilation = 3 }, { dilation = 1 } ]\r\n";

/// A name that would end a command, a property or an XML text, and begin another.
pub const HOSTILE: &str = r"a\n::error::b\r\n::set-output name=x::y%0A,::,file=z ##[error]c ]]> & <d> \u001b[31m \u0007 \uFFFE e";

/// A network with [`HOSTILE`] as the name of a stage.
pub fn hostile() -> String {
    format!(
        "[[stage]]\nname = \"{HOSTILE}\"\ndilations = [4, 9]\n[[stage]]\nname = \"plain\"\ndilations = [1]\n"
    )
}
