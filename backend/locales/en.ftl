# What people are told, in English, by the code of a reason. The other languages have the same lines (docs/languages.md).

# Words for other lines

unknown_reason = The reason is `{ $code }`.
and = { $before } and { $last }
vendor = { $vendor ->
    [anthropic] Anthropic
    [gemini] Google
    [openai] OpenAI
    [bedrock] Amazon Bedrock
    [claude-on-aws] Claude Platform on AWS
    [vertex] Vertex AI
    [claude-on-google-cloud] Claude on Google Cloud
    [foundry] Microsoft Foundry
    [azure] Azure OpenAI
   *[other] The model server
}
account = { $vendor ->
    [anthropic] Your Anthropic account
    [gemini] Your Google account
    [openai] Your OpenAI account
    [bedrock] Your AWS account
    [claude-on-aws] Your AWS account
    [vertex] Your Google Cloud project
    [claude-on-google-cloud] Your Google Cloud project
    [foundry] Your Azure subscription
    [azure] Your Azure subscription
   *[other] Your account with the model server
}
console = { $vendor ->
    [openai-compatible] the model server
   *[other] { $console }
}
address = { $setting ->
    [connection] the address of the model connection
   *[variable] { $setting }
}
effects =
    .pointing = uses the mouse
    .typing = types
    .submitting = presses Return
    .shell = runs a command
    .editing = writes a file
    .navigating = opens a program or an address
    .continuing = continues
paths = { $others ->
    [0] ~/{ $path }
   *[other] ~/{ $path } and { $others } more
}

# The request and its form

unauthorized = Log in first: no valid session or bearer token came with the request.
scope_missing = This API token may not do that: it lacks the scope `{ $scope }`.
login_needed = No API token may do that. Log in instead.
superuser_required = Only a superuser may do this.
cross_origin = The request came from a page of another site. Behind a proxy, set DESKHAND_PUBLIC_URL to the address that people open.
no_route = There is nothing at this address. /docs lists what there is.
method_not_allowed = This address does not take this method. /docs lists what there is.
unreadable_request = The request can't be read: { $reason }.
    .no_object = Send a JSON object.
    .no_form = The form can't be read: { $reason }.
    .no_socket = This address speaks WebSocket: { $reason }.
    .no_request = This is no request: { $reason }.
    .no_text = Send text messages.
    .id_too_long = The id of a request has at most { $limit } characters.
    .upload_broken_off = The upload broke off: { $reason }.
request_too_slow = The request was sent too slowly. Send it again over a faster connection.
too_many_requests = Too many requests. Try again in { $seconds } s.
too_many_sockets = You have too many WebSockets open: close some, or ask an administrator to raise your limit.
too_many_chats = A WebSocket follows at most { $limit } chats. Open another one.
idempotency_key_invalid = An Idempotency-Key has 1 to { $limit } visible ASCII characters.
idempotency_key_reused = This Idempotency-Key came with another request before. Use a new one for each request.
limit_invalid = `limit` has to be { $least } to { $most }.
skip_invalid = `skip` has to be 0 to { $most }.
after_invalid = Take `after` from the header `Link` of the page before.
wait_invalid = `wait` has to be 0 to { $most }.
last_event_id_invalid = Last-Event-ID has to be the id of an event of this stream.
days_invalid = `from` has to be before `to`, at most { $most } days, between the years 2000 and 9999.

# What does not exist, or belongs to somebody else

not_found =
    .chat = There is no such chat.
    .message = There is no such message.
    .run = There is no such run.
    .file = There is no such file.
    .link = There is no such link.
    .screenshot = There is no such screenshot.
    .desktop = There is no such desktop.
    .desktop_path = There is no such file or folder on the desktop.
    .user = There is no such user.
    .invitation = There is no such invitation.
    .session = There is no such session.
    .token = There is no such token.
    .identity = There is no such identity.
    .login_provider = There is no such login provider.
    .model_connection = There is no such model connection.
    .model_price = There is no price of this model.

# The service

