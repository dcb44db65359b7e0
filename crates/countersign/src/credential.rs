//! Where a credential comes from: a text, a file, or a signer that holds the key in the caller's place.

use std::fmt;
use std::fs::{self, File};
use std::future::Future;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use countersign_plan::{CredentialKind, Function, Text, Value};
use countersign_sign::{Credential, REDACTED, Secret, Setup, ToSign};
use zeroize::Zeroizing;

/// A file is not read beyond this.
pub(crate) const LARGEST_FILE: u64 = 1024 * 1024;

/// What a signer fails with.
pub type SignerError = Box<dyn std::error::Error + Send + Sync>;

/// Signs with a key that the process does not hold, such as one in a KMS or an HSM.
///
/// It serves the words `sign`, `jwt`, `jws` and `hmac-…` of a document whose key is one credential. A client whose document does
/// anything else with the credential is not built.
///
/// ```
/// use countersign::{Signer, SignerError, ToSign};
///
/// /// A key behind a service.
/// struct Vault;
///
/// impl Signer for Vault {
///     async fn sign(&self, to_sign: ToSign) -> Result<Vec<u8>, SignerError> {
///         // `to_sign.signing` says how, and `to_sign.message` what.
///         Err(format!("there is no key for {}", to_sign.credential).into())
///     }
/// }
/// ```
pub trait Signer: Send + Sync + 'static {
    /// Signs bytes: the message itself, which is not hashed yet.
    ///
    /// A signature with a private key has the form that [`signing`](ToSign::signing) names. ECDSA is mostly wanted as two numbers
    /// of a fixed size one after the other, and a KMS gives it as DER, so that it is to be written anew.
    ///
    /// # Errors
    /// The message of an error is part of the call's. It must not have anything secret in it.
    fn sign(&self, to_sign: ToSign) -> impl Future<Output = Result<Vec<u8>, SignerError>> + Send;
}

/// A signature that is being made.
type Signing<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, SignerError>> + Send + 'a>>;

/// A signer of any type.
pub(crate) trait AnySigner: Send + Sync {
    fn sign(&self, to_sign: ToSign) -> Signing<'_>;
}

impl<S: Signer> AnySigner for S {
    fn sign(&self, to_sign: ToSign) -> Signing<'_> {
        Box::pin(Signer::sign(self, to_sign))
    }
}

/// Where a credential comes from. A text converts into it.
#[derive(Clone)]
pub struct CredentialSource(pub(crate) Source);

#[derive(Clone)]
pub(crate) enum Source {
    Text(Secret),
    /// A file, and what it is called in a message.
    File(PathBuf, String),
    Signer(Arc<dyn AnySigner>),
}

impl CredentialSource {
    /// A file that holds the credential. A line break at its end does not count.
    ///
    /// It is looked at before each attempt and read again when it has changed. What it holds then and cannot be used is traced
    /// once, and the client goes on with what it had. A client certificate is read once.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::named_file(path, "its file".to_owned())
    }

    /// A signer that holds the key.
    pub fn signer(signer: impl Signer) -> Self {
        Self(Source::Signer(Arc::new(signer)))
    }

    pub(crate) fn named_file(path: impl Into<PathBuf>, called: String) -> Self {
        Self(Source::File(path.into(), called))
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.0, Source::Text(text) if text.expose().is_empty())
    }

    /// Reads the credential.
    ///
    /// # Errors
    /// It cannot be read, or is not of its kind.
    pub(crate) fn read(&self, kind: CredentialKind) -> Result<Credential, String> {
        match &self.0 {
            Source::Text(text) => Credential::read(text.clone(), kind),
            Source::File(path, called) => match read_file(path, called)? {
                text if text.expose().is_empty() => Err(format!("{called} is empty")),
                text => Credential::read(text, kind),
            },
            Source::Signer(_) => match kind {
                CredentialKind::Text | CredentialKind::Hex | CredentialKind::Base64 | CredentialKind::PrivateKey => {
                    Ok(Credential::signer())
                }
                kind => Err(format!("a signer cannot be a {}", kind.name())),
            },
        }
    }
}

impl<T: Into<Secret>> From<T> for CredentialSource {
    fn from(text: T) -> Self {
        Self(Source::Text(text.into()))
    }
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Text(_) => f.write_str(REDACTED),
            // A secret that was taken for the path is one all the same.
            Source::File(..) => f.write_str("file"),
            Source::Signer(_) => f.write_str("signer"),
        }
    }
}

/// Reads a file, without the line break at its end.
///
/// # Errors
/// It cannot be read, or is too large.
pub(crate) fn read_file(path: &Path, called: &str) -> Result<Secret, String> {
    let mut text = Zeroizing::new(String::new());
    File::open(path)
        .and_then(|file| file.take(LARGEST_FILE + 1).read_to_string(&mut text))
        .map_err(|error| format!("{called} cannot be read: {}", error.kind()))?;
    if text.len() as u64 > LARGEST_FILE {
        return Err(format!("{called} has more than {LARGEST_FILE} bytes"));
    }
    let line = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    Ok(line.into())
}

/// Whether an expression does something with a credential that a signer cannot do.
pub(crate) fn needs_its_text(values: &[Value], credential: &str) -> bool {
    values.iter().any(|value| match value {
        Value::Credential(name) | Value::Public { credential: name, .. } => name == credential,
        Value::Apply(Function::Sign(..) | Function::Jws(..) | Function::Hmac(_), [key, rest @ ..])
            if matches!(key.as_ref(), [Value::Credential(name)] if name == credential) =>
        {
            rest.iter().any(|operand| needs_its_text(operand, credential))
        }
        value => value.operands().iter().any(|operand| needs_its_text(operand, credential)),
    })
}

/// A credential that is in a file.
pub(crate) struct InFile {
    pub(crate) name: Text,
    pub(crate) kind: CredentialKind,
    pub(crate) source: CredentialSource,
}

/// The credentials that are in files, and a setup that has them as they were last seen.
pub(crate) struct Files {
    files: Vec<InFile>,
    seen: Mutex<Seen>,
}

struct Seen {
    setup: Arc<Setup>,
    /// When each file was written, and how long it is.
    stamps: Vec<Option<(SystemTime, u64)>>,
}

impl Files {
    /// `None` where no credential is in a file.
    pub(crate) fn new(files: Vec<InFile>, setup: &Setup) -> Option<Self> {
        let stamps = files.iter().map(InFile::stamp).collect();
        (!files.is_empty()).then(|| Self { files, seen: Mutex::new(Seen { setup: Arc::new(setup.clone()), stamps }) })
    }

    /// The setup with what is in the files now.
    pub(crate) fn setup(&self) -> Arc<Setup> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (index, file) in self.files.iter().enumerate() {
            let stamp = file.stamp();
            if stamp == seen.stamps[index] {
                continue;
            }
            seen.stamps[index] = stamp;
            match file.source.read(file.kind) {
                Ok(credential) => {
                    let mut setup = (*seen.setup).clone();
                    setup.credentials.insert(file.name.clone(), credential);
                    seen.setup = Arc::new(setup);
                }
                Err(problem) => {
                    let (provider, credential) = (&seen.setup.plan.name, &file.name);
                    tracing::warn!(%provider, %credential, %problem, "a credential that changed is of no use");
                }
            }
        }
        seen.setup.clone()
    }
}

impl InFile {
    fn stamp(&self) -> Option<(SystemTime, u64)> {
        let Source::File(path, _) = &self.source.0 else { return None };
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }
}

#[cfg(test)]
mod tests;
