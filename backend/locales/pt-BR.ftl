# What people are told, in Brazilian Portuguese: “você”, short, no exclamation marks (docs/languages.md).

# Words for other lines

unknown_reason = O motivo é `{ $code }`.
and = { $before } e { $last }
# With its article and preposition.
vendor = { $vendor ->
    [anthropic] da Anthropic
    [gemini] do Google
    [openai] da OpenAI
    [bedrock] do Amazon Bedrock
    [claude-on-aws] da Claude Platform on AWS
    [vertex] da Vertex AI
    [claude-on-google-cloud] do Claude no Google Cloud
    [foundry] do Microsoft Foundry
    [azure] do Azure OpenAI
   *[other] do servidor de modelos
}
account = { $vendor ->
    [anthropic] Sua conta da Anthropic
    [gemini] Sua conta do Google
    [openai] Sua conta da OpenAI
    [bedrock] Sua conta da AWS
    [claude-on-aws] Sua conta da AWS
    [vertex] Seu projeto do Google Cloud
    [claude-on-google-cloud] Seu projeto do Google Cloud
    [foundry] Sua assinatura do Azure
    [azure] Sua assinatura do Azure
   *[other] Sua conta no servidor de modelos
}
console = { $vendor ->
    [openai-compatible] no servidor de modelos
   *[other] em { $console }
}
address = { $setting ->
    [connection] o endereço da conexão de modelo
   *[variable] { $setting }
}
effects =
    .pointing = use o mouse
    .typing = digite
    .submitting = pressione Enter
    .shell = execute um comando
    .editing = grave um arquivo
    .navigating = abra um programa ou um endereço
    .continuing = continue
paths = { $others ->
    [0] ~/{ $path }
   *[other] ~/{ $path } e mais { $others }
}

# The request and its form

unauthorized = Entre na sua conta primeiro: a requisição veio sem uma sessão ou um token bearer válido.
scope_missing = Este token de API não pode fazer isso: falta a ele o escopo `{ $scope }`.
login_needed = Nenhum token de API pode fazer isso. Entre na sua conta.
superuser_required = Somente um superusuário pode fazer isso.
cross_origin = A requisição veio de uma página de outro site. Atrás de um proxy, defina DESKHAND_PUBLIC_URL com o endereço que as pessoas abrem.
no_route = Não há nada neste endereço. /docs mostra o que existe.
method_not_allowed = Este endereço não aceita este método. /docs mostra o que existe.
unreadable_request = Não foi possível ler a requisição: “{ $reason }”.
    .no_object = Envie um objeto JSON.
    .no_form = Não foi possível ler o formulário: “{ $reason }”.
    .no_socket = Este endereço usa WebSocket: “{ $reason }”.
    .no_request = Isto não é uma requisição: “{ $reason }”.
    .no_text = Envie mensagens de texto.
    .id_too_long = O ID de uma requisição tem no máximo { $limit } caracteres.
    .upload_broken_off = O envio do arquivo foi interrompido: “{ $reason }”.
request_too_slow = A requisição foi enviada devagar demais. Envie de novo por uma conexão mais rápida.
too_many_requests = Requisições demais. Tente novamente em { $seconds } s.
too_many_sockets = Você tem WebSockets abertos demais: feche alguns ou peça a um administrador que aumente seu limite.
too_many_chats = Um WebSocket acompanha no máximo { $limit } conversas. Abra outro.
idempotency_key_invalid = Uma Idempotency-Key tem de 1 a { $limit } caracteres ASCII visíveis.
idempotency_key_reused = Esta Idempotency-Key já veio com outra requisição. Use uma nova para cada requisição.
limit_invalid = `limit` deve estar entre { $least } e { $most }.
skip_invalid = `skip` deve estar entre 0 e { $most }.
after_invalid = Use o `after` do cabeçalho `Link` da página anterior.
wait_invalid = `wait` deve estar entre 0 e { $most }.
last_event_id_invalid = Last-Event-ID deve ser o ID de um evento deste stream.
days_invalid = `from` deve ser anterior a `to`, no máximo { $most } dias, entre os anos 2000 e 9999.

# What does not exist, or belongs to somebody else

not_found =
    .chat = Esta conversa não existe.
    .message = Esta mensagem não existe.
    .run = Esta execução não existe.
    .file = Este arquivo não existe.
    .link = Este link não existe.
    .screenshot = Esta captura de tela não existe.
    .desktop = Essa área de trabalho não existe.
    .desktop_path = Este arquivo ou esta pasta não existe na área de trabalho.
    .user = Este usuário não existe.
    .invitation = Este convite não existe.
    .session = Esta sessão não existe.
    .token = Este token não existe.
    .identity = Esta identidade não existe.
    .login_provider = Este provedor de login não existe.
    .model_connection = Esta conexão de modelo não existe.
    .model_price = Não há preço para este modelo.