busy = Too many people are logging in. Try again in a moment.
shutting_down = The service is restarting. Try again in a moment.
database_unavailable = The database can't be reached. Try again in a moment.
internal_error = Something went wrong on the server. Its log has more under the request's id.
    .run = Something went wrong on the server. Send the message again. Its log has more under { $run_id }.
setting_fixed = { $setting } sets this where Deskhand is started. Change it there.

# Accounts

wrong_credentials = Wrong username or password.
wrong_password = Wrong password.
old_password_wrong = The old password is wrong.
no_password = Your account has no password. Set one on your account page first.
account_disabled = This account is disabled. Ask an administrator of this installation.
too_many_attempts =
    .logins = Too many failed logins. Try again in { $seconds } s.
    .codes = Too many wrong codes. Use a recovery code, or try again in { $seconds } s.
    .links = Too many attempts. Try again in { $seconds } s.
    .registrations = Too many registrations. Try again in { $seconds } s.
    .provider_logins = Too many logins. Try again in { $seconds } s.
text_invalid = A name or address is longer than { $limit } characters or contains a NUL character.
username_invalid = Choose a username of 1 to { $limit } letters and digits of one script; - _ . + and @ may be among them.
username_taken = This username is taken. Choose another.
email_invalid = Give an e-mail address, such as you@example.com.
email_taken = This e-mail address already has an account.
password_invalid = Choose a password of at least { $least } characters.
time_zone_invalid = Give a time zone of the IANA database, such as Europe/Vienna.
language_invalid = Give a language as a BCP 47 tag, such as de-AT.
already_set_up = Setup is already done. Log in instead.
setup_token_refused = This link is not valid any more. Start Deskhand again to get a new one.
last_superuser = This is the last superuser who can log in. Make somebody else a superuser first.
password_link_refused = This link is not valid any more. Ask an administrator for a new one.
second_factor_required = Enter the code of your authenticator app, or a recovery code.
second_factor_wrong = This code is wrong, too old, or used already. Enter the next one, and check that the clock of your device is right.
second_factor_on = Two-step login is on already. Turn it off first to use another app.
second_factor_off = Two-step login is not on.
second_factor_not_begun = Begin again: there is no new secret, or it is older than an hour.
own_second_factor = Turn your own two-step login off on your account page.
registration_closed = Nobody can register here. Ask an administrator for an account.
invitation_needed = To register here, open the link of an invitation.
invitation_refused = This invitation is not valid any more. Ask for a new one.
invitation_for_another = This invitation is for another e-mail address.
expiry_invalid = An invitation can expire within the next { $days } days.
uses_invalid = An invitation can be for 1 to { $most } people.
too_many_invitations = There are { $most } invitations already. Delete those that are not needed.
refresh_invalid = This refresh token is not valid any more. Log in again.
refresh_reused = This refresh token was used before, so the login has ended. Log in again.
label_too_long = A label has at most { $limit } characters.
name_invalid =
    .token = Give the token a name of 1 to { $limit } characters.
    .provider = Give a name of 1 to { $limit } characters.
scopes_invalid =
    .token = Choose at least one scope.
    .provider = Give up to { $limit } scopes as the provider names them; OpenID Connect needs openid among them.
expires_at_invalid = `expires_at` has to be in the future.
scope_refused = Only a superuser may create a token with the scope `admin`.
too_many_tokens = You have { $most } tokens, and can't have more. Revoke some first.

# Logins by identity providers

provider_unusable = Nobody can log in this way here. Choose another way.
provider_login_expired = This login has expired or was begun in another browser. Try again.
provider_denied = You were not logged in, because the access was refused.
provider_failed = { vendor } failed. Try again in a few minutes. It said: “{ $reason }”
    .login = The provider could not log you in. Try again, or tell an administrator of this installation.
    .answer_broken = The model's answer was cut off or unreadable. Try again in a few minutes.
