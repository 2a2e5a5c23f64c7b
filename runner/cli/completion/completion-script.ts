export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that a shell reads once; the words come from ts-play itself, each time. */
export const completionScript = (shell: Shell): string => SCRIPTS[shell];

const bash = `# Completion of ts-play for bash. In ~/.bashrc: eval "$(ts-play completion bash)"
_ts_play() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <("@{COMP_WORDS[0]}" __complete bash "@{COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null </dev/null)
  if [ "@{#COMPREPLY[@]}" -eq 1 ] && [[ "@{COMPREPLY[0]}" == */ ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _ts_play ts-play
`;

const zsh = String.raw`#compdef ts-play
# Completion of ts-play for zsh. In ~/.zshrc, after compinit: eval "$(ts-play completion zsh)"
_ts_play() {
  local -a folders values labels
  local value about typed="@{(Q)PREFIX}" home=
  # What stands before the rest is not quoted, so a tilde is still followed.
  compset -P '\~/' && home='~/'
  while IFS=$'\t' read -r value about; do
    value="@{value#$home}"
    if [[ $value == */ ]]; then
      folders+=("$value")
    else
      values+=("$value")
      labels+=("$value@{about:+  -- $about}")
    fi
  done < <("@{(Q)words[1]}" __complete zsh "@{(@Q)words[2,CURRENT-1]}" "$typed" 2>/dev/null </dev/null)
  compadd -S '' -a folders
  compadd -l -d labels -a values
}
if [[ @{zsh_eval_context[-1]} == loadautofunc ]]; then _ts_play "$@"; else compdef _ts_play ts-play; fi
`;

const fish = `# Completion of ts-play for fish: ts-play completion fish >~/.config/fish/completions/ts-play.fish
function __ts_play_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete fish $words[2..-1] 2>/dev/null </dev/null
end
complete -c ts-play -f -a '(__ts_play_complete)'
`;

/** `@{` stands for the shells' own `${`. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: bash.replaceAll("@{", "$\u007b"),
  zsh: zsh.replaceAll("@{", "$\u007b"),
  fish,
};
