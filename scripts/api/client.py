"""A client that openapi-python-client generates from the document logs in, chats, waits and downloads."""

import importlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile

from deskhand import PASSWORD


def generate(document, folder):
    """Generates the client's package in a folder."""
    # The generator forgets an import where a body has one of two types.
    login = document["paths"]["/api/v1/auth/login"]["post"]["requestBody"]["content"]
    del login["application/x-www-form-urlencoded"]
    (folder / "openapi.json").write_text(json.dumps(document))
    command = [
        pathlib.Path(sys.executable).parent / "openapi-python-client", "generate", "--meta", "none",
        "--path", "openapi.json", "--output-path", "deskhand_client",
    ]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)


def test(deskhand):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        generate(deskhand.document(), folder)
        sys.path.insert(0, name)
        use(deskhand.url)


def call(module, **arguments):
    """Calls an operation, and returns its answer."""
    operation = importlib.import_module(f"deskhand_client.api.{module}")
    answer = operation.sync_detailed(**arguments)
    assert answer.status_code < 300, f"{module}: {answer.status_code} {answer.content!r}"
    return answer


def use(url):
    package = importlib.import_module("deskhand_client")
    models = importlib.import_module("deskhand_client.models")
    types = importlib.import_module("deskhand_client.types")

    credentials = models.ProgramCredentials(username="eve", password=PASSWORD)
    token = call("accounts.create_access_token", client=package.Client(base_url=url), body=credentials).parsed
    assert token.token_type == "bearer" and token.expires_in > 0
    client = package.AuthenticatedClient(base_url=url, token=token.access_token)
    assert call("accounts.get_current_user", client=client).parsed.username == "eve"

    file = types.File(payload=io.BytesIO(b"milk"), file_name="list.txt", mime_type="text/plain")
    uploaded = call("files.upload_file", client=client, body=models.UploadForm(file=file)).parsed
    assert uploaded.name == "list.txt"
    new = models.NewChat(initial_message='run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`', file_ids=[uploaded.id])
    chat = call("chats.create_chat", client=client, body=new, wait=60).parsed
    assert chat.run.state == models.RunState.SUCCEEDED, chat
    entry = models.HistoryEntry(message='say "done"', extra_data={"ticket": 17})
    said = call("messages.create_message", client=client, chat_id=chat.id, body=entry, wait=60).parsed
    assert [str(message.role) for message in said.messages] == ["user", "assistant"], said
    listed = call("chats.list_chats", client=client, limit=1).parsed
    assert [one.id for one in listed] == [chat.id]

    files = call("files.list_chat_files", client=client, chat_id=chat.id).parsed
    copy = next(one for one in files if one.name == "copy.txt")
    assert call("files.download_file", client=client, file_id=copy.id).content == b"milk"
    assert call("files.download_chat_files", client=client, chat_id=chat.id).content.startswith(b"PK")
    assert any(one.name == "Outputs" for one in call("files.list_folder", client=client, chat_id=chat.id).parsed.entries)
    link = call("files.create_file_link", client=client, file_id=copy.id, body=models.NewLink(expires_in=60)).parsed
    assert "signature=" in link.url
    call("chats.delete_chat", client=client, chat_id=chat.id)
    print("The generated client did it all.")
