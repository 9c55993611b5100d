/**
 * The programs as they run on Windows and macOS: `process.platform` and `Deno.build.os` say so, and the environment has
 * what it has there. What packages ask for on those systems is refused or granted as it would be there.
 */
import { doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import type { GalleryImages, GalleryRefusal } from "../../lib/app/gallery/api.ts";
import { needing } from "../needs.ts";
import { namesIn, Program, SAMPLES, tempDir } from "../support.ts";
import { type Platform, type PlatformRun, runOn } from "./support.ts";

const PLATFORMS: readonly Platform[] = ["win32", "darwin"];

/** A terminal with kitty's graphics: what it answers to the first questions, and to those with strings. */
const [FIRST, STRINGS] = ["\x1bP>|kitty(0.26.5)\x1b\\\x1b[6;18;9t\x1b[?62;c", "\x1b_Gi=31;OK\x1b\\\x1b[?62;c"];

/** Runs a program to its end, which must be this one, with nothing refused on the way. */
async function ends(code: number, run: PlatformRun): Promise<string> {
  const { code: ended, output } = await runOn(run);
  strictEqual(ended, code, `${run.platform} ${run.args.join(" ")}\n${output}`);
  doesNotMatch(output, /NotCapable|Requires .* access|should not/);
  return output;
}

/** Opens the gallery as a browser does, and looks at its pictures. */
async function look(address: string): Promise<"SIGTERM"> {
  const signedIn = await fetch(address, { redirect: "manual" });
  await signedIn.body?.cancel();
  const cookie = signedIn.headers.get("set-cookie")!.split(";")[0];
  const request = (path: string): Promise<Response> => fetch(new URL(path, address), { headers: { cookie } });
  match(await (await request("/")).text(), /<!doctype html>/);
  let images: GalleryImages["images"] = [];
  while (images.length < 6) { // On a busy machine the list may come later.
    ({ images } = await (await request("/api/images")).json() as GalleryImages);
  }
  const thumbnail = await request(`/thumb/${images[0][0]}`); // Or, on a busy machine, the reason why there is none yet.
  if (thumbnail.ok) ok((await thumbnail.bytes()).length > 50);
  else match((await thumbnail.json() as GalleryRefusal).reason, /busy|too long/);
  return "SIGTERM";
}

for (const platform of PLATFORMS) {
  Deno.test(
    needing(
      ["terminal"],
      `on ${platform} every part of both programs works, and “~” means the home directory`,
      async () => {
        const [server, stack] = [["--host", "127.0.0.1", "--port", "0"], new AsyncDisposableStack()];
        await using _all = stack;
        const tracker = stack.use(Program.start("server", ...server));
        const [, port] = await tracker.shows(/^ +127\.0\.0\.1:(\d+)/m);
        const at = `127.0.0.1:${port}`;
        await stack.use(Program.start("client", "share", at, SAMPLES)).shows(/Registered/);
        const { path } = stack.use(await tempDir());
        const home = join(path, "ana");
        const separator = platform === "win32" ? "\\" : "/"; // This system takes a backslash for a part of the name.
        const [pictures, state] = [`${home}${separator}Pictures`, `${home}${separator}state.db`];
        await Deno.mkdir(home);
        await Deno.mkdir(pictures);

        const client = { platform, task: "client", home } as const;
        const lookAtOne = [[/of \d images/, "\t"], [/\p{Cc}\[c/u, FIRST], [/\p{Cc}\[c/u, STRINGS], [
          /\p{Cc}_G/u,
          "q",
        ]] as const;
        const [shown] = await Promise.all([
          ends(0, {
            ...{ ...client, args: [], term: "xterm" },
            steps: [
              ...[[/tracker.*: /i, `${at}\r`], [/director.*: /i, `~${separator}Pictures\r`]] as const,
              ...[[/Registered with/, "2\r"], ...lookAtOne, [/of \d images/, "\x03"]] as const,
            ],
          }),
          ends(0, { ...client, args: ["list", at] }),
          ends(0, { ...client, args: ["get", at, "1", "-o", "~"] }),
          ends(0, { ...client, args: ["doctor", at, pictures] }),
          ends(0, { ...client, args: ["config", "--json"] }),
          ends(0, { ...client, args: ["share", "--json", at, pictures], steps: [[/"registered"/, "SIGTERM"]] }),
          ends(0, {
            ...{ ...client, args: ["gallery", "--json", at, pictures] },
            steps: [[/"address":"([^"]+)"[^]*"registered"/, ([, address]) => look(address)]],
          }),
          ends(0, {
            ...{ ...client, task: "server", args: [...server, "--state", "~/state.db", "--http", "0"] },
            steps: [[/Ctrl-C/, "SIGTERM"]],
          }),
        ]);
        match(shown, new RegExp(`idp2pi-client ${at} ${RegExp.escape(pictures)}`));
        strictEqual((await Deno.stat(state)).isFile, true);
        strictEqual((await namesIn(home)).length > 0, true, "what was fetched is there");
        await tracker.shows(/END/);
      },
    ),
  );
}

Deno.test(
  needing(
    ["terminal"],
    "closing a console window on Windows, which is SIGHUP there, makes the client unregister",
    async () => {
      await using tracker = Program.start("server", "--host", "127.0.0.1", "--port", "0");
      const [, port] = await tracker.shows(/^ +127\.0\.0\.1:(\d+)/m);
      await using home = await tempDir();
      const args = [`127.0.0.1:${port}`, home.path];
      const screen = { platform: "win32", task: "client", args, home: home.path, term: "xterm" } as const;
      await ends(0, { ...screen, steps: [[/Registered with/, "SIGHUP"]] });
      await tracker.shows(/END/);
    },
  ),
);
