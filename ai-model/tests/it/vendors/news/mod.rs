//! What is new at the vendors: each line of the list is a test.

mod anthropic;
mod gemini;
mod openai;
