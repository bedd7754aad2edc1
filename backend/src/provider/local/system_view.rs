//! What a local desktop sees of this machine's file system: the programs with their data and settings, and nothing else.

use std::path::Path;

use tokio::process::Command;

/// Folders of programs. On most systems the second to fifth are links into the first.
const PROGRAMS: [&str; 5] = ["/usr", "/bin", "/sbin", "/lib", "/lib64"];
/// Settings below `/etc` that programs of a desktop read. Settings of services, accounts, and of tools that may hold a
/// password, such as `npmrc`, are not among them.
const SETTINGS: &[&str] = &[
    "ImageMagick-6",
    "X11",
    "alsa",
    "alternatives",
    "bash.bashrc",
    "bash_completion.d",
    "bindresvport.blacklist",
    "ca-certificates",
    "ca-certificates.conf",
    "chromium",
    "chromium.d",
    "dbus-1",
    "dconf",
    "debian_version",
    "default/locale",
    "dictionaries-common",
    "emacs",
    "fonts",
    "gai.conf",
    "ghostscript",
    "glvnd",
    "gnutls",
    "groff",
    "gss",
    "gtk-2.0",
    "gtk-3.0",
    "gtk-4.0",
    "host.conf",
    "inputrc",
    "java-17-openjdk",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "libpaper.d",
    "libreoffice",
    "locale.alias",
    "locale.conf",
    "localtime",
    "magic",
    "magic.mime",
    "mailcap",
    "mime.types",
    "nsswitch.conf",
    "openal",
    "os-release",
    "papersize",
    "perl",
    "pki",
    "profile",
    "profile.d",
    "protocols",
    "pulse",
    "python3",
    "python3.11",
    "services",
    "sgml",
    "shells",
    "ssl",
    "terminfo",
    "timezone",
    "vim",
    "vulkan",
    "xattr.conf",
    "xdg",
    "xml",
];
/// Caches without which programs start slowly.
const CACHES: [&str; 1] = ["/var/cache/fontconfig"];

/// Folders whose files are in memory, and how much of it each may take. Browsers keep pictures of pages in the first.
const IN_MEMORY: [&str; 3] = ["/dev/shm", "/tmp", "/var/tmp"];
const IN_MEMORY_BYTES: &str = "1073741824";
/// How much sockets and generated settings may take.
const RUNTIME_BYTES: &str = "67108864";

/// Adds the system to the sandbox, read-only. What the desktop writes to is added afterwards.
pub(super) fn bind_system(command: &mut Command) {
    for folder in PROGRAMS {
        match std::fs::read_link(folder) {
            Ok(target) => command.arg("--symlink").arg(target).arg(folder),
            Err(_) => command.args(["--ro-bind-try", folder, folder]),
        };
    }
    // bubblewrap creates parent folders without access for others, so create these explicitly.
    for folder in ["/etc", "/etc/default", "/var", "/var/cache"] {
        command.args(["--dir", folder, "--chmod", "0755", folder]);
    }
    for name in SETTINGS {
        let path = format!("/etc/{name}");
        command.args(["--ro-bind-try", &path, &path]);
    }
    for path in CACHES {
        command.args(["--ro-bind-try", path, path]);
    }
    command.args(["--proc", "/proc", "--dev", "/dev"]);
    for folder in IN_MEMORY {
        command.args(["--size", IN_MEMORY_BYTES, "--tmpfs", folder, "--chmod", "1777", folder]);
    }
    for folder in ["/run", "/home"] {
        command.args(["--dir", folder, "--chmod", "0755", folder]);
    }
    command.args(["--size", RUNTIME_BYTES, "--tmpfs", "/run/user", "--chmod", "1777", "/run/user"]);
}

/// Adds the addresses of this machine's name servers, for a desktop on its network.
pub(super) fn bind_name_servers(command: &mut Command) {
    // It often is a link to a file elsewhere.
    if let Ok(names) = std::fs::canonicalize("/etc/resolv.conf") {
        command.arg("--ro-bind").arg(names).arg("/etc/resolv.conf");
    }
}

/// Whether a folder of this machine lies within what desktops see.
pub(super) fn is_visible(folder: &Path) -> bool {
    PROGRAMS.iter().any(|visible| folder.starts_with(visible))
}