# The service

busy = Há pessoas demais entrando agora. Tente novamente em instantes.
shutting_down = O serviço está reiniciando. Tente novamente em instantes.
database_unavailable = Não foi possível acessar o banco de dados. Tente novamente em instantes.
internal_error = Algo deu errado no servidor. O log dele tem mais detalhes sob o ID da requisição.
    .run = Algo deu errado no servidor. Envie a mensagem novamente. O log dele tem mais detalhes sob { $run_id }.
setting_fixed = { $setting } define isto onde o Deskhand é iniciado. Altere lá.

# Accounts

wrong_credentials = Nome de usuário ou senha incorretos.
wrong_password = Senha incorreta.
old_password_wrong = A senha antiga está incorreta.
no_password = Sua conta não tem senha. Defina uma primeiro na página da sua conta.
account_disabled = Esta conta está desativada. Fale com um administrador desta instalação.
too_many_attempts =
    .logins = Tentativas de login demais. Tente novamente em { $seconds } s.
    .codes = Códigos incorretos demais. Use um código de recuperação ou tente novamente em { $seconds } s.
    .links = Tentativas demais. Tente novamente em { $seconds } s.
    .registrations = Cadastros demais. Tente novamente em { $seconds } s.
    .provider_logins = Logins demais. Tente novamente em { $seconds } s.
text_invalid = Um nome ou endereço tem mais de { $limit } caracteres ou contém um caractere NUL.
username_invalid = Escolha um nome de usuário com 1 a { $limit } letras e dígitos de um mesmo alfabeto; - _ . + e @ também são permitidos.
username_taken = Este nome de usuário já está em uso. Escolha outro.
email_invalid = Informe um endereço de e-mail, como voce@example.com.
email_taken = Este endereço de e-mail já tem uma conta.
password_invalid = Escolha uma senha com pelo menos { $least } caracteres.
time_zone_invalid = Informe um fuso horário do banco de dados da IANA, como America/Sao_Paulo.
language_invalid = Informe um idioma como etiqueta BCP 47, como pt-BR.
already_set_up = A configuração inicial já foi feita. Entre na sua conta.
setup_token_refused = Este link não é mais válido. Inicie o Deskhand novamente para obter um novo.
last_superuser = Este é o último superusuário que consegue entrar. Promova outra pessoa a superusuário primeiro.
password_link_refused = Este link não é mais válido. Peça um novo a um administrador.
second_factor_required = Digite o código do seu aplicativo autenticador ou um código de recuperação.
second_factor_wrong = Este código está incorreto, expirou ou já foi usado. Digite o próximo e verifique se o relógio do seu dispositivo está certo.
second_factor_on = O login em duas etapas já está ativado. Desative-o primeiro para usar outro aplicativo.
second_factor_off = O login em duas etapas não está ativado.
second_factor_not_begun = Comece de novo: não há um segredo novo, ou ele tem mais de uma hora.
own_second_factor = Desative seu próprio login em duas etapas na página da sua conta.
registration_closed = O cadastro está fechado aqui. Peça uma conta a um administrador.
invitation_needed = Para se cadastrar aqui, abra o link de um convite.
invitation_refused = Este convite não é mais válido. Peça um novo.
invitation_for_another = Este convite é para outro endereço de e-mail.
expiry_invalid = Um convite pode expirar dentro dos próximos { $days } dias.
uses_invalid = Um convite pode valer para 1 a { $most } pessoas.
too_many_invitations = Já existem { $most } convites. Exclua os que não são necessários.
refresh_invalid = Este refresh token não é mais válido. Entre novamente.
refresh_reused = Este refresh token já foi usado, por isso o login foi encerrado. Entre novamente.
label_too_long = Um rótulo tem no máximo { $limit } caracteres.
name_invalid =
    .token = Dê ao token um nome de 1 a { $limit } caracteres.
    .provider = Informe um nome de 1 a { $limit } caracteres.
scopes_invalid =
    .token = Escolha pelo menos um escopo.
    .provider = Informe até { $limit } escopos com os nomes do provedor; o OpenID Connect precisa de openid entre eles.
expires_at_invalid = `expires_at` deve estar no futuro.
scope_refused = Somente um superusuário pode criar um token com o escopo `admin`.
too_many_tokens = Você tem { $most } tokens e não pode ter mais. Revogue alguns primeiro.

