//! What the environment sets for platforms, by the names that the vendors' own libraries read.

use std::path::PathBuf;

use protocol::platform::{Platform, PlatformName};
use protocol::secret::Secret;
use url::Url;

use super::aws::AccessKey;
use crate::providers::shared::setting::{Setting, optional_choice, optional_text, optional_url, secret};

/// The platforms that serve Claude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ClaudePlatform {
    /// The vendor itself.
    Api,
    /// Amazon Bedrock.
    Bedrock,
    /// Claude Platform on AWS.
    Aws,
    /// Google Cloud's Vertex AI.
    Vertex,
    /// Claude on Google Cloud, which the vendor itself runs.
    GoogleCloud,
    /// Microsoft Foundry.
    Foundry,
}

/// The platforms that serve OpenAI's models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OpenAiPlatform {
    /// The vendor itself.
    Api,
    /// Azure OpenAI.
    Azure,
}

/// The platforms that serve Gemini.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum GeminiPlatform {
    /// The vendor's API with keys of AI Studio.
    Api,
    /// Google Cloud's Vertex AI.
    Vertex,
}

/// The settings of platforms.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "platform-settings")]
pub struct Settings {
    /// Where Claude is asked: api, bedrock, aws, vertex, google-cloud or foundry [default: api]
    #[arg(id = "ANTHROPIC_PLATFORM", long = "anthropic-platform", env = "ANTHROPIC_PLATFORM", default_value = "",
        hide_default_value = true, value_parser = optional_choice::<ClaudePlatform>)]
    pub claude: Setting<ClaudePlatform>,

    /// Where OpenAI's models are asked: api or azure [default: api]
    #[arg(id = "OPENAI_PLATFORM", long = "openai-platform", env = "OPENAI_PLATFORM", default_value = "",
        hide_default_value = true, value_parser = optional_choice::<OpenAiPlatform>)]
    pub openai: Setting<OpenAiPlatform>,

    /// Where Gemini is asked: api or vertex [default: api]
    #[arg(id = "GEMINI_PLATFORM", long = "gemini-platform", env = "GEMINI_PLATFORM", default_value = "",
        hide_default_value = true, value_parser = optional_choice::<GeminiPlatform>)]
    pub gemini: Setting<GeminiPlatform>,

    /// Amazon Web Services.
    #[command(flatten)]
    pub aws: Aws,

    /// Google Cloud.
    #[command(flatten)]
    pub google: Google,

    /// Microsoft Azure.
    #[command(flatten)]
    pub azure: Azure,
}

/// The settings of Amazon Bedrock and of Claude Platform on AWS.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "aws-settings")]
pub struct Aws {
    /// Region of AWS, such as us-east-1
    #[arg(id = "AWS_REGION", long = "aws-region", env = "AWS_REGION", default_value = "", hide_default_value = true,
        value_parser = optional_text)]
    pub region: Setting<String>,

    /// Region of AWS, if AWS_REGION is not set
    #[arg(id = "AWS_DEFAULT_REGION", long = "aws-default-region", env = "AWS_DEFAULT_REGION", default_value = "",
        hide_default_value = true, value_parser = optional_text)]
    pub default_region: Setting<String>,

    /// Id of the access key that signs requests to AWS
    #[arg(id = "AWS_ACCESS_KEY_ID", long = "aws-access-key-id", env = "AWS_ACCESS_KEY_ID", default_value = "",
        hide_env_values = true, hide_default_value = true, value_parser = optional_text)]
    pub access_key_id: Setting<String>,

    /// Secret part of that access key. Preferably set in the environment
    #[arg(id = "AWS_SECRET_ACCESS_KEY", long = "aws-secret-access-key", env = "AWS_SECRET_ACCESS_KEY",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub secret_access_key: Setting<Secret>,

    /// Session token that goes with an access key which is valid for some hours
    #[arg(id = "AWS_SESSION_TOKEN", long = "aws-session-token", env = "AWS_SESSION_TOKEN",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub session_token: Setting<Secret>,

    /// API key of Amazon Bedrock, in place of an access key
    #[arg(id = "AWS_BEARER_TOKEN_BEDROCK", long = "aws-bearer-token-bedrock", env = "AWS_BEARER_TOKEN_BEDROCK",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub bedrock_key: Setting<Secret>,

    /// API key of Claude Platform on AWS, in place of an access key
    #[arg(id = "ANTHROPIC_AWS_API_KEY", long = "anthropic-aws-api-key", env = "ANTHROPIC_AWS_API_KEY",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub claude_key: Setting<Secret>,

    /// Workspace of Claude Platform on AWS
    #[arg(id = "ANTHROPIC_AWS_WORKSPACE_ID", long = "anthropic-aws-workspace-id", env = "ANTHROPIC_AWS_WORKSPACE_ID",
        default_value = "", hide_default_value = true, value_parser = optional_text)]
    pub workspace: Setting<String>,

    /// Address of Amazon Bedrock, if not that of the region
    #[arg(id = "ANTHROPIC_BEDROCK_MANTLE_BASE_URL", long = "anthropic-bedrock-mantle-base-url",
        env = "ANTHROPIC_BEDROCK_MANTLE_BASE_URL", default_value = "", hide_default_value = true, value_parser = optional_url)]
    pub bedrock_url: Setting<Url>,

    /// Address of Claude Platform on AWS, if not that of the region
    #[arg(id = "ANTHROPIC_AWS_BASE_URL", long = "anthropic-aws-base-url", env = "ANTHROPIC_AWS_BASE_URL",
        default_value = "", hide_default_value = true, value_parser = optional_url)]
    pub claude_url: Setting<Url>,
}

