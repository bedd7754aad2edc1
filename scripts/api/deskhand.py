"""Starts Deskhand for a test, and makes accounts."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ROOT / os.environ.get("DESKHAND_BIN", "target/debug/deskhand")
PASSWORD = "correct horse"
THEIRS = re.compile("^(DATABASE_URL|ANTHROPIC_|OPENAI_|GEMINI_|AI_MODEL_|DESKHAND_)")


class Deskhand:
    """A running Deskhand with a superuser, ada, and another person, eve."""

    def __init__(self, url, setup_token):
        self.url = url
        form = {"token": setup_token, "username": "ada", "email": "ada@example.com", "password": PASSWORD}
        self.call("POST", "/setup", form)
        self.superuser = self.login("ada")
        self.call("POST", "/users", {"username": "eve", "email": "eve@example.com", "password": PASSWORD}, self.superuser)
        self.user = self.login("eve")

    def login(self, username):
        return self.call("POST", "/auth/login", {"username": username, "password": PASSWORD})["access_token"]

    def document(self):
        """The OpenAPI document."""
        with urllib.request.urlopen(f"{self.url}/openapi.json", timeout=60) as response:
            return json.load(response)

    def call(self, method, path, body=None, token=None, headers=None):
        """Sends a request, and returns the JSON of its answer."""
        headers = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as response:
            text = response.read()
        return json.loads(text) if text else None

    def upload(self, token):
        """Uploads a file, and returns its metadata."""
        form = b'--frame\r\nContent-Disposition: form-data; name="file"; filename="list.txt"\r\n\r\nmilk\r\n--frame--\r\n'
        return self.call("POST", "/files/upload", form, token, {"Content-Type": "multipart/form-data; boundary=frame"})


@contextlib.contextmanager
def running():
    """Deskhand on a free port, with a data folder of its own."""
    environment = {name: value for name, value in os.environ.items() if not THEIRS.match(name)}
    environment |= {"DESKHAND_DESKTOPS": "local", "DESKHAND_DESKTOP_POOL": "0", "LANG": "C.UTF-8", "RUST_LOG": "error"}
    environment["DESKHAND_REQUESTS_PER_MINUTE"] = "0"
    with tempfile.TemporaryDirectory(prefix="deskhand-api-") as data:
        command = [BINARY, "up", "--listen", "127.0.0.1:0", "--data-dir", data]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            token = url = None
            for line in process.stdout:
                if found := re.search(r"/setup#token=(\S+)", line):
                    token = found[1]
                if found := re.match(r"Deskhand is ready: (\S+)", line):
                    url = found[1]
                    break
            if not url:
                raise SystemExit(f"{BINARY} did not start")
            yield Deskhand(url, token)
        finally:
            process.terminate()
            process.wait(30)