# Logins by identity providers

provider_unusable = Ninguém pode entrar desta forma aqui. Escolha outra.
provider_login_expired = Este login expirou ou foi iniciado em outro navegador. Tente novamente.
provider_denied = Você não entrou porque o acesso foi recusado.
provider_failed = Serviço da IA indisponível no momento. A API { vendor } falhou; tente novamente em alguns minutos. Mensagem: “{ $reason }”
    .login = O provedor não conseguiu fazer seu login. Tente novamente ou avise um administrador desta instalação.
    .answer_broken = A resposta do modelo veio cortada ou ilegível. Tente novamente em alguns minutos.
provider_unreachable = Não foi possível acessar o provedor. Tente novamente em instantes ou entre de outra forma.
provider_no_account = Este login não pertence a nenhuma conta aqui, e não é possível se cadastrar com ele. Fale com um administrador.
provider_email_refused = Não é possível se cadastrar com este endereço de e-mail. Fale com um administrador.
provider_email_taken = Já existe uma conta com seu endereço de e-mail. Entre com a senha dela e vincule este login na página da sua conta.
provider_session_changed = Nesse meio-tempo, você saiu ou trocou de conta. Tente novamente.
identity_taken = Este login está vinculado a outra conta aqui.
too_many_identities = Você já vinculou { $most } logins. Desvincule um de que não precisa.
last_login = Você não conseguiria mais entrar. Defina uma senha primeiro ou vincule outro login.
slug_invalid = Informe um ID de 1 a { $limit } caracteres entre a-z, 0-9 e -, como empresa.
slug_taken = Já existe um provedor de login com este ID. Escolha outro.
issuer_invalid = Informe o emissor como um endereço, por exemplo https://login.example.org, sem ? nem #.
client_invalid = Informe o ID do cliente e o segredo do cliente como o provedor os mostra.
client_secret_needed = O GitHub precisa de um segredo do cliente.
email_domains_invalid = Informe até { $limit } domínios, como example.org.
too_many_providers = Já existem { $most } provedores de login. Exclua os que não são necessários.
provider_fixed = GITHUB_CLIENT_ID configura isto onde o Deskhand é iniciado. Altere lá.

# Limits of people and of the site

desktops_limit_reached = Você tem { $limit } áreas de trabalho ao mesmo tempo, que é o limite. Uma que ninguém usa para depois de um tempo; ou exclua uma conversa de que não precisa.
all_desktops_in_use = Todas as áreas de trabalho desta instalação estão em uso. Tente novamente em alguns minutos.
runs_limit_reached = Você teve { $limit } execuções hoje, que é o limite. A contagem recomeça à meia-noite UTC; ou peça mais a um administrador.
spending_limit_reached = Suas execuções custaram { DOLLARS($used) } neste mês; o limite é { DOLLARS($limit) }. Peça a um administrador que o aumente, use uma chave própria ou espere o próximo mês.
    .all = As execuções desta instalação custaram { DOLLARS($used) } neste mês; o limite é { DOLLARS($limit) }. Peça a um administrador que o aumente ou use uma chave própria.
    .run = Esta execução custou { DOLLARS($used) }; o limite de uma execução é { DOLLARS($limit) }. Envie uma mensagem para continuar ou peça a um administrador que o aumente.
    .every_chat = Esta conversa custou { DOLLARS($used) }; o limite de uma conversa é { DOLLARS($limit) }. Comece outra, use uma chave própria ou peça a um administrador que o aumente.
    .day = Suas execuções custaram { DOLLARS($used) } hoje; o limite é { DOLLARS($limit) }. A contagem recomeça à meia-noite UTC; ou peça a um administrador que o aumente ou use uma chave própria.
    .all_day = As execuções desta instalação custaram { DOLLARS($used) } hoje; o limite é { DOLLARS($limit) }. A contagem recomeça à meia-noite UTC; ou peça a um administrador que o aumente ou use uma chave própria.
    .own_run = Esta execução custou { DOLLARS($used) }; seu próprio limite de uma execução é { DOLLARS($limit) }. Envie uma mensagem para continuar ou aumente-o nas configurações, em Limites.
    .own_chat = Esta conversa custou { DOLLARS($used) }; seu próprio limite de uma conversa é { DOLLARS($limit) }. Aumente-o nas configurações, em Limites, ou comece outra conversa.
    .own_day = Suas execuções custaram { DOLLARS($used) } hoje; seu próprio limite é { DOLLARS($limit) }. Aumente-o nas configurações, em Limites, ou espere até a meia-noite UTC.
    .own_month = Suas execuções custaram { DOLLARS($used) } neste mês; seu próprio limite é { DOLLARS($limit) }. Aumente-o nas configurações, em Limites, ou espere o próximo mês.
    .chat = Esta conversa custou { DOLLARS($used) }; o limite dela é { DOLLARS($limit) }. Aumente-o no menu da conversa e envie uma mensagem para continuar.
