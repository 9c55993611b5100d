import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Desk } from "../../../../lib/app/cli/screen/desk.ts";
import { Session } from "../../../../lib/app/cli/commands/session.ts";
import { Terminal } from "../../../../lib/app/cli/output/terminal.ts";
import { SharedFolder } from "../../../../lib/folder/shared_folder.ts";
import type { Peer } from "../../../../lib/peer/peer.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";

/** A desk of a peer of which each of these does what the test says. */
function deskOf(
  acts: Partial<
    & Pick<Peer["tracker"], "list" | "register" | "unregister">
    & Pick<Peer, "update">
    & Pick<Peer["downloads"], "fetchAll">
  >,
): {
  desk: Desk;
  told: string[];
} {
  const folder = new SharedFolder("/nowhere");
  const { update, fetchAll } = acts;
  const tracker = { address: { host: "127.0.0.1", port: 13_377 }, lost: null, registered: true, ...acts };
  const peer = {
    folder,
    tracker,
    downloads: { fetchAll },
    port: 5_000,
    update,
    isSelf: () => false,
  } as unknown as Peer;
  const terminal = new Terminal();
  const told: string[] = [];
  terminal.lend({ line: (text) => told.push(text), status: () => {} });
  const session = new Session(peer, terminal, ENGLISH);
  return { desk: new Desk({ peer, session, terminal, words: ENGLISH, ending: new AbortController() }), told };
}

const listing = { images: [{ md5: "0".repeat(32), name: "cat.gif", peers: [] }], mayBeCut: false };

Deno.test("what should not go wrong while the tracker lists is shown once, and the list can be asked for again", async () => {
  let asked = 0;
  const { desk, told } = deskOf({
    list: () => ++asked === 1 ? Promise.reject(new TypeError("a bug")) : Promise.resolve(listing),
  });
  using _desk = desk;
  strictEqual(await desk.list(), false);
  deepStrictEqual(told, [ENGLISH.unexpected("a bug")]);
  strictEqual(await desk.list(), true);
  strictEqual(asked, 2);
});

for (const act of ["register", "update", "unregister"] as const) {
  Deno.test(`what should not go wrong in “${act}” is shown, and it can be done again`, async () => {
    const calls = [Promise.withResolvers<never>(), Promise.withResolvers<never>()];
    let at = 0;
    const { desk, told } = deskOf({ [act]: () => calls[at++].promise });
    using _desk = desk;
    desk[act]();
    desk[act](); // It is under way.
    strictEqual(at, 1);
    calls[0].reject(new TypeError("a bug"));
    await new Promise((resolve) => setTimeout(resolve));
    deepStrictEqual(told, [ENGLISH.unexpected("a bug")]);
    desk[act]();
    strictEqual(at, 2);
    calls[1].reject(new TypeError("another"));
    await new Promise((resolve) => setTimeout(resolve));
    strictEqual(told.length, 2);
  });
}

Deno.test("what should not go wrong in a download is shown, and what was not fetched can be tried again", async () => {
  const { desk, told } = deskOf({ fetchAll: () => Promise.reject(new TypeError("a bug")) });
  using _desk = desk;
  desk.fetch(listing.images);
  await new Promise((resolve) => setTimeout(resolve));
  deepStrictEqual(told, [ENGLISH.unexpected("a bug")]);
  deepStrictEqual(desk.downloads.failed, listing.images);
  strictEqual(desk.downloads.progress(0), null);
});
