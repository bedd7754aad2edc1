//! Runs: how they end, what the model is asked, what its tools do.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use protocol::run::RunEvent;
use protocol::spending::Spending;
use protocol::transcript::approval::Verdict;
use protocol::transcript::{AssistantBlock, AssistantTurn, TokenUsage, ToolResult, ToolStatus};
use telemetry::exposition::long_wait;
use tokio::time::Instant;

/// The vendors that the model service has. Another name is not made a label.
const VENDORS: [&str; 5] = ["anthropic", "openai", "gemini", "openai-compatible", "demo"];
/// How runs end: the names of the states.
const OUTCOMES: [&str; 4] = ["succeeded", "failed", "cancelled", "limit_reached"];
const APPROVE: &str = "approve";
const DENY: &str = "deny";
/// The label of a vendor or tool that is not known.
const UNKNOWN: &str = "unknown";

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// How runs go. Cheap to clone; clones share the counts.
#[derive(Debug, Clone)]
pub struct RunMetrics(Arc<Families>);

#[derive(Debug)]
struct Families {
    ended: Family<Outcome, Counter>,
    approvals: Family<Decided, Counter>,
    model_requests: Family<ModelRequest, Counter>,
    tokens: Family<Tokens, Counter>,
    tool_calls: Family<ToolCalled, Counter>,
    first_token: Histograms<Vendor>,
    turns: Histograms<Vendor>,
    tools: Histograms<ToolName>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decided {
    verdict: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ModelRequest {
    vendor: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Tokens {
    vendor: &'static str,
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ToolCalled {
    tool: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Vendor {
    vendor: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ToolName {
    tool: &'static str,
}

impl RunMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Families {
            ended: Family::default(),
            approvals: Family::default(),
            model_requests: Family::default(),
            tokens: Family::default(),
            tool_calls: Family::default(),
            first_token: Family::new_with_constructor(long_wait),
            turns: Family::new_with_constructor(long_wait),
            tools: Family::new_with_constructor(long_wait),
        };
        registry.register("runs", "Runs that have ended", metrics.ended.clone());
        registry.register("approvals", "Decisions of people on calls", metrics.approvals.clone());
        registry.register("model_requests", "Requests to models", metrics.model_requests.clone());
        registry.register("model_tokens", "Tokens, as the vendors count them", metrics.tokens.clone());
        registry.register("tool_calls", "Calls of tools", metrics.tool_calls.clone());
        let help = "How long a model took to its first words or thoughts";
        registry.register_with_unit("model_first_token", help, Unit::Seconds, metrics.first_token.clone());
        let help = "How long a model took for a turn";
        registry.register_with_unit("model_turn", help, Unit::Seconds, metrics.turns.clone());
        registry.register_with_unit(
            "tool_call",
            "How long a tool took",
            Unit::Seconds,
            metrics.tools.clone(),
        );
        for outcome in OUTCOMES {
            let _from_zero = metrics.ended.get_or_create(&Outcome { outcome });
        }
        for verdict in [APPROVE, DENY] {
            let _from_zero = metrics.approvals.get_or_create(&Decided { verdict });
        }
        Self(Arc::new(metrics))
    }

    /// Counts the end of a run; the outcome is the name of its last state.
    pub fn ended(&self, outcome: &'static str) {
        self.0.ended.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts a person's decision on a call.
    pub fn decided(&self, verdict: &Verdict) {
        let verdict = match verdict {
            Verdict::Approve => APPROVE,
            Verdict::Deny { .. } => DENY,
        };
        self.0.approvals.get_or_create(&Decided { verdict }).inc();
    }

    /// Counts what a vendor bills for an attempt that came to nothing.
    pub fn spent(&self, spending: &Spending) {
        self.used(vendor(&spending.provider), spending.usage);
    }

    /// Observes the events of one stream of the model service.
    #[must_use]
    pub fn observe_stream(&self) -> StreamObserver {
        StreamObserver {
            metrics: self.clone(),
            vendor: UNKNOWN,
            asked: None,
            retries: 0,
            tools: HashMap::new(),
        }
    }

    fn asked(&self, vendor: &'static str, outcome: &'static str, times: u64) {
        if times > 0 {
            self.0.model_requests.get_or_create(&ModelRequest { vendor, outcome }).inc_by(times);
        }
    }

    fn used(&self, vendor: &'static str, usage: TokenUsage) {
        let TokenUsage { input_tokens, cache_read_tokens, cache_write_tokens, output_tokens } = usage;
        for (kind, tokens) in [
            ("input", input_tokens),
            ("cache_read", cache_read_tokens),
            ("cache_write", cache_write_tokens),
            ("output", output_tokens),
        ] {
            self.0.tokens.get_or_create(&Tokens { vendor, kind }).inc_by(tokens);
        }
    }
}

/// Observes the events of a run.
#[derive(Debug)]
pub struct StreamObserver {
    metrics: RunMetrics,
    /// The vendor of the last turn.
    vendor: &'static str,
    asked: Option<Asked>,
    /// Requests of this turn that failed and were tried again.
    retries: u64,
    /// The tools of the last turn's calls.
    tools: HashMap<String, &'static str>,
}

/// A model that was asked and has not completed its turn.
#[derive(Debug)]
struct Asked {
    at: Instant,
    first_token: Option<Duration>,
}

impl StreamObserver {
    /// Counts what an event tells.
    pub fn saw(&mut self, event: &RunEvent) {
        match event {
            RunEvent::TurnStarted { .. } => {
                self.asked = Some(Asked { at: Instant::now(), first_token: None })
            }
            RunEvent::TextDelta { .. } | RunEvent::ThinkingDelta { .. } => {
                if let Some(asked) = &mut self.asked {
                    asked.first_token.get_or_insert_with(|| asked.at.elapsed());
                }
            }
            RunEvent::Retrying { .. } => {
                self.retries += 1;
                self.asked = Some(Asked { at: Instant::now(), first_token: None });
            }
            RunEvent::ModelChanged(change) => {
                self.vendor = vendor(&change.from.provider);
                self.finished();
            }
            RunEvent::AssistantTurn(turn) => self.turn(turn),
            RunEvent::ToolStarted(call) => {
                self.tools.insert(call.call_id.clone(), call.tool.kind());
            }
            RunEvent::ToolResult(result) => self.result(result),
            RunEvent::Finished(_) => self.finished(),
            RunEvent::ApprovalRequested(_)
            | RunEvent::CallStarted(_)
            | RunEvent::SpentSoFar(_)
            | RunEvent::Spent(_)
            | RunEvent::ImagesWanted { .. }
            | RunEvent::Image { .. }
            | RunEvent::UsageTotal { .. } => {}
        }
    }

    /// Counts the result of a call, which may come from the backend.
    pub fn result(&mut self, result: &ToolResult) {
        let tool = self.tools.remove(&result.call_id).unwrap_or(UNKNOWN);
        let status = match result.status {
            ToolStatus::Done => "done",
            ToolStatus::Failed => "failed",
            ToolStatus::NotExecuted => "not_executed",
            ToolStatus::Interrupted => "interrupted",
        };
        self.metrics.0.tool_calls.get_or_create(&ToolCalled { tool, status }).inc();
        if matches!(result.status, ToolStatus::Done | ToolStatus::Failed) {
            let took = Duration::from_millis(result.elapsed_ms);
            self.metrics.0.tools.get_or_create(&ToolName { tool }).observe(took.as_secs_f64());
        }
    }

    fn turn(&mut self, turn: &AssistantTurn) {
        self.vendor = vendor(&turn.provider);
        self.metrics.asked(self.vendor, "retried", std::mem::take(&mut self.retries));
        self.metrics.asked(self.vendor, "answered", 1);
        self.metrics.used(self.vendor, turn.usage);
        let label = Vendor { vendor: self.vendor };
        let took = Duration::from_millis(turn.cost.elapsed_ms);
        self.metrics.0.turns.get_or_create(&label).observe(took.as_secs_f64());
        if let Some(first) = self.asked.take().and_then(|asked| asked.first_token) {
            self.metrics.0.first_token.get_or_create(&label).observe(first.as_secs_f64());
        }
        let calls = turn.content.iter().filter_map(|block| match block {
            AssistantBlock::ToolCall(call) => Some((call.call_id.clone(), call.tool.kind())),
            _ => None,
        });
        self.tools = calls.collect();
    }

    /// A model that is being asked when the run ends or another one goes on has failed.
    fn finished(&mut self) {
        self.metrics.asked(self.vendor, "retried", std::mem::take(&mut self.retries));
        if self.asked.take().is_some() {
            self.metrics.asked(self.vendor, "failed", 1);
        }
    }
}

fn vendor(name: &str) -> &'static str {
    VENDORS.into_iter().find(|known| *known == name).unwrap_or(UNKNOWN)
}
