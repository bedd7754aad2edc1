//! Logging in with OpenID Connect.

use super::id_token::{self, Claims, Expected, Refusal};
use super::{
    Attempt, ClientSettings, Code, IdentityProviderClient, Profile, ProviderError, code, split_name,
};
use crate::clients::identity_provider::discovery::Metadata;

impl IdentityProviderClient {
    pub(super) async fn oidc_profile(
        &self,
        provider: &ClientSettings,
        attempt: &Attempt<'_>,
        code: &Code<'_>,
    ) -> Result<Profile, ProviderError> {
        let metadata = self.documents.metadata(&provider.issuer).await?;
        check_issuer(&metadata, code)?;
        let tokens = code::exchange(&self.http, provider, &metadata.endpoints(), attempt, code).await?;
        let id_token = tokens.id_token.ok_or(ProviderError::TokenInvalid("there is none"))?;
        let expected = Expected {
            issuer: &metadata.issuer,
            client_id: &provider.client_id,
            nonce: attempt.nonce,
            now: self.now(),
        };
        let claims = self.verified(id_token.expose(), &metadata, &expected).await?;
        let Some(userinfo) = metadata.userinfo_endpoint.as_ref().filter(|_| is_short(&claims)) else {
            return Ok(profile(claims));
        };
        let more: Claims = self.http.json(userinfo, "application/json", Some(&tokens.access_token)).await?;
        if more.sub != claims.sub {
            return Err(ProviderError::AnswerInvalid("it tells about somebody else".to_owned()));
        }
        Ok(profile(claims.completed_by(more)))
    }

    /// The claims of a token. A key that is not known may be new, so the keys are asked for once more.
    async fn verified(
        &self,
        token: &str,
        metadata: &Metadata,
        expected: &Expected<'_>,
    ) -> Result<Claims, ProviderError> {
        let known = self.documents.keys(metadata).await?;
        let verified = match id_token::verify(token, &known, expected) {
            Err(Refusal::UnknownKey) => {
                id_token::verify(token, &self.documents.new_keys(metadata).await?, expected)
            }
            verified => verified,
        };
        verified.map_err(|refusal| {
            ProviderError::TokenInvalid(match refusal {
                Refusal::UnknownKey => "it is signed with a key that the provider does not publish",
                Refusal::Invalid(reason) => reason,
            })
        })
    }
}

/// Checks that a code is from the issuer to which the browser was sent (RFC 9207).
fn check_issuer(metadata: &Metadata, code: &Code<'_>) -> Result<(), ProviderError> {
    match code.issuer {
        Some(issuer) if issuer != metadata.issuer => {
            Err(ProviderError::AnswerInvalid("the code is from another issuer".to_owned()))
        }
        None if metadata.authorization_response_iss_parameter_supported => {
            Err(ProviderError::AnswerInvalid("the code does not tell its issuer".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Whether a token leaves out what providers tell at another address then.
fn is_short(claims: &Claims) -> bool {
    claims.email.is_none() || (claims.preferred_username.is_none() && claims.name.is_none())
}

fn profile(claims: Claims) -> Profile {
    let email = claims.confirmed_email().map(str::to_owned);
    let (first_name, last_name) = match (claims.given_name, claims.family_name) {
        (None, None) => split_name(claims.name.as_deref().unwrap_or_default()),
        (first, last) => (first.unwrap_or_default(), last.unwrap_or_default()),
    };
    let login = claims.preferred_username.or(claims.email).or(claims.name).unwrap_or_default();
    Profile { subject: claims.sub, login, email, first_name, last_name }
}
