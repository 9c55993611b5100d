/**
 * The completion script for PowerShell, from 5.1 (Windows) on.
 *
 * @module
 */
import { choicesOf, type Completion, type Kind, optionsFor, type Place, placesOf } from "./model.ts";

/**
 * The script, in ASCII: PowerShell 5.1 reads and passes on all else as it suits the system. What is offered where nothing
 * can be known is PowerShell's own: names of files.
 */
export function powershellScript(completion: Completion): string {
  const { program, options, commands, main } = completion;
  const table = [main, ...commands];
  return `# Completion of ${program} for PowerShell.

Register-ArgumentCompleter -Native -CommandName ${quoted(program)} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)

  # What follows each option: nothing (absent here), some words, or names of files or directories.
  $values = @{
${
    options.filter(({ value }) => value !== null).flatMap(({ names, value }) =>
      names.map((name) => `    ${quoted(name)} = ${kindText(value!, completion)}`)
    ).join("\n")
  }
  }
  # The operands of each command: which, and what may stand there.
  $operands = @{
${placesOf(completion).map((it) => `    ${quoted(keyOf(it))} = ${kindText(it.kind, completion)}`).join("\n")}
  }
  # The command that each word means.
  $commands = @{
${commands.flatMap(({ name, words }) => words.map((it) => `    ${text(it)} = ${quoted(name)}`)).join("\n")}
  }
  # The options of each command.
  $options = @{
${
    table.map(({ name }) => `    ${quoted(name)} = ${list(optionsFor(completion, name).flatMap(({ names }) => names))}`)
      .join("\n")
  }
  }
  $explanations = @{
${
    [
      ...commands.map(({ word, explanation }) => [word, explanation]),
      ...options.flatMap(({ names, explanation }) => names.map((name) => [name, explanation])),
    ].map(([name, explanation]) => `    ${quoted(name)} = ${text(explanation)}`).join("\n")
  }
  }

  $command = 'main'
  $count = 0
  $option = $null
  $ended = $false
  # A cursor behind the word that it completes stands at its end.
  $before = $commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString().Trim('"', "'") }
  foreach ($word in $before) {
    if ($option) { $option = $null }
    elseif (-not $ended -and $word -like '-?*') {
      if ($word -ceq '--') { $ended = $true }
      elseif ($values.ContainsKey($word)) { $option = $word }
    }
    elseif (-not $ended -and $command -eq 'main' -and $count -eq 0 -and $commands.ContainsKey($word)) {
      $command = $commands[$word]
    }
    else { $count++ }
  }

  $start = ''
  $kind = 'anything'
  if (-not $option -and -not $ended -and $wordToComplete -match '^(--[^=]+)=') {
    $option = $Matches[1]
    $start = $option + '='
  }
  if ($option) { if ($values.ContainsKey($option)) { $kind = $values[$option] } }
  elseif (-not $ended -and $wordToComplete -like '-*') { $kind = $options[$command] }
  else {
    foreach ($place in "$command $count", "$command *") {
      if ($operands.ContainsKey($place)) { $kind = $operands[$place]; break }
    }
    # Behind "--" no word is a command.
    if ($ended -and $command -eq 'main' -and $count -eq 0) { $kind = 'anything' }
  }

  if ($kind -is [array]) {
    $kind | Where-Object { ($start + $_).StartsWith($wordToComplete, 'Ordinal') } | ForEach-Object {
      $explanation = if ($explanations.ContainsKey($_)) { $explanations[$_] } else { $_ }
      $type = if ($_ -like '-*') { 'ParameterName' } else { 'ParameterValue' }
      [System.Management.Automation.CompletionResult]::new($start + $_, $_, $type, $explanation)
    }
  }
  elseif ($kind -eq 'directories') {
    [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete.Substring($start.Length)) |
      Where-Object { $_.ResultType -eq 'ProviderContainer' } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new(
          $start + $_.CompletionText, $_.ListItemText, $_.ResultType, $_.ToolTip)
      }
  }
}
`;
}

/** A kind as the script knows it: an array of words, or a name. */
function kindText(kind: Kind, completion: Completion): string {
  const choices = choicesOf(completion, kind);
  return choices ? list(choices) : quoted(String(kind));
}

function keyOf({ command, index, many }: Place): string {
  return `${command} ${many ? "*" : index}`;
}

function list(words: readonly string[]): string {
  return `@(${words.map(quoted).join(", ")})`;
}

/** A word of PowerShell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A text of any letters. */
function text(any: string): string {
  const ascii = any.replaceAll("\\", "\\\\").replace(
    /[^ -~]/g, // By UTF-16 units: those of a pair one after the other.
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return ascii === any ? quoted(any) : `([regex]::Unescape(${quoted(ascii)}))`;
}