provider_unreachable = The provider can't be reached. Try again in a moment, or log in another way.
provider_no_account = This login belongs to no account here, and you can't register with it. Ask an administrator.
provider_email_refused = You can't register with this e-mail address. Ask an administrator.
provider_email_taken = An account with your e-mail address exists. Log in with its password, and link this login on your account page.
provider_session_changed = You have logged out or changed the account meanwhile. Try again.
identity_taken = This login is linked to another account here.
too_many_identities = You have linked { $most } logins already. Unlink one that you do not need.
last_login = You could not log in any more. Set a password first, or link another login.
slug_invalid = Give an id of 1 to { $limit } of a-z, 0-9 and -, such as company.
slug_taken = There is a login provider with this id. Choose another id.
issuer_invalid = Give the issuer as an address such as https://login.example.org, without ? and #.
client_invalid = Give the client ID and the client secret as the provider shows them.
client_secret_needed = GitHub needs a client secret.
email_domains_invalid = Give up to { $limit } domains such as example.org.
too_many_providers = There are { $most } login providers already. Delete those that are not needed.
provider_fixed = GITHUB_CLIENT_ID sets this up where Deskhand is started. Change it there.

# Limits of people and of the site

desktops_limit_reached = You have { $limit } desktops at once, which is the limit. One that nobody uses stops after a while; or delete a chat that you don't need.
all_desktops_in_use = All desktops of this installation are in use. Try again in a few minutes.
runs_limit_reached = You have had { $limit } runs today, which is the limit. It begins anew at midnight UTC; or ask an administrator for more.
spending_limit_reached = Your runs have cost { DOLLARS($used) } this month; the limit is { DOLLARS($limit) }. Ask an administrator to raise it, use a key of your own, or wait for the next month.
    .all = The runs of this installation have cost { DOLLARS($used) } this month; the limit is { DOLLARS($limit) }. Ask an administrator to raise it, or use a key of your own.
    .run = This run has cost { DOLLARS($used) }; the limit of a run is { DOLLARS($limit) }. Send a message to continue, or ask an administrator to raise it.
    .every_chat = This conversation has cost { DOLLARS($used) }; the limit of a conversation is { DOLLARS($limit) }. Begin another one, use a key of your own, or ask an administrator to raise it.
    .day = Your runs have cost { DOLLARS($used) } today; the limit is { DOLLARS($limit) }. It begins anew at midnight UTC; or ask an administrator to raise it, or use a key of your own.
    .all_day = The runs of this installation have cost { DOLLARS($used) } today; the limit is { DOLLARS($limit) }. It begins anew at midnight UTC; or ask an administrator to raise it, or use a key of your own.
    .own_run = This run has cost { DOLLARS($used) }; your own limit of a run is { DOLLARS($limit) }. Send a message to continue, or raise it in the settings under Limits.
    .own_chat = This conversation has cost { DOLLARS($used) }; your own limit of a conversation is { DOLLARS($limit) }. Raise it in the settings under Limits, or begin another conversation.
    .own_day = Your runs have cost { DOLLARS($used) } today; your own limit is { DOLLARS($limit) }. Raise it in the settings under Limits, or wait until midnight UTC.
    .own_month = Your runs have cost { DOLLARS($used) } this month; your own limit is { DOLLARS($limit) }. Raise it in the settings under Limits, or wait for the next month.
    .chat = This conversation has cost { DOLLARS($used) }; its limit is { DOLLARS($limit) }. Raise it in the menu of the conversation, then send a message to continue.
own_limit_too_high = Administrators let you spend { DOLLARS($limit) } at most. Set a lower limit.
chat_limits_invalid =
    .turns = Give from { $least } to { $most } steps for each run.
    .minutes = Give from { $least } to { $most } minutes for each run.
quota_reached = Your files and the home folders of your desktops would take more than the { BYTES($limit) } that they may take together. Delete some first, such as old uploads or whole conversations.
disk_full = The server's disk is full. Ask whoever runs it to free some space.

# Chats and their runs

title_invalid = Give the chat a title of 1 to { $limit } characters.
message_empty = Write what you want done: the message is empty.
message_too_long = A message may have { $limit } characters. Upload longer text as a file.
extra_data_too_large = The extra data of a message may have { $limit } bytes as JSON.
extra_data_inexact = A number in the extra data of a message has to fit 64 bits. Send larger ones as text.
role_invalid = Only messages of the role `user` can be added.
queue_full = { $limit } messages of this chat are waiting already. Send this one when some of them have been answered.
not_the_last_message = Only the last message of a chat can be replaced.
run_not_active = The run is not active: it waits for its turn or for a person.
    .ended = The run has ended.
