"""Tests the API by its document. Without arguments all tests, else those that are named: fuzz, client."""

import os
import pathlib
import subprocess
import sys
import tempfile
import json

import client
from deskhand import running

HERE = pathlib.Path(__file__).parent
# So many examples for an operation in each phase, with one seed: the same requests at each run.
EXAMPLES = os.environ.get("DESKHAND_API_EXAMPLES", "15")
SEED = "20261129"
# Without an end, or not HTTP.
STREAMS = ["stream_events", "open_socket", "open_live_view"]
# They would end the login that the requests are sent with.
ENDINGS = ["log_out", "log_out_everywhere", "delete_session_of_user", "delete_session"]


def things(deskhand, token):
    """Ids of a chat with a run, and of a file."""
    chat = deskhand.call("POST", "/chats?wait=60", {"initial_message": 'say "hello"'}, token)
    return {"chat_id": chat["id"], "run_id": chat["run"]["id"], "file_id": deskhand.upload(token)["id"]}


def fuzz(deskhand):
    """Schemathesis as nobody, as a person and as a superuser."""
    document = deskhand.document()
    callers = {"anonymous": None, "user": deskhand.user, "superuser": deskhand.superuser}
    failed = []
    for caller, token in callers.items():
        print(f"schemathesis as {caller}", flush=True)
        named = things(deskhand, token or deskhand.user)
        with tempfile.TemporaryDirectory() as folder:
            schema = pathlib.Path(folder, "openapi.json")
            schema.write_text(json.dumps(document))
            command = [
                pathlib.Path(sys.executable).parent / "schemathesis", "--config-file", HERE / "schemathesis.toml",
                "run", schema, "--url", deskhand.url, "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful",
                "--max-examples", EXAMPLES, "--seed", SEED, "--continue-on-failure", "--request-timeout", "30",
                # Some requests wait for the end of a run, as long as they ask for.
                "--max-response-time", "30",
                "--generation-database", "none", "--no-color", "--workers", "2",
            ]
            for operation in STREAMS + ENDINGS:
                command += ["--exclude-operation-id", operation]
            if token:
                command += ["--header", f"Authorization:Bearer {token}"]
            else:
                # Each guarded call is answered 401, and the things of somebody stay as they are.
                command += ["--exclude-operation-id", "complete_setup"]
            environment = os.environ | {
                "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "DESKHAND_THINGS": json.dumps(named),
            }
            if subprocess.run(command, env=environment, cwd=folder).returncode:
                failed.append(caller)
    return failed


def main():
    tests = {"fuzz": fuzz, "client": client.test}
    wanted = sys.argv[1:] or list(tests)
    failed = []
    for name in wanted:
        # Each has its own: a superuser's requests leave settings with which nobody can work.
        with running() as deskhand:
            failed += tests[name](deskhand) or []
    if failed:
        raise SystemExit(f"The API is not as its document says: {', '.join(failed)}")


main()
