# What people are told, in German: „Sie“, short, no exclamation marks (docs/languages.md).

# Words for other lines

unknown_reason = Der Grund ist `{ $code }`.
and = { $before } und { $last }
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
   *[other] Der Modellserver
}
account = { $vendor ->
    [anthropic] Ihr Konto bei Anthropic
    [gemini] Ihr Konto bei Google
    [openai] Ihr Konto bei OpenAI
    [bedrock] Ihr AWS-Konto
    [claude-on-aws] Ihr AWS-Konto
    [vertex] Ihr Google-Cloud-Projekt
    [claude-on-google-cloud] Ihr Google-Cloud-Projekt
    [foundry] Ihr Azure-Abonnement
    [azure] Ihr Azure-Abonnement
   *[other] Ihr Konto beim Modellserver
}
console = { $vendor ->
    [openai-compatible] beim Modellserver
   *[other] unter { $console }
}
address = { $setting ->
    [connection] die Adresse der Modellverbindung
   *[variable] { $setting }
}
effects =
    .pointing = die Maus benutzt
    .typing = tippt
    .submitting = die Eingabetaste drückt
    .shell = einen Befehl ausführt
    .editing = eine Datei schreibt
    .navigating = ein Programm oder eine Adresse öffnet
    .continuing = fortfährt
paths = { $others ->
    [0] ~/{ $path }
   *[other] ~/{ $path } und { $others } weitere
}

# The request and its form

unauthorized = Bitte melden Sie sich zuerst an: Mit der Anfrage kam weder eine gültige Sitzung noch ein gültiges Bearer-Token.
scope_missing = Dieses API-Token darf das nicht: Ihm fehlt die Berechtigung `{ $scope }`.
login_needed = Das darf kein API-Token. Bitte melden Sie sich stattdessen an.
superuser_required = Das darf nur ein Superuser.
cross_origin = Die Anfrage kam von einer Seite einer anderen Website. Setzen Sie hinter einem Proxy DESKHAND_PUBLIC_URL auf die Adresse, die im Browser geöffnet wird.
no_route = Unter dieser Adresse gibt es nichts. /docs listet auf, was es gibt.
method_not_allowed = Diese Adresse kennt diese Methode nicht. /docs listet auf, was es gibt.
unreadable_request = Die Anfrage kann nicht gelesen werden: „{ $reason }“.
    .no_object = Bitte senden Sie ein JSON-Objekt.
    .no_form = Das Formular kann nicht gelesen werden: „{ $reason }“.
    .no_socket = Diese Adresse spricht WebSocket: „{ $reason }“.
    .no_request = Das ist keine Anfrage: „{ $reason }“.
    .no_text = Bitte senden Sie Textnachrichten.
    .id_too_long = Die ID einer Anfrage hat höchstens { $limit } Zeichen.
    .upload_broken_off = Das Hochladen wurde abgebrochen: „{ $reason }“.
request_too_slow = Die Anfrage wurde zu langsam gesendet. Senden Sie sie über eine schnellere Verbindung noch einmal.
too_many_requests = Zu viele Anfragen. Versuchen Sie es in { $seconds } s noch einmal.
too_many_sockets = Sie haben zu viele WebSockets offen: Schließen Sie einige, oder bitten Sie einen Administrator, Ihr Limit zu erhöhen.
too_many_chats = Ein WebSocket folgt höchstens { $limit } Chats. Öffnen Sie einen weiteren.
idempotency_key_invalid = Ein Idempotency-Key hat 1 bis { $limit } sichtbare ASCII-Zeichen.
idempotency_key_reused = Dieser Idempotency-Key kam schon mit einer anderen Anfrage. Verwenden Sie für jede Anfrage einen neuen.
limit_invalid = `limit` muss zwischen { $least } und { $most } liegen.
skip_invalid = `skip` muss zwischen 0 und { $most } liegen.
after_invalid = Übernehmen Sie `after` aus dem Header `Link` der vorigen Seite.
wait_invalid = `wait` muss zwischen 0 und { $most } liegen.
last_event_id_invalid = Last-Event-ID muss die ID eines Ereignisses dieses Streams sein.
days_invalid = `from` muss vor `to` liegen, höchstens { $most } Tage davor, zwischen den Jahren 2000 und 9999.

# What does not exist, or belongs to somebody else

not_found =
    .chat = Diesen Chat gibt es nicht.
    .message = Diese Nachricht gibt es nicht.
    .run = Diesen Lauf gibt es nicht.
    .file = Diese Datei gibt es nicht.
    .link = Diesen Link gibt es nicht.
    .screenshot = Diesen Screenshot gibt es nicht.
    .desktop = Diesen Desktop gibt es nicht.
    .desktop_path = Diese Datei oder diesen Ordner gibt es auf dem Desktop nicht.
    .user = Diese Person gibt es hier nicht.
    .invitation = Diese Einladung gibt es nicht.
    .session = Diese Sitzung gibt es nicht.
    .token = Dieses Token gibt es nicht.
    .identity = Diese Identität gibt es nicht.
    .login_provider = Diesen Anmeldedienst gibt es nicht.
    .model_connection = Diese Modellverbindung gibt es nicht.
    .model_price = Für dieses Modell gibt es keinen Preis.

# The service

busy = Gerade melden sich zu viele Personen an. Versuchen Sie es gleich noch einmal.
shutting_down = Der Dienst startet gerade neu. Versuchen Sie es gleich noch einmal.
database_unavailable = Die Datenbank ist nicht erreichbar. Versuchen Sie es gleich noch einmal.
internal_error = Auf dem Server ist etwas schiefgegangen. Sein Protokoll enthält mehr unter der ID der Anfrage.
    .run = Auf dem Server ist etwas schiefgegangen. Senden Sie die Nachricht noch einmal. Sein Protokoll enthält mehr unter { $run_id }.