own_limit_too_high = Os administradores permitem que você gaste no máximo { DOLLARS($limit) }. Defina um limite menor.
chat_limits_invalid =
    .turns = Informe de { $least } a { $most } passos para cada execução.
    .minutes = Informe de { $least } a { $most } minutos para cada execução.
quota_reached = Seus arquivos e as pastas pessoais das suas áreas de trabalho ocupariam mais do que os { BYTES($limit) } que podem ocupar juntos. Exclua alguns primeiro, como envios antigos ou conversas inteiras.
disk_full = O disco do servidor está cheio. Peça a quem o opera que libere espaço.

# Chats and their runs

title_invalid = Dê à conversa um título de 1 a { $limit } caracteres.
message_empty = Escreva o que você quer que seja feito: a mensagem está vazia.
message_too_long = Uma mensagem pode ter { $limit } caracteres. Envie textos mais longos como arquivo.
extra_data_too_large = Os dados adicionais de uma mensagem podem ter { $limit } bytes em JSON.
extra_data_inexact = Um número nos dados adicionais de uma mensagem deve caber em 64 bits. Envie números maiores como texto.
role_invalid = Só é possível adicionar mensagens com o papel `user`.
queue_full = { $limit } mensagens desta conversa já estão esperando. Envie esta quando algumas delas tiverem sido respondidas.
not_the_last_message = Só a última mensagem de uma conversa pode ser substituída.
run_not_active = A execução não está ativa: ela espera a sua vez ou uma pessoa.
    .ended = A execução terminou.
decision_conflict = Já foi tomada outra decisão sobre esta chamada.
answer_conflict = Já foi dada outra resposta a esta pergunta.
not_pending =
    .decision = A execução não espera uma decisão sobre esta chamada.
    .answer = A execução não espera uma resposta a esta pergunta.
arguments_differ = A chamada tem argumentos diferentes daqueles sobre os quais se decidiu. Confira de novo.
answer_empty = Escreva uma resposta: ela está vazia.
text_too_long = Isto pode ter { $limit } caracteres. Para mais, escreva uma mensagem.

# Desktops

desktop_unavailable = A área de trabalho não está disponível: “{ $reason }”
    .too_slow = A área de trabalho não iniciou em { $seconds } s.
    .ended_early = A área de trabalho foi encerrada enquanto iniciava: “{ $reason }”
    .shutting_down = O Deskhand está sendo encerrado.
    .elsewhere = A área de trabalho roda em outro servidor desta instalação. Tente novamente lá.
    .silent = A área de trabalho não responde. Tente novamente em instantes.
desktop_not_running = A área de trabalho não está rodando. Inicie-a com POST /chats/{"{"}chat_id{"}"}/desktop.
desktop_not_shown = A área de trabalho não está em execução neste servidor ou está pausada.
control_held = Outra pessoa está no controle. Espere até que ela o devolva.
control_lost = Você não está mais no controle aqui. Assuma novamente.
internet_names_invalid = “{ $name }” não é um nome: informe nomes como `example.com` ou `*.example.com`.
    .too_many = Informe no máximo { $most } nomes; `*.example.com` vale para todos abaixo de um nome.
internet_unenforced = As áreas de trabalho não estão isoladas (--uncontained) e alcançam o que este servidor alcança.
path_outside_home = O caminho deve levar a algo dentro da pasta pessoal, sem passar por links simbólicos.
not_a_file = Isto não é um arquivo comum.
file_exists = Já existe algo com este nome. Informe outro nome ou envie `replace=true`.
desktop_disk_full = O disco da área de trabalho está cheio. Exclua algo nele primeiro.

# Files

