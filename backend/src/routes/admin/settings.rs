//! Settings of the installation that can be changed while it runs.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::config::limits::{Limits, TotalLimits};
use crate::config::models::ModelRules;
use crate::config::registration::RegistrationMode;
use crate::config::retention::RetentionPeriods;
use crate::http::current_user::Superuser;
use crate::http::json::{Json, nullable_object, object};
use crate::http::problem::{ApiError, Problem};
use crate::services::audit::Actor;
use crate::services::egress::policy::EgressPolicy;
use crate::store::model_choice::ModelChoice;
use crate::words::BackendReason;

/// The settings of the installation.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct SiteSettings {
    /// Who may register.
    registration: RegistrationSetting,
    /// What each person may have for whom nothing else is set.
    limits: LimitsSetting,
    /// What all people together may have.
    total_limits: TotalLimitsSetting,
    /// What desktops may reach.
    internet: InternetSetting,
    /// How long things are kept.
    retention: RetentionSetting,
    /// What people may do with models of their own.
    models: ModelsSetting,
    /// The model of people who have chosen none; `null`: what the installation was started with.
    default_model: Option<ModelChoice>,
    /// The models that go on where one of the installation can't, in order, for people who have no list of their own.
    model_fallbacks: Vec<ModelChoice>,
}

/// What people may do with models of their own.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct ModelsSetting {
    /// What applies.
    value: ModelRules,
    /// What superusers have set.
    set: ModelRules,
    /// The names of those that the environment sets, so that they can't be changed here.
    fixed: Vec<String>,
}

/// What desktops may reach on the internet.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct InternetSetting {
    /// The value that applies; a chat may be restricted further.
    value: EgressPolicy,
    /// Whether `DESKHAND_DESKTOP_INTERNET` sets it, so that it can't be changed here.
    is_fixed: bool,
    /// Whether nothing leads past it. Desktops that are started with `--uncontained` reach what the server reaches.
    enforced: bool,
}

/// How long things are kept.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct RetentionSetting {
    /// What applies; what is `null` is kept until somebody deletes it.
    value: RetentionPeriods,
    /// What superusers have set.
    set: RetentionPeriods,
    /// The names of those that the environment sets, so that they can't be changed here.
    fixed: Vec<String>,
}

/// What each person may have for whom nothing else is set.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct LimitsSetting {
    /// What applies; a limit that is `null` does not exist.
    value: Limits,
    /// What superusers have set.
    set: Limits,
    /// The limits that the environment sets, so that they can't be changed here.
    fixed: Vec<String>,
}

/// What all people together may have.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct TotalLimitsSetting {
    /// What applies; a limit that is `null` does not exist.
    value: TotalLimits,
    /// What superusers have set.
    set: TotalLimits,
    /// The limits that the environment sets, so that they can't be changed here.
    fixed: Vec<String>,
}

/// Who may register.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct RegistrationSetting {
    /// The value that applies.
    value: RegistrationMode,
    /// Whether `DESKHAND_REGISTRATION` sets it, so that it can't be changed here.
    is_fixed: bool,
}

/// Changes to the settings; a missing field is unchanged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "registration": "invite" }))]
pub(in crate::routes) struct SiteSettingsForm {
    /// Who may register.
    #[serde(default)]
    registration: Option<RegistrationMode>,
    /// All that is set of what each person may have; `null`: as without a setting.
    #[serde(default, deserialize_with = "object")]
    limits: Option<Limits>,
    /// All that is set of what all people together may have; `null`: as without a setting.
    #[serde(default, deserialize_with = "object")]
    total_limits: Option<TotalLimits>,
    /// What desktops may reach.
    #[serde(default, deserialize_with = "object")]
    internet: Option<EgressPolicy>,
    /// All that is set of how long things are kept; `null`: as without a setting. It is applied in the next night.
    #[serde(default, deserialize_with = "object")]
    retention: Option<RetentionPeriods>,
    /// All that is set of what people may do with models of their own; `null`: as without a setting.
    #[serde(default, deserialize_with = "object")]
    models: Option<ModelRules>,
    /// The model of people who have chosen none: one that everybody may use; `null`: what the installation was started with.
    #[serde(default, deserialize_with = "nullable_object")]
    #[schema(value_type = Option<ModelChoice>)]
    default_model: Option<Option<ModelChoice>>,
    /// The models that go on where one of the installation can't, in order, at most 3: each one that everybody may use.
    #[serde(default)]
    model_fallbacks: Option<Vec<ModelChoice>>,
}

