/** Reading all that the engine has, while others change it. */
import { deepStrictEqual, rejects } from "node:assert/strict";
import { readAll } from "../../../lib/server/shared/read_all.ts";
import { IMAGES } from "../../../lib/server/shared/script.ts";

const head = (id: number): string => `${id} - 1 1 a`;
const entry = (id: number, address: string): [string, string[]] => [
  `${id}-0`,
  ["b", `t ${id} ${id - 1} 0`, "i", "", address, head(id)],
];

/** An engine with a registration for each entry; its stream loses `trimmed` of the oldest while they are read. */
class FakeEngine {
  readonly stream = [1, 2, 3].map((id) => entry(id, `10.0.0.${id}:5000`));
  readonly #peers = new Map(this.stream.map(([, fields], i) => [fields[4], i + 1]));
  reads = 0;

  constructor(readonly changes: readonly { add: number; trim: number }[]) {}

  run(script: string, args: readonly string[]): Promise<unknown> {
    if (script === IMAGES) return Promise.resolve(args.flatMap(() => ["", "0 0 0\n"]));
    const page = ["0", ...[...this.#peers].flatMap(([address, id]) => [address, head(id)])];
    const { add, trim } = this.changes[Math.min(this.reads++, this.changes.length - 1)];
    for (let i = 0; i < add; i++) {
      const id = Number(this.stream.at(-1)![0].split("-")[0]) + 1;
      this.stream.push(entry(id, `10.0.0.${id}:5000`));
      this.#peers.set(`10.0.0.${id}:5000`, id);
    }
    this.stream.splice(0, trim);
    return Promise.resolve(page);
  }

  range(_key: number, from: string, most: number): Promise<[string, string[]][]> {
    const [, after, id] = /^(\(?)(\d+)/.exec(from)!;
    const rest = this.stream.filter(([it]) => parseInt(it) >= Number(id) + (after ? 1 : 0));
    return Promise.resolve(rest.slice(0, most));
  }
}

Deno.test("registrations are read again when the stream lost entries that came meanwhile", async () => {
  const read = async (...changes: { add: number; trim: number }[]): Promise<unknown> => {
    const engine = new FakeEngine(changes);
    const { snapshot, entries } = await readAll(engine, 3, 0);
    const known = new Set([
      ...snapshot.peers.keys(),
      ...entries.flatMap(({ results }) => results.map((it) => it.address)),
    ]);
    const last = Number(engine.stream.at(-1)![0].split("-")[0]);
    return [engine.reads, snapshot.position, known.size === last];
  };
  deepStrictEqual(await read({ add: 0, trim: 2 }), [1, 3, true]);
  deepStrictEqual(await read({ add: 4, trim: 3 }), [1, 3, true]);
  deepStrictEqual(await read({ add: 4, trim: 4 }, { add: 0, trim: 0 }), [2, 7, true]);
  deepStrictEqual(await read({ add: 4, trim: 5 }, { add: 4, trim: 2 }), [2, 7, true]);
  await rejects(read({ add: 50, trim: 50 }), { code: "ETIMEDOUT" });
});