file_too_large = O arquivo é maior que o limite de { BYTES($limit) }.
file_missing = Envie o arquivo como um campo do formulário chamado `file`.
form_too_large = Um campo do formulário que não é `file` é grande demais.
file_name_invalid = Dê ao arquivo um nome de 1 a { $limit } bytes sem caracteres de controle.
file_kind_refused = Arquivos deste tipo não podem ser enviados aqui: uma regra de um administrador recusa `{ $entry }`.
file_rules_invalid =
    .too_many = Cada lista pode ter { $most } entradas.
    .entry = `{ $entry }` deve ter de 1 a { $limit } bytes sem caracteres de controle.
    .extension = `{ $entry }` não é uma extensão como `exe`. Há uma lista própria para padrões.
    .pattern = `{ $entry }` não é um padrão: “{ $reason }”.
    .media_type = `{ $entry }` não é um tipo de mídia como `application/pdf` ou `video/*`.
expires_in_invalid = Um link pode valer de 60 segundos a 30 dias: `expires_in` deve estar entre 60 e 2592000.
link_expired = Este link expirou. Peça um novo.
range_outside = O arquivo tem { $length } bytes; a parte pedida está fora dele.

# Setting up a model

unknown_provider = Não existe um provedor de modelos chamado “{ $name }”. Escolha um destes: { $known }.
api_key_missing = { $setting ->
    [connection] A API { vendor } precisa de uma chave, e a conexão de modelo não tem nenhuma. Adicione uma à conexão.
   *[variable] A API { vendor } precisa de uma chave, e nenhuma está definida. Defina { $setting } onde o Deskhand é iniciado e reinicie o Deskhand.
}
address_missing = O endereço do servidor de modelos não está definido. Defina { $setting } onde o Deskhand é iniciado e reinicie o Deskhand.
model_setting_missing = { $setting ->
    [connection] Falta na conexão de modelo algo exigido pela API { vendor }. Altere-a.
   *[variable] A API { vendor } precisa de { $setting }, que não está definido. Defina-o onde o Deskhand é iniciado e reinicie o Deskhand.
}
model_credentials_unreadable = { $setting ->
    [connection] A conexão de modelo não tem credenciais aceitas pela API { vendor }. Informe-as de novo.
   *[variable] O que está definido como { $setting } não pode ser lido como credenciais da API { vendor }. Corrija e reinicie o Deskhand.
}
clock_skewed = A API { vendor } recusa solicitações porque o relógio da máquina que executa o Deskhand está errado. Acerte-o e tente de novo.
model_missing = Nenhum modelo foi escolhido. Defina { $setting } onde o Deskhand é iniciado e reinicie o Deskhand.
api_key_refused = { $setting ->
    [connection] A API { vendor } recusou a chave da conexão de modelo. Verifique-a ou crie outra { console }.
   *[variable] Não autorizado. Verifique sua { $setting }. Crie chaves { console }, defina-a onde o Deskhand é iniciado e reinicie o Deskhand.
}
permission_denied = A API { vendor } não permite que esta chave use { $model }. Verifique as permissões da chave { console }.
billing = Saldo insuficiente para usar a API { vendor }. Verifique o faturamento { console } e tente novamente.
account_limited = { account } está limitada ou desativada por violações da política de uso. Saiba mais { console }.
model_not_found = { $setting ->
    [connection] A API { vendor } não tem um modelo chamado { $model }. Escolha outro modelo.
   *[variable] A API { vendor } não tem um modelo chamado { $model }. Verifique { $setting } e reinicie o Deskhand.
}
no_vision = { $setting ->
    [connection] { $model } não aceita imagens, por isso não pode usar uma área de trabalho. Escolha um modelo com visão.
   *[variable] { $model } não aceita imagens, por isso não pode usar uma área de trabalho. Defina em { $setting } um modelo com visão e reinicie o Deskhand.
}
no_tools = { $setting ->
    [connection] { $model } não consegue chamar ferramentas, por isso não pode usar uma área de trabalho. Escolha outro modelo.
   *[variable] { $model } não consegue chamar ferramentas, por isso não pode usar uma área de trabalho. Defina outro modelo em { $setting } e reinicie o Deskhand.
}

# Asking a model

