//! Reads the example requests of a Markdown document, which are in the format of `.http` files.

use reqwest::Method;

/// A request of the document.
pub(super) struct Example {
    pub(super) method: Method,
    /// The address without the host.
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    host: String,
    body: String,
}

/// All example requests, in the order of the document.
pub(super) fn examples(document: &str) -> Vec<Example> {
    let fences = document.split("```http\n").skip(1);
    fences.map(|rest| Example::parse(rest.split("```").next().unwrap())).collect()
}

impl Example {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
        let mut lines = head.lines();
        let (method, url) = lines.next().unwrap().split_once(' ').unwrap();
        let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        Self {
            method: method.parse().unwrap(),
            path: format!("/{path}"),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            host: host.to_owned(),
            body: body.trim_end().to_owned(),
        }
    }

    /// Whether it is for the model service: the document has that on port 8000, and the backend on 8010.
    pub(super) fn is_for_model(&self) -> bool {
        self.host.ends_with(":8000")
    }

    /// The operation, such as `GET /chats/{id}`.
    pub(super) fn name(&self) -> String {
        let path = self.path.trim_start_matches("/api/v1").trim_end_matches('/');
        let parts = path.split('/').map(|part| if part.len() == 36 { "{id}" } else { part });
        format!("{} {}", self.method, parts.collect::<Vec<_>>().join("/"))
    }

    /// The path with a slash at its end if it has none, and without it otherwise.
    pub(super) fn other_form(&self) -> String {
        match self.path.strip_suffix('/') {
            Some(path) => path.to_owned(),
            None => format!("{}/", self.path),
        }
    }

    /// The bytes of the body. A form's lines end as HTTP wants it, and a line `< ./name` includes a file.
    pub(super) fn body(&self, file: &[u8]) -> Vec<u8> {
        if !self.body.contains("\n< ./") {
            return self.body.clone().into_bytes();
        }
        let mut bytes = Vec::new();
        for line in self.body.lines() {
            bytes.extend_from_slice(if line.starts_with("< ./") { file } else { line.as_bytes() });
            bytes.extend_from_slice(b"\r\n");
        }
        bytes
    }
}
