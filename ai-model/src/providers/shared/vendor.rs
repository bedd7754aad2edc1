//! Who makes models, and what the settings for each are called.

/// Whoever serves a model, for the words of errors.
#[derive(Debug, PartialEq, Eq)]
pub struct Vendor {
    /// What people call it.
    pub name: &'static str,
    /// The setting that holds the key.
    pub key_setting: &'static str,
    /// The setting that holds the address.
    pub address_setting: &'static str,
    /// The setting that names the model.
    pub model_setting: &'static str,
    /// Where keys are made and paid for.
    pub console: &'static str,
}

/// Anthropic, for Claude.
pub static ANTHROPIC: Vendor = Vendor {
    name: "Anthropic",
    key_setting: "ANTHROPIC_API_KEY",
    address_setting: "ANTHROPIC_BASE_URL",
    model_setting: "ANTHROPIC_MODEL",
    console: "console.anthropic.com",
};

/// OpenAI, for the models with its computer tool.
pub static OPENAI: Vendor = Vendor {
    name: "OpenAI",
    key_setting: "OPENAI_API_KEY",
    address_setting: "OPENAI_BASE_URL",
    model_setting: "OPENAI_MODEL",
    console: "platform.openai.com",
};

/// Google, for Gemini.
pub static GOOGLE: Vendor = Vendor {
    name: "Google",
    key_setting: "GEMINI_API_KEY",
    address_setting: "GEMINI_BASE_URL",
    model_setting: "GEMINI_MODEL",
    console: "aistudio.google.com",
};

/// Whatever serves the Chat Completions API: Mistral, vLLM, Ollama ...
pub static COMPATIBLE: Vendor = Vendor {
    name: "The model server",
    key_setting: "OPENAI_COMPATIBLE_API_KEY",
    address_setting: "OPENAI_COMPATIBLE_BASE_URL",
    model_setting: "OPENAI_COMPATIBLE_MODEL",
    console: "the model server",
};