/// The settings of Vertex AI and of Claude on Google Cloud.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "google-cloud-settings")]
pub struct Google {
    /// Key file of a service account of Google Cloud, or its content
    #[arg(id = "GOOGLE_APPLICATION_CREDENTIALS", long = "google-application-credentials",
        env = "GOOGLE_APPLICATION_CREDENTIALS", hide_env_values = true, default_value = "", hide_default_value = true,
        value_parser = secret)]
    pub credentials: Setting<Secret>,

    /// API key of Vertex AI, for Gemini, in place of a service account
    #[arg(id = "GOOGLE_API_KEY", long = "google-api-key", env = "GOOGLE_API_KEY", hide_env_values = true,
        default_value = "", hide_default_value = true, value_parser = secret)]
    pub api_key: Setting<Secret>,

    /// Project of Google Cloud for Claude on Vertex AI
    #[arg(id = "ANTHROPIC_VERTEX_PROJECT_ID", long = "anthropic-vertex-project-id", env = "ANTHROPIC_VERTEX_PROJECT_ID",
        default_value = "", hide_default_value = true, value_parser = optional_text)]
    pub claude_project: Setting<String>,

    /// Region of Google Cloud for Claude on Vertex AI, such as global or us-east5
    #[arg(id = "CLOUD_ML_REGION", long = "cloud-ml-region", env = "CLOUD_ML_REGION", default_value = "",
        hide_default_value = true, value_parser = optional_text)]
    pub claude_region: Setting<String>,

    /// Address of Vertex AI for Claude, if not that of the region
    #[arg(id = "ANTHROPIC_VERTEX_BASE_URL", long = "anthropic-vertex-base-url", env = "ANTHROPIC_VERTEX_BASE_URL",
        default_value = "", hide_default_value = true, value_parser = optional_url)]
    pub claude_url: Setting<Url>,

    /// Project of Google Cloud for Gemini on Vertex AI
    #[arg(id = "GOOGLE_CLOUD_PROJECT", long = "google-cloud-project", env = "GOOGLE_CLOUD_PROJECT", default_value = "",
        hide_default_value = true, value_parser = optional_text)]
    pub gemini_project: Setting<String>,

    /// Region of Google Cloud for Gemini on Vertex AI [default: global]
    #[arg(id = "GOOGLE_CLOUD_LOCATION", long = "google-cloud-location", env = "GOOGLE_CLOUD_LOCATION",
        default_value = "", hide_default_value = true, value_parser = optional_text)]
    pub gemini_region: Setting<String>,

    /// Project of Claude on Google Cloud
    #[arg(id = "ANTHROPIC_GOOGLE_CLOUD_PROJECT", long = "anthropic-google-cloud-project",
        env = "ANTHROPIC_GOOGLE_CLOUD_PROJECT", default_value = "", hide_default_value = true, value_parser = optional_text)]
    pub managed_project: Setting<String>,

    /// Workspace of Claude on Google Cloud
    #[arg(id = "ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID", long = "anthropic-google-cloud-workspace-id",
        env = "ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID", default_value = "", hide_default_value = true,
        value_parser = optional_text)]
    pub managed_workspace: Setting<String>,

    /// Address of Claude on Google Cloud, if not the usual one
    #[arg(id = "ANTHROPIC_GOOGLE_CLOUD_BASE_URL", long = "anthropic-google-cloud-base-url",
        env = "ANTHROPIC_GOOGLE_CLOUD_BASE_URL", default_value = "", hide_default_value = true, value_parser = optional_url)]
    pub managed_url: Setting<Url>,
}

