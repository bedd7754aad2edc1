//! What models are called, and how they are reached.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::ModelConnectionId;

/// A model connection of the backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
// The backend's document has a model connection with all that is known of it.
#[schema(as = NamedConnection)]
pub struct ModelConnection {
    /// Identifies it. A turn that was written by another one can't be continued: vendors bind what a model has thought to the
    /// account.
    pub id: ModelConnectionId,
    /// Its name, by which people know it.
    pub name: String,
}

/// A model as people know it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedModel {
    /// The provider, such as `anthropic`.
    pub provider: String,
    /// The vendor's id of the model.
    pub model: String,
    /// The model connection by which it is reached; absent: the configuration of the model service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ModelConnection>,
}

impl NamedModel {
    /// Whether both are the same model by the same connection, whatever the connection was called at the time.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let id = |named: &Self| named.connection.as_ref().map(|connection| connection.id);
        (&self.provider, &self.model) == (&other.provider, &other.model) && id(self) == id(other)
    }

    /// How it is called where others of these have the same id.
    #[must_use]
    pub fn label(&self, among: &[&Self]) -> String {
        let has_double = among.iter().any(|other| !self.is(other) && other.model == self.model);
        match &self.connection {
            Some(connection) if has_double => format!("{} ({})", self.model, connection.name),
            _ => self.model.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(model: &str, connection: Option<ModelConnection>) -> NamedModel {
        NamedModel { provider: "anthropic".into(), model: model.into(), connection }
    }

    #[test]
    fn a_renamed_connection_is_the_same_and_another_one_is_not() {
        let id = ModelConnectionId::generate();
        let by = |id, name: &str| named("claude", Some(ModelConnection { id, name: name.into() }));
        assert!(by(id, "Work").is(&by(id, "Office")));
        assert!(!by(id, "Work").is(&by(ModelConnectionId::generate(), "Work")));
        assert!(!by(id, "Work").is(&named("claude", None)));
        assert!(!named("claude", None).is(&named("other", None)));
    }

    #[test]
    fn the_connection_is_named_only_where_it_tells_models_apart() {
        let id = ModelConnectionId::generate();
        let own = named("claude", Some(ModelConnection { id, name: "Work".into() }));
        let (site, other) = (named("claude", None), named("other", None));
        assert_eq!(own.label(&[&own, &site]), "claude (Work)");
        assert_eq!(site.label(&[&own, &site]), "claude");
        assert_eq!(own.label(&[&own, &other]), "claude");
    }
}
