// Names for the generated schemas, and the streams that OpenAPI cannot describe.

import type { components } from './schema';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
export type User = Schemas['User'];
export type Identity = Schemas['IdentityView'];
export type IdentityProvider = Schemas['IdentityProvider'];
export type NewIdentityProvider = Schemas['NewIdentityProvider'];
export type IdentityProviderChanges = Schemas['IdentityProviderChanges'];
export type ProviderCheck = Schemas['ProviderCheck'];
export type Ways = Schemas['Ways'];
export type Invitation = Schemas['Invitation'];
export type RunningDesktop = Schemas['RunningDesktop'];
export type ListedRun = Schemas['ListedRun'];
export type ListedInternetRequest = Schemas['ListedInternetRequest'];
export type RetentionView = Schemas['RetentionView'];
export type RetentionSweep = Schemas['RetentionSweep'];
export type InternetPolicy = Schemas['InternetPolicy'];
export type SiteSettings = Schemas['SiteSettings'];
export type ModelApi = Schemas['ModelApi'];
export type Platform = Schemas['Platform'];
export type PlatformName = Schemas['PlatformName'];
export type ModelChoice = Schemas['ModelChoice'];
export type ModelConnection = Schemas['ModelConnection'];
export type ModelConnectionChanges = Schemas['ModelConnectionChanges'];
export type ModelFacts = Schemas['ModelFacts'];
export type ModelList = Schemas['ModelList'];
export type ModelSource = Schemas['ModelSource'];
export type NewModelConnection = Schemas['NewModelConnection'];
export type OwnModelUsage = Schemas['OwnModelUsage'];
export type SetModelPrice = Schemas['SetModelPrice'];
export type Effort = Schemas['Effort'];
export type Limits = Schemas['Limits'];
export type Budget = Schemas['Budget'];
export type ChatCost = Schemas['ChatCost'];
export type ChatLimits = Schemas['ChatLimits'];
export type OwnLimits = Schemas['OwnLimits'];
export type SpendingLimits = Schemas['SpendingLimits'];
export type ModelUsage = Schemas['ModelUsage'];
export type ModelUse = Schemas['ModelUse'];
export type SiteSettingsForm = Schemas['SiteSettingsForm'];
export type Usage = Schemas['Usage'];
export type Session = Schemas['SessionView'];
export type SecondFactor = Schemas['SecondFactorView'];
export type NewSecondFactor = Schemas['NewSecondFactor'];
export type SecondFactorProof = Schemas['SecondFactorProof'];
export type RecoveryCodes = Schemas['RecoveryCodes'];
export type AuditEntry = Schemas['AuditEntry'];
export type Scope = Schemas['Scope'];
export type ApiToken = Schemas['ApiTokenView'];
export type NewApiToken = Schemas['ApiTokenForm'];
export type CreatedApiToken = Schemas['CreatedApiToken'];
export type Config = Schemas['Installation'];
export type Message = Schemas['Message'];
export type FileRules = Schemas['FileRules'];
export type Link = Schemas['Link'];
export type StoredFile = Schemas['FileView'];
export type FolderEntry = Schemas['FolderEntry'];
export type FolderPage = Schemas['FolderPage'];
export type AttachedFile = Schemas['MessageFile'];
export type Size = Schemas['Size'];
export type Desktop = Schemas['DesktopView'];
export type Control = Schemas['Control'];
export type RunState = Schemas['RunState'];
export type Run = Schemas['Run'];
export type Chat = Schemas['Chat'];
export type ChatWithHistory = Schemas['ChatWithHistory'];
export type NewMessage = Schemas['HistoryEntry'];
export type AddedMessage = Schemas['AddedMessage'];

export type Point = Schemas['Point'];
export type Modifier = Schemas['Modifier'];
export type Action = Schemas['Action'];
export type EditorCommand = Schemas['EditorCommand'];
export type App = Schemas['App'];
export type Tool = Schemas['Tool'];
export type ToolCall = Schemas['ToolCall'];
export type ToolResult = Schemas['ToolResult'];
export type ToolStatus = Schemas['ToolStatus'];
export type ScreenshotRef = Schemas['ScreenshotRef'];
export type Takeover = Schemas['Takeover'];
export type PersonStep = Schemas['PersonStep'];
export type AssistantTurn = Schemas['AssistantTurn'];
export type PartialTurn = Schemas['PartialTurn'];
export type Effect = Schemas['Effect'];
export type ApprovalPolicy = Schemas['ApprovalPolicy'];
export type ApprovalRequest = Schemas['ApprovalRequestPayload'];
export type NewDecision = Schemas['NewDecision'];
export type NewAnswer = Schemas['NewAnswer'];

/** A stored event of a chat, as `GET /chats/{id}/events` streams it under the name of its `kind`. */
type Stored<Kind extends string, Payload> = Omit<Schemas['EventView'], 'kind' | 'payload'> & { kind: Kind; payload: Payload };

export type ChatEvent =
  | Stored<'message', Pick<Schemas['MessagePayload'], 'text' | 'replaces' | 'extra_data'> & { files?: AttachedFile[] }>
  | Stored<'assistant_turn', Pick<AssistantTurn, 'content' | 'cost'>>
  | Stored<'approval_request', ApprovalRequest>
  | Stored<'decision', Schemas['DecisionPayload']>
  | Stored<'call_started', Schemas['CallStarted']>
  | Stored<'tool_result', ToolResult>
  | Stored<'answer', Schemas['Answer']>
  | Stored<'spent', Schemas['Spending']>
  | Stored<'usage_total', { usage: Schemas['TokenUsage']; cached_share: number }>
  | Stored<'takeover', Takeover>
  | Stored<'model_changed', Schemas['ModelChange']>
  | Stored<'run_state', Pick<Run, 'state' | 'code' | 'message' | 'waits_for'>>
  | Stored<'file', StoredFile>;

/** The events of a run that are not stored. */
export type RunEvent = Extract<
  Schemas['RunEvent'],
  { type: 'turn_started' | 'text_delta' | 'thinking_delta' | 'retrying' | 'tool_started' }
>;
