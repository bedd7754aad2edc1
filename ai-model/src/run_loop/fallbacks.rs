//! Which model is asked, and which one goes on where it can't. A model that has failed is not asked again in the run: what
//! went wrong takes minutes to pass, and a model that has refused would refuse again.

use std::collections::VecDeque;
use std::iter::once;

use outbound::Cause;
use protocol::ids::ModelConnectionId;
use protocol::named_model::NamedModel;
use protocol::reason::Reason;
use protocol::run::Fallback;
use protocol::run::{ModelReason, ModelSettings, RunEnd, RunEvent, RunOutcome, RunRequest};
use protocol::transcript::TranscriptItem;
use protocol::transcript::model_change::{ModelChange, SkippedModel};

use super::run::{Run, Step};
use crate::providers::{ModelError, ModelProvider, ModelProviders, Persistence, Price};

/// The fact of an end that has the names of all models that were asked.
const TRIED: &str = "tried";

/// A model that can be asked.
pub struct ReadyModel {
    /// It.
    pub provider: Box<dyn ModelProvider>,
    /// What it costs, if an administrator says so.
    pub price: Option<Price>,
}

/// A model that can't be asked.
struct Unready {
    reason: Reason,
    /// Whether another one goes on.
    passes_on: bool,
}

/// A model of the chain: the one that was chosen, or a fallback.
struct Candidate {
    name: NamedModel,
    model: Result<ReadyModel, Unready>,
}

/// The models that are left to go on with a run.
#[derive(Default)]
pub struct Fallbacks {
    /// The model that is asked.
    asked: NamedModel,
    /// Those after it.
    rest: VecDeque<Candidate>,
    /// Those that could not go on.
    tried: Vec<NamedModel>,
    /// A change before the first turn.
    untold: Option<ModelChange>,
}

/// A run that ends before it has begun.
pub struct NoModel {
    /// Which models were passed over, if any.
    pub change: Option<ModelChange>,
    /// How it ends.
    pub end: RunEnd,
}

impl Fallbacks {
    /// None.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The model that a run begins or goes on with, and those that are left after it.
    ///
    /// # Errors
    /// When there is none.
    pub fn begin(
        providers: &ModelProviders,
        request: &RunRequest,
    ) -> Result<(ReadyModel, Self), Box<NoModel>> {
        let (mut first, mut rest) = chain(providers, request);
        let names: Vec<&NamedModel> = once(&first).chain(&rest).map(|candidate| &candidate.name).collect();
        let (at, tried) = taken_over(&names, &request.transcript);
        if let Some(taken) = rest.drain(..at).next_back() {
            first = taken;
        }
        let mut fallbacks = Self { asked: first.name, rest, tried, untold: None };
        match first.model {
            Ok(model) => Ok((model, fallbacks)),
            Err(Unready { reason, passes_on: false }) => {
                Err(Box::new(NoModel { change: None, end: fallbacks.end(reason) }))
            }
            Err(Unready { reason, .. }) => match fallbacks.advance(reason.clone()) {
                (Some(model), change) => {
                    fallbacks.untold = change;
                    Ok((model, fallbacks))
                }
                (None, change) => Err(Box::new(NoModel { change, end: fallbacks.end(reason) })),
            },
        }
    }

    /// The model connection by which the model is asked.
    #[must_use]
    pub fn connection(&self) -> Option<ModelConnectionId> {
        self.asked.connection.as_ref().map(|connection| connection.id)
    }

    /// The next model that can be asked, and what is told of the change. Without one, only those that were passed over are told.
    fn advance(&mut self, reason: Reason) -> (Option<ReadyModel>, Option<ModelChange>) {
        let mut skipped = Vec::new();
        let from = self.asked.clone();
        let change = |to, skipped| ModelChange { from, to, reason, skipped, message: String::new() };
        while let Some(Candidate { name, model }) = self.rest.pop_front() {
            match model {
                Ok(model) => {
                    let before = std::mem::replace(&mut self.asked, name.clone());
                    self.tried.push(before);
                    return (Some(model), Some(change(Some(name), skipped)));
                }
                Err(Unready { reason, .. }) => skipped.push(SkippedModel { model: name, reason }),
            }
        }
        (None, (!skipped.is_empty()).then(|| change(None, skipped)))
    }

    /// How a run ends that no model goes on with. It names all that were asked, if there were several.
    fn end(&self, reason: Reason) -> RunEnd {
        let mut end = RunEnd::new(RunOutcome::Failed, reason);
        if !self.tried.is_empty() {
            let all: Vec<&NamedModel> = self.tried.iter().chain(once(&self.asked)).collect();
            let names: Vec<String> = all.iter().map(|model| model.label(&all)).collect();
            end.facts.get_or_insert_default().insert(TRIED, names);
        }
        end
    }
}

/// The chosen model and its fallbacks, each once. Only the last one that can be asked is asked again for long.
fn chain(providers: &ModelProviders, request: &RunRequest) -> (Candidate, VecDeque<Candidate>) {
    let chosen = providers.name_of(&request.model);
    let mut links: Vec<(NamedModel, &Fallback)> = Vec::new();
    for fallback in &request.fallbacks {
        let name = providers.name_of(&fallback.settings);
        if !name.is(&chosen) && links.iter().all(|(other, _)| !other.is(&name)) {
            links.push((name, fallback));
        }
    }
    let mut persistence = Persistence::Last;
    let mut rest = VecDeque::with_capacity(links.len());
    for (name, Fallback { settings, unusable, needs_price }) in links.into_iter().rev() {
        let model = match unusable {
            Some(reason) => Err(Unready { reason: reason.clone(), passes_on: true }),
            None => {
                let needs_price = *needs_price || request.limits.max_cost_microdollars.is_some();
                ready(providers, settings, persistence).and_then(|model| with_price(model, needs_price))
            }
        };
        if model.is_ok() {
            persistence = Persistence::BeforeAnother;
        }
        rest.push_front(Candidate { name, model });
    }
    // Without a price it is not asked either, and that ends the run: fallbacks don't decide what may be spent.
    (Candidate { name: chosen, model: ready(providers, &request.model, persistence) }, rest)
}