setting_fixed = { $setting } legt das fest, wo Deskhand gestartet wird. Ändern Sie es dort.

# Accounts

wrong_credentials = Benutzername oder Passwort ist falsch.
wrong_password = Das Passwort ist falsch.
old_password_wrong = Das alte Passwort ist falsch.
no_password = Ihr Konto hat kein Passwort. Legen Sie zuerst auf Ihrer Kontoseite eines fest.
account_disabled = Dieses Konto ist gesperrt. Wenden Sie sich an einen Administrator dieser Installation.
too_many_attempts =
    .logins = Zu viele fehlgeschlagene Anmeldungen. Versuchen Sie es in { $seconds } s noch einmal.
    .codes = Zu viele falsche Codes. Verwenden Sie einen Wiederherstellungscode, oder versuchen Sie es in { $seconds } s noch einmal.
    .links = Zu viele Versuche. Versuchen Sie es in { $seconds } s noch einmal.
    .registrations = Zu viele Registrierungen. Versuchen Sie es in { $seconds } s noch einmal.
    .provider_logins = Zu viele Anmeldungen. Versuchen Sie es in { $seconds } s noch einmal.
text_invalid = Ein Name oder eine Adresse ist länger als { $limit } Zeichen oder enthält ein NUL-Zeichen.
username_invalid = Wählen Sie einen Benutzernamen aus 1 bis { $limit } Buchstaben und Ziffern einer Schrift; - _ . + und @ dürfen darunter sein.
username_taken = Dieser Benutzername ist vergeben. Wählen Sie einen anderen.
email_invalid = Geben Sie eine E-Mail-Adresse an, zum Beispiel name@example.com.
email_taken = Zu dieser E-Mail-Adresse gibt es schon ein Konto.
password_invalid = Wählen Sie ein Passwort mit mindestens { $least } Zeichen.
time_zone_invalid = Geben Sie eine Zeitzone der IANA-Datenbank an, zum Beispiel Europe/Vienna.
language_invalid = Geben Sie eine Sprache als BCP-47-Kürzel an, zum Beispiel de-AT.
already_set_up = Die Einrichtung ist schon abgeschlossen. Bitte melden Sie sich an.
setup_token_refused = Dieser Link ist nicht mehr gültig. Starten Sie Deskhand neu, um einen neuen zu erhalten.
last_superuser = Das ist der letzte Superuser, der sich anmelden kann. Machen Sie zuerst jemand anderen zum Superuser.
password_link_refused = Dieser Link ist nicht mehr gültig. Bitten Sie einen Administrator um einen neuen.
second_factor_required = Geben Sie den Code Ihrer Authentifizierungs-App oder einen Wiederherstellungscode ein.
second_factor_wrong = Dieser Code ist falsch, zu alt oder schon verwendet. Geben Sie den nächsten ein, und prüfen Sie, ob die Uhr Ihres Geräts stimmt.
second_factor_on = Die Anmeldung in zwei Schritten ist schon eingeschaltet. Schalten Sie sie zuerst aus, um eine andere App zu verwenden.
second_factor_off = Die Anmeldung in zwei Schritten ist nicht eingeschaltet.
second_factor_not_begun = Beginnen Sie noch einmal: Es gibt kein neues Geheimnis, oder es ist älter als eine Stunde.
own_second_factor = Schalten Sie Ihre eigene Anmeldung in zwei Schritten auf Ihrer Kontoseite aus.
registration_closed = Hier kann sich niemand registrieren. Bitten Sie einen Administrator um ein Konto.
invitation_needed = Um sich hier zu registrieren, öffnen Sie den Link einer Einladung.
invitation_refused = Diese Einladung ist nicht mehr gültig. Bitten Sie um eine neue.
invitation_for_another = Diese Einladung gilt für eine andere E-Mail-Adresse.
expiry_invalid = Eine Einladung kann innerhalb der nächsten { $days } Tage ablaufen.
uses_invalid = Eine Einladung kann für 1 bis { $most } Personen gelten.
too_many_invitations = Es gibt schon { $most } Einladungen. Löschen Sie die, die nicht gebraucht werden.
refresh_invalid = Dieses Refresh-Token ist nicht mehr gültig. Bitte melden Sie sich neu an.
refresh_reused = Dieses Refresh-Token wurde schon verwendet, daher ist die Anmeldung beendet. Bitte melden Sie sich neu an.
label_too_long = Eine Bezeichnung hat höchstens { $limit } Zeichen.
name_invalid =
    .token = Geben Sie dem Token einen Namen mit 1 bis { $limit } Zeichen.
    .provider = Geben Sie einen Namen mit 1 bis { $limit } Zeichen an.
scopes_invalid =
    .token = Wählen Sie mindestens eine Berechtigung.
    .provider = Geben Sie bis zu { $limit } Berechtigungen (Scopes) an, wie der Anbieter sie nennt; OpenID Connect braucht darunter openid.
expires_at_invalid = `expires_at` muss in der Zukunft liegen.
scope_refused = Nur ein Superuser darf ein Token mit der Berechtigung `admin` erstellen.
too_many_tokens = Sie haben { $most } Tokens; mehr sind nicht möglich. Widerrufen Sie zuerst einige.

# Logins by identity providers

provider_unusable = Auf diesem Weg kann sich hier niemand anmelden. Wählen Sie einen anderen.
provider_login_expired = Diese Anmeldung ist abgelaufen oder wurde in einem anderen Browser begonnen. Versuchen Sie es noch einmal.
provider_denied = Sie wurden nicht angemeldet, weil der Zugriff abgelehnt wurde.
provider_failed = { vendor } hatte einen Fehler. Versuchen Sie es in ein paar Minuten noch einmal. Meldung: „{ $reason }“
    .login = Der Anbieter konnte Sie nicht anmelden. Versuchen Sie es noch einmal, oder sagen Sie einem Administrator dieser Installation Bescheid.
    .answer_broken = Die Antwort des Modells war abgeschnitten oder unlesbar. Versuchen Sie es in ein paar Minuten noch einmal.