/// The settings of Microsoft Foundry and of Azure OpenAI.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "azure-settings")]
pub struct Azure {
    /// Name of the resource of Microsoft Foundry that has Claude
    #[arg(id = "ANTHROPIC_FOUNDRY_RESOURCE", long = "anthropic-foundry-resource", env = "ANTHROPIC_FOUNDRY_RESOURCE",
        default_value = "", hide_default_value = true, value_parser = optional_text)]
    pub foundry_resource: Setting<String>,

    /// Address of Microsoft Foundry, in place of a resource
    #[arg(id = "ANTHROPIC_FOUNDRY_BASE_URL", long = "anthropic-foundry-base-url", env = "ANTHROPIC_FOUNDRY_BASE_URL",
        default_value = "", hide_default_value = true, value_parser = optional_url)]
    pub foundry_url: Setting<Url>,

    /// API key or Entra token of Microsoft Foundry
    #[arg(id = "ANTHROPIC_FOUNDRY_API_KEY", long = "anthropic-foundry-api-key", env = "ANTHROPIC_FOUNDRY_API_KEY",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub foundry_key: Setting<Secret>,

    /// Address of the resource of Azure OpenAI, such as <https://example.openai.azure.com>
    #[arg(id = "AZURE_OPENAI_ENDPOINT", long = "azure-openai-endpoint", env = "AZURE_OPENAI_ENDPOINT",
        default_value = "", hide_default_value = true, value_parser = optional_url)]
    pub openai_url: Setting<Url>,

    /// API key of Azure OpenAI
    #[arg(id = "AZURE_OPENAI_API_KEY", long = "azure-openai-api-key", env = "AZURE_OPENAI_API_KEY",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub openai_key: Setting<Secret>,

    /// Entra token of Azure OpenAI, in place of an API key
    #[arg(id = "AZURE_OPENAI_AD_TOKEN", long = "azure-openai-ad-token", env = "AZURE_OPENAI_AD_TOKEN",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub openai_token: Setting<Secret>,

    /// Dated version of Azure OpenAI's API [default: none, its undated one]
    #[arg(id = "OPENAI_API_VERSION", long = "openai-api-version", env = "OPENAI_API_VERSION", default_value = "",
        hide_default_value = true, value_parser = optional_text)]
    pub openai_version: Setting<String>,
}

/// What is given for a platform.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    /// A key, a token or a JSON.
    Text(Secret),
    /// An access key.
    AccessKey(AccessKey),
    /// The path of a key file.
    File(PathBuf),
}

/// A platform as the environment sets it.
#[derive(Debug, Clone)]
pub(crate) struct Configured {
    pub(crate) platform: Platform,
    pub(crate) address: Option<Url>,
    pub(crate) credential: Option<Given>,
    /// The variable that is missing if there is no credential.
    pub(crate) credential_variable: &'static str,
}

impl Settings {
    /// The keys.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let Self { aws, google, azure, .. } = self;
        [
            &aws.secret_access_key,
            &aws.session_token,
            &aws.bedrock_key,
            &aws.claude_key,
            &google.api_key,
            &azure.foundry_key,
            &azure.openai_key,
            &azure.openai_token,
        ]
        .into_iter()
        .flatten()
        .chain(google.content())
    }

    /// The platform that serves a provider's models; `None`: the vendor itself does.
    pub(crate) fn of(&self, provider: &str) -> Option<Configured> {
        let name = match provider {
            "anthropic" => match self.claude? {
                ClaudePlatform::Api => return None,
                ClaudePlatform::Bedrock => PlatformName::Bedrock,
                ClaudePlatform::Aws => PlatformName::Aws,
                ClaudePlatform::Vertex => PlatformName::Vertex,
                ClaudePlatform::GoogleCloud => PlatformName::GoogleCloud,
                ClaudePlatform::Foundry => PlatformName::Foundry,
            },
            "openai" => match self.openai? {
                OpenAiPlatform::Api => return None,
                OpenAiPlatform::Azure => PlatformName::Azure,
            },
            "gemini" => match self.gemini? {
                GeminiPlatform::Api => return None,
                GeminiPlatform::Vertex => return Some(self.google.gemini()),
            },
            _ => return None,
        };
        Some(match name {
            PlatformName::Bedrock | PlatformName::Aws => self.aws.configured(name),
            PlatformName::Vertex | PlatformName::GoogleCloud => self.google.claude(name),
            PlatformName::Foundry | PlatformName::Azure => self.azure.configured(name),
        })
    }
}