fn ready(
    providers: &ModelProviders,
    settings: &ModelSettings,
    persistence: Persistence,
) -> Result<ReadyModel, Unready> {
    let provider = providers
        .select_with(settings, persistence)
        .map_err(|error| Unready { passes_on: passes_on(&error), reason: error.reason().into() })?;
    Ok(ReadyModel { provider, price: settings.price })
}

/// A model, unless its price is needed and unknown.
fn with_price(model: ReadyModel, needs_price: bool) -> Result<ReadyModel, Unready> {
    let is_known = model.price.or_else(|| model.provider.price()).is_some();
    if is_known || !needs_price {
        return Ok(model);
    }
    Err(Unready { reason: ModelReason::PriceUnknown.into(), passes_on: true })
}

/// Where in the chain a run has arrived that was begun elsewhere, and the models that have failed in it. A change from a model
/// that is no longer chosen says nothing.
fn taken_over(chain: &[&NamedModel], items: &[TranscriptItem]) -> (usize, Vec<NamedModel>) {
    let message = items.iter().rposition(|item| matches!(item, TranscriptItem::UserMessage(_)));
    let (mut at, mut tried) = (0, Vec::new());
    for item in items.iter().skip(message.unwrap_or_default()) {
        let TranscriptItem::ModelChanged(ModelChange { from, to: Some(to), .. }) = item else { continue };
        let Some(asked) = chain.get(at).filter(|asked| asked.is(from)) else { continue };
        if let Some(found) = chain.iter().skip(at + 1).position(|name| name.is(to)) {
            tried.push((*asked).clone());
            at += 1 + found;
        }
    }
    (at, tried)
}

/// Whether another model goes on after an error: it lies in this model, its server or its account, and not in the request.
fn passes_on(error: &ModelError) -> bool {
    match error {
        ModelError::Refusal { .. }
        | ModelError::PolicyRefusal { .. }
        | ModelError::Overloaded { .. }
        | ModelError::RateLimited { .. }
        | ModelError::Vendor { .. }
        | ModelError::AnswerBroken
        | ModelError::Silent { .. }
        | ModelError::ApiKeyMissing { .. }
        | ModelError::SettingMissing { .. }
        | ModelError::CredentialsUnreadable { .. }
        | ModelError::ClockSkewed { .. }
        | ModelError::ApiKeyRefused { .. }
        | ModelError::PermissionDenied { .. }
        | ModelError::Billing { .. }
        | ModelError::AccountLimited { .. }
        | ModelError::SpendLimit { .. }
        // Vendors withdraw models.
        | ModelError::ModelNotFound { .. } => true,
        // An address that may not be asked is a mistake of whoever set it.
        ModelError::Unreachable { cause, .. } => !matches!(cause, Cause::Refused(_) | Cause::Invalid),
        ModelError::UnknownProvider { .. }
        | ModelError::AddressMissing { .. }
        | ModelError::ModelMissing { .. }
        | ModelError::NoVision { .. }
        | ModelError::NoTools { .. }
        | ModelError::TooLarge
        | ModelError::ContextWindowExceeded
        | ModelError::NotAModelApi { .. }
        | ModelError::CallsAsText { .. }
        | ModelError::RequestRejected { .. }
        | ModelError::MaxTokens
        | ModelError::EmptyTurn => false,
    }
}

impl Run {
    /// Tells that another model than the chosen one begins.
    pub(super) async fn tell_first_change(&mut self) {
        if let Some(change) = self.fallbacks.untold.take() {
            self.tell(change).await;
        }
    }

    /// Has the next model go on where one has failed.
    ///
    /// # Errors
    /// With the end of the run, if there is none or the next one would fail too.
    pub(super) async fn go_on_after(&mut self, error: &ModelError) -> Step {
        tracing::warn!(error.code = error.code(), "the model returned no turn");
        let reason = Reason::from(error.reason());
        if !passes_on(error) {
            return Step::Break(self.fallbacks.end(reason));
        }
        let (next, change) = self.fallbacks.advance(reason.clone());
        if let Some(change) = change {
            self.tell(change).await;
        }
        let Some(ReadyModel { provider, price }) = next else {
            return Step::Break(self.fallbacks.end(reason));
        };
        self.executor.show_screen(provider.screenshot_options(self.conversation.screen));
        (self.provider, self.price) = (provider, price);
        self.conversation.connection = self.fallbacks.connection();
        self.fetch_images().await;
        Step::Continue(())
    }

    async fn tell(&mut self, change: ModelChange) {
        let to = change.to.as_ref().map(|to| to.model.as_str());
        tracing::warn!(from = change.from.model, to, error.code = change.reason.code, "the model changes");
        self.events.emit(RunEvent::ModelChanged(change.clone())).await;
        self.conversation.items.push(TranscriptItem::ModelChanged(change));
    }
}
