//! A consent with a bank of the United Kingdom: mutual TLS is not of this test, and the body is signed.

mod played;

use provider::{Client, types};

fn main() {
    played::played(2, async |sandbox| {
        let client = Client::builder().base_url(sandbox.url()).access_token(sandbox.value("access_token"));
        let client = client.transport_certificate(sandbox.value("transport_certificate"));
        let client = client.signing_key(sandbox.value("signing_key")).key_id("key-1").organisation_id("org/software");
        let client = client.build().expect("a client");
        let amount = types::ObActiveOrHistoricCurrencyAndAmount::builder().amount("12.50").currency("GBP");
        let asked = types::ObvrpFundsConfirmationRequestData::builder().consent_id("consent-1").reference("rent");
        let body = types::ObvrpFundsConfirmationRequest::builder().data(asked.instructed_amount(amount));
        let call = client.domestic_vrp_consents_funds_confirmation().consent_id("consent-1").body(body);
        call.send().await.expect("there are funds");
        client.domestic_vrp_consents_get().consent_id("consent-1").send().await.expect("the consent");
    });
}