provider_unreachable = Der Anbieter ist nicht erreichbar. Versuchen Sie es gleich noch einmal, oder melden Sie sich auf einem anderen Weg an.
provider_no_account = Zu dieser Anmeldung gibt es hier kein Konto, und Sie können sich damit nicht registrieren. Wenden Sie sich an einen Administrator.
provider_email_refused = Mit dieser E-Mail-Adresse können Sie sich nicht registrieren. Wenden Sie sich an einen Administrator.
provider_email_taken = Es gibt schon ein Konto mit Ihrer E-Mail-Adresse. Melden Sie sich mit dessen Passwort an, und verknüpfen Sie diese Anmeldung auf Ihrer Kontoseite.
provider_session_changed = Sie haben sich inzwischen abgemeldet oder das Konto gewechselt. Versuchen Sie es noch einmal.
identity_taken = Diese Anmeldung ist hier mit einem anderen Konto verknüpft.
too_many_identities = Sie haben schon { $most } Anmeldungen verknüpft. Lösen Sie eine, die Sie nicht brauchen.
last_login = Sie könnten sich nicht mehr anmelden. Legen Sie zuerst ein Passwort fest, oder verknüpfen Sie eine andere Anmeldung.
slug_invalid = Geben Sie eine ID aus 1 bis { $limit } Zeichen von a-z, 0-9 und - an, zum Beispiel firma.
slug_taken = Es gibt schon einen Anmeldedienst mit dieser ID. Wählen Sie eine andere.
issuer_invalid = Geben Sie den Aussteller als Adresse wie https://login.example.org an, ohne ? und #.
client_invalid = Geben Sie die Client-ID und das Client-Geheimnis so an, wie der Anbieter sie zeigt.
client_secret_needed = GitHub braucht ein Client-Geheimnis.
email_domains_invalid = Geben Sie bis zu { $limit } Domains wie example.org an.
too_many_providers = Es gibt schon { $most } Anmeldedienste. Löschen Sie die, die nicht gebraucht werden.
provider_fixed = GITHUB_CLIENT_ID richtet das ein, wo Deskhand gestartet wird. Ändern Sie es dort.

# Limits of people and of the site

desktops_limit_reached = Sie haben { $limit } Desktops gleichzeitig; mehr sind nicht möglich. Einer, den niemand benutzt, hält nach einer Weile an; oder löschen Sie einen Chat, den Sie nicht brauchen.
all_desktops_in_use = Alle Desktops dieser Installation sind in Gebrauch. Versuchen Sie es in ein paar Minuten noch einmal.
runs_limit_reached = Sie hatten heute { $limit } Läufe; mehr sind nicht möglich. Um Mitternacht UTC beginnt die Zählung neu; oder bitten Sie einen Administrator um mehr.
spending_limit_reached = Ihre Läufe haben diesen Monat { DOLLARS($used) } gekostet; das Limit ist { DOLLARS($limit) }. Bitten Sie einen Administrator, es zu erhöhen, verwenden Sie einen eigenen Schlüssel, oder warten Sie auf den nächsten Monat.
    .all = Die Läufe dieser Installation haben diesen Monat { DOLLARS($used) } gekostet; das Limit ist { DOLLARS($limit) }. Bitten Sie einen Administrator, es zu erhöhen, oder verwenden Sie einen eigenen Schlüssel.
    .run = Dieser Lauf hat { DOLLARS($used) } gekostet; das Limit eines Laufs ist { DOLLARS($limit) }. Senden Sie eine Nachricht, um fortzufahren, oder bitten Sie einen Administrator, es zu erhöhen.
    .every_chat = Dieser Chat hat { DOLLARS($used) } gekostet; das Limit eines Chats ist { DOLLARS($limit) }. Beginnen Sie einen anderen, verwenden Sie einen eigenen Schlüssel, oder bitten Sie einen Administrator, es zu erhöhen.
    .day = Ihre Läufe haben heute { DOLLARS($used) } gekostet; das Limit ist { DOLLARS($limit) }. Um Mitternacht UTC beginnt die Zählung neu; oder bitten Sie einen Administrator, es zu erhöhen, oder verwenden Sie einen eigenen Schlüssel.
    .all_day = Die Läufe dieser Installation haben heute { DOLLARS($used) } gekostet; das Limit ist { DOLLARS($limit) }. Um Mitternacht UTC beginnt die Zählung neu; oder bitten Sie einen Administrator, es zu erhöhen, oder verwenden Sie einen eigenen Schlüssel.
    .own_run = Dieser Lauf hat { DOLLARS($used) } gekostet; Ihr eigenes Limit eines Laufs ist { DOLLARS($limit) }. Senden Sie eine Nachricht, um fortzufahren, oder erhöhen Sie es in den Einstellungen unter „Limits“.
    .own_chat = Dieser Chat hat { DOLLARS($used) } gekostet; Ihr eigenes Limit eines Chats ist { DOLLARS($limit) }. Erhöhen Sie es in den Einstellungen unter „Limits“, oder beginnen Sie einen anderen Chat.
    .own_day = Ihre Läufe haben heute { DOLLARS($used) } gekostet; Ihr eigenes Limit ist { DOLLARS($limit) }. Erhöhen Sie es in den Einstellungen unter „Limits“, oder warten Sie bis Mitternacht UTC.
    .own_month = Ihre Läufe haben diesen Monat { DOLLARS($used) } gekostet; Ihr eigenes Limit ist { DOLLARS($limit) }. Erhöhen Sie es in den Einstellungen unter „Limits“, oder warten Sie auf den nächsten Monat.
    .chat = Dieser Chat hat { DOLLARS($used) } gekostet; sein Limit ist { DOLLARS($limit) }. Erhöhen Sie es im Menü des Chats, und senden Sie dann eine Nachricht, um fortzufahren.
