import { strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { Peer, startTracker } from "../../mod.ts";
import { needing } from "../needs.ts";
import { SAMPLES, tempDir } from "../support.ts";
import { TmuxScreen } from "../support_tmux.ts";

Deno.test(
  needing(
    ["tmux"],
    "pictures are shown before and after they are fetched, and the screen is restored afterwards",
    async () => {
      const tracker = startTracker({ host: "127.0.0.1", port: 0 });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => tracker.close());
      const samples = ["blink.gif", "moon.png", "sunset.jpg"];
      await using anaDir = await tempDir(
        Object.fromEntries(await Promise.all(samples.map(async (it) => [it, await Deno.readFile(join(SAMPLES, it))]))),
      );
      await using benDir = await tempDir();
      const at = { tracker: tracker.address, host: "127.0.0.1" };
      const ana = await Peer.start({ ...at, directory: anaDir.path });
      stack.defer(() => ana.close());
      await ana.tracker.register();

      const args = [`127.0.0.1:${tracker.address.port}`, benDir.path];
      await using screen = await TmuxScreen.start({
        columns: 80,
        rows: 24,
        args,
        env: { IDP2PI_CLIENT_NO_CACHE: "true" },
      });
      await screen.shows(/0 images shared \(0 bytes\) · registered/);
      await screen.press("2", "Enter");
      const list = await screen.shows(/440 bytes[\s\S]*3 of 3 images/);
      await screen.press("Down", "Tab");
      await screen.shows(/^moon\.png\n▀{10,}[\s\S]*any other key: back/);
      await screen.press("Right");
      await screen.shows(/^sunset\.jpg\n▀{10,}/);
      await screen.press("Right");
      await screen.shows(/^blink\.gif\n▀{10,}/);
      await screen.press("Left", "q");
      const back = await screen.shows(/› \[ \] {2}3/);
      strictEqual(back.replace("› [ ]  3", "  [ ]  3"), list.replace("› [ ]  1", "  [ ]  1"));
      await screen.press("Enter");
      await screen.shows(/1 image downloaded/);
      await ana.close();
      await screen.press("2", "Enter");
      await screen.shows(/1 of 1 image/); // Only that which he shares himself is left.
      await screen.press("Tab");
      await screen.shows(/^sunset\.jpg\n▀{10,}/);
      await screen.press("C-c");
      strictEqual(await screen.exit(), 0);
      await screen.shows(/Quitting/);
    },
  ),
);
