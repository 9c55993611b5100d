/** The command `status`: the running clients of this user on this machine. */
import { type ClientState, decodeFault } from "../../control/message.ts";
import { findRunning } from "../../control/control_client.ts";
import { Fault, isOutOfContact } from "../../../fault/fault.ts";
import { bytesText, sentence, timeText } from "../../words/sentence.ts";
import { visible } from "../../words/visible.ts";
import type { Words } from "../../words/en/words.ts";
import type { ClientContext } from "../context.ts";
import { type Row, twoColumns } from "../help.ts";
import { jsonFault, jsonLine } from "../output/json.ts";
import { EXIT } from "../exit_code.ts";

export async function runStatus({ options, terminal, words, ending, paths }: ClientContext): Promise<number> {
  const found = await findRunning(paths.running, ending.signal);
  const states = found.running.map(({ state }) => state);
  for (const pid of found.silent) terminal.fail(sentence(new Fault("client-silent", { pid }), words));
  if (options.json) terminal.data(statusJson(states, words));
  else if (states.length === 0 && found.silent.length === 0) {
    terminal.fail(sentence(new Fault("no-client", {}), words));
  } else {
    const width = terminal.moving ? terminal.width : Infinity;
    states.map((state) => stateLines(state, words, Date.now(), width)).forEach((lines, i) => {
      if (i > 0) terminal.print();
      lines.forEach((line) => terminal.print(line));
    });
  }
  return states.length === 0 ? EXIT.nothing : EXIT.done;
}

function statusJson(states: readonly ClientState[], words: Words): string {
  const faultJson = (lost: ClientState["lost"]) => lost && jsonFault(decodeFault(lost), words);
  const clients = states.map(({ lost, also, ...state }) => ({
    ...state,
    lost: faultJson(lost),
    also: also.length > 0 ? also.map((it) => ({ ...it, lost: faultJson(it.lost) })) : undefined,
  }));
  return jsonLine("status", { clients });
}

/** One client: its directory, and a table below it, in lines of at most `width` columns. */
export function stateLines(state: ClientState, words: Words, now: number, width: number): string[] {
  const { control } = words;
  const { labels } = control;
  const since = new Date(state.since);
  const time = timeText((now - since.getTime()) / 1_000, words);
  const started = state.port !== null;
  const rows: Row[] = [
    [labels.shares, started ? control.shares(state.images, bytesText(state.bytes, words)) : control.starting],
    ...started ? [[labels.reached, state.addresses.join(", ")] satisfies Row] : [],
    ...[state, ...state.also].flatMap((it) => trackerRows(it, words)),
    [labels.sent, control.sent(state.served.images, bytesText(state.served.bytes, words))],
    ...state.fetching.length > 0 ? [[labels.fetching, state.fetching.join(", ")] satisfies Row] : [],
    [labels.runs, control.runs(whenText(since, now, words), time, `${state.pid}`)],
  ];
  const safe = rows.map(([label, text]): Row => [label, visible(text)]);
  return [state.directory, ...twoColumns(safe, width, Object.values(labels))];
}

/** The tracker of a network, and why it is lost. */
function trackerRows({ tracker, registered, lost }: ClientState["also"][number], words: Words): Row[] {
  const { control, client } = words;
  const fault = lost && decodeFault(lost);
  const how = isOutOfContact(fault) ? control.lost : registered ? control.registered : control.notRegistered;
  return [
    [control.labels.tracker, how(tracker)],
    ...fault ? [["", client.trackerLost(sentence(fault, words))] satisfies Row] : [],
  ];
}

/** A time of day, with the date if it is another day. */
function whenText(time: Date, now: number, words: Words): string {
  const day = time.toDateString() === new Date(now).toDateString()
    ? {}
    : { year: "numeric", month: "short", day: "numeric" } as const;
  return new Intl.DateTimeFormat(words.tag, { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .format(time);
}
