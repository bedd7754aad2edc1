//! The desktop agent.