impl Aws {
    fn configured(&self, name: PlatformName) -> Configured {
        let is_bedrock = name == PlatformName::Bedrock;
        let keys = if is_bedrock { [&self.bedrock_key, &self.claude_key] } else { [&self.claude_key, &None] };
        let key = keys.into_iter().flatten().next().cloned().map(Given::Text);
        let variable = match (&self.access_key_id, is_bedrock) {
            (Some(_), _) => "AWS_SECRET_ACCESS_KEY",
            (None, true) => "AWS_BEARER_TOKEN_BEDROCK",
            (None, false) => "ANTHROPIC_AWS_API_KEY",
        };
        Configured {
            platform: Platform {
                region: self.region.clone().or_else(|| self.default_region.clone()),
                workspace: self.workspace.clone().filter(|_| !is_bedrock),
                ..Platform::new(name)
            },
            address: if is_bedrock { self.bedrock_url.clone() } else { self.claude_url.clone() },
            credential: key.or_else(|| self.access_key().map(Given::AccessKey)),
            credential_variable: variable,
        }
    }

    fn access_key(&self) -> Option<AccessKey> {
        Some(AccessKey {
            access_key_id: self.access_key_id.clone()?,
            secret_access_key: self.secret_access_key.clone()?,
            session_token: self.session_token.clone(),
        })
    }
}

impl Google {
    fn claude(&self, name: PlatformName) -> Configured {
        let platform = Platform::new(name);
        let (platform, address) = if name == PlatformName::Vertex {
            let (region, project) = (self.claude_region.clone(), self.claude_project.clone());
            (Platform { region, project, ..platform }, self.claude_url.clone())
        } else {
            let (project, workspace) = (self.managed_project.clone(), self.managed_workspace.clone());
            (Platform { project, workspace, ..platform }, self.managed_url.clone())
        };
        Configured {
            platform,
            address,
            credential: self.file(),
            credential_variable: "GOOGLE_APPLICATION_CREDENTIALS",
        }
    }

    fn gemini(&self) -> Configured {
        let region = Some(self.gemini_region.clone().unwrap_or_else(|| "global".to_owned()));
        let project = self.gemini_project.clone();
        Configured {
            platform: Platform { region, project, ..Platform::new(PlatformName::Vertex) },
            address: None,
            credential: self.api_key.clone().map(Given::Text).or_else(|| self.file()),
            credential_variable: "GOOGLE_APPLICATION_CREDENTIALS",
        }
    }

    /// The key file, where a secret is given by its content.
    fn content(&self) -> Option<&Secret> {
        self.credentials.as_ref().filter(|given| given.expose().starts_with('{'))
    }

    fn file(&self) -> Option<Given> {
        self.credentials.as_ref().map(|given| match self.content() {
            Some(content) => Given::Text(content.clone()),
            None => Given::File(given.expose().into()),
        })
    }
}

impl Azure {
    fn configured(&self, name: PlatformName) -> Configured {
        if name == PlatformName::Azure {
            let token = self.openai_token.clone().or_else(|| self.openai_key.clone());
            return Configured {
                platform: Platform { api_version: self.openai_version.clone(), ..Platform::new(name) },
                address: self.openai_url.clone(),
                credential: token.map(Given::Text),
                credential_variable: "AZURE_OPENAI_API_KEY",
            };
        }
        let of_resource = |name: &String| {
            let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            let address = is_name.then(|| format!("https://{name}.services.ai.azure.com/anthropic"));
            address.and_then(|address| address.parse().ok())
        };
        Configured {
            platform: Platform::new(name),
            address: self
                .foundry_url
                .clone()
                .or_else(|| self.foundry_resource.as_ref().and_then(of_resource)),
            credential: self.foundry_key.clone().map(Given::Text),
            credential_variable: "ANTHROPIC_FOUNDRY_API_KEY",
        }
    }
}
