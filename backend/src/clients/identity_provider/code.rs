//! The authorization code flow of OAuth 2 with PKCE.

use futures_util::future::BoxFuture;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use url::Url;

use super::http::ProviderHttp;
use super::{Attempt, ClientSettings, Code, ProviderError};

/// The addresses of the flow, and how the client authenticates itself.
pub(super) struct Endpoints {
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) auth_type: AuthType,
}

/// What a provider gives for a code.
pub(super) struct Tokens {
    pub(super) access_token: Secret,
    pub(super) id_token: Option<Secret>,
}

#[derive(Debug, Serialize, Deserialize)]
struct IdTokenField {
    #[serde(default)]
    id_token: Option<String>,
}

impl ExtraTokenFields for IdTokenField {}

type CodeClient = Client<
    BasicErrorResponse,
    StandardTokenResponse<IdTokenField, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The address at which a browser begins.
pub(super) fn authorization_url(
    provider: &ClientSettings,
    endpoints: &Endpoints,
    state: &str,
    nonce: Option<&str>,
    attempt: &Attempt<'_>,
) -> Result<Url, ProviderError> {
    let client = client(provider, endpoints, attempt)?;
    let verifier = PkceCodeVerifier::new(attempt.verifier.to_owned());
    let state = state.to_owned();
    let mut request = client
        .authorize_url(|| CsrfToken::new(state))
        .add_scopes(provider.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    if let Some(nonce) = nonce {
        request = request.add_extra_param("nonce", nonce.to_owned());
    }
    Ok(request.url().0)
}

/// Exchanges a code for tokens. Boxed, because the compiler does not see that the library's future is `Send`.
pub(super) fn exchange<'a>(
    http: &'a ProviderHttp,
    provider: &'a ClientSettings,
    endpoints: &'a Endpoints,
    attempt: &'a Attempt<'a>,
    code: &'a Code<'a>,
) -> BoxFuture<'a, Result<Tokens, ProviderError>> {
    Box::pin(async move {
        let client = client(provider, endpoints, attempt)?;
        let send = |request| {
            let http = http.clone();
            async move { http.exchange(request).await }
        };
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.to_owned()))
            .request_async(&send)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(refused) => ProviderError::Refused(refused.to_string()),
                RequestTokenError::Request(error) => error,
                RequestTokenError::Parse(error, _) => ProviderError::AnswerInvalid(error.to_string()),
                RequestTokenError::Other(reason) => ProviderError::AnswerInvalid(reason),
            })?;
        Ok(Tokens {
            access_token: Secret::new(tokens.access_token().secret()),
            id_token: tokens.extra_fields().id_token.as_ref().map(Secret::new),
        })
    })
}

fn client(
    provider: &ClientSettings,
    endpoints: &Endpoints,
    attempt: &Attempt<'_>,
) -> Result<CodeClient, ProviderError> {
    let redirect = RedirectUrl::new(attempt.redirect_uri.to_owned())
        .map_err(|error| ProviderError::AnswerInvalid(format!("{}: {error}", attempt.redirect_uri)))?;
    let client = Client::new(ClientId::new(provider.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(endpoints.authorization.clone()))
        .set_token_uri(TokenUrl::from_url(endpoints.token.clone()))
        .set_auth_type(endpoints.auth_type.clone())
        .set_redirect_uri(redirect);
    Ok(match &provider.client_secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().to_owned())),
        None => client,
    })
}
