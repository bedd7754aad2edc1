//! The clouds that serve a vendor's models in its stead, and how they are addressed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A cloud that serves a vendor's models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlatformName {
    /// Amazon Bedrock, for Claude.
    Bedrock,
    /// Claude Platform on AWS.
    Aws,
    /// Google Cloud's Vertex AI, for Claude and Gemini.
    Vertex,
    /// Claude on Google Cloud, which the vendor itself runs.
    GoogleCloud,
    /// Microsoft Foundry, for Claude.
    Foundry,
    /// Azure OpenAI, for OpenAI's models.
    Azure,
}

impl PlatformName {
    /// Every platform.
    pub const ALL: [Self; 6] =
        [Self::Bedrock, Self::Aws, Self::Vertex, Self::GoogleCloud, Self::Foundry, Self::Azure];

    /// The name in settings and requests.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bedrock => "bedrock",
            Self::Aws => "aws",
            Self::Vertex => "vertex",
            Self::GoogleCloud => "google-cloud",
            Self::Foundry => "foundry",
            Self::Azure => "azure",
        }
    }

    /// The platform with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.as_str() == name)
    }

    /// Whether it serves the models of a provider, such as `anthropic`.
    #[must_use]
    pub fn serves(self, provider: &str) -> bool {
        match self {
            Self::Bedrock | Self::Aws | Self::GoogleCloud | Self::Foundry => provider == "anthropic",
            Self::Vertex => matches!(provider, "anthropic" | "gemini"),
            Self::Azure => provider == "openai",
        }
    }

    /// The fields that its requests can't do without.
    #[must_use]
    pub fn required(self) -> &'static [PlatformField] {
        match self {
            Self::Bedrock => &[PlatformField::Region],
            Self::Aws => &[PlatformField::Region, PlatformField::Workspace],
            Self::Vertex => &[PlatformField::Region, PlatformField::Project],
            Self::GoogleCloud => &[PlatformField::Project, PlatformField::Workspace],
            Self::Foundry | Self::Azure => &[],
        }
    }
}

/// A field of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlatformField {
    /// The region.
    Region,
    /// The project.
    Project,
    /// The workspace.
    Workspace,
    /// The version of the API.
    ApiVersion,
}

/// A cloud, and what addresses a vendor's models there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// Which one.
    pub name: PlatformName,
    /// The region of AWS or Google Cloud, such as `us-east-1`, `us-east5` or `global`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The project of Google Cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The vendor's workspace, for Claude Platform on AWS and Claude on Google Cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// The dated version of Azure's API; absent: its undated one, `/openai/v1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
}

impl Platform {
    /// A platform without any field.
    #[must_use]
    pub fn new(name: PlatformName) -> Self {
        Self { name, region: None, project: None, workspace: None, api_version: None }
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, field: PlatformField) -> Option<&str> {
        match field {
            PlatformField::Region => self.region.as_deref(),
            PlatformField::Project => self.project.as_deref(),
            PlatformField::Workspace => self.workspace.as_deref(),
            PlatformField::ApiVersion => self.api_version.as_deref(),
        }
    }

    /// The first field that is needed and absent.
    #[must_use]
    pub fn missing(&self) -> Option<PlatformField> {
        self.name.required().iter().copied().find(|field| self.field(*field).is_none())
    }

    /// Whether every field may be part of an address: none leads to another host or path.
    #[must_use]
    pub fn is_addressable(&self) -> bool {
        let fields = [&self.region, &self.project, &self.workspace, &self.api_version];
        fields.into_iter().flatten().all(|field| is_word(field))
            && self.region.as_deref().is_none_or(|region| !region.contains(['.', '_', ':']))
    }

    /// The address of its API; `None` if every customer has another, or a field is absent.
    #[must_use]
    pub fn usual_address(&self) -> Option<String> {
        let region = self.region.as_deref();
        Some(match self.name {
            PlatformName::Bedrock => format!("https://bedrock-mantle.{}.api.aws/anthropic", region?),
            PlatformName::Aws => format!("https://aws-external-anthropic.{}.api.aws", region?),
            PlatformName::Vertex => match region? {
                "global" => "https://aiplatform.googleapis.com".to_owned(),
                region @ ("us" | "eu") => format!("https://aiplatform.{region}.rep.googleapis.com"),
                region => format!("https://{region}-aiplatform.googleapis.com"),
            },
            PlatformName::GoogleCloud => format!(
                "https://claude.googleapis.com/v1/projects/{}/locations/{}/workspaces/{}/invoke",
                self.project.as_deref()?,
                region.unwrap_or("global"),
                self.workspace.as_deref()?
            ),
            PlatformName::Foundry | PlatformName::Azure => return None,
        })
    }
}

/// Whether a text is one segment of a path and means nothing else.
fn is_word(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    (1..=100).contains(&text.len()) && text.chars().all(is_part) && !text.starts_with('.')
}
