//! The platforms as vendors: what people know them by, and what sets them.

use protocol::platform::{PlatformField, PlatformName};

use crate::providers::shared::vendor::{ApiPaths, Vendor};

/// The provider whose models Vertex AI serves besides Claude.
const GEMINI: &str = "gemini";
const MESSAGES: ApiPaths =
    ApiPaths { version: "v1", is_always_versioned: true, ends: &["messages", "complete"] };
/// Every path of Vertex AI begins with the project.
const VERTEX: ApiPaths = ApiPaths { version: "v1", is_always_versioned: true, ends: &[] };

static BEDROCK: Vendor = Vendor {
    id: "bedrock",
    name: "Amazon Bedrock",
    assistant_name: "Claude",
    account: "Your AWS account",
    key_setting: "AWS_BEARER_TOKEN_BEDROCK",
    address_setting: "ANTHROPIC_BEDROCK_MANTLE_BASE_URL",
    model_setting: "ANTHROPIC_MODEL",
    console: "console.aws.amazon.com/bedrock",
    api: MESSAGES,
    first_byte: None,
};

static AWS: Vendor = Vendor {
    id: "claude-on-aws",
    name: "Claude Platform on AWS",
    key_setting: "ANTHROPIC_AWS_API_KEY",
    address_setting: "ANTHROPIC_AWS_BASE_URL",
    console: "console.aws.amazon.com",
    ..BEDROCK
};

static CLAUDE_BY_VERTEX: Vendor = Vendor {
    id: "vertex",
    name: "Vertex AI",
    account: "Your Google Cloud project",
    key_setting: "GOOGLE_APPLICATION_CREDENTIALS",
    address_setting: "ANTHROPIC_VERTEX_BASE_URL",
    console: "console.cloud.google.com/vertex-ai",
    api: VERTEX,
    ..BEDROCK
};

static GEMINI_BY_VERTEX: Vendor = Vendor {
    assistant_name: "Gemini",
    address_setting: "GEMINI_BASE_URL",
    model_setting: "GEMINI_MODEL",
    api: ApiPaths { version: "v1beta1", ..VERTEX },
    ..CLAUDE_BY_VERTEX
};

static GOOGLE_CLOUD: Vendor = Vendor {
    id: "claude-on-google-cloud",
    name: "Claude on Google Cloud",
    address_setting: "ANTHROPIC_GOOGLE_CLOUD_BASE_URL",
    console: "console.cloud.google.com",
    api: MESSAGES,
    ..CLAUDE_BY_VERTEX
};

static FOUNDRY: Vendor = Vendor {
    id: "foundry",
    name: "Microsoft Foundry",
    account: "Your Azure subscription",
    key_setting: "ANTHROPIC_FOUNDRY_API_KEY",
    address_setting: "ANTHROPIC_FOUNDRY_RESOURCE",
    console: "ai.azure.com",
    ..BEDROCK
};

static AZURE: Vendor = Vendor {
    id: "azure",
    name: "Azure OpenAI",
    assistant_name: "GPT",
    key_setting: "AZURE_OPENAI_API_KEY",
    address_setting: "AZURE_OPENAI_ENDPOINT",
    model_setting: "OPENAI_MODEL",
    api: ApiPaths { version: "v1", is_always_versioned: true, ends: &["responses", "chat/completions"] },
    ..FOUNDRY
};

/// Azure with a dated version of its API, whose paths have none.
static AZURE_DATED: Vendor =
    Vendor { api: ApiPaths { version: "openai", is_always_versioned: false, ends: &["responses"] }, ..AZURE };

/// Each, and the same by a model connection.
static ALL: [(&Vendor, Vendor); 8] = [
    (&BEDROCK, BEDROCK.by_connection()),
    (&AWS, AWS.by_connection()),
    (&CLAUDE_BY_VERTEX, CLAUDE_BY_VERTEX.by_connection()),
    (&GEMINI_BY_VERTEX, GEMINI_BY_VERTEX.by_connection()),
    (&GOOGLE_CLOUD, GOOGLE_CLOUD.by_connection()),
    (&FOUNDRY, FOUNDRY.by_connection()),
    (&AZURE, AZURE.by_connection()),
    (&AZURE_DATED, AZURE_DATED.by_connection()),
];

/// A platform as a vendor of a provider's models.
pub(crate) fn vendor(
    platform: PlatformName,
    provider: &str,
    is_dated: bool,
    by_connection: bool,
) -> &'static Vendor {
    let index = match platform {
        PlatformName::Bedrock => 0,
        PlatformName::Aws => 1,
        PlatformName::Vertex if provider == GEMINI => 3,
        PlatformName::Vertex => 2,
        PlatformName::GoogleCloud => 4,
        PlatformName::Foundry => 5,
        PlatformName::Azure if is_dated => 7,
        PlatformName::Azure => 6,
    };
    let [first, ..] = &ALL;
    let (own, connection) = ALL.get(index).unwrap_or(first);
    if by_connection { connection } else { own }
}

/// The variable that sets a field of a platform.
pub(crate) fn variable(platform: PlatformName, provider: &str, field: PlatformField) -> &'static str {
    let is_gemini = provider == GEMINI;
    match (platform, field) {
        (PlatformName::Vertex, PlatformField::Region) if is_gemini => "GOOGLE_CLOUD_LOCATION",
        (PlatformName::Vertex, PlatformField::Region) => "CLOUD_ML_REGION",
        (PlatformName::Vertex, PlatformField::Project) if is_gemini => "GOOGLE_CLOUD_PROJECT",
        (PlatformName::Vertex, PlatformField::Project) => "ANTHROPIC_VERTEX_PROJECT_ID",
        (PlatformName::GoogleCloud, PlatformField::Region) => "ANTHROPIC_GOOGLE_CLOUD_LOCATION",
        (_, PlatformField::Project) => "ANTHROPIC_GOOGLE_CLOUD_PROJECT",
        (PlatformName::GoogleCloud, PlatformField::Workspace) => "ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID",
        (_, PlatformField::Region) => "AWS_REGION",
        (_, PlatformField::Workspace) => "ANTHROPIC_AWS_WORKSPACE_ID",
        (_, PlatformField::ApiVersion) => "OPENAI_API_VERSION",
    }
}
