/** What only a browser shows: a page of another origin reads nothing of the gallery, and changes nothing, in Chromium. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { chromium, type Page } from "playwright-core";
import { GalleryPort } from "../../../../lib/app/cli/gallery/gallery_port.ts";
import { Downloads } from "../../../../lib/app/cli/commands/downloads.ts";
import { Terminal } from "../../../../lib/app/cli/output/terminal.ts";
import { PeerThumbnails } from "../../../../lib/app/thumbnails/peer_thumbnails.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { Peer } from "../../../../mod.ts";
import { needing } from "../../../needs.ts";
import { image, namesIn, quietPort, soon, tempDir } from "../../../support.ts";
import { programPath } from "../page/chromium.ts";

/** Leads to this machine, as a name does whose owner wants that (DNS rebinding). */
const EVIL = "evil.example";

/** What a page may try: each resolves to what it got, which must be nothing. */
const TRIES = `async (gallery, md5) => {
  const until = (element, events) => new Promise((resolve) => {
    for (const event of events) element.addEventListener(event, () => resolve(event));
    setTimeout(() => resolve("silence"), 60_000);
  });
  const add = (name, fields, events) => {
    const element = Object.assign(document.createElement(name), fields);
    const done = until(element, events);
    document.body.append(element);
    return done.then((event) => [event, element]);
  };
  const text = (path, init) => fetch(gallery + path, { credentials: "include", ...init })
    .then((it) => it.text()).catch((error) => error.name);
  const change = { method: "POST", body: '{"on":false}' };
  const event = async (name, fields) => (await add(name, fields, ["load", "error"]))[0];
  const frame = async (path) => {
    const [, element] = await add("iframe", { src: gallery + path }, ["load"]);
    try { return String(element.contentDocument?.body.textContent ?? null); } catch (error) { return error.name; }
  };
  const form = async (enctype) => {
    const [, target] = await add("iframe", { name: enctype }, ["load"]);
    const form = Object.assign(document.createElement("form"), {
      action: gallery + "/api/reshare", method: "POST", enctype, target: enctype,
    });
    form.append(Object.assign(document.createElement("input"), { name: '{"on":false,"x":"', value: '"}' }));
    document.body.append(form);
    const loaded = until(target, ["load"]);
    form.submit();
    await loaded;
    try { return String(target.contentDocument?.body.textContent ?? null); } catch (error) { return error.name; }
  };
  const events = until(new EventSource(gallery + "/api/events", { withCredentials: true }), ["open", "error"]);
  const socket = until(new WebSocket(gallery.replace("http", "ws") + "/api/events"), ["open", "error"]);
  const opaque = await fetch(gallery + "/api/state", { mode: "no-cors", credentials: "include" })
    .then((it) => [it.type, it.status].join()).catch((error) => error.name);
  return {
    state: await text("/api/state"),
    opaque,
    json: await text("/api/reshare", { ...change, headers: { "content-type": "application/json" } }),
    plain: await text("/api/reshare", { ...change, headers: { "content-type": "text/plain" } }),
    sent: await text("/api/reshare", { ...change, mode: "no-cors" }),
    file: await text("/api/files/evil.gif", { method: "PUT", body: new Blob(["GIF89a"]) }),
    beacon: navigator.sendBeacon(gallery + "/api/reshare", '{"on":false}') && "",
    events: await events,
    socket: await socket,
    picture: await event("img", { src: gallery + "/image/" + md5 }),
    corsPicture: await event("img", { src: gallery + "/image/" + md5, crossOrigin: "use-credentials" }),
    script: await event("script", { src: gallery + "/app.js" }),
    module: await event("script", { src: gallery + "/app.js", type: "module", crossOrigin: "use-credentials" }),
    style: await event("link", { href: gallery + "/app.css", rel: "stylesheet" }),
    frame: await frame("/"),
    pictureFrame: await frame("/image/" + md5),
    forms: [await form("text/plain"), await form("multipart/form-data"), await form("application/x-www-form-urlencoded")],
  };
}`;

const NOTHING = {
  state: "TypeError",
  opaque: "TypeError",
  json: "TypeError",
  plain: "TypeError",
  sent: "TypeError",
  file: "TypeError",
  beacon: "",
  events: "error",
  socket: "error",
  picture: "error",
  corsPicture: "error",
  script: "error",
  module: "error",
  style: "error",
  frame: "null",
  pictureFrame: "null",
  forms: ["null", "null", "null"],
};

Deno.test({
  ...needing(["chromium"], "a page of another origin reads nothing of the gallery and changes nothing", async () => {
    await using own = await tempDir({ "a.gif": image(1).bytes });
    const tracker = { host: "127.0.0.1", port: quietPort() };
    await using peer = await Peer.start({ tracker, host: "127.0.0.1", directory: own.path, watch: false });
    await using thumbnails = new PeerThumbnails(null);
    await using port = new GalleryPort({}, ENGLISH, "0.0.0");
    port.show({ peer, thumbnails, downloads: new Downloads(peer, new Terminal(), ENGLISH), flat: false });
    const gallery = new URL(port.url).origin;
    await using evil = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("<!doctype html><title>evil</title>", { headers: { "content-type": "text/html" } }),
    );
    await using browser = await chromium.launch({
      executablePath: programPath("chromium"),
      args: ["--no-sandbox", "--disable-gpu", `--host-resolver-rules=MAP ${EVIL} 127.0.0.1`],
    });
    // The browser has the cookie, and sends it to all ports of a host: only the origin tells these pages apart.
    const context = await browser.newContext();
    const visit = async (address: string): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(address);
      return page;
    };
    const mine = await visit(port.url);
    await mine.locator(".tile").waitFor();
    for (const host of [`${EVIL}:${evil.addr.port}`, `127.0.0.1:${evil.addr.port}`]) {
      const page = await visit(`http://${host}/`);
      const refused: number[] = [];
      const admitted: string[] = [];
      page.on("response", (response) => {
        if (!response.url().startsWith(gallery)) return;
        if (response.status() >= 400) refused.push(response.status());
        else admitted.push(response.url());
      });
      const got = await page.evaluate(`(${TRIES})("${gallery}", "${image(1).md5}")`);
      deepStrictEqual(got, NOTHING, host);
      const opening = page.evaluate(`void (window.opened = open("${gallery}/"))`);
      const [opened] = await Promise.all([context.waitForEvent("page"), opening]);
      match(await opened.textContent("body") ?? "", /Open the whole address that idp2pi-client shows/, host);
      const title = await page.evaluate(`(() => { try { return opened.document.title; } catch { return null; } })()`);
      strictEqual(title, null, host);
      deepStrictEqual(admitted, [], host);
      ok(refused.length > 0 && refused.every((status) => status === 403), `${host}: ${refused}`);
      await page.close();
    }
    // A name of somebody else that leads to the gallery's own port: the page of that origin is only a refusal.
    const rebound = await visit(gallery.replace("127.0.0.1", EVIL));
    match(await rebound.textContent("body") ?? "", /does not have that name/);
    const answer = await rebound.evaluate(`fetch("/api/state").then((it) => it.status)`);
    strictEqual(answer, 421);
    deepStrictEqual([peer.reshares, await namesIn(own.path)], [true, ["a.gif"]]);
    await soon(mine.getByLabel("Search by name").fill("a"), "the page, which still works");
  }),
  sanitizeOps: false,
  sanitizeResources: false,
});
