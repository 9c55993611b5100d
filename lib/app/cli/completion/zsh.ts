/**
 * The completion script for zsh, for its own `_arguments` (zshcompsys(1)).
 *
 * @module
 */
import {
  choicesOf,
  type CompletedCommand,
  type CompletedOperand,
  type CompletedOption,
  type Completion,
  type Kind,
  optionsFor,
  valueKinds,
} from "./model.ts";

/** The script. It may stand in a directory of `fpath`, or be sourced. */
export function zshScript(completion: Completion): string {
  const { program, commands, main } = completion;
  return `#compdef ${program}
# Completion of ${program} for zsh.

_${program}() {
  local command=main ended=0 word i
  # The first word that is neither an option nor its value may be a command.
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    case $word in
      --) ended=1; break ;;
      ${valueKinds(completion).flatMap(({ names }) => names).join("|")}) ((i++)) ;;
      -?*) ;;
${commands.map(({ name, words }) => `      ${words.join("|")}) command=${name}; break ;;`).join("\n")}
      *) break ;;
    esac
  done

  local -a commands=(
${
    commands.map(({ word, explanation }) => `    ${quoted(`${word}:${explanation.replaceAll("\\", "\\\\")}`)}`).join(
      "\n",
    )
  }
  )
  if ((ended)) commands=()
  local -a arguments
  case $command in
${[main, ...commands].map((command) => caseOf(command, completion)).join("\n")}
  esac
  _arguments -s -S : $arguments
}

if [[ $funcstack[1] == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`;
}

/** What `_arguments` is told of a command. Its own word is an operand too. */
function caseOf({ name, operands }: CompletedCommand, completion: Completion): string {
  const first: CompletedOperand = { kind: "commands", label: operands[0]?.label ?? "", many: false };
  const all: CompletedOperand[] = name === "main"
    ? [first, ...operands.slice(1)]
    : [{ ...first, kind: "anything", label: "" }, ...operands];
  const specs = [
    ...optionsFor(completion, name).flatMap((option) => optionSpecs(option, completion)),
    ...all.map(({ kind, label, many }, i) =>
      `${many ? "*" : i + 1}:${plain(label) || " "}:${kind === "anything" ? hint(label) : action(kind, completion)}`
    ),
  ];
  return `    ${name})\n      arguments=(\n${specs.map((it) => `        ${quoted(it)}\n`).join("")}      )\n      ;;`;
}

/** One for each form of an option; given one, it is not offered again. */
function optionSpecs({ names, explanation, value, label }: CompletedOption, completion: Completion): string[] {
  return names.map((name) => {
    const joint = value === null ? "" : name.startsWith("--") ? "=" : "+";
    const takes = value === null ? "" : `:${plain(label)}:${action(value, completion)}`;
    return `(${names.join(" ")})${name}${joint}[${plain(explanation)}]${takes}`;
  });
}

/** Says what is meant, but not where an option may be: beside a message, zsh would not complete it. */
function hint(label: string): string {
  return `{[[ $PREFIX == -* ]] || _message ${quoted(label)}}`;
}

/** What completes a kind. */
function action(kind: Kind, completion: Completion): string {
  if (kind === "files") return "_files";
  if (kind === "directories") return "_files -/";
  if (kind === "commands") return "{_describe -t commands command commands}";
  return kind === "anything" ? " " : `(${choicesOf(completion, kind)!.join(" ")})`;
}

/** Text where brackets and colons would mean something. */
function plain(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

/** A word of zsh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
