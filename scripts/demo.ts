/**
 * The demo: a tracker and two peers on this machine; one shares the sample images, the other lists them and fetches
 * one. Uses free ports of the loopback address and temporary directories, and leaves nothing behind. With `--gallery` the
 * other one shows a hundred pictures in a browser until Ctrl-C.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { environmentLanguage, wordsFor } from "../lib/app/words/language.ts";
import { md5Of } from "../lib/hash/md5.ts";
import { formatAddress } from "../doors/protocol.ts";
import { Peer, startTracker } from "../mod.ts";

const SAMPLES = join(import.meta.dirname!, "..", "samples");
const FETCHED = "sunset.jpg";

/** What the demo says, in each language. */
const WORDS = {
  en: {
    tracker: (address: string): string => `A tracker, like idp2pi-server, listens on UDP ${address}.`,
    ana: (images: number, port: number): string =>
      `Ana's peer, like idp2pi-client, shares the ${images} images of her directory on TCP port ${port}.`,
    ben: (port: number): string => `Ben's peer shares an empty directory on TCP port ${port}.`,
    list: "Ben asks the tracker for the list of images:",
    fetched: (name: string, from: string, bytes: number): string =>
      `Ben fetches ${name} directly from Ana's peer, ${from}: ${bytes} bytes.`,
    verified: (md5: string): string => `The file on the disk has MD5 ${md5} and is identical to Ana's, byte for byte.`,
    shared: (name: string, peers: readonly string[]): string =>
      `Ben shares it at once: the tracker lists ${name} at ${peers.join(" and ")}.`,
    end: "Both peers unregistered (END). Everything worked.",
    see: "To see pictures of peers in a browser: npx -y deno@2.9.6 task -q demo --gallery",
    making: (images: number): string => `Ana's peer makes ${images} pictures and shares them.`,
    open: (address: string): string => `Ben's peer shows them in a browser: ${address}`,
    stop: "Press Ctrl-C to stop.",
    failed: "The demo failed",
    anasPeer: "Ana's peer",
    events: {
      registered: "registered a peer (REG)",
      listed: "sent the list (LST)",
      changes: "sent the changes of the list (CHG)",
      updated: "updated a registration (UPD)",
      finished: "removed a registration (END)",
      served: "sent",
    } as Readonly<Record<string, string>>,
  },
  pt: {
    tracker: (address: string): string => `Um tracker, como o idp2pi-server, escuta por UDP em ${address}.`,
    ana: (images: number, port: number): string =>
      `O peer de Ana, como o idp2pi-client, compartilha as ${images} imagens do diretório dela na porta TCP ${port}.`,
    ben: (port: number): string => `O peer de Ben compartilha um diretório vazio na porta TCP ${port}.`,
    list: "Ben pede ao tracker a lista de imagens:",
    fetched: (name: string, from: string, bytes: number): string =>
      `Ben baixa ${name} diretamente do peer de Ana, ${from}: ${bytes} bytes.`,
    verified: (md5: string): string => `O arquivo no disco tem o MD5 ${md5} e é igual ao de Ana, byte por byte.`,
    shared: (name: string, peers: readonly string[]): string =>
      `Ben já a compartilha: o tracker lista ${name} em ${peers.join(" e ")}.`,
    end: "Os dois peers cancelaram o registro (END). Tudo certo.",
    see: "Para ver imagens de peers no navegador: npx -y deno@2.9.6 task -q demo --gallery",
    making: (images: number): string => `O peer de Ana cria ${images} imagens e as compartilha.`,
    open: (address: string): string => `O peer de Ben as mostra no navegador: ${address}`,
    stop: "Pressione Ctrl-C para encerrar.",
    failed: "A demonstração falhou",
    anasPeer: "peer de Ana",
    events: {
      registered: "registrou um peer (REG)",
      listed: "enviou a lista (LST)",
      changes: "enviou as mudanças da lista (CHG)",
      updated: "atualizou um registro (UPD)",
      finished: "removeu um registro (END)",
      served: "enviou",
    } as Readonly<Record<string, string>>,
  },
};