own_limit_too_high = Die Administration erlaubt Ihnen höchstens { DOLLARS($limit) }. Setzen Sie ein niedrigeres Limit.
chat_limits_invalid =
    .turns = Geben Sie { $least } bis { $most } Schritte für jeden Lauf an.
    .minutes = Geben Sie { $least } bis { $most } Minuten für jeden Lauf an.
quota_reached = Ihre Dateien und die Home-Ordner Ihrer Desktops würden mehr als die { BYTES($limit) } belegen, die sie zusammen belegen dürfen. Löschen Sie zuerst einige, zum Beispiel alte Uploads oder ganze Chats.
disk_full = Die Festplatte des Servers ist voll. Bitten Sie die Person, die ihn betreibt, Platz zu schaffen.

# Chats and their runs

title_invalid = Geben Sie dem Chat einen Titel mit 1 bis { $limit } Zeichen.
message_empty = Schreiben Sie, was erledigt werden soll: Die Nachricht ist leer.
message_too_long = Eine Nachricht darf { $limit } Zeichen haben. Laden Sie längeren Text als Datei hoch.
extra_data_too_large = Die Zusatzdaten einer Nachricht dürfen als JSON { $limit } Byte haben.
extra_data_inexact = Eine Zahl in den Zusatzdaten einer Nachricht muss in 64 Bit passen. Senden Sie größere als Text.
role_invalid = Es können nur Nachrichten mit der Rolle `user` hinzugefügt werden.
queue_full = In diesem Chat warten schon { $limit } Nachrichten. Senden Sie diese, wenn einige davon beantwortet sind.
not_the_last_message = Nur die letzte Nachricht eines Chats kann ersetzt werden.
run_not_active = Der Lauf ist nicht aktiv: Er wartet, bis er an der Reihe ist, oder auf eine Person.
    .ended = Der Lauf ist beendet.
decision_conflict = Über diesen Aufruf wurde schon anders entschieden.
answer_conflict = Auf diese Frage wurde schon anders geantwortet.
not_pending =
    .decision = Der Lauf wartet nicht auf eine Entscheidung über diesen Aufruf.
    .answer = Der Lauf wartet nicht auf eine Antwort auf diese Frage.
arguments_differ = Der Aufruf hat andere Argumente als die, über die entschieden wurde. Sehen Sie ihn sich noch einmal an.
answer_empty = Schreiben Sie eine Antwort: Sie ist leer.
text_too_long = Das darf { $limit } Zeichen haben. Schreiben Sie für mehr eine Nachricht.

# Desktops

desktop_unavailable = Der Desktop ist nicht verfügbar: „{ $reason }“
    .too_slow = Der Desktop ist nicht innerhalb von { $seconds } s gestartet.
    .ended_early = Der Desktop wurde beim Starten beendet: „{ $reason }“
    .shutting_down = Deskhand wird gerade beendet.
    .elsewhere = Der Desktop läuft auf einem anderen Server dieser Installation. Versuchen Sie es dort noch einmal.
    .silent = Der Desktop antwortet nicht. Versuchen Sie es gleich noch einmal.
desktop_not_running = Der Desktop läuft nicht. Starten Sie ihn mit POST /chats/{"{"}chat_id{"}"}/desktop.
desktop_not_shown = Der Desktop läuft nicht auf diesem Server oder pausiert.
control_held = Eine andere Person steuert gerade. Warten Sie, bis sie die Steuerung zurückgibt.
control_lost = Sie steuern hier nicht mehr. Übernehmen Sie noch einmal.
internet_names_invalid = „{ $name }“ ist kein Name: Geben Sie Namen wie `example.com` oder `*.example.com` an.
    .too_many = Geben Sie höchstens { $most } Namen an; `*.example.com` steht für alle unterhalb eines Namens.
internet_unenforced = Die Desktops sind nicht abgeschottet (--uncontained) und erreichen, was dieser Server erreicht.
path_outside_home = Der Pfad muss zu etwas innerhalb des Home-Ordners führen, und durch keinen symbolischen Link.
not_a_file = Das ist keine gewöhnliche Datei.
file_exists = Es gibt schon etwas mit diesem Namen. Geben Sie einen anderen Namen an, oder senden Sie `replace=true`.
desktop_disk_full = Die Festplatte des Desktops ist voll. Löschen Sie zuerst etwas darauf.

# Files

file_too_large = Die Datei ist größer als das Limit von { BYTES($limit) }.
file_missing = Senden Sie die Datei als Formularfeld mit dem Namen `file`.
form_too_large = Ein anderes Formularfeld als `file` ist zu groß.
file_name_invalid = Geben Sie der Datei einen Namen mit 1 bis { $limit } Byte ohne Steuerzeichen.
file_kind_refused = Dateien dieser Art können hier nicht hochgeladen werden: Eine Regel eines Administrators lehnt `{ $entry }` ab.
file_rules_invalid =
    .too_many = Jede Liste darf { $most } Einträge haben.
    .entry = `{ $entry }` muss 1 bis { $limit } Byte ohne Steuerzeichen haben.
    .extension = `{ $entry }` ist keine Endung wie `exe`. Für Muster gibt es eine eigene Liste.
    .pattern = `{ $entry }` ist kein Muster: „{ $reason }“.
    .media_type = `{ $entry }` ist kein Medientyp wie `application/pdf` oder `video/*`.
