import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { ScreenModel } from "../../../../lib/app/cli/screen/screen_model.ts";
import { Session } from "../../../../lib/app/cli/commands/session.ts";
import { Terminal } from "../../../../lib/app/cli/output/terminal.ts";
import { SharedFolder } from "../../../../lib/folder/shared_folder.ts";
import { Fault } from "../../../../lib/fault/fault.ts";
import type { Peer } from "../../../../lib/peer/peer.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";

/** The view model of a peer whose actions the test gives. */
function modelOf(
  acts: Partial<
    & Pick<Peer["tracker"], "list" | "register" | "unregister">
    & Pick<Peer, "scan">
    & Pick<Peer["downloads"], "fetchAll">
  >,
  others: readonly unknown[] = [],
): {
  model: ScreenModel;
  lines: string[];
} {
  const folder = new SharedFolder("/nowhere");
  const { scan, fetchAll } = acts;
  const tracker = { address: { host: "127.0.0.1", port: 13_377 }, lost: null, registered: true, ...acts };
  const peer = {
    folder,
    tracker,
    networks: { all: [{ name: "127.0.0.1", tracker }, ...others], list: tracker.list, count: () => Promise.resolve(0) },
    downloads: { fetchAll, infos: { progress: { known: 0, total: 0 }, request: () => Promise.resolve() } },
    port: 5_000,
    scan,
    isSelf: () => false,
  } as unknown as Peer;
  const terminal = new Terminal();
  const lines: string[] = [];
  terminal.attach({ line: (text) => lines.push(text), status: () => {} });
  const session = new Session(peer, terminal, ENGLISH);
  return {
    model: new ScreenModel({ peer, session, terminal, words: ENGLISH, ending: new AbortController(), gallery: null }),
    lines,
  };
}

const listing = { images: [{ md5: "0".repeat(32), name: "cat.gif", peers: [] }], mayBeCut: false, missing: [] };

Deno.test("an unexpected error while listing is shown once, and the list can be requested again", async () => {
  let asked = 0;
  const { model, lines } = modelOf({
    list: () => ++asked === 1 ? Promise.reject(new TypeError("a bug")) : Promise.resolve(listing),
  });
  using _model = model;
  strictEqual(await model.list(), false);
  deepStrictEqual(lines, [ENGLISH.unexpected("a bug")]);
  strictEqual(await model.list(), true);
  strictEqual(asked, 2);
});

Deno.test("of several networks the header says which tracker is lost, without naming it twice", () => {
  const headerOf = (others: readonly unknown[]): string => {
    using model = modelOf({}, others).model;
    return model.headerParts().filter((it) => /tracker|registered/.test(it)).join(" · ");
  };
  const tracker = { address: { host: "192.0.2.7", port: 1 }, registered: true };
  const silent = new Fault("tracker-silent", { address: "192.0.2.7:1", seconds: 10 });
  const refused = new Fault("tracker-refused", { request: "UPD", reply: "TRACKER_FULL" });
  strictEqual(headerOf([]), "tracker 127.0.0.1:13377 · registered");
  const [first, further] = ["tracker 127.0.0.1:13377: registered", "tracker 192.0.2.7:1: "];
  strictEqual(headerOf([{ tracker: { ...tracker, lost: silent } }]), `${first} · ${further}no contact`);
  strictEqual(headerOf([{ tracker: { ...tracker, lost: refused } }]), `${first} · ${further}registered`);
});

for (const act of ["register", "update", "unregister"] as const) {
  Deno.test(`an unexpected error in “${act}” is shown, and the action can be repeated`, async () => {
    const calls = [Promise.withResolvers<never>(), Promise.withResolvers<never>()];
    let at = 0;
    const { model, lines } = modelOf({ [act === "update" ? "scan" : act]: () => calls[at++].promise });
    using _model = model;
    model[act]();
    model[act](); // It is under way.
    strictEqual(at, 1);
    calls[0].reject(new TypeError("a bug"));
    await new Promise((resolve) => setTimeout(resolve));
    deepStrictEqual(lines, [ENGLISH.unexpected("a bug")]);
    model[act]();
    strictEqual(at, 2);
    calls[1].reject(new TypeError("another"));
    await new Promise((resolve) => setTimeout(resolve));
    strictEqual(lines.length, 2);
  });
}

Deno.test("an unexpected error in a download is shown, and the image can be retried", async () => {
  const { model, lines } = modelOf({ fetchAll: () => Promise.reject(new TypeError("a bug")) });
  using _model = model;
  model.fetch(listing.images);
  await new Promise((resolve) => setTimeout(resolve));
  deepStrictEqual(lines, [ENGLISH.unexpected("a bug")]);
  deepStrictEqual(model.downloads.resting, listing.images);
  strictEqual(model.downloads.progress(0), null);
});
