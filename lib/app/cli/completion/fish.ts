/**
 * The completion script for fish.
 *
 * @module
 */
import {
  choicesOf,
  type CompletedOption,
  type Completion,
  type Kind,
  type Place,
  placesOf,
  valueKinds,
} from "./model.ts";

/** The script. */
export function fishScript(completion: Completion): string {
  const { program, commands, main, options } = completion;
  const name = `__${program.replaceAll("-", "_")}_at`;
  const all = [main, ...commands].map((command) => command.name);
  return `# Completion of ${program} for fish.

# Whether one of these commands stands on the line; of “command/2”, whether two operands follow it.
function ${name}
    set -l command main
    set -l operands 0
    set -l waits 0
    set -l ended 0
    for word in (commandline -opc)[2..-1]
        if test $waits = 1
            set waits 0
        else if test $ended = 0; and string match -q -- '-?*' $word
            switch $word
                case --
                    set ended 1
                case ${valueKinds(completion).flatMap(({ names }) => names).join(" ")}
                    set waits 1
            end
        else if test $ended$command$operands = 0main0
            switch $word
${
    commands.map((it) => `                case ${it.words.join(" ")}\n                    set command ${it.name}`).join(
      "\n",
    )
  }
                case '*'
                    set operands 1
            end
        else
            set operands (math $operands + 1)
        end
    end
    # Behind “--” no word is a command.
    if test $ended = 1; and test $command/$operands = main/0
        set operands -
    end
    contains -- $command $argv; or contains -- $command/$operands $argv; or contains -- "$command/*" $argv
end

complete -c ${program} -f
${
    commands.map(({ word, explanation }) =>
      `complete -c ${program} -n '${name} main/0' -a ${word} -d ${quoted(explanation)}`
    ).join("\n")
  }
${placesOf(completion).flatMap((it) => placeLine(it, `${program} -n '${name} ${placeOf(it)}'`, completion)).join("\n")}
${options.map((it) => optionLine(it, program, it.commands.length < all.length ? name : "", completion)).join("\n")}
`;
}

/** As the function of the script is asked for it. */
function placeOf({ command, index, many }: Place): string {
  return `${command}/${many ? "*" : index}`;
}

function placeLine({ kind, command }: Place, of: string, completion: Completion): string[] {
  if (kind === "anything" || command === "main" && kind === "commands") return [];
  return [`complete -c ${of} ${candidates(kind, completion)}`];
}

function optionLine(
  { names, explanation, value, commands }: CompletedOption,
  program: string,
  asked: string,
  completion: Completion,
): string {
  const condition = asked && ` -n '${asked} ${commands.join(" ")}'`;
  const forms = names.map((name) => name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`).join(" ");
  const takes = value === null ? "" : value === "files" ? " -r -F" : ` -x ${candidates(value, completion)}`.trimEnd();
  return `complete -c ${program}${condition} ${forms}${takes} -d ${quoted(explanation)}`;
}

/** What gives the candidates of a kind. */
function candidates(kind: Kind, completion: Completion): string {
  if (kind === "directories") return "-a '(__fish_complete_directories)'";
  if (kind === "files") return "-F";
  const choices = choicesOf(completion, kind);
  return choices ? `-a '${choices.join(" ")}'` : "";
}

/** A word of fish. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