expires_in_invalid = Ein Link kann 60 Sekunden bis 30 Tage gültig sein: `expires_in` muss zwischen 60 und 2592000 liegen.
link_expired = Dieser Link ist abgelaufen. Bitten Sie um einen neuen.
range_outside = Die Datei hat { $length } Byte; der angeforderte Teil liegt außerhalb.

# Setting up a model

unknown_provider = Es gibt keinen Modellanbieter namens „{ $name }“. Wählen Sie einen von diesen: { $known }.
api_key_missing = { $setting ->
    [connection] { vendor } braucht einen API-Schlüssel, und die Modellverbindung hat keinen. Tragen Sie dort einen ein.
   *[variable] { vendor } braucht einen API-Schlüssel, und es ist keiner gesetzt. Setzen Sie { $setting } dort, wo Deskhand gestartet wird, und starten Sie Deskhand neu.
}
address_missing = Die Adresse des Modellservers ist nicht gesetzt. Setzen Sie { $setting } dort, wo Deskhand gestartet wird, und starten Sie Deskhand neu.
model_setting_missing = { $setting ->
    [connection] Der Modellverbindung fehlt etwas, das nötig ist ({ vendor }). Ändern Sie sie.
   *[variable] { vendor } braucht { $setting }, und das ist nicht gesetzt. Setzen Sie es dort, wo Deskhand gestartet wird, und starten Sie Deskhand neu.
}
model_credentials_unreadable = { $setting ->
    [connection] Die Modellverbindung hat keine brauchbaren Zugangsdaten ({ vendor }). Geben Sie sie neu ein.
   *[variable] Was als { $setting } gesetzt ist, lässt sich nicht als Zugangsdaten lesen ({ vendor }). Berichtigen Sie es und starten Sie Deskhand neu.
}
clock_skewed = { vendor } lehnt Anfragen ab, weil die Uhr der Maschine falsch geht, auf der Deskhand läuft. Stellen Sie sie und versuchen Sie es noch einmal.
model_missing = Es ist kein Modell gewählt. Setzen Sie { $setting } dort, wo Deskhand gestartet wird, und starten Sie Deskhand neu.
api_key_refused = { $setting ->
    [connection] { vendor } hat den API-Schlüssel der Modellverbindung abgelehnt. Prüfen Sie ihn, oder erstellen Sie einen neuen { console }.
   *[variable] { vendor } hat den API-Schlüssel abgelehnt. Prüfen Sie { $setting } dort, wo Deskhand gestartet wird (Schlüssel erstellen Sie { console }), und starten Sie Deskhand neu.
}
permission_denied = { vendor } erlaubt diesem API-Schlüssel nicht, { $model } zu benutzen. Prüfen Sie die Rechte des Schlüssels { console }.
billing = { account } hat kein Guthaben mehr. Prüfen Sie die Abrechnung { console }, und versuchen Sie es dann noch einmal.
account_limited = { account } ist wegen Verstößen gegen die Nutzungsrichtlinien eingeschränkt oder gesperrt. Mehr dazu { console }.
model_not_found = { $setting ->
    [connection] { vendor } hat kein Modell namens { $model }. Wählen Sie ein anderes.
   *[variable] { vendor } hat kein Modell namens { $model }. Prüfen Sie { $setting }, und starten Sie Deskhand neu.
}
no_vision = { $setting ->
    [connection] { $model } nimmt keine Bilder an und kann deshalb keinen Desktop benutzen. Wählen Sie ein Modell, das Bilder versteht.
   *[variable] { $model } nimmt keine Bilder an und kann deshalb keinen Desktop benutzen. Setzen Sie { $setting } auf ein Modell, das Bilder versteht, und starten Sie Deskhand neu.
}
no_tools = { $setting ->
    [connection] { $model } kann keine Werkzeuge aufrufen und deshalb keinen Desktop benutzen. Wählen Sie ein anderes Modell.
   *[variable] { $model } kann keine Werkzeuge aufrufen und deshalb keinen Desktop benutzen. Setzen Sie { $setting } auf ein anderes Modell, und starten Sie Deskhand neu.
}

# Asking a model

request_too_large = Dieser Chat ist zu groß für eine Anfrage an das Modell. Machen Sie in einem neuen Chat weiter.
context_window_exceeded = Dieser Chat ist zu lang für das Modell. Machen Sie in einem neuen Chat weiter.
rate_limited = { vendor }: Das Anfragelimit für diesen API-Schlüssel ist erreicht. Versuchen Sie es in ein paar Minuten noch einmal.
spend_limit = { account } hat ein Nutzungs- oder Ausgabenlimit erreicht. Erhöhen Sie es { console }, und versuchen Sie es dann noch einmal.
overloaded = { vendor } ist überlastet. Versuchen Sie es in ein paar Minuten noch einmal.
network_unreachable = { vendor } ist unter { $host } nicht erreichbar, oder die Verbindung ging verloren. Prüfen Sie das Netzwerk dieses Rechners und { address }, und versuchen Sie es dann noch einmal.
    .name = { vendor }: Der Name { $host } hat keine Adresse. Prüfen Sie, ob { address } richtig geschrieben ist und dieser Rechner Namen auflösen kann; erreicht er das Internet nur über einen Proxy, setzen Sie HTTPS_PROXY dort, wo Deskhand gestartet wird. Versuchen Sie es dann noch einmal.
    .refused = { vendor }: Unter { $server } nimmt nichts Verbindungen an. Starten Sie dort den Server, oder berichtigen Sie { address }, und versuchen Sie es dann noch einmal.
    .connect_timeout = { vendor }: { $server } antwortet nicht. Prüfen Sie die Firewall; erreicht dieser Rechner das Internet nur über einen Proxy, setzen Sie HTTPS_PROXY dort, wo Deskhand gestartet wird. Versuchen Sie es dann noch einmal.
    .silent = { vendor } unter { $host } hat { $seconds } s lang nichts gesendet. Sehen Sie nach, ob der Server läuft und nicht überlastet ist, oder setzen Sie AI_MODEL_FIRST_BYTE_TIMEOUT_MS auf mehr, und versuchen Sie es dann noch einmal.
    .tls = { vendor }: keine sichere Verbindung zu { $host } („{ $reason }“). Wenn der Server kein TLS hat, lassen Sie { address } mit http:// beginnen.
