//! The backend's configuration.

pub mod first_admin;
pub mod github;
pub mod limits;
pub mod master_key;
pub mod models;
pub mod origins;
pub mod proxy;
pub mod reachable_server;
pub mod registration;
pub mod retention;
pub mod tokens;

use std::net::SocketAddr;
use std::path::PathBuf;

use protocol::action::Size;
use protocol::locale::Locale;
use protocol::secret::Secret;

use self::first_admin::FirstAdmin;
use self::github::GithubConfig;
use self::limits::{Limits, RequestRate, TotalLimits};
use self::master_key::MasterKeyConfig;
use self::models::ModelRules;
use self::origins::OriginsConfig;
use self::proxy::ProxyConfig;
use self::reachable_server::ReachableServer;
use self::registration::RegistrationMode;
use self::retention::RetentionPeriods;
use self::tokens::TokenConfig;
use crate::locale;

/// The backend's configuration, from the command line and the environment.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// Folder for all data of Deskhand
    #[arg(long, env = "DESKHAND_DATA_DIR", default_value_os_t = default_data_dir())]
    pub data_dir: PathBuf,

    /// Log each request
    #[arg(long, env = telemetry::access_log::VARIABLE)]
    pub access_log: bool,

    /// Address on which Prometheus reads the metrics, without a login, such as 127.0.0.1:9464 [default: none]
    #[arg(long, env = "DESKHAND_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,

    /// Maximum size of an uploaded file, in bytes
    #[arg(long, env = "DESKHAND_UPLOAD_LIMIT", default_value_t = 1 << 30)]
    pub upload_limit: u64,

    /// What each person may have. Administrators may set what is not set here, and other limits for one person
    #[command(flatten)]
    pub limits: Limits,

    /// What all people together may have. Administrators may set what is not set here
    #[command(flatten)]
    pub total_limits: TotalLimits,

    /// How long things are kept. Administrators may set what is not set here
    #[command(flatten)]
    pub retention: RetentionPeriods,

    /// What people may do with models of their own. Administrators may set what is not set here
    #[command(flatten)]
    pub models: ModelRules,

    /// How many requests of the API are answered
    #[command(flatten)]
    pub request_rate: RequestRate,

    /// Screen size of each desktop in pixels, as WIDTHxHEIGHT
    #[arg(long, env = "DESKHAND_SCREEN", default_value = "1280x800", value_parser = parse_size)]
    pub screen: Size,

    /// Time zone of desktops whose person has none, such as Europe/Vienna: browsers tell theirs, and other programs none
    /// [default: this machine's]
    #[arg(long, env = "DESKHAND_TIME_ZONE", value_parser = parse_time_zone)]
    pub time_zone: Option<String>,

    /// Language of these desktops, such as de-AT [default: this machine's]
    #[arg(long, env = "DESKHAND_LANGUAGE", value_parser = parse_language)]
    pub language: Option<String>,

    /// The program that runs inside each desktop [default: desktop-agent, beside this program]
    #[arg(long, env = "DESKHAND_DESKTOP_AGENT")]
    pub desktop_agent: Option<PathBuf>,

    /// Where and how desktops run
    #[command(flatten)]
    pub desktops: DesktopsConfig,

    /// When idle desktops are paused and stopped
    #[command(flatten)]
    pub idle: IdleConfig,

    /// What stands between browsers and this service
    #[command(flatten)]
    pub proxy: ProxyConfig,

    /// Which pages of other origins may use the API
    #[command(flatten)]
    pub origins: OriginsConfig,

    /// Who may create an account: nobody, who has an invitation, or everybody [default: as administrators set it, at first
    /// closed]
    #[arg(long, env = "DESKHAND_REGISTRATION", value_enum)]
    pub registration: Option<RegistrationMode>,

    /// The first administrator and a file with the password, as NAME:FILE, for unattended starts; does nothing once anybody
    /// has an account
    #[arg(long, env = "DESKHAND_FIRST_ADMIN")]
    pub first_admin: Option<FirstAdmin>,

    /// Logging in with GitHub
    #[command(flatten)]
    pub github: GithubConfig,

    /// What secrets in the database are sealed with
    #[command(flatten)]
    pub master_key: MasterKeyConfig,

    /// How long tokens are valid, and what signs them
    #[command(flatten)]
    pub tokens: TokenConfig,
}

