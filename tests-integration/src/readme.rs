//! The commands of a Markdown file, as a reader would copy them.

/// Every command of the ```` ```sh ```` blocks, in order; lines ending in a backslash are joined,
/// comments and empty lines left out.
pub fn commands(markdown: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut pending = String::new();
    let mut inside = false;
    for line in markdown.lines() {
        match line.trim() {
            "```sh" => inside = true,
            "```" => inside = false,
            command if inside && !command.is_empty() && !command.starts_with('#') => {
                if let Some(part) = command.strip_suffix('\\') {
                    pending.push_str(part);
                } else {
                    commands.push(std::mem::take(&mut pending) + command);
                }
            }
            _ => {}
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn only_shell_blocks_are_read() {
        let text =
            "```text\nnot this\n```\n\n```sh\n# a comment\none \\\n    two\nthree\n```\nfour\n";
        assert_eq!(commands(text), ["one two", "three"]);
    }
}
