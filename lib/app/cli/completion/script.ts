/**
 * The completion scripts of all shells. Each asks the program itself for candidates ({@link COMPLETE}), by the name
 * that was typed, and leaves paths to the shell.
 */
import { COMPLETE, type SHELLS } from "../options/definition.ts";

/** A shell that has a script. */
export type Shell = typeof SHELLS[number];

/** The script for a shell, whose explanations are in this language. */
export function completionScript(shell: Shell, program: string, language: string): string {
  return SCRIPTS[shell](program, `${COMPLETE} ${language}`);
}

const SCRIPTS: Readonly<Record<Shell, (program: string, complete: string) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** For bash from 3.2 (macOS) on. */
function bashScript(program: string, complete: string): string {
  const name = `_${program.replaceAll("-", "_")}`;
  return `# Completion of ${program} for bash.

${name}() {
  COMPREPLY=()
  # bash also breaks words at = and :. They are joined again, up to the cursor; bash itself puts back the part of the
  # current word that stands before its last break.
  local IFS=$' \\t\\n' rest=\${COMP_LINE:0:COMP_POINT} line head= part gap i candidate
  line=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap=\${rest%%[![:space:]]*}
    rest=\${rest#"$gap"}
    part=\${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then part=$rest; fi
    rest=\${rest#"$part"}
    if [[ $i == 0 || $gap ]]; then
      head=
      line+=("$part")
    else
      head=\${line[\${#line[@]} - 1]}
      line[\${#line[@]} - 1]=$head$part
    fi
  done
  if [[ $part == [=:] ]]; then head+=$part; fi
  line[\${#line[@]} - 1]=.\${line[\${#line[@]} - 1]}

  while IFS=$'\\t' read -r candidate _; do
    case $candidate in
      :files*) compopt -o default 2>/dev/null ;;
      :directories*) compopt -o dirnames -o filenames 2>/dev/null ;;
      *) COMPREPLY+=("\${candidate#"$head"}") ;;
    esac
  done < <("\${1/#\\~\\//$HOME/}" ${complete} "\${line[@]:1}" 2>/dev/null </dev/null)
}

# Before bash 4 the function cannot say where files belong: there they are offered where nothing else is.
if ((BASH_VERSINFO[0] < 4)); then
  complete -o default -F ${name} ${program}
else
  complete -F ${name} ${program}
fi
`;
}

/** To be put into a directory of `fpath`, or sourced. */
function zshScript(program: string, complete: string): string {
  return `#compdef ${program}
# Completion of ${program} for zsh.

_${program}() {
  local line prefix tab=$'\\t'
  local -a candidates
  while IFS= read -r line; do
    case $line in
      (:files* | :directories*)
        prefix=\${line#* }
        IPREFIX+=$prefix
        PREFIX=\${PREFIX#"$prefix"}
        if [[ $line == :files* ]]; then _files; else _files -/; fi
        return
        ;;
      (*) candidates+=("\${\${line%%$tab*}//:/\\\\:}:\${\${line#*$tab}//\\\\/\\\\\\\\}") ;;
    esac
  done < <(\${words[1]/#\\~\\//$HOME/} ${complete} "\${(@)words[2,CURRENT-1]}" ".$PREFIX" 2>/dev/null </dev/null)
  _describe -V '${program}' candidates
}

if [[ $funcstack[1] == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`;
}

function fishScript(program: string, complete: string): string {
  const name = `__${program.replaceAll("-", "_")}_complete`;
  return `# Completion of ${program} for fish.

function ${name}
    set -l line (commandline -opc)
    set -l current (commandline -ct)
    for candidate in ($line[1] ${complete} $line[2..-1] ".$current" 2>/dev/null </dev/null)
        set -l prefix (string replace -r '^:[a-z]+ ' '' -- $candidate)
        set -l path (string sub -s (math (string length -- "$prefix") + 1) -- "$current")
        switch $candidate
            case ':files *'
                printf '%s\\n' $prefix(__fish_complete_path "$path")
            case ':directories *'
                printf '%s\\n' $prefix(__fish_complete_directories "$path" '')
            case '*'
                printf '%s\\n' $candidate
        end
    end
end

complete -c ${program} -f -a '(${name})'
`;
}

/** For PowerShell from 5.1 (Windows) on. */
function powershellScript(program: string, complete: string): string {
  return `# Completion of ${program} for PowerShell.

Register-ArgumentCompleter -Native -CommandName '${program}' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)

  # A cursor behind the word that it completes stands at its end.
  $program = $commandAst.CommandElements[0].ToString().Trim('"', "'")
  $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString().Trim('"', "'") })
  $encoding = [Console]::OutputEncoding
  try {
    [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
    $lines = @(& $program ${complete.split(" ").map((it) => `'${it}'`).join(" ")} @before ".$wordToComplete" 2>$null)
  }
  finally { [Console]::OutputEncoding = $encoding }

  foreach ($line in $lines) {
    if ($line -match '^:(files|directories) (.*)$') {
      $kind = $Matches[1]
      $prefix = $Matches[2]
      [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete.Substring($prefix.Length)) |
        Where-Object { $kind -eq 'files' -or $_.ResultType -eq 'ProviderContainer' } | ForEach-Object {
          [System.Management.Automation.CompletionResult]::new(
            $prefix + $_.CompletionText, $_.ListItemText, $_.ResultType, $_.ToolTip)
        }
    }
    else {
      $word, $explanation = $line -split "\`t", 2
      $type = if ($word -like '-*') { 'ParameterName' } else { 'ParameterValue' }
      if (-not $explanation) { $explanation = $word }
      [System.Management.Automation.CompletionResult]::new($word, $word, $type, $explanation)
    }
  }
}
`;
}
