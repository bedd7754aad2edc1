//! What a desktop has, in both kinds of containment.

use protocol::ids::DesktopId;
use serde_json::{Value, json};

use super::subject::{Subject, client, prints};

/// Commands that people and models expect to work, without network.
const TOOLS: [&str; 19] = [
    "python3 -c 'import ssl, sqlite3, zoneinfo; zoneinfo.ZoneInfo(\"Asia/Tokyo\")'",
    "python3 -m venv ~/v && ~/v/bin/pip --version && rm -r ~/v",
    "pip3 --version",
    "node -e 'console.log(new Intl.DateTimeFormat(\"de\").format(0))'",
    "mkdir ~/r && cd ~/r && git init -q && echo words > a && git add a && git -c user.name=a -c user.email=a@b commit -qm a",
    "rg -q words ~/r/a",
    "echo '{\"a\": [1]}' | jq -e '.a[0] == 1'",
    "curl --version && wget --version && ssh -V && rsync --version",
    "cd ~/r && zip -q a.zip a && unzip -p a.zip | grep -q words",
    "cd ~/r && 7z a a.7z a && 7z x -so a.7z | grep -q words",
    "cd ~/r && tar -cJf a.tar.xz a && tar -xOf a.tar.xz | grep -q words",
    "cd ~/r && tar -cjf a.tar.bz2 a && tar -c a | zstd -q | zstd -dq | tar -xO | grep -q words",
    "convert -size 8x8 xc:red ~/a.png && file ~/a.png | grep -q PNG",
    "convert ~/a.png ~/a.heic && identify ~/a.heic",
    "pdftotext -v && less --version && ps --version",
    "LC_ALL=de_DE.UTF-8 python3 -c 'import locale; locale.setlocale(locale.LC_ALL, \"\"); print(locale.localeconv())'",
    "LC_ALL=ja_JP.UTF-8 date +%A | grep -q 曜日",
    "TZ=America/Sao_Paulo date +%z | grep -q -- -03",
    "locale -a | grep -qx ar_EG.utf8",
];

async fn the_tools_run(subject: Subject) {
    let access = subject.provider.start(DesktopId::generate()).await.unwrap();
    for command in TOOLS {
        prints(&access, command).await;
    }
    subject.provider.close().await;
}

async fn a_picture_and_a_paper_open(subject: Subject) {
    let access = subject.provider.start(DesktopId::generate()).await.unwrap();
    prints(
        &access,
        "convert -size 99x99 xc:red a.heic && printf '%%PDF-1.4\\ntrailer<</Root 1 0 R>>' > a.pdf",
    )
    .await;
    for (file, app) in [("a.heic", "Viewnior"), ("a.pdf", "qpdfview")] {
        let request =
            client(&access).post(access.url.join("/v1/open").unwrap()).bearer_auth(access.token.expose());
        let answer = request.json(&json!({ "target": file })).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["window"]["app"], app, "{file}: {body}");
    }
    subject.provider.close().await;
}

mod local {
    #[tokio::test]
    async fn the_tools_run() {
        super::the_tools_run(super::Subject::local().await).await;
    }

    #[tokio::test]
    async fn a_picture_and_a_paper_open() {
        super::a_picture_and_a_paper_open(super::Subject::local().await).await;
    }
}

mod in_containers {
    #[tokio::test]
    async fn the_tools_run() {
        super::the_tools_run(super::Subject::docker().await).await;
    }

    #[tokio::test]
    async fn a_picture_and_a_paper_open() {
        super::a_picture_and_a_paper_open(super::Subject::docker().await).await;
    }
}