decision_conflict = Another decision on this call was made before.
answer_conflict = Another answer to this question was given before.
not_pending =
    .decision = The run does not wait for a decision on this call.
    .answer = The run does not wait for an answer to this question.
arguments_differ = The call has other arguments than those that were decided on. Look at it again.
answer_empty = Write an answer: it is empty.
text_too_long = This may have { $limit } characters. Write a message for more.

# Desktops

desktop_unavailable = The desktop is not available: “{ $reason }”
    .too_slow = The desktop did not come up within { $seconds } s.
    .ended_early = The desktop ended while it was starting: “{ $reason }”
    .shutting_down = Deskhand is shutting down.
    .elsewhere = The desktop runs on another server of this installation. Try again there.
    .silent = The desktop does not answer. Try again in a moment.
desktop_not_running = The desktop does not run. Start it with POST /chats/{"{"}chat_id{"}"}/desktop.
desktop_not_shown = The desktop does not run on this server, or is paused.
control_held = Another person is in control. Wait until they hand back.
control_lost = You are no longer in control here. Take over again.
internet_names_invalid = “{ $name }” is no name: list names such as `example.com` or `*.example.com`.
    .too_many = List at most { $most } names; `*.example.com` stands for all below one.
internet_unenforced = Desktops are not contained (--uncontained) and reach what this server reaches.
path_outside_home = The path has to lead to something inside the home folder, and through no symbolic link.
not_a_file = This is not an ordinary file.
file_exists = There is something with this name already. Give another name, or send `replace=true`.
desktop_disk_full = The desktop's disk is full. Delete something on it first.

# Files

file_too_large = The file is larger than the limit of { BYTES($limit) }.
file_missing = Send the file as a field of the form, named `file`.
form_too_large = A field of the form other than `file` is too large.
file_name_invalid = Give the file a name of 1 to { $limit } bytes without control characters.
file_kind_refused = Files of this kind can't be uploaded here: an administrator's rule refuses `{ $entry }`.
file_rules_invalid =
    .too_many = Each list may have { $most } entries.
    .entry = `{ $entry }` has to have 1 to { $limit } bytes without control characters.
    .extension = `{ $entry }` is no extension such as `exe`. Patterns have a list of their own.
    .pattern = `{ $entry }` is no pattern: { $reason }.
    .media_type = `{ $entry }` is no media type such as `application/pdf` or `video/*`.
expires_in_invalid = A link can be valid for 60 seconds to 30 days: `expires_in` has to be 60 to 2592000.
link_expired = This link has expired. Ask for a new one.
range_outside = The file has { $length } bytes; the requested part is outside of it.

# Setting up a model

unknown_provider = There is no model provider named “{ $name }”. Choose one of: { $known }.
api_key_missing = { $setting ->
    [connection] { vendor } needs an API key, and the model connection has none. Add one to the model connection.
   *[variable] { vendor } needs an API key, and none is set. Set { $setting } where Deskhand is started, then restart Deskhand.
}
address_missing = The model server's address is not set. Set { $setting } where Deskhand is started, then restart Deskhand.
model_setting_missing = { $setting ->
    [connection] The model connection lacks something that { vendor } needs. Change it.
   *[variable] { vendor } needs { $setting }, which is not set. Set it where Deskhand is started, then restart Deskhand.
}
model_credentials_unreadable = { $setting ->
    [connection] The model connection has no credentials that { vendor } takes. Give them again.
   *[variable] What is set as { $setting } can't be read as credentials for { vendor }. Correct it, then restart Deskhand.
}
clock_skewed = { vendor } refuses requests because the clock of the machine that runs Deskhand is wrong. Set it, then try again.
model_missing = No model is chosen. Set { $setting } where Deskhand is started, then restart Deskhand.
api_key_refused = { $setting ->
    [connection] { vendor } rejected the API key of the model connection. Check it, or create another at { console }.
   *[variable] { vendor } rejected the API key. Check { $setting } where Deskhand is started (create keys at { console }), then restart Deskhand.
}
permission_denied = { vendor } doesn't allow this API key to use { $model }. Check the key's permissions at { console }.
billing = { account } is out of credit. Check its billing at { console }, then try again.
account_limited = { account } is limited or disabled because of violations of the usage policy. See { console }.
model_not_found = { $setting ->
    [connection] { vendor } has no model named { $model }. Choose another model.
   *[variable] { vendor } has no model named { $model }. Check { $setting }, then restart Deskhand.
}
no_vision = { $setting ->
    [connection] { $model } doesn't accept images, so it can't use a desktop. Choose a model with vision.
   *[variable] { $model } doesn't accept images, so it can't use a desktop. Set { $setting } to a model with vision, then restart Deskhand.
}
no_tools = { $setting ->
    [connection] { $model } can't call tools, so it can't use a desktop. Choose another model.
   *[variable] { $model } can't call tools, so it can't use a desktop. Set { $setting } to another model, then restart Deskhand.
}