/// When idle desktops are paused and stopped.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct IdleConfig {
    /// Minutes without use before a desktop is paused; 0 for never
    #[arg(long, env = "DESKHAND_IDLE_PAUSE", default_value_t = 5)]
    pub idle_pause: u32,

    /// Minutes without use before a desktop is stopped, keeping its home folder; 0 for never
    #[arg(long, env = "DESKHAND_IDLE_STOP", default_value_t = 60)]
    pub idle_stop: u32,
}

/// Where desktops run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DesktopsIn {
    /// In containers if Docker is running and has the image, else as processes of this machine.
    Auto,
    /// In containers.
    Docker,
    /// As processes of this machine.
    Local,
}

/// Where desktops run, and their limits.
#[derive(Debug, Clone, clap::Args)]
pub struct DesktopsConfig {
    /// Where desktops run: in containers, as processes of this machine, or in containers if they are available
    #[arg(long, env = "DESKHAND_DESKTOPS", value_enum, default_value = "auto")]
    pub desktops: DesktopsIn,

    /// Number of desktops started before they are needed [default: 1 with containers, else 0]
    #[arg(long, env = "DESKHAND_DESKTOP_POOL")]
    pub desktop_pool: Option<usize>,

    /// Image of desktops in containers
    #[arg(long, env = "DESKHAND_DESKTOP_IMAGE", default_value = "deskhand-desktop")]
    pub desktop_image: String,

    /// Size limit of a desktop's home folder, in megabytes
    #[arg(long, env = "DESKHAND_DESKTOP_DISK", default_value_t = 10_240, value_parser = at_least(64))]
    pub desktop_disk: u32,

    /// Memory of a desktop, including files in memory, in megabytes
    #[arg(long, env = "DESKHAND_DESKTOP_MEMORY", default_value_t = 2048, value_parser = at_least(256))]
    pub desktop_memory: u32,

    /// CPU limit of a desktop in a container, in thousandths of a CPU
    #[arg(long, env = "DESKHAND_DESKTOP_CPU", default_value_t = 2000, value_parser = at_least(100))]
    pub desktop_cpu: u32,

    /// Maximum number of processes and threads of a desktop
    #[arg(long, env = "DESKHAND_DESKTOP_PIDS", default_value_t = 512, value_parser = at_least(64))]
    pub desktop_pids: u32,

    /// Docker runtime for desktops, such as runsc [default: Docker's own]
    #[arg(long, env = "DESKHAND_DESKTOP_RUNTIME")]
    pub desktop_runtime: Option<String>,

    /// Let desktops that are processes of this machine share its network, and see its files where bubblewrap does not
    /// work: they are not contained
    #[arg(long, env = "DESKHAND_UNCONTAINED")]
    pub uncontained: bool,

    /// What desktops may reach: nothing, web servers with the listed names, or the internet
    /// without private networks. A chat may be restricted further [default: as administrators set it, at first all]
    #[arg(long, env = "DESKHAND_DESKTOP_INTERNET", value_enum)]
    pub desktop_internet: Option<SiteInternet>,

    /// The listed names, separated by commas, such as example.com,*.debian.org
    #[arg(long, env = "DESKHAND_DESKTOP_INTERNET_NAMES", value_delimiter = ',')]
    pub desktop_internet_names: Vec<String>,

    /// Servers of this machine or a private network that desktops may reach all the same, separated by commas, such as
    /// intranet.example.org:443. They reach localhost:3000 as host.deskhand.internal:3000
    #[arg(long, env = "DESKHAND_DESKTOP_REACH", value_delimiter = ',')]
    pub desktop_reach: Vec<ReachableServer>,
}

/// What desktops may reach at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SiteInternet {
    /// Nothing.
    None,
    /// Web servers with the listed names.
    Listed,
    /// The internet, without private networks.
    All,
}

