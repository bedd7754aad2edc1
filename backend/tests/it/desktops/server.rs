//! A web server in a container, at a chosen address on a network of its own.

use std::net::Ipv4Addr;
use std::process::Command;

use super::subject::{docker_says, settings};

/// The body of every response.
const SCRIPT: &str = r#"
    $s = IO::Socket::INET->new(LocalPort => 80, Listen => 9, ReuseAddr => 1) or die;
    while ($c = $s->accept) {
        while (<$c>) { last if /^\r?$/ }
        print $c "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nfrom afar";
        close $c
    }
"#;

/// The server; removed when dropped.
pub(super) struct Server {
    name: String,
}

impl Server {
    /// Starts a server on port 80 of an address, on a network of 16 addresses. This machine can reach it.
    pub(super) fn start(address: &str) -> Self {
        let server = Self { name: format!("deskhand-test-{address}") };
        // Left behind by a test that was killed.
        server.remove();
        let subnet = Ipv4Addr::from_bits(address.parse::<Ipv4Addr>().unwrap().to_bits() & !15);
        let name = server.name.as_str();
        docker_says(&["network", "create", "--subnet", &format!("{subnet}/28"), name]);
        let image = settings().image;
        let place = ["run", "-d", "--name", name, "--network", name, "--ip", address, "--user", "0"];
        let program = ["--entrypoint", "perl", &image, "-MIO::Socket::INET", "-e", SCRIPT];
        docker_says(&[&place[..], &program[..]].concat());
        while std::net::TcpStream::connect((address, 80)).is_err() {
            std::thread::yield_now();
        }
        server
    }

    fn remove(&self) {
        for remove in [["rm", "-f"], ["network", "rm"]] {
            let _ = Command::new("docker").args(remove).arg(&self.name).output();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.remove();
    }
}
