//! `deskhand setup-link`.

use crate::deskhand::{Deskhand, program};

#[tokio::test]
async fn a_new_link_replaces_the_printed_one_until_there_is_an_account() {
    let data = tempfile::tempdir().unwrap();
    let mut deskhand = Deskhand::up(data.path()).await;
    let url = deskhand.url.clone();
    let print = || async {
        let mut command = program();
        command.args(["setup-link", "--url", &url, "--data-dir"]).arg(data.path());
        command.output().await.unwrap()
    };
    let printed = print().await;
    assert!(printed.status.success(), "{printed:?}");
    let link = String::from_utf8(printed.stdout).unwrap().trim().to_owned();
    assert!(link.starts_with(&format!("{url}/setup#token=")), "{link}");
    assert_ne!(deskhand.setup_link.as_ref(), Some(&link));
    deskhand.setup_link = Some(link);
    deskhand.first_administrator().await;

    let refused = print().await;
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && told.contains("There is an account already"), "{told}");
}
