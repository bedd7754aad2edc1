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
    "mpv",
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

/// Folders whose files are in memory. Browsers keep pictures of pages in the first.
pub(super) const IN_MEMORY: [&str; 4] = ["/dev/shm", "/tmp", "/var/tmp", RUNTIME];
/// The folder of sockets and generated settings.
const RUNTIME: &str = "/run/user";
/// How much of the memory each may take, as one part in so many.
const IN_MEMORY_PART: u64 = 4;
/// How much sockets and generated settings may take, in bytes.
const RUNTIME_BYTES: u64 = 64 << 20;

/// Adds the system to the sandbox, read-only. What the desktop writes to is added afterwards.
pub(super) fn bind_system(command: &mut Command, memory_bytes: u64) {
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
    for folder in ["/run", "/home"] {
        command.args(["--dir", folder, "--chmod", "0755", folder]);
    }
    for folder in IN_MEMORY {
        let part = memory_bytes / IN_MEMORY_PART;
        let bytes = if folder == RUNTIME { part.min(RUNTIME_BYTES) } else { part };
        command.args(["--size", &bytes.to_string(), "--tmpfs", folder, "--chmod", "1777", folder]);
    }
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