impl Config {
    /// The settings that nobody may see.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let MasterKeyConfig { encryption_key, encryption_key_old, .. } = &self.master_key;
        let optional = [encryption_key, encryption_key_old, &self.tokens.jwt_private_key_passphrase];
        optional.into_iter().flatten().chain([&self.github.github_client_secret])
    }

    /// Maximum size of an uploaded file in bytes; not more than a home folder can hold.
    #[must_use]
    pub fn upload_limit(&self) -> u64 {
        self.upload_limit.min(self.home_bytes())
    }

    /// The time zone and language of desktops whose person has none.
    #[must_use]
    pub fn locale(&self) -> Locale {
        Locale {
            time_zone: self.time_zone.clone().unwrap_or_else(locale::time_zone_of_machine),
            language: self.language.clone().or_else(locale::language_of_machine),
        }
    }

    /// Size limit of a desktop's home folder, in bytes.
    #[must_use]
    pub fn home_bytes(&self) -> u64 {
        u64::from(self.desktops.desktop_disk) << 20
    }

    /// Memory of a desktop, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        u64::from(self.desktops.desktop_memory) << 20
    }

    /// The program that runs inside each desktop.
    ///
    /// # Errors
    /// When none is configured and the path of this program can't be read.
    pub fn agent_path(&self) -> std::io::Result<PathBuf> {
        match &self.desktop_agent {
            Some(path) => Ok(path.clone()),
            None => Ok(std::env::current_exe()?.with_file_name("desktop-agent")),
        }
    }
}

/// `/var/lib/deskhand` for root, whose home folder is closed to the users that run Postgres and desktops;
/// `~/.local/share/deskhand` for other users.
#[must_use]
pub fn default_data_dir() -> PathBuf {
    if nix::unistd::geteuid().is_root() {
        return "/var/lib/deskhand".into();
    }
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    data_dir_of_user(variable("XDG_DATA_HOME"), variable("HOME"), home_of_account())
}

/// The data folder of an ordinary user. Relative paths in the variables are ignored. Without any home folder
/// the result is `/var/lib/deskhand`, which the user will be told can't be created.
fn data_dir_of_user(data: Option<PathBuf>, home: Option<PathBuf>, account: Option<PathBuf>) -> PathBuf {
    let absolute = |path: Option<PathBuf>| path.filter(|path| path.is_absolute());
    absolute(data)
        .or_else(|| Some(absolute(home).or(account)?.join(".local/share")))
        .unwrap_or_else(|| "/var/lib".into())
        .join("deskhand")
}

/// The home folder in this user's account.
fn home_of_account() -> Option<PathBuf> {
    nix::unistd::User::from_uid(nix::unistd::geteuid()).ok().flatten().map(|user| user.dir)
}

/// A lower limit; below it a desktop does not start.
fn at_least(least: i64) -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(least..)
}

fn parse_time_zone(text: &str) -> Result<String, String> {
    locale::time_zone(text).ok_or_else(|| "a time zone is a name such as Europe/Vienna or UTC".to_owned())
}

fn parse_language(text: &str) -> Result<String, String> {
    locale::language(text).ok_or_else(|| "a language is a tag such as de-AT or en".to_owned())
}

fn parse_size(text: &str) -> Result<Size, String> {
    let parsed = text
        .split_once('x')
        .and_then(|(width, height)| Some(Size { width: width.parse().ok()?, height: height.parse().ok()? }));
    match parsed {
        Some(size) if (320..=7680).contains(&size.width) && (240..=4320).contains(&size.height) => Ok(size),
        _ => Err("a screen is written WIDTHxHEIGHT, such as 1280x800, from 320x240 to 7680x4320".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_folder_of_a_user_is_absolute() {
        let of = |data: Option<&str>, home: Option<&str>, account: Option<&str>| {
            let folder = data_dir_of_user(
                data.map(PathBuf::from),
                home.map(PathBuf::from),
                account.map(PathBuf::from),
            );
            folder.to_str().unwrap().to_owned()
        };
        assert_eq!(of(Some("/data"), Some("/home/ada"), None), "/data/deskhand");
        assert_eq!(of(None, Some("/home/ada"), None), "/home/ada/.local/share/deskhand");
        assert_eq!(of(Some("data"), None, Some("/home/ada")), "/home/ada/.local/share/deskhand");
        assert_eq!(of(None, Some(""), Some("/home/ada")), "/home/ada/.local/share/deskhand");
        assert_eq!(of(None, None, None), "/var/lib/deskhand");
    }
}