request_too_large = Esta conversa é grande demais para uma requisição ao modelo. Continue em uma nova conversa.
context_window_exceeded = Esta conversa é longa demais para o modelo. Continue em uma nova conversa.
rate_limited = Limite de uso excedido. Aguarde e tente novamente. O limite é da chave da API { vendor }.
spend_limit = { account } atingiu um limite de uso ou de gastos. Aumente-o { console } e tente novamente.
overloaded = Serviço da IA indisponível no momento. A API { vendor } está sobrecarregada; tente novamente em alguns minutos.
network_unreachable = Não foi possível acessar a API { vendor } em { $host }, ou a conexão caiu. Verifique a rede desta máquina e { address } e tente novamente.
    .name = A API { vendor }: o nome { $host } não tem endereço. Verifique se { address } está escrito corretamente e se esta máquina resolve nomes; se ela só chega à internet por um proxy, defina HTTPS_PROXY onde o Deskhand é iniciado. Depois tente novamente.
    .refused = A API { vendor }: nada aceita conexões em { $server }. Inicie o servidor ali ou corrija { address } e tente novamente.
    .connect_timeout = A API { vendor }: { $server } não responde. Verifique o firewall; se esta máquina só chega à internet por um proxy, defina HTTPS_PROXY onde o Deskhand é iniciado. Depois tente novamente.
    .silent = A API { vendor } em { $host } não enviou nada por { $seconds } s. Veja se ela funciona e não está sobrecarregada, ou aumente AI_MODEL_FIRST_BYTE_TIMEOUT_MS, e tente novamente.
    .tls = A API { vendor }: não há conexão segura com { $host } (“{ $reason }”). Se o servidor não tem TLS, comece { address } com http://.
certificate_refused = A API { vendor }: { $host } responde, mas com um certificado cujo emissor o Deskhand não conhece. Se o servidor ou um proxy no caminho tem um certificado próprio, faça esta máquina confiar no emissor ou defina SSL_CERT_FILE onde o Deskhand é iniciado como um arquivo com todos os certificados em que você confia (com o Docker Compose, coloque o certificado do emissor na pasta certificates) e reinicie o Deskhand.
    .name = A API { vendor }: { $host } responde, mas com um certificado para { $names }. Corrija { address } ou emita um certificado para este nome.
    .expired = A API { vendor }: { $host } responde, mas com um certificado que expirou ou ainda não é válido. Renove-o ou acerte o relógio desta máquina e tente novamente.
    .other = A API { vendor }: { $host } responde, mas o certificado não é aceito: “{ $reason }”
