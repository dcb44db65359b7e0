//! Keys, and what is said of configurations in which they are wrong.

use std::cell::Cell;
use std::fs;
use std::sync::LazyLock;

use countersign::plan::CredentialKind;
use countersign::webhook::WebhooksBuilder;
use countersign::{Builder, CredentialSource, Signer, SignerError, ToSign};
use tempfile::NamedTempFile;

use super::{Leaks, PUBLIC_KEY, WORD, forms, listen};

/// A private key of nobody's, and a certificate of it.
pub(super) const PRIVATE: &str = include_str!("../../../crates/sign/tests/data/keys/rsa.pem");
pub(super) const CERTIFICATE: &str = include_str!("../../../crates/sign/tests/data/keys/rsa.certificate.pem");

/// The first lines of a private key are its public half.
const PUBLIC_LINES: usize = 7;

/// How a piece of the private key could be printed: each line of its PEM text, and the bytes that it stands for.
pub(super) static FORMS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let key = pem::parse(PRIVATE).expect("PEM text");
    // So many bytes are on a line.
    key.contents().chunks_exact(48).skip(PUBLIC_LINES).flat_map(forms).collect()
});

/// A signer that says in a trace what it is asked for, and signs it badly.
#[derive(Debug)]
pub struct Traced;

impl Signer for Traced {
    async fn sign(&self, to_sign: ToSign) -> Result<Vec<u8>, SignerError> {
        tracing::trace!("{to_sign:?} {to_sign:#?}");
        Ok(vec![1; 256])
    }
}

/// Sources of what is no credential of any kind but text.
fn bad_sources() -> Vec<(&'static str, CredentialSource)> {
    let lines = PRIVATE.lines().enumerate().filter(|(line, _)| *line != 9);
    let cut: String = lines.map(|(_, text)| format!("{text}\n")).collect();
    let encrypted = "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: SENTINEL\n\n";
    let texts = [
        ("hexadecimal of an odd length", "53454e54494e454c5".to_owned()),
        ("hexadecimal with another letter", "53454e54494e454cSENTINEL*".to_owned()),
        ("base64 with another sign", "U0VOVElORUw*SENTINEL".to_owned()),
        ("another label", "-----BEGIN SENTINEL-----\nU0VOVElORUw=\n-----END SENTINEL-----".to_owned()),
        ("another end", "-----BEGIN PRIVATE KEY-----\nU0VOVElORUw=\n-----END SENTINEL-----".to_owned()),
        ("a block of nothing", "-----BEGIN PRIVATE KEY-----\nU0VOVElORUw=\n-----END PRIVATE KEY-----".to_owned()),
        ("a key without a line", cut.clone()),
        ("a key of another label", PRIVATE.replace("PRIVATE", "PUBLIC")),
        ("an encrypted key", PRIVATE.replacen("KEY-----\n", encrypted, 1)),
        ("a bad certificate", format!("{}{cut}", CERTIFICATE.replace("MII", WORD))),
        ("a bad key of a certificate", format!("{}{cut}", CERTIFICATE.replacen("CERT", WORD, 1))),
        ("a private JWK", r#"{"kty":"oct","k":"SENTINEL","d":"SENTINEL"}"#.to_owned()),
        ("a JWKS of nothing known", r#"{"keys":[{"kty":"SENTINEL","crv":"SENTINEL","x":"SENTINEL"}]}"#.to_owned()),
        ("what is no JWKS", r#"{"keys":"SENTINEL"#.to_owned()),
    ];
    let texts = texts.map(|(what, text)| (what, CredentialSource::from(text)));
    let files = [
        ("a file that is not there", CredentialSource::file("/no/such/SENTINEL")),
        ("a directory", CredentialSource::file("/")),
        ("a key that was taken for a path", CredentialSource::file(PRIVATE)),
    ];
    texts.into_iter().chain(files).collect()
}

impl Leaks {
    /// Prints what is said of configurations in which everything is wrong.
    ///
    /// # Panics
    /// Something is found.
    #[track_caller]
    pub fn configurations(&self) {
        self.bad_addresses();
        for (what, source) in bad_sources() {
            self.bad_credentials(what, &source);
        }
    }

    #[track_caller]
    fn bad_addresses(&self) {
        let private = PUBLIC_KEY.replace("PUBLIC", "PRIVATE").replace("MII", WORD);
        let addresses = ["https://user:SENTINEL@host", "SENTINEL", "http://SENTINEL.example", "https://host/?SENTINEL"];
        for (address, value) in addresses.iter().flat_map(|address| [(address, WORD), (address, &private)]) {
            let given = Cell::new(false);
            let variable = |name: &str| {
                let is_given = name.ends_with("_FILE") || name.ends_with("_BASE_URL");
                given.set(given.get() || is_given);
                Ok(is_given.then(|| value.to_owned()))
            };
            let mut builder = Builder::new(self.plan.clone()).credential("no_such", value).setting("no_such", value);
            for credential in self.plan.credentials.iter() {
                builder = builder.credential(&credential.name, value);
            }
            let from_variables = Builder::new(self.plan.clone()).env_from(variable);
            assert!(given.get(), "no variable was read");
            for builder in [builder.base_url(*address), from_variables] {
                self.debug("the runtime's builder", &builder);
                match builder.build() {
                    Ok(client) => panic!("{client:?} was built for {address}"),
                    Err(error) => self.error("a configuration", &error),
                }
            }
        }
    }

    /// What a client and a receiver of webhooks say of one source for a credential, of each kind that has a form.
    #[track_caller]
    fn bad_credentials(&self, what: &str, source: &CredentialSource) {
        self.debug(what, source);
        let client = Builder::new(self.plan.clone()).base_url("http://localhost");
        let receiver = WebhooksBuilder::new(self.plan.clone());
        for known in self.plan.credentials.iter().filter(|known| known.kind != CredentialKind::Text) {
            let given = client.clone().credential(&known.name, source.clone());
            self.debug(what, &given);
            let error = given.build().expect_err("other credentials are missing");
            assert!(error.to_string().contains("not usable"), "{what} is taken for a {}: {error}", known.kind.name());
            self.error(what, &error);
            let given = receiver.clone().credential(&known.name, source.clone());
            self.debug(what, &given);
            if let Err(error) = given.build() {
                self.error(what, &error);
            }
        }
    }

    /// Has a credential change in its file to what is none, and prints what is said of that. `call` makes a client, changes
    /// the file, and makes a call.
    ///
    /// # Panics
    /// Something is found, or nothing is said.
    pub fn changed_file(&self, name: &str, call: impl Fn(CredentialSource, &dyn Fn())) {
        listen();
        for text in [&PRIVATE[..PRIVATE.len() / 2], "53454e54494e454c5SENTINEL", ""] {
            let file = NamedTempFile::new().expect("a file").into_temp_path();
            fs::write(&file, self.text(name)).expect("a credential");
            drop(self.heard());
            call(CredentialSource::file(&file), &|| fs::write(&file, text).expect("another text"));
            let said = self.heard();
            assert!(said.contains("a credential that changed is of no use"), "nothing is said of {name}");
            self.search("the trace of a file that changed", &said);
        }
    }
}
