//! A charge with Pix, for which the client gets a token. Mutual TLS is not of this test.

mod played;

use provider::{Client, types};

fn main() {
    played::played(3, async |sandbox| {
        let client = Client::builder().base_url(sandbox.url()).certificate(sandbox.value("certificate"));
        let client = client.client_id(sandbox.value("client_id")).client_secret(sandbox.value("client_secret"));
        let client = client.build().expect("a client");
        let txid = "a0000000000000000000000001";
        let call = client.put_cob_txid().txid(txid).calendario(types::CobExpiracao::builder().expiracao(3600));
        let call = call.valor(types::CobSolicitadaValor::builder().original("37.00"));
        let made = call.chave("7d9f0335-8dcc-4054-9bf9-0dbd61d36906").send().await.expect("a charge");
        let known = client.get_cob_txid().txid(txid).send().await.expect("the charge");
        assert_eq!((&known.txid, &known.valor.original), (&made.txid, &made.valor.original));
    });
}
