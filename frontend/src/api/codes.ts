/** The codes of the API that the interface acts on. */

/** Why a run is in its state. */
export const RUN_CODES = {
  /** It continues on a restarted desktop. */
  desktopReplaced: 'desktop_replaced',
  /** It continues without a file that could not be written to the desktop. */
  uploadNotDelivered: 'upload_not_delivered',
  /** It continues, and the model is not shown a file that came with the message. */
  uploadNotShown: 'upload_not_shown',
  /** A file of the desktop did not become a file of the chat. */
  outputNotCollected: 'output_not_collected',
  /** Its message was cancelled while it was queued. */
  withdrawn: 'withdrawn',
  /** It is paused because the person took over. */
  preempted: 'person_in_control',
  /** A new message came while it waited for the person. */
  superseded: 'message_instead',
  /** It belongs to the chat that this one was forked from. */
  forked: 'forked',
} as const;

/** Why a run failed, where another key, address or model would help: the person sets those in the settings of models. */
export const MODEL_SETTING_CODES: readonly string[] = [
  'model_connection_gone',
  'model_key_lost',
  'api_key_missing',
  'api_key_refused',
  'permission_denied',
  'address_missing',
  'model_setting_missing',
  'model_credentials_unreadable',
  'address_invalid',
  'address_private',
  'not_a_model_api',
  'model_missing',
  'model_not_found',
];

/** Why a request failed. */
export const PROBLEM_CODES = {
  alreadySetUp: 'already_set_up',
  /** There is a limit on costs, and nobody knows what the model costs. */
  priceUnknown: 'price_unknown',
  /** The model service, which checks model connections, can't be asked. */
  modelsUnavailable: 'models_unavailable',
  /** The password is right, and the login needs a code. */
  secondFactorRequired: 'second_factor_required',
} as const;