certificate_refused = { vendor }: { $host } antwortet, aber mit einem Zertifikat, dessen Aussteller Deskhand nicht kennt. Wenn der Server oder ein Proxy dazwischen ein eigenes Zertifikat hat, lassen Sie diesen Rechner dem Aussteller vertrauen, oder setzen Sie SSL_CERT_FILE dort, wo Deskhand gestartet wird, auf eine Datei mit allen Zertifikaten, denen Sie vertrauen (mit Docker Compose legen Sie das Zertifikat des Ausstellers in den Ordner certificates), und starten Sie Deskhand neu.
    .name = { vendor }: { $host } antwortet, aber mit einem Zertifikat für { $names }. Berichtigen Sie { address }, oder lassen Sie ein Zertifikat für diesen Namen ausstellen.
    .expired = { vendor }: { $host } antwortet, aber mit einem Zertifikat, das abgelaufen oder noch nicht gültig ist. Erneuern Sie es, oder stellen Sie die Uhr dieses Rechners, und versuchen Sie es dann noch einmal.
    .other = { vendor }: { $host } antwortet, aber das Zertifikat wird nicht angenommen: „{ $reason }“
proxy_unreachable = { vendor } ist über den Proxy { $proxy } nicht erreichbar. Prüfen Sie den Proxy sowie HTTPS_PROXY und NO_PROXY dort, wo Deskhand gestartet wird, und versuchen Sie es dann noch einmal.
    .login = Der Proxy { $proxy } verlangt eine Anmeldung. Schreiben Sie sie in HTTPS_PROXY dort, wo Deskhand gestartet wird (http://NAME:PASSWORT@HOST:PORT), und starten Sie Deskhand neu.
    .refused = Der Proxy { $proxy } verbindet nicht mit { $host }. Lassen Sie es dort erlauben, oder nennen Sie den Namen in NO_PROXY dort, wo Deskhand gestartet wird, und starten Sie Deskhand neu.
address_private = { $host } liegt in einem privaten Netz oder auf diesem Rechner, und eigene Adressen müssen im Internet liegen. Wählen Sie eine andere Adresse, oder bitten Sie einen Administrator, diesen Server zu erlauben.
address_invalid =
    .port = Port { $port } ist keiner eines Webservers und kann deshalb nicht angefragt werden. Wählen Sie eine andere Adresse, oder bitten Sie einen Administrator, diesen Server zu erlauben.
    .scheme = Eine Adresse, die mit { $scheme }: beginnt, kann nicht angefragt werden. Sie muss mit https:// oder http:// beginnen.
not_a_model_api = Unter { $address } ist keine API eines Modells: Die Antwort war „{ $title }“. Prüfen Sie { address }, und versuchen Sie es dann noch einmal.
calls_as_text = Der Modellserver erkennt die Werkzeugaufrufe von { $model } nicht. Schalten Sie sie beim Start des Servers ein (vLLM: --enable-auto-tool-choice --tool-call-parser, llama.cpp: --jinja), und versuchen Sie es dann noch einmal.
request_rejected = { vendor } hat die Anfrage abgelehnt: „{ $reason }“
refusal = Das Modell hat aus Sicherheitsgründen nicht weitergemacht. Formulieren Sie die Bitte anders, oder beginnen Sie einen neuen Chat.
    .explained = Das Modell hat aus Sicherheitsgründen nicht weitergemacht. Formulieren Sie die Bitte anders, oder beginnen Sie einen neuen Chat. Meldung: „{ $reason }“
    .category = { $category ->
        [cyber] Das Modell hat nicht weitergemacht, weil die Bitte bei Angriffen auf Computer helfen könnte. Auch harmlose Arbeit an der Sicherheit kann so aussehen: Sagen Sie, wozu sie dient, oder wählen Sie ein anderes Modell.
        [bio] Das Modell hat nicht weitergemacht, weil die Bitte zu gefährlicher Biologie beitragen könnte. Auch harmlose Arbeit kann so aussehen: Sagen Sie, wozu sie dient, oder wählen Sie ein anderes Modell.
        [frontier_llm] Das Modell hat nicht weitergemacht, weil die Bitte zur Entwicklung konkurrierender KI-Modelle beitragen könnte, was sein Anbieter nicht erlaubt. Wählen Sie ein anderes Modell.
        [reasoning_extraction] Das Modell hat nicht weitergemacht, weil es seine verborgenen Überlegungen wiederholen sollte. Bitten Sie stattdessen um das Ergebnis.
        [general_harms] Das Modell hat nicht weitergemacht, weil sein Anbieter das Thema zu den schädlichen zählt. Formulieren Sie die Bitte anders, oder wählen Sie ein anderes Modell.
        [safety] Der Sicherheitsfilter des Anbieters hat die Antwort des Modells blockiert. Formulieren Sie die Bitte anders, oder beginnen Sie einen neuen Chat.
        [recitation] Der Anbieter hat die Antwort des Modells blockiert, weil sie eine Quelle wörtlich wiederholen würde. Bitten Sie um andere Worte.
        [language] Der Anbieter hat die Antwort des Modells blockiert, weil er die Sprache nicht unterstützt. Verwenden Sie eine andere Sprache.
        [blocklist] Der Anbieter des Modells hat dies blockiert, weil es ein Wort enthält, das er sperrt. Formulieren Sie die Bitte anders.
        [prohibited_content] Der Anbieter des Modells hat dies als verbotenen Inhalt blockiert. Formulieren Sie die Bitte anders, oder beginnen Sie einen neuen Chat.
        [spii] Der Anbieter hat die Antwort des Modells blockiert, weil sie sensible Daten über eine Person enthalten würde. Lassen Sie solche Daten weg.
        [escalation] Eine Regel des Anbieters für Anfragen, die genauer zu prüfen sind, hat diese aufgehalten. Formulieren Sie die Bitte anders, oder beginnen Sie einen neuen Chat.
        [model_armor] Model Armor, das im Konto beim Anbieter eingerichtet ist, hat dies blockiert. Formulieren Sie die Bitte anders, oder lassen Sie dort die Regeln ändern.
        [jailbreak] Der Anbieter des Modells hat die Bitte für einen Versuch gehalten, seine Regeln zu umgehen. Formulieren Sie die Bitte anders, oder beginnen Sie einen neuen Chat.
       *[other] Das Modell hat aus Sicherheitsgründen nicht weitergemacht. Formulieren Sie die Bitte anders, oder beginnen Sie einen neuen Chat.
    }
    .category_explained = { refusal.category } Meldung: „{ $reason }“
max_tokens = Die Antwort des Modells wurde mehrmals an ihrer Längengrenze abgeschnitten. Bitten Sie um weniger auf einmal.
empty_turn = Das Modell hat nichts gesagt. Schreiben Sie ihm, was es als Nächstes tun soll.

# Limits of a run

max_turns = Der Lauf hat sein Limit von { $limit } Antworten des Modells erreicht. Senden Sie eine Nachricht, um fortzufahren.
max_total_tokens = Der Lauf hat sein Limit von { $limit } Tokens ({ $used } verbraucht) erreicht. Senden Sie eine Nachricht, um fortzufahren.
max_cost = Der Lauf hat sein Limit von { DOLLARS($limit) } ({ DOLLARS($used) } verbraucht) erreicht. Senden Sie eine Nachricht, um fortzufahren.
max_actions = Der Lauf hat sein Limit von { $limit } Aktionen erreicht. Senden Sie eine Nachricht, um fortzufahren.
max_wall_time = Der Lauf hat sein Limit von { $seconds } s erreicht. Senden Sie eine Nachricht, um fortzufahren.
price_unknown = Dieser Lauf hat ein Kostenlimit, aber der Preis des Modells ist nicht bekannt. Wählen Sie ein anderes Modell, oder entfernen Sie das Limit.
    .not_sent = Die Nachricht wurde nicht gesendet: Es gibt ein Kostenlimit, und niemand weiß, was das Modell { $model } kostet. Wählen Sie ein anderes Modell, bitten Sie einen Administrator, seinen Preis festzulegen, oder entfernen Sie das Limit.
no_progress = Der Lauf wurde beendet, weil dieselbe Aktion { $times }-mal ohne sichtbare Wirkung wiederholt wurde. Sehen Sie sich den Desktop an, und schreiben Sie dann, wie es weitergehen soll.

# What a run tells

desktop_unreachable = Der Desktop antwortet nicht mehr. Senden Sie Ihre Nachricht noch einmal; wenn das nicht hilft, starten Sie den Desktop des Chats neu.
approval_required = Bevor der Assistent { $effects }, ist Ihre Zustimmung nötig.
    .explained = Bevor der Assistent { $effects }, ist Ihre Zustimmung nötig. Der Anbieter des Modells meldet: „{ $reason }“
question_asked = { $question }
paused = Sie haben den Lauf angehalten. Setzen Sie ihn fort, wenn Sie so weit sind.
person_in_control = Sie steuern gerade. Der Lauf geht weiter, wenn Sie die Steuerung zurückgeben.
    .begins_later = Sie steuern gerade. Der Lauf beginnt, wenn Sie die Steuerung zurückgeben.
message_replaced = Sie haben die Nachricht ersetzt.
message_instead = Sie haben stattdessen eine Nachricht geschrieben.
model_service_unreachable = Der Modelldienst ist nicht erreichbar. Sorgen Sie dafür, dass er läuft, und senden Sie die Nachricht dann noch einmal.
model_service_refused = Der Modelldienst hat die Anfrage abgelehnt ({ $status }). Warum, steht in seinem Protokoll und in dem des Backends.
    .token = Der Modelldienst akzeptiert das Token des Backends nicht. Starten Sie beide mit demselben AI_MODEL_TOKEN, und senden Sie die Nachricht dann noch einmal.
desktop_replaced = Der Desktop wurde neu gestartet: „{ $reason }“
upload_not_delivered = ~/{ $path } konnte nicht auf den Desktop geschrieben werden: „{ $reason }“
upload_not_shown =
    .broken = ~/{ $path } ist beschädigt, deshalb wird dem Modell nicht gezeigt, was darin ist. Auf dem Desktop hat es die Datei.
    .encrypted = ~/{ $path } ist durch ein Passwort geschützt, deshalb wird dem Modell nicht gezeigt, was darin ist. Auf dem Desktop hat es die Datei.
    .too_large = ~/{ $path } ist zu groß, um dem Modell zu zeigen, was darin ist. Auf dem Desktop hat es die Datei.
    .too_slow = ~/{ $path } zu lesen hat zu lange gedauert, deshalb wird dem Modell nicht gezeigt, was darin ist. Auf dem Desktop hat es die Datei.
    .not_supported = Die Version des Desktops kann ~/{ $path } nicht für das Modell lesen. Bitten Sie die Person, die Deskhand betreibt, das Image der Desktops neu zu bauen; bis dahin hat das Modell die Datei auf dem Desktop.
output_not_collected =
    .too_large = { paths }: Die Datei ist größer als das Limit von { BYTES($limit) }.
    .quota_reached = { paths }: Ihre Dateien würden mehr als die { BYTES($limit) } belegen, die sie belegen dürfen. Löschen Sie zuerst einige, zum Beispiel alte Uploads oder ganze Chats.
    .disk_full = { paths }: Die Festplatte des Servers ist voll. Bitten Sie die Person, die ihn betreibt, Platz zu schaffen.

# Models

connection_name_invalid = Geben Sie einen Namen mit 1 bis { $limit } Zeichen ein.
connection_name_taken = Es gibt schon eine Modellverbindung mit diesem Namen. Wählen Sie einen anderen.
connection_address_invalid = Geben Sie die Adresse der API ein, zum Beispiel https://models.example.org/v1, ohne ? und #.
    .missing = Geben Sie die Adresse des Servers ein, zum Beispiel http://localhost:11434/v1.
connection_key_missing = Geben Sie den API-Schlüssel ein.
    .other_address = Geben Sie den API-Schlüssel noch einmal ein: Er war für eine andere Adresse bestimmt.
    .lost = Der API-Schlüssel ist verloren, weil der Hauptschlüssel ersetzt wurde. Geben Sie ihn noch einmal ein.
connection_key_invalid = Das ist kein API-Schlüssel. Fügen Sie ihn noch einmal ein, ohne Leerzeichen und Zeilenumbrüche.
    .credentials = Das sind keine Zugangsdaten für diese Cloud. Fügen Sie sie noch einmal vollständig ein.
connection_platform_invalid = Diese Cloud bietet diese Modelle nicht an. Wählen Sie eine andere, oder legen Sie eine neue Modellverbindung an.
    .incomplete = Geben Sie Region, Projekt und Arbeitsbereich so ein, wie die Cloud sie zeigt.
too_many_model_connections = Es gibt schon { $most } Modellverbindungen. Löschen Sie die, die nicht gebraucht werden.
own_keys_forbidden = Eigene Schlüssel sind hier nicht erlaubt. Fragen Sie eine Administratorin oder einen Administrator dieser Installation.
model_unknown = Dieses Modell gibt es hier nicht. Wählen Sie eines aus der Liste.
    .connection = Diese Modellverbindung gibt es nicht. Wählen Sie ein Modell aus der Liste.
    .price = Geben Sie die ID eines Modells mit bis zu { $limit } Zeichen an, oder * für alle Modelle.
effort_not_supported = Diese Denktiefe hat das Modell nicht. Wählen Sie eine andere.
price_too_high = Geben Sie einen Preis von höchstens { $dollars } Dollar für eine Million Tokens an.
too_many_prices = Es gibt schon { $most } Preise. Löschen Sie die, die nicht gebraucht werden.
too_many_servers = Nennen Sie höchstens { $most } Server.
models_unavailable = Der Modelldienst ist nicht erreichbar. Versuchen Sie es gleich noch einmal, oder wenden Sie sich an die Administration dieser Installation.
fallbacks_invalid =
    .too_many = Wählen Sie höchstens { $most } Ersatzmodelle.
    .twice = { $model } steht zweimal in der Liste. Entfernen Sie einen der Einträge.
model_connection_gone = Die Modellverbindung dieses Chats wurde gelöscht. Wählen Sie ein anderes Modell, und senden Sie die Nachricht dann noch einmal.
model_key_lost = Der API-Schlüssel von „{ $connection }“ ist verloren, weil der Hauptschlüssel ersetzt wurde. Geben Sie ihn in den Einstellungen noch einmal ein, und senden Sie die Nachricht dann noch einmal.
    .broken = Der API-Schlüssel von „{ $connection }“ wird nicht verwendet: Er wurde für eine andere Adresse oder von jemand anderem angegeben. Geben Sie ihn in den Einstellungen neu ein, und senden Sie die Nachricht noch einmal.

# Modelle, die weitermachen, wo ein anderes nicht kann

models_tried = Alle diese Modelle wurden gefragt: { $tried }.
model_changed = { $from } konnte nicht weitermachen. { $to } macht weiter.
    .refusal = { $from } hat es abgelehnt weiterzumachen. { $to } macht weiter.
    .overloaded = { $from } war überlastet. { $to } macht weiter.
    .rate_limited = Das Anfragelimit für { $from } war erreicht. { $to } macht weiter.
    .key_refused = Der API-Schlüssel für { $from } wurde nicht angenommen. { $to } macht weiter.
    .out_of_credit = Das Konto für { $from } hat kein Guthaben mehr oder ein Limit erreicht. { $to } macht weiter.
    .unreachable = { $from } war nicht erreichbar. { $to } macht weiter.
    .failed = { $from } hatte einen Fehler. { $to } macht weiter.
    .withdrawn = { $from } wird nicht mehr angeboten. { $to } macht weiter.
model_passed_over = { $model } wurde nicht gefragt, weil es nicht eingerichtet ist.
    .price_unknown = { $model } wurde nicht gefragt, weil sein Preis unbekannt ist und die Kosten begrenzt sind.
    .own_keys_forbidden = { $model } wurde nicht gefragt, weil eigene Schlüssel nicht mehr erlaubt sind.
    .gone = { $model } wurde nicht gefragt, weil seine Modellverbindung gelöscht wurde.
    .key_lost = { $model } wurde nicht gefragt, weil sein API-Schlüssel verloren ist.
    .spending = { $model } wurde nicht gefragt, weil dafür in diesem Monat nichts mehr ausgegeben werden darf.