/// Returns the settings of the installation. For superusers.
#[utoipa::path(get, path = "/admin/settings", operation_id = "get_site_settings", tag = "Administration", responses(
    (status = 200, body = SiteSettings),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser")))]
pub(in crate::routes) async fn get(
    State(state): State<AppState>,
    _: Superuser,
) -> Result<Json<SiteSettings>, ApiError> {
    current(&state).await
}

/// Changes settings of the installation. For superusers.
#[utoipa::path(patch, path = "/admin/settings", operation_id = "update_site_settings", tag = "Administration", request_body = SiteSettingsForm, responses(
    (status = 200, body = SiteSettings),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 409, body = Problem, description = "The environment sets it (`setting_fixed`), or desktops can't be kept to it here"),
    (status = 422, body = Problem, description = "JSON of another shape, or a name is none"),
    (status = 503, body = Problem, description = "A running desktop could not be kept to it")))]
pub(in crate::routes) async fn change(
    State(state): State<AppState>,
    by: Actor,
    Json(form): Json<SiteSettingsForm>,
) -> Result<Json<SiteSettings>, ApiError> {
    check_models(&state, &form).await?;
    if let Some(mode) = form.registration {
        state.site_settings.set_registration(mode, &by).await?;
    }
    if let Some(limits) = form.limits {
        state.site_settings.set_limits(limits, &by).await?;
    }
    if let Some(limits) = form.total_limits {
        state.site_settings.set_total_limits(limits, &by).await?;
    }
    if let Some(policy) = form.internet {
        state.desktops.egress.set_for_installation(policy, &by).await?;
    }
    if let Some(periods) = form.retention {
        state.site_settings.set_retention(periods, &by).await?;
    }
    if let Some(rules) = form.models {
        state.site_settings.set_models(&rules, &by).await?;
    }
    if let Some(choice) = form.default_model {
        state.site_settings.set_default_model(choice.as_ref(), &by).await?;
    }
    if let Some(fallbacks) = form.model_fallbacks {
        state.site_settings.set_model_fallbacks(&fallbacks, &by).await?;
    }
    current(&state).await
}

async fn check_models(state: &AppState, form: &SiteSettingsForm) -> Result<(), ApiError> {
    let servers = form.models.as_ref().and_then(|rules| rules.private_servers.as_ref());
    if servers.is_some_and(|servers| servers.len() > ModelRules::MOST_SERVERS) {
        return Err(ApiError::invalid(BackendReason::TooManyServers { most: ModelRules::MOST_SERVERS }));
    }
    if let Some(Some(choice)) = &form.default_model {
        state.models.check_for_everybody(choice).await?;
    }
    if let Some(fallbacks) = &form.model_fallbacks {
        state.models.check_fallbacks(fallbacks, None).await?;
    }
    Ok(())
}

async fn current(state: &AppState) -> Result<Json<SiteSettings>, ApiError> {
    let registration = state.site_settings.registration().await?;
    let registration = RegistrationSetting { value: registration.value, is_fixed: registration.is_fixed };
    let mut conn = state.database.connection().await?;
    let limits = state.site_settings.limits(&mut conn).await?;
    let total = state.site_settings.total_limits(&mut conn).await?;
    let upload_mb = u32::try_from(state.quotas.upload_limit >> 20).ok();
    let value = limits.value.or(Limits { upload_mb, ..Limits::default() });
    let limits = LimitsSetting { value, set: limits.set, fixed: owned(limits.fixed.names()) };
    let total_limits =
        TotalLimitsSetting { value: total.value, set: total.set, fixed: owned(total.fixed.names()) };
    let internet = state.site_settings.internet(&mut conn).await?;
    let enforced = state.desktops.egress.enforced();
    let internet = InternetSetting { value: internet.value, is_fixed: internet.is_fixed, enforced };
    let retention = state.site_settings.retention(&mut conn).await?;
    let retention = RetentionSetting {
        value: retention.value,
        set: retention.set,
        fixed: owned(retention.fixed.names()),
    };
    let models = state.site_settings.models(&mut conn).await?;
    let models = ModelsSetting { value: models.value, set: models.set, fixed: owned(models.fixed.names()) };
    let default_model = state.site_settings.default_model(&mut conn).await?;
    let model_fallbacks = state.site_settings.model_fallbacks(&mut conn).await?;
    Ok(Json(SiteSettings {
        registration,
        limits,
        total_limits,
        internet,
        retention,
        models,
        default_model,
        model_fallbacks,
    }))
}

fn owned(names: impl Iterator<Item = &'static str>) -> Vec<String> {
    names.map(str::to_owned).collect()
}
