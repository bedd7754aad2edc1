//! What a package installs for shells: a man page for each command, and completion.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Command;
use clap_complete::Shell;

/// The shells that are completed.
const SHELLS: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

/// Write man pages and completions for shells to a folder, for packages
#[derive(clap::Args)]
pub(crate) struct ShellFiles {
    /// The folder; it gets the folders `man`, `bash`, `zsh` and `fish`
    folder: PathBuf,
}

impl ShellFiles {
    /// Writes the files of a program.
    pub(crate) fn write(self, program: Command) -> anyhow::Result<()> {
        write(program, &self.folder).with_context(|| format!("writing to {}", self.folder.display()))
    }
}

fn write(mut program: Command, folder: &Path) -> io::Result<()> {
    let man = folder.join("man");
    std::fs::create_dir_all(&man)?;
    let name = program.get_name().to_owned();
    for shell in SHELLS {
        let folder = folder.join(shell.to_string());
        std::fs::create_dir_all(&folder)?;
        clap_complete::generate_to(shell, &mut program.clone(), &name, folder)?;
    }
    // `help` repeats all commands, and needs no pages.
    program = program.disable_help_subcommand(true);
    program.build();
    write_pages(&program, &man)
}

/// Writes the page of a command and of each command below it, such as `deskhand-users-list.1`.
fn write_pages(command: &Command, folder: &Path) -> io::Result<()> {
    let page = clap_mangen::Man::new(command.clone());
    page.render(&mut File::create(folder.join(page.get_filename()))?)?;
    command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
        .try_for_each(|below| write_pages(below, folder))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    /// The words of each command that people see, such as `["users", "list"]`.
    fn commands(command: &Command) -> Vec<Vec<String>> {
        let seen = command.get_subcommands().filter(|below| !below.is_hide_set());
        seen.flat_map(|below| {
            let name = below.get_name().to_owned();
            let deeper = commands(below).into_iter().map(|words| [vec![name.clone()], words].concat());
            std::iter::once(vec![name.clone()]).chain(deeper.collect::<Vec<_>>()).collect::<Vec<_>>()
        })
        .collect()
    }

    #[test]
    fn each_command_has_a_page_and_each_shell_completes_it() {
        let folder = tempfile::tempdir().unwrap();
        write(crate::Cli::command(), folder.path()).unwrap();
        let read = |path: &str| std::fs::read_to_string(folder.path().join(path)).unwrap();
        let completions = [read("bash/deskhand.bash"), read("zsh/_deskhand"), read("fish/deskhand.fish")];
        let all = commands(&crate::Cli::command());
        assert!(all.contains(&vec!["users".to_owned(), "list".to_owned()]), "{all:?}");
        for words in &all {
            let page = read(&format!("man/deskhand-{}.1", words.join("-")));
            assert!(page.contains(".SH NAME\n") && page.contains(".SH SYNOPSIS\n"), "{page}");
            for completion in &completions {
                assert!(completion.contains(words.last().unwrap()), "{words:?}");
            }
        }
        let overview = read("man/deskhand.1");
        assert!(
            overview.contains("deskhand\\-backup(1)") && !overview.contains("shell\\-files"),
            "{overview}"
        );
        assert_eq!(std::fs::read_dir(folder.path().join("man")).unwrap().count(), all.len() + 1);
    }

    #[test]
    fn an_option_names_its_variable_and_no_value_of_this_environment() {
        let folder = tempfile::tempdir().unwrap();
        write(crate::Cli::command(), folder.path()).unwrap();
        let page = std::fs::read_to_string(folder.path().join("man/deskhand-up.1")).unwrap();
        assert!(page.contains("DESKHAND_LISTEN") && page.contains("127.0.0.1:8010"), "{page}");
    }
}