# Asking a model

request_too_large = This conversation is too large for one request to the model. Continue in a new chat.
context_window_exceeded = This conversation is too long for the model. Continue in a new chat.
rate_limited = { vendor }: the rate limit for this API key was reached. Try again in a few minutes.
spend_limit = { account } has reached a usage or spending limit. Raise it at { console }, then try again.
overloaded = { vendor } is overloaded. Try again in a few minutes.
network_unreachable = { vendor } can't be reached at { $host }, or the connection was lost. Check this machine's network and { address }, then try again.
    .name = { vendor }: the name { $host } has no address. Check that { address } is spelled right and that this machine can resolve names; if it only reaches the internet through a proxy, set HTTPS_PROXY where Deskhand is started. Then try again.
    .refused = { vendor }: nothing accepts connections at { $server }. Start the server there, or correct { address }, then try again.
    .connect_timeout = { vendor }: { $server } does not answer. Check the firewall; if this machine only reaches the internet through a proxy, set HTTPS_PROXY where Deskhand is started. Then try again.
    .silent = { vendor } at { $host } has sent nothing for { $seconds } s. See that it works and is not overloaded, or set AI_MODEL_FIRST_BYTE_TIMEOUT_MS to wait longer, then try again.
    .tls = { vendor }: no secure connection to { $host } (“{ $reason }”). If the server has no TLS, begin { address } with http://.
certificate_refused = { vendor }: { $host } answers, but its certificate comes from an issuer that Deskhand doesn't know. If the server or a proxy on the way has a certificate of your own, have this machine trust its issuer, or set SSL_CERT_FILE where Deskhand is started to a file with all certificates that you trust (with Docker Compose, put the issuer's certificate into the folder certificates), then restart Deskhand.
    .name = { vendor }: { $host } answers, but its certificate is for { $names }. Correct the host in { address }, or have a certificate issued for this name.
    .expired = { vendor }: { $host } answers, but its certificate has expired or is not valid yet. Renew it, or set this machine's clock, then try again.
    .other = { vendor }: { $host } answers, but its certificate is not accepted: “{ $reason }”
