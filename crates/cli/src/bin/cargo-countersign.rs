//! `cargo countersign …`: what Cargo runs for it is the program `countersign`, with the same arguments.

use std::env;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments: Vec<_> = env::args_os().skip(1).collect();
    // Cargo names the command that it was given.
    if arguments.first().is_some_and(|first| first == "countersign") {
        arguments.remove(0);
    }
    // It is installed beside this one.
    let beside =
        env::current_exe().ok().map(|own| own.with_file_name(format!("countersign{}", env::consts::EXE_SUFFIX)));
    let program = beside.filter(|path| path.is_file()).unwrap_or_else(|| "countersign".into());
    match Command::new(&program).args(arguments).status() {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("error: {} cannot be run: {error}; install countersign-cli anew", program.display());
            ExitCode::from(2)
        }
    }
}
