/**
 * The completion script for bash, from 3.2 (macOS) on; it needs nothing but bash.
 *
 * @module
 */
import { choicesOf, type Completion, type Kind, optionsFor, type Place, placesOf, valueKinds } from "./model.ts";

/** The script; all that is put into it are words of the definition. */
export function bashScript(completion: Completion): string {
  const { program, commands, main } = completion;
  const name = `_${program.replaceAll("-", "_")}`;
  const kinds = valueKinds(completion);
  const places = placesOf(completion).filter(({ kind }) => kind !== "anything");
  return `# Completion of ${program} for bash.

${name}() {
  COMPREPLY=()
  local IFS=$' \\t\\n' redirection='^[0-9]*[<>]'
  # bash breaks words at = and : too. What stands together is put together again, up to the cursor; bash itself
  # puts back the head of it that stands before the last break.
  local rest=\${COMP_LINE:0:COMP_POINT} line head= part gap i
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

  # Which command stands there, how many operands follow it, and whether an option waits for its value.
  local command=main operands=0 option= ended= last=$((\${#line[@]} - 1)) word
  for ((i = 1; i < last; i++)); do
    word=\${line[i]}
    if [[ $option ]]; then
      option=
    elif [[ $word =~ $redirection ]]; then
      if [[ $word == *[\\<\\>] ]]; then option='>'; fi
    elif [[ $ended || $word != -?* ]]; then
      case $ended$command$operands:$word in
${
    commands.map(({ name, words }) => `        ${words.map((it) => `main0:${it}`).join(" | ")}) command=${name} ;;`)
      .join("\n")
  }
        *) operands=$((operands + 1)) ;;
      esac
    else
      case $word in
        --) ended=1 ;;
        ${kinds.flatMap(({ names }) => names).join(" | ")}) option=$word ;;
      esac
    fi
  done

  local whole=\${line[last]} start= choices=
  if [[ ! $option && $whole =~ $redirection ]]; then
    option='>'
  elif [[ ! $option && ! $ended && $whole == --*=* ]]; then
    option=\${whole%%=*}
    start=$option=
  fi
  if [[ $option ]]; then
    case $option in
      '>') compopt -o default 2>/dev/null ;;
${
    kinds.filter(({ kind }) => kind !== "anything").map(({ names, kind }) =>
      `      ${names.join(" | ")}) ${offer(kind, completion)} ;;`
    ).join("\n")
  }
    esac
  elif [[ ! $ended && $whole == -* ]]; then
    case $command in
${
    [main, ...commands].map(({ name }) =>
      `      ${name}) choices='${optionsFor(completion, name).flatMap(({ names }) => names).join(" ")}' ;;`
    ).join("\n")
  }
    esac
  else
    case $ended$command:$operands in
${places.map((it) => `      ${patterns(it)}) ${offer(it.kind, completion)} ;;`).join("\n")}
    esac
  fi
  for word in $choices; do
    word=$start$word
    if [[ $word == "$whole"* ]]; then COMPREPLY+=("\${word#"$head"}"); fi
  done
}

# Before bash 4 the function cannot say where files belong: there they are offered where nothing else is.
if ((BASH_VERSINFO[0] < 4)); then
  complete -o default -F ${name} ${program}
else
  complete -F ${name} ${program}
fi
`;
}

/** The patterns of a place: behind “--” too, where no word is a command, but a directory is one. */
function patterns({ command, index, many, kind }: Place): string {
  const places = many ? [`${command}:[${index}-9]`, `${command}:[1-9]?*`] : [`${command}:${index}`];
  return [...places, ...kind === "commands" ? [] : places.map((it) => `1${it}`)].join(" | ");
}

/** What offers all of a kind. Names of files are left to bash, which knows best how to quote them. */
function offer(kind: Kind, completion: Completion): string {
  if (kind === "files") return "compopt -o default 2>/dev/null";
  if (kind === "directories") return "compopt -o dirnames -o filenames 2>/dev/null";
  return `choices='${choicesOf(completion, kind)?.join(" ") ?? ""}'`;
}