const { lang, gallery } = parseArgs({ options: { lang: { type: "string" }, gallery: { type: "boolean" } } }).values;
const appWords = await wordsFor(lang ?? environmentLanguage((name) => Deno.env.get(name), () => navigator.language));
const words = appWords.tag === "en" ? WORDS.en : WORDS.pt;

let step = 0;
/** What the programs reported while a step was running: it is shown below the step. */
let reported: string[] = [];
const detail = (text: string): void => console.log(`   ${text}`);
const report = (program: string, event: { readonly kind: string }): void => {
  const name = "name" in event ? ` ${event.name}` : "";
  reported.push(`${program}: ${words.events[event.kind] ?? event.kind}${name}`);
};
const say = (text: string): void => {
  console.log(`${++step}. ${text}`);
  reported.forEach(detail);
  reported = [];
};

/** Runs the demo in two directories that exist; throws when anything is not as it should be. */
async function demo(giving: string, taking: string): Promise<void> {
  await using stack = new AsyncDisposableStack();

  const tracker = startTracker({ host: "127.0.0.1", port: 0, onEvent: (event) => report("tracker", event) });
  stack.defer(() => tracker.close());
  say(words.tracker(formatAddress(tracker.address)));

  const at = { tracker: tracker.address, host: "127.0.0.1" };
  for await (const { name } of Deno.readDir(SAMPLES)) await Deno.copyFile(join(SAMPLES, name), join(giving, name));
  const served = Promise.withResolvers<void>();
  const ana = await Peer.start({
    ...at,
    directory: giving,
    onServed: (event) => {
      report(words.anasPeer, event);
      if (event.kind === "served") served.resolve();
    },
  });
  stack.defer(() => ana.close());
  const { accepted } = await ana.tracker.register();
  say(words.ana(accepted, ana.port));

  const ben = await Peer.start({ ...at, directory: taking });
  stack.defer(() => ben.close());
  await ben.tracker.register();
  say(words.ben(ben.port));

  const { images } = await ben.tracker.list();
  say(words.list);
  for (const [i, { md5, name, peers }] of images.entries()) {
    detail(`${i + 1}  ${name.padEnd(12)} ${md5}  ${peers.map(formatAddress).join(" ")}`);
  }

  const wanted = images.find(({ name }) => name === FETCHED);
  if (!wanted) throw new Error(`${FETCHED} is not in the list`);
  const { path, bytes, peer } = await ben.downloads.fetch(wanted);
  await served.promise; // Her peer reports it when Ben has all of it already.
  say(words.fetched(FETCHED, formatAddress(peer), bytes));

  const [theirs, ours] = await Promise.all([Deno.readFile(join(giving, FETCHED)), Deno.readFile(path)]);
  const md5 = md5Of(ours);
  if (md5 !== wanted.md5) throw new Error(`${path} has MD5 ${md5}, not ${wanted.md5}`);
  if (theirs.some((byte, i) => byte !== ours[i]) || theirs.length !== ours.length) throw new Error("the bytes differ");
  say(words.verified(md5));

  const again = (await ben.tracker.list()).images.find((image) => image.md5 === md5)!;
  if (again.peers.length !== 2) throw new Error(`${FETCHED} has ${again.peers.length} peers, not 2`);
  say(words.shared(FETCHED, again.peers.map(formatAddress)));
}

/** Shows the gallery until Ctrl-C. */
async function showGallery(): Promise<void> {
  const { demoGallery, PICTURES } = await import("./demo_gallery.ts");
  const ending = new AbortController();
  for (const signal of ["SIGINT", ...Deno.build.os === "windows" ? [] : ["SIGTERM"]] as Deno.Signal[]) {
    Deno.addSignalListener(signal, () => ending.abort());
  }
  say(words.making(PICTURES));
  await demoGallery(directories, appWords, ending.signal, (address) => {
    say(words.open(address));
    console.log(words.stop);
  });
}

const directories = await Promise.all([1, 2].map(() => Deno.makeTempDir({ prefix: "idp2pi-demo-" })));
try {
  if (gallery) await showGallery();
  else {
    await demo(directories[0], directories[1]);
    say(words.end);
    say(words.see);
  }
} catch (error) {
  console.error(`${words.failed}: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
} finally {
  await Promise.all(directories.map((path) => Deno.remove(path, { recursive: true })));
}