proxy_unreachable = Não foi possível acessar a API { vendor } pelo proxy { $proxy }. Verifique o proxy, HTTPS_PROXY e NO_PROXY onde o Deskhand é iniciado e tente novamente.
    .login = O proxy { $proxy } pede um login. Escreva-o em HTTPS_PROXY onde o Deskhand é iniciado (http://NOME:SENHA@HOST:PORTA) e reinicie o Deskhand.
    .refused = O proxy { $proxy } não se conecta a { $host }. Permita isso ali, ou inclua o nome em NO_PROXY onde o Deskhand é iniciado, e reinicie o Deskhand.
address_private = { $host } está em uma rede privada ou nesta máquina, e endereços próprios precisam estar na internet. Escolha outro endereço ou peça a um administrador que permita este servidor.
address_invalid =
    .port = A porta { $port } não é de um servidor web e por isso não pode ser acessada. Escolha outro endereço ou peça a um administrador que permita este servidor.
    .scheme = Um endereço que começa com { $scheme }: não pode ser acessado. Ele precisa começar com https:// ou http://.
not_a_model_api = { $address } não é a API de um modelo: a resposta foi “{ $title }”. Verifique { address } e tente novamente.
calls_as_text = O servidor do modelo não reconhece as chamadas de { $model }. Ative as chamadas de ferramentas ao iniciar o servidor (vLLM: --enable-auto-tool-choice --tool-call-parser, llama.cpp: --jinja) e tente novamente.
request_rejected = A API { vendor } recusou a requisição: “{ $reason }”
refusal = O modelo se recusou a continuar por motivos de segurança. Reformule o pedido ou comece uma nova conversa.
    .explained = O modelo se recusou a continuar por motivos de segurança. Reformule o pedido ou comece uma nova conversa. Mensagem: “{ $reason }”
    .category = { $category ->
        [cyber] O modelo se recusou a continuar porque o pedido poderia ajudar a atacar computadores. Trabalhos inofensivos de segurança também podem parecer assim: diga para que serve ou escolha outro modelo.
        [bio] O modelo se recusou a continuar porque o pedido poderia ajudar em biologia perigosa. Trabalhos inofensivos também podem parecer assim: diga para que serve ou escolha outro modelo.
        [frontier_llm] O modelo se recusou a continuar porque o pedido poderia ajudar a desenvolver modelos de IA concorrentes, o que o fornecedor não permite. Escolha outro modelo.
        [reasoning_extraction] O modelo se recusou a continuar porque o pedido quer que ele repita seu raciocínio oculto. Peça o resultado em vez disso.
        [general_harms] O modelo se recusou a continuar porque o fornecedor considera o assunto prejudicial. Reformule o pedido ou escolha outro modelo.
        [safety] O filtro de segurança do fornecedor bloqueou a resposta do modelo. Reformule o pedido ou comece uma nova conversa.
        [recitation] O fornecedor bloqueou a resposta do modelo porque ela repetiria uma fonte palavra por palavra. Peça com outras palavras.
        [language] O fornecedor bloqueou a resposta do modelo porque não oferece suporte ao idioma. Use outro idioma.
        [blocklist] O fornecedor do modelo bloqueou isto porque contém uma palavra da lista de bloqueio. Reformule o pedido.
        [prohibited_content] O fornecedor do modelo bloqueou isto como conteúdo proibido. Reformule o pedido ou comece uma nova conversa.
        [spii] O fornecedor bloqueou a resposta do modelo porque ela conteria dados sensíveis de uma pessoa. Deixe esses dados de fora.
        [escalation] Uma regra do fornecedor para pedidos que exigem mais atenção impediu este. Reformule o pedido ou comece uma nova conversa.
        [model_armor] O Model Armor, configurado na conta do fornecedor do modelo, bloqueou isto. Reformule o pedido ou peça que as regras sejam alteradas lá.
        [jailbreak] O fornecedor do modelo entendeu o pedido como uma tentativa de contornar suas regras. Reformule o pedido ou comece uma nova conversa.
       *[other] O modelo se recusou a continuar por motivos de segurança. Reformule o pedido ou comece uma nova conversa.
    }
    .category_explained = { refusal.category } Mensagem: “{ $reason }”
max_tokens = A resposta do modelo foi cortada várias vezes no limite de tamanho. Peça menos de cada vez.
empty_turn = O modelo terminou sem dizer nada. Diga a ele o que fazer em seguida.

# Limits of a run

max_turns = A execução atingiu o limite de { $limit } respostas do modelo. Envie uma mensagem para continuar.
max_total_tokens = A execução atingiu o limite de { $limit } tokens ({ $used } usados). Envie uma mensagem para continuar.
max_cost = A execução atingiu o limite de { DOLLARS($limit) } ({ DOLLARS($used) } usados). Envie uma mensagem para continuar.
max_actions = A execução atingiu o limite de { $limit } ações. Envie uma mensagem para continuar.
max_wall_time = A execução atingiu o limite de { $seconds } s. Envie uma mensagem para continuar.
price_unknown = Esta execução tem um limite de custo, mas o preço do modelo não é conhecido. Escolha outro modelo ou remova o limite.
    .not_sent = A mensagem não foi enviada: há um limite de custo e ninguém sabe quanto custa o modelo { $model }. Escolha outro modelo, peça a um administrador que defina o preço ou remova o limite.
no_progress = A execução parou porque a mesma ação foi repetida { $times } vezes sem efeito visível. Olhe a área de trabalho e diga como continuar.

# What a run tells

desktop_unreachable = A área de trabalho parou de responder. Envie sua mensagem novamente; se não adiantar, reinicie a área de trabalho da conversa.
approval_required = Sua aprovação é necessária antes que o assistente { $effects }.
    .explained = Sua aprovação é necessária antes que o assistente { $effects }. O fornecedor do modelo diz: “{ $reason }”
question_asked = { $question }
paused = Você pausou a execução. Retome-a quando quiser.
person_in_control = Você está no controle. A execução continua quando você o devolver.
    .begins_later = Você está no controle. A execução começa quando você o devolver.
message_replaced = Você substituiu a mensagem.
message_instead = Você escreveu uma mensagem em vez disso.
model_service_unreachable = Não foi possível acessar o serviço de modelos. Verifique se ele está rodando e envie a mensagem novamente.
model_service_refused = O serviço de modelos recusou a requisição ({ $status }). O log dele e o do backend dizem por quê.
    .token = O serviço de modelos não aceita o token do backend. Inicie os dois com o mesmo AI_MODEL_TOKEN e envie a mensagem novamente.
desktop_replaced = A área de trabalho foi reiniciada: “{ $reason }”
upload_not_delivered = Não foi possível gravar ~/{ $path } na área de trabalho: “{ $reason }”
upload_not_shown =
    .broken = ~/{ $path } está danificado, então o modelo não vê o conteúdo. Ele tem o arquivo na área de trabalho.
    .encrypted = ~/{ $path } está protegido por senha, então o modelo não vê o conteúdo. Ele tem o arquivo na área de trabalho.
    .too_large = ~/{ $path } é grande demais para mostrar o conteúdo ao modelo. Ele tem o arquivo na área de trabalho.
    .too_slow = Ler ~/{ $path } demorou demais, então o modelo não vê o conteúdo. Ele tem o arquivo na área de trabalho.
    .not_supported = A versão da área de trabalho não consegue ler ~/{ $path } para o modelo. Peça a quem opera o Deskhand que gere de novo a imagem das áreas de trabalho; até lá, o modelo tem o arquivo na área de trabalho.
output_not_collected =
    .too_large = { paths }: o arquivo é maior que o limite de { BYTES($limit) }.
    .quota_reached = { paths }: seus arquivos ocupariam mais do que os { BYTES($limit) } que podem ocupar. Exclua alguns primeiro, como envios antigos ou conversas inteiras.
    .disk_full = { paths }: o disco do servidor está cheio. Peça a quem o opera que libere espaço.

# Models

connection_name_invalid = Informe um nome de 1 a { $limit } caracteres.
connection_name_taken = Já existe uma conexão de modelo com este nome. Escolha outro.
connection_address_invalid = Informe o endereço da API, por exemplo https://models.example.org/v1, sem ? e #.
    .missing = Informe o endereço do servidor, por exemplo http://localhost:11434/v1.
connection_key_missing = Informe a chave de API.
    .other_address = Informe a chave de API de novo: ela foi dada para outro endereço.
    .lost = A chave de API se perdeu, porque a chave mestra foi substituída. Informe-a de novo.
connection_key_invalid = Isto não é uma chave de API. Cole-a de novo, sem espaços e quebras de linha.
    .credentials = Essas não são credenciais desta nuvem. Cole-as de novo, inteiras.
connection_platform_invalid = Esta nuvem não oferece esses modelos. Escolha outra ou crie uma nova conexão de modelo.
    .incomplete = Informe a região, o projeto e o espaço de trabalho como a nuvem os mostra.
too_many_model_connections = Já existem { $most } conexões de modelo. Exclua as que não são necessárias.
own_keys_forbidden = Chaves próprias não são permitidas aqui. Fale com um administrador desta instalação.
model_unknown = Este modelo não existe aqui. Escolha um da lista.
    .connection = Esta conexão de modelo não existe. Escolha um modelo da lista.
    .price = Informe o id de um modelo com até { $limit } caracteres, ou * para todos os modelos.
effort_not_supported = Este modelo não tem este nível de esforço. Escolha outro.
price_too_high = Informe um preço de no máximo { $dollars } dólares por milhão de tokens.
too_many_prices = Já existem { $most } preços. Exclua os que não são necessários.
too_many_servers = Informe no máximo { $most } servidores.
models_unavailable = Não é possível acessar o serviço de modelos. Tente de novo em instantes ou avise um administrador desta instalação.
fallbacks_invalid =
    .too_many = Escolha no máximo { $most } modelos reserva.
    .twice = { $model } está duas vezes na lista. Remova um deles.
model_connection_gone = A conexão de modelo desta conversa foi excluída. Escolha outro modelo e envie a mensagem de novo.
model_key_lost = A chave de API de “{ $connection }” se perdeu, porque a chave mestra foi substituída. Informe-a de novo nas configurações e envie a mensagem de novo.
    .broken = A chave de API de “{ $connection }” não é usada: foi informada para outro endereço ou por outra pessoa. Informe-a novamente nas configurações e envie a mensagem outra vez.

# Modelos que continuam quando outro não consegue

models_tried = Todos estes modelos foram consultados: { $tried }.
model_changed = { $from } não pôde continuar. { $to } continua.
    .refusal = { $from } se recusou a continuar. { $to } continua.
    .overloaded = { $from } estava sobrecarregado. { $to } continua.
    .rate_limited = O limite de solicitações de { $from } foi atingido. { $to } continua.
    .key_refused = A chave de API de { $from } não foi aceita. { $to } continua.
    .out_of_credit = A conta de { $from } ficou sem crédito ou atingiu um limite. { $to } continua.
    .unreachable = Não foi possível acessar { $from }. { $to } continua.
    .failed = { $from } falhou. { $to } continua.
    .withdrawn = { $from } não é mais oferecido. { $to } continua.
model_passed_over = { $model } não foi consultado, porque não está configurado.
    .price_unknown = { $model } não foi consultado, porque o preço é desconhecido e o custo é limitado.
    .own_keys_forbidden = { $model } não foi consultado, porque chaves próprias não são mais permitidas.
    .gone = { $model } não foi consultado, porque a conexão de modelo foi excluída.
    .key_lost = { $model } não foi consultado, porque a chave de API foi perdida.
    .spending = { $model } não foi consultado, porque não é permitido gastar mais com ele neste mês.
