//! Files that a desktop produces, however often it writes them.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::api::Api;
use crate::events::Events;
use crate::installation::until;

/// The file events of a chat.
async fn collected(api: &Api, chat: &str) -> Vec<Value> {
    let log = Events::log(api.get(&format!("{chat}/events"))).await;
    log.into_iter().filter(|event| event["kind"] == "file").collect()
}

#[tokio::test]
async fn a_file_that_is_written_again_and_again_is_collected_once_and_replaced_bytes_are_deleted() {
    let api = Api::start().await;
    let chat =
        api.chat(Some("run `for n in $(seq 30); do echo $n >> ~/Outputs/log; sleep 0.05; done`")).await;
    let events = collected(&api, &chat).await;
    assert_eq!(events.len(), 1, "{events:?}");
    let numbers: String = (1..=30).map(|number| format!("{number}\n")).collect();
    let sha256 = hex::encode(Sha256::digest(&numbers));
    let blob = api.data.path().join(format!("blobs/{}/{}/{sha256}", &sha256[..2], &sha256[2..4]));
    assert_eq!(std::fs::read_to_string(&blob).unwrap(), numbers);

    api.say(&chat, "run `echo replaced > ~/Outputs/log`").await;
    let content = format!("/files/{}/content", events[0]["payload"]["id"].as_str().unwrap());
    assert_eq!(api.get(&content).send().await.unwrap().text().await.unwrap(), "replaced\n");
    until("the replaced bytes are gone", async || !blob.exists()).await;

    // Outside a run too, once it is quiet.
    std::fs::write(api.home().join("Outputs/log"), "by hand\n").unwrap();
    until("the change is collected", async || {
        api.get(&content).send().await.unwrap().text().await.unwrap() == "by hand\n"
    })
    .await;
    assert_eq!(collected(&api, &chat).await.len(), 3);
}
