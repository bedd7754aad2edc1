//! Uploads on their way to a desktop.

use protocol::ids::ChatId;
use protocol::run::DesktopAccess;
use serde_json::{Value, json};

use super::pool::chat;
use super::subject::{client, prints};
use crate::app::{TestApp, ok};
use crate::replicas::claim_nothing;

struct Room {
    app: TestApp,
    token: String,
    chat: ChatId,
    access: DesktopAccess,
}

impl Room {
    async fn open() -> Self {
        let app = TestApp::start().await;
        // Otherwise a run would deliver them.
        claim_nothing(&app).await;
        let token = app.user("ada").await;
        let chat = chat(&app, &token).await;
        let access = app.state.desktops.ensure(chat).await.unwrap();
        Self { app, token, chat, access }
    }

    /// Uploads a file and attaches it to a message.
    async fn attach(&self, name: &str, bytes: impl Into<Vec<u8>>) {
        let file = self.app.upload(&self.token, name, bytes).await;
        let body = json!({ "message": "see the file", "file_ids": [file["id"]] });
        let path = format!("/api/v1/chats/{}/history", self.chat);
        let sent: Value = ok(self.app.post(&path, &body).bearer_auth(&self.token)).await;
        assert!(sent["message"]["files"][0]["path"].as_str().unwrap().starts_with("Uploads/"), "{sent}");
    }

    /// Delivers all uploads. Returns the paths and reasons of those that could not be written.
    async fn deliver(&self) -> Vec<(String, String)> {
        let client = self.app.state.desktops.client(self.access.clone());
        let failed = self.app.state.desktops.outputs.deliver_uploads(self.chat, &client).await.unwrap();
        failed.into_iter().map(|undelivered| (undelivered.path, undelivered.reason)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_with_the_longest_names_are_delivered_side_by_side() {
    let room = Room::open().await;
    let name = format!("{}.txt", "語".repeat(83));
    for text in ["one", "two", "three"] {
        room.attach(&name, text).await;
    }
    assert_eq!(room.deliver().await, []);
    let found = prints(&room.access, "cd ~/Uploads && tail -qn 1 * | wc -c && ls | wc -l").await;
    assert_eq!(found.split_whitespace().collect::<Vec<_>>(), ["11", "3"], "all bytes of three files");
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_can_not_be_written_is_told_once_and_blocks_nothing() {
    let room = Room::open().await;
    prints(&room.access, "mkdir -p ~/Uploads/a.txt ~/elsewhere && ln -s ~/elsewhere ~/Uploads/b.txt").await;
    for name in ["a.txt", "b.txt", "c.txt"] {
        room.attach(name, name).await;
    }
    let told = room.deliver().await;
    let paths: Vec<&str> = told.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["Uploads/a.txt", "Uploads/b.txt"]);
    assert_eq!(told[0].1, "This is not an ordinary file.");
    assert_eq!(prints(&room.access, "cat ~/Uploads/c.txt").await, "c.txt");
    assert_eq!(room.deliver().await, [], "told once");
    // It is written once it can be, and not again after that.
    prints(&room.access, "rmdir ~/Uploads/a.txt && rm ~/Uploads/c.txt").await;
    assert_eq!(room.deliver().await, []);
    assert_eq!(prints(&room.access, "cat ~/Uploads/a.txt && ls ~/Uploads").await, "a.txta.txt\nb.txt\n");
    // The whole folder is something else.
    prints(&room.access, "rm -r ~/Uploads && touch ~/Uploads").await;
    room.attach("d.txt", "d").await;
    let told = room.deliver().await;
    assert_eq!(told.len(), 2, "b.txt for a new reason, and d.txt: {told:?}");
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_and_slides_arrive_whole_and_open_or_say_why_not() {
    let room = Room::open().await;
    prints(&room.access, "convert -size 90x90 xc:red a.heic && head -c 999 /dev/urandom > a.pptx").await;
    for file in ["a.heic", "a.pptx"] {
        let path = format!("/v1/files/content/{file}");
        let request = client(&room.access).get(room.access.url.join(&path).unwrap());
        let bytes =
            request.bearer_auth(room.access.token.expose()).send().await.unwrap().bytes().await.unwrap();
        room.attach(file, bytes).await;
    }
    assert_eq!(room.deliver().await, []);
    prints(&room.access, "cmp a.heic Uploads/a.heic && cmp a.pptx Uploads/a.pptx").await;
    let open = async |file: &str| {
        let request = client(&room.access).post(room.access.url.join("/v1/open").unwrap());
        let request = request.bearer_auth(room.access.token.expose()).json(&json!({ "target": file }));
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    assert_eq!(open("Uploads/a.heic").await["window"]["app"], "Viewnior");
    let slides = open("Uploads/a.pptx").await;
    assert!(slides["code"] == "no_application" || slides["application"] == "LibreOffice Impress", "{slides}");
    room.app.stop().await;
}
