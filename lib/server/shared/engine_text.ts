/** Changes and registrations as texts for the engine, and back. Pure. */
import { edited } from "../../tracker/shared/image_edit.ts";
import type {
  Change,
  Edit,
  RegistryEntry,
  Result,
  SentChanges,
  SharedPeer,
} from "../../tracker/shared/shared_state.ts";
import { ForeignEntryError, formatEdit, formatImages, parseEdits, parseImages } from "./images_text.ts";

/** Numbers of the engine are below: a larger one was given by this tracker, until the engine does. */
const MAX_NUMBER = 2 ** 52;

/** An entry, and the one before it in the stream: a gap shows that the tracker fell behind. */
export interface StreamEntry extends RegistryEntry {
  readonly previous: number;
}

/** The arguments of the script `MAKE` for changes under one number. */
export function formatChanges({ number, changes }: SentChanges): string[] {
  const fields = changes.flatMap(fieldsOf);
  return [`${number}`, kindOf(changes[0]), `${fields.length}`, ...fields];
}

/** Characters of a command, about: the engine closes a connection that sends a gigabyte, and answers late before that. */
const BATCH_LENGTH = 8 * 1024 * 1024;

/** The arguments of the script `MAKE`, for as many calls as it takes; the next ones are made when they are wanted. */
export function* formatBatches(sent: Iterable<SentChanges>): Generator<string[]> {
  let [batch, length]: [string[], number] = [[], 0];
  for (const it of sent) {
    for (const text of formatChanges(it)) {
      batch.push(text);
      length += text.length;
    }
    if (length < BATCH_LENGTH) continue;
    yield batch;
    [batch, length] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** A registration that the engine has not numbered cannot be older than one that it has. */
function kindOf(change: Change | Edit): string {
  return change.kind === "restore" && change.peer.sequence >= MAX_NUMBER ? "put" : change.kind;
}

function fieldsOf(change: Change | Edit): string[] {
  const { address } = change;
  switch (change.kind) {
    case "put":
    case "restore": {
      const { endsAt, listed, verified, password, images } = change.peer;
      const fields = [address, formatTime(endsAt), bit(listed), bit(verified), password, formatImages(images)];
      return change.kind === "restore" && kindOf(change) === "restore" ? [...fields, `${change.before}`] : fields;
    }
    case "update":
      return [address, change.password, formatImages(change.images), `${change.base ?? ""}`];
    case "edit":
      return [address, change.password, `${change.base}`, formatEdit(change.edit)];
    case "move":
      return [address, change.from, change.peer.password, formatImages(change.peer.images)];
    case "list":
      return [address, change.password, bit(change.listed)];
    case "renew":
      return [address, change.password, formatTime(change.endsAt), bit(change.verified)];
    case "remove":
      return [address, change.password, formatTime(change.endedBy ?? Infinity), `${change.before ?? ""}`];
  }
}

/** An entry as `XREAD` and `XRANGE` give it: its id and its fields. */
export function parseEntry([id, fields]: readonly [string, readonly string[]]): StreamEntry {
  const known: Record<string, string> = {};
  const results: Result[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const [name, text] = [fields[i], fields[i + 1]];
    if (name.length === 1) known[name] = text;
    else if (text === "") results.push({ address: checkedAddress(name), peer: null });
    else {
      const { f: from, i: images, e: edit, r: restored } = known;
      results.push({
        address: checkedAddress(name),
        from,
        peer: parseHead(text),
        images: images !== undefined
          ? () => parseImages(images)
          : edit !== undefined
          ? (before) => parseEdits(edit).reduce(edited, before())
          : undefined,
        restored: restored !== undefined,
      });
    }
  }
  if (known.b === undefined) throw new ForeignEntryError("not an entry");
  const [origin, number, previous] = known.b.split(" ");
  const unfit = known.n === undefined ? undefined : Number(known.n);
  return { id: parseId(id), origin, number: Number(number), previous: Number(previous), results, unfit };
}

/** An address that a tracker wrote. */
export function checkedAddress(text: string): string {
  if (!/^(\[[\da-f:.]{2,45}\]|[\d.]{7,15}):\d{1,5}$/.test(text)) throw new ForeignEntryError("not an address");
  return text;
}

/** The number of an id of the stream, `<number>-0`. */
export function parseId(id: string): number {
  return Number(id.slice(0, id.indexOf("-")));
}

/** A registration of the three hashes. */
export function parsePeer(head: string, list: string, edits: string): SharedPeer {
  const end = edits.indexOf("\n");
  const images = parseEdits(edits.slice(end + 1)).reduce(edited, parseImages(list));
  return { ...parseHead(head), images, imagesAt: Number(edits.slice(0, end)) };
}

function parseHead(head: string): Omit<SharedPeer, "images" | "imagesAt"> {
  const [, sequence, endsAt, listed, verified, password] = /^(\d+) (\d+|-) ([01]) ([01]) (.*)$/s.exec(head) ?? [];
  if (password === undefined) throw new ForeignEntryError("not a registration");
  return {
    sequence: Number(sequence),
    endsAt: endsAt === "-" ? Infinity : Number(endsAt),
    listed: listed === "1",
    verified: verified === "1",
    password,
  };
}

function formatTime(time: number): string {
  return time === Infinity ? "-" : `${Math.round(time)}`;
}

function bit(value: boolean): string {
  return value ? "1" : "0";
}