proxy_unreachable = { vendor } can't be reached through the proxy { $proxy }. Check the proxy, and HTTPS_PROXY and NO_PROXY where Deskhand is started, then try again.
    .login = The proxy { $proxy } asks for a login. Write it into HTTPS_PROXY where Deskhand is started (http://NAME:PASSWORD@HOST:PORT), then restart Deskhand.
    .refused = The proxy { $proxy } doesn't connect to { $host }. Have it allowed there, or name the host in NO_PROXY where Deskhand is started, then restart Deskhand.
address_private = { $host } is on a private network or on this machine, and addresses of your own have to be on the internet. Choose another address, or ask an administrator to allow this server.
address_invalid =
    .port = Port { $port } isn't one of a web server, so it can't be asked. Choose another address, or ask an administrator to allow this server.
    .scheme = An address that begins with { $scheme }: can't be asked. It has to begin with https:// or http://.
not_a_model_api = { $address } is no API of a model: it answered “{ $title }”. Check { address }, then try again.
calls_as_text = The model server does not recognize the calls of { $model }. Turn on tool calls where the server is started (vLLM: --enable-auto-tool-choice --tool-call-parser, llama.cpp: --jinja), then try again.
request_rejected = { vendor } rejected the request: “{ $reason }”
refusal = The model declined to continue for safety reasons. Rephrase the request, or start a new chat.
    .explained = The model declined to continue for safety reasons. Rephrase the request, or start a new chat. It said: “{ $reason }”
    .category = { $category ->
        [cyber] The model declined to continue, because the request could help to attack computers. Harmless work on security can look like that too: say what it is for, or choose another model.
        [bio] The model declined to continue, because the request could help with dangerous biology. Harmless work can look like that too: say what it is for, or choose another model.
        [frontier_llm] The model declined to continue, because the request could help to develop competing AI models, which its vendor doesn't allow. Choose another model.
        [reasoning_extraction] The model declined to continue, because the request asks it to repeat its hidden reasoning. Ask for the result instead.
        [general_harms] The model declined to continue, because its vendor counts the subject among the harmful ones. Rephrase the request, or choose another model.
        [safety] The safety filter of the model's vendor blocked the answer. Rephrase the request, or start a new chat.
        [recitation] The model's vendor blocked the answer, because it would repeat a source word for word. Ask for it in other words.
        [language] The model's vendor blocked the answer, because it doesn't support the language. Use another language.
        [blocklist] The model's vendor blocked this, because it contains a word that is on its list of blocked words. Rephrase the request.
        [prohibited_content] The model's vendor blocked this as prohibited content. Rephrase the request, or start a new chat.
        [spii] The model's vendor blocked the answer, because it would contain sensitive data about a person. Leave such data out.
        [escalation] A rule of the model's vendor for requests that need a closer look stopped this one. Rephrase the request, or start a new chat.
        [model_armor] Model Armor, which the account with the model's vendor uses, blocked this. Rephrase the request, or have its rules changed there.
        [jailbreak] The model's vendor took the request for an attempt to get around its rules. Rephrase the request, or start a new chat.
       *[other] The model declined to continue for safety reasons. Rephrase the request, or start a new chat.
    }
    .category_explained = { refusal.category } It said: “{ $reason }”
max_tokens = The model's answer was cut off at its length limit several times. Ask for less at a time.
empty_turn = The model ended its turn without saying anything. Tell it what to do next.

# Limits of a run

max_turns = The run reached its limit of { $limit } turns of the model. Send a message to continue.
max_total_tokens = The run reached its limit of { $limit } tokens ({ $used } used). Send a message to continue.
max_cost = The run reached its limit of { DOLLARS($limit) } ({ DOLLARS($used) } used). Send a message to continue.
max_actions = The run reached its limit of { $limit } actions. Send a message to continue.
max_wall_time = The run reached its limit of { $seconds } s. Send a message to continue.
price_unknown = This run has a cost limit, but the model's price is not known. Choose another model, or remove the limit.
    .not_sent = The message was not sent: there is a limit on what it may cost, and nobody knows what the model { $model } costs. Choose another model, ask an administrator to set its price, or remove the limit.
no_progress = The run stopped because the same action was repeated { $times } times without any visible effect. Look at the desktop, then say how to continue.

# What a run tells

desktop_unreachable = The desktop stopped responding. Send your message again; if that doesn't help, restart the chat's desktop.
approval_required = Your approval is needed before the assistant { $effects }.
    .explained = Your approval is needed before the assistant { $effects }. The model's vendor says: “{ $reason }”
question_asked = { $question }
paused = You paused the run. Resume it when you are ready.
person_in_control = You're in control. The run continues when you hand back.
    .begins_later = You're in control. The run begins when you hand back.
message_replaced = You replaced the message.
message_instead = You wrote a message instead.
model_service_unreachable = The model service can't be reached. See that it runs, then send the message again.
model_service_refused = The model service refused the request ({ $status }). Its log and the backend's say why.
    .token = The model service does not accept the backend's token. Start both with the same AI_MODEL_TOKEN, then send the message again.
desktop_replaced = The desktop was started again: “{ $reason }”
upload_not_delivered = ~/{ $path } could not be written to the desktop: “{ $reason }”
upload_not_shown =
    .broken = ~/{ $path } is damaged, so the model is not shown what is in it. It has the file on the desktop.
    .encrypted = ~/{ $path } is locked with a password, so the model is not shown what is in it. It has the file on the desktop.
    .too_large = ~/{ $path } is too large for the model to be shown what is in it. It has the file on the desktop.
    .too_slow = Reading ~/{ $path } took too long, so the model is not shown what is in it. It has the file on the desktop.
    .not_supported = The desktop's version can't read ~/{ $path } for the model. Ask whoever runs Deskhand to build the desktop's image again; until then, the model has the file on the desktop.
output_not_collected =
    .too_large = { paths }: The file is larger than the limit of { BYTES($limit) }.
    .quota_reached = { paths }: Your files would take more than the { BYTES($limit) } that they may take. Delete some first, such as old uploads or whole conversations.
    .disk_full = { paths }: The server's disk is full. Ask whoever runs it to free some space.

# Models

connection_name_invalid = Give a name of 1 to { $limit } characters.
connection_name_taken = There is a model connection with this name. Choose another name.
connection_address_invalid = Give the address of the API, such as https://models.example.org/v1, without ? and #.
    .missing = Give the address of the server, such as http://localhost:11434/v1.
connection_key_missing = Give the API key.
    .other_address = Give the API key again: it was given for another address.
    .lost = The API key is lost, because the master key was replaced. Give it again.
connection_key_invalid = This is no API key. Paste it again, without spaces and line breaks.
    .credentials = These are no credentials for this cloud. Paste them again, whole.
connection_platform_invalid = This cloud does not serve these models. Choose another, or make a new model connection.
    .incomplete = Give the region, the project and the workspace as the cloud shows them.
too_many_model_connections = There are { $most } model connections already. Delete those that are not needed.
own_keys_forbidden = Nobody may use keys of their own here. Ask an administrator of this installation.
model_unknown = There is no such model here. Choose one of the list.
    .connection = There is no such model connection. Choose a model of the list.
    .price = Give the id of a model of up to { $limit } characters, or * for every model.
effort_not_supported = This model does not have this effort. Choose another one.
price_too_high = Give a price of at most { $dollars } dollars for a million tokens.
too_many_prices = There are { $most } prices already. Delete those that are not needed.
too_many_servers = Name at most { $most } servers.
models_unavailable = The model service can't be reached. Try again in a moment, or tell an administrator of this installation.
fallbacks_invalid =
    .too_many = Choose at most { $most } models to fall back on.
    .twice = { $model } is in the list twice. Remove one of them.
model_connection_gone = The model connection of this chat was deleted. Choose another model, then send the message again.
model_key_lost = The API key of “{ $connection }” is lost, because the master key was replaced. Give it again in the settings, then send the message again.
    .broken = The API key of “{ $connection }” is not used: it was given for another address, or by somebody else. Give it again in the settings, then send the message again.

# Models that go on where another one can't

models_tried = All of these models were asked: { $tried }.
model_changed = { $from } could not go on. { $to } goes on.
    .refusal = { $from } declined to continue. { $to } goes on.
    .overloaded = { $from } was overloaded. { $to } goes on.
    .rate_limited = The rate limit for { $from } was reached. { $to } goes on.
    .key_refused = The API key for { $from } was not accepted. { $to } goes on.
    .out_of_credit = The account for { $from } has no credit left, or has reached a limit. { $to } goes on.
    .unreachable = { $from } could not be reached. { $to } goes on.
    .failed = { $from } failed. { $to } goes on.
    .withdrawn = { $from } is not offered any more. { $to } goes on.
model_passed_over = { $model } was not asked, because it is not set up.
    .price_unknown = { $model } was not asked, because its price is not known and the cost is limited.
    .own_keys_forbidden = { $model } was not asked, because keys of one's own are not allowed any more.
    .gone = { $model } was not asked, because its model connection was deleted.
    .key_lost = { $model } was not asked, because its API key is lost.
    .spending = { $model } was not asked, because nothing more may be spent on it this month.
