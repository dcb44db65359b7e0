//! The generator over growing numbers of documents, which are made here from the starting document.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::table::{Table, grouped};

/// Adds the rows.
pub fn measure(table: &mut Table) -> Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace")?;
    run(Command::new("cargo").args(["build", "--quiet", "--release", "--package", "xtask"]).current_dir(workspace))?;
    let xtask = std::env::current_exe()?.with_file_name("xtask");
    let mut one = None;
    for providers in [4, 40, 400] {
        let folder = tempfile::tempdir()?;
        let specs = folder.path().join("specs");
        fs::create_dir(&specs)?;
        for number in 0..providers {
            let name = format!("provider_{number}");
            run(Command::new(&xtask).args(["new", &name, "--specs"]).arg(&specs))?;
        }
        let (seconds, mebibytes) = generate(&xtask, folder.path())?;
        let each = seconds / f64::from(providers);
        let ratio = match *one.get_or_insert(each) {
            first if providers > 4 => format!("{:.2} of the time for each of 4", each / first),
            _ => String::new(),
        };
        let spent = |seconds: f64, mebibytes: f64| format!("{:.0} ms, {} MiB", seconds * 1_000.0, grouped(mebibytes));
        table.row(format!("generating {providers} providers"), spent(seconds, mebibytes), "", ratio);
        let (seconds, mebibytes) = generate(&xtask, folder.path())?;
        table.row(format!("the same, nothing to change ({providers})"), spent(seconds, mebibytes), "", "");
    }
    let folder = tempfile::tempdir()?;
    let specs = folder.path().join("specs");
    fs::create_dir(&specs)?;
    fs::write(specs.join("large.yaml"), document_of(1_000))?;
    let (seconds, mebibytes) = generate(&xtask, folder.path())?;
    table.row(
        "generating one document of 1 000 operations",
        format!("{:.0} ms, {} MiB", seconds * 1_000.0, grouped(mebibytes)),
        "",
        "",
    );
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// Runs the generator and yields what it took: seconds, and the height of its resident memory in MiB.
fn generate(xtask: &Path, folder: &Path) -> Result<(f64, f64)> {
    let began = Instant::now();
    let mut child = Command::new(xtask)
        .args(["regenerate", "--specs"])
        .arg(folder.join("specs"))
        .arg("--crates")
        .arg(folder.join("crates"))
        .stdout(std::process::Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut height = 0;
    let finished = loop {
        // The height is kept by the kernel, so that looking now and then misses only the last moments.
        if let Ok(text) = fs::read_to_string(&status) {
            let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            height = peak.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(height);
        }
        if let Some(finished) = child.try_wait()? {
            break finished;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    if !finished.success() {
        bail!("the generator failed");
    }
    Ok((began.elapsed().as_secs_f64(), height as f64 / 1024.0))
}

fn document_of(operations: usize) -> String {
    let mut text = String::from(
        "openapi: 3.0.3\ninfo:\n  title: Large\n  version: 1.0.0\n  description: Many operations.\n  x-source: made for \
         measuring\nx-credentials:\n  key: {description: The key., x-source: made}\npaths:\n",
    );
    for number in 0..operations {
        text.push_str(&format!(
            "  /things/{number}:\n    post:\n      operationId: change_thing_{number}\n      summary: Changes thing \
             {number}\n      x-source: made\n      x-signed-fields: [name, count]\n      security: [{{sign: []}}]\n      \
             requestBody:\n        required: true\n        content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/Thing{number}'}}}}}}\n      responses:\n        '200': {{description: Done., x-source: \
             made, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing{number}'}}}}}}}}\n",
        ));
    }
    text.push_str(
        "components:\n  securitySchemes:\n    sign: {type: apiKey, in: header, name: X-Sign, description: Signs., x-source: \
         made, x-value: {hex: {sha-256: [{fields: signed}, {credential: key}]}}}\n  schemas:\n",
    );
    for number in 0..operations {
        text.push_str(&format!(
            "    Thing{number}:\n      type: object\n      description: A thing.\n      x-source: made\n      required: \
             [name]\n      properties:\n        name: {{type: string, description: Its name., x-source: made}}\n        \
             count: {{type: integer, description: How many., x-source: made}}\n",
        ));
    }
    text
}
