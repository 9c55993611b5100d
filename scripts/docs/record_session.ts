/**
 * A session of the real programs, recorded: a tracker, Ana who shares the samples, Ben who lists and downloads. Each has
 * a host of its own (network namespaces) and a terminal of its own (tmux).
 */
import { join } from "node:path";
import { Network } from "../../tests/support_network.ts";
import { DENO_DIR, programCommand, ROOT } from "../../tests/support.ts";
import type { Window } from "./terminal_svg.ts";

/** The size of each terminal. */
export const COLUMNS = 80;
const ROWS = 19;

/** What each language calls what is typed and waited for. */
const WORDS = {
  en: {
    locale: "C.UTF-8",
    pictures: "Pictures",
    share: "share",
    then: "Ben, after Enter",
    label: "A tracker and two clients: Ana shares eight images, Ben lists them, chooses two and downloads them.",
  },
  pt: {
    locale: "pt_BR.UTF-8",
    pictures: "Imagens",
    share: "compartilhar",
    then: "Ben, depois de Enter",
    label: "Um tracker e dois clientes: Ana compartilha oito imagens; Ben as lista, escolhe duas e as baixa.",
  },
} as const;

/** A language in which a session is recorded. */
export type RecordedLanguage = keyof typeof WORDS;

/** A session: its windows, and what they show together. */
export interface Session {
  readonly windows: readonly Window[];
  readonly label: string;
}

const HOSTS = { tracker: "192.168.0.10", ana: "192.168.0.21", ben: "192.168.0.22" };
/** Between two looks at a screen, in milliseconds, and how long one is waited for. */
const LOOK_MS = 50;
const WAIT_MS = 30_000;

/** A terminal on a host. Its home directory is shown as `/home/<host>`, which has as many characters. */
class Terminal {
  readonly home: string;
  readonly #network: Network;
  readonly #host: string;
  readonly #locale: string;

  constructor(network: Network, host: string, locale: string) {
    this.#network = network;
    this.#host = host;
    this.#locale = locale;
    this.home = `/tmp/${crypto.randomUUID().slice(0, host.length + 1)}`;
    Deno.mkdirSync(this.home);
  }

  #tmux(...args: string[]): Promise<string> {
    return this.#network.run(this.#host, "env", "TMUX=", "tmux", "-u", "-S", join(this.home, "tmux"), ...args);
  }

  /** Starts a program; it keeps its screen when it has ended. */
  async start(program: "server" | "client", ...args: string[]): Promise<void> {
    const config = join(this.home, "tmux.conf");
    await Deno.writeTextFile(config, "set -sg escape-time 0\nset -g status off\nset -g remain-on-exit on\n");
    const env = { HOME: this.home, XDG_CACHE_HOME: this.home, DENO_DIR, LC_ALL: this.#locale };
    const given = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const line = ["env", "-u", "NO_COLOR", ...given, ...programCommand(program), ...args];
    const command = line.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const size = ["-x", `${COLUMNS}`, "-y", `${ROWS}`];
    await this.#tmux("-f", config, "new-session", "-d", "-c", ROOT, ...size, command);
  }

  /** Presses keys, by tmux's names for them. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#tmux("send-keys", key);
  }

  /** Waits until `pattern` is shown and the screen is at rest; returns its rows. */
  async shows(pattern: RegExp): Promise<string[]> {
    const until = performance.now() + WAIT_MS;
    for (let last = "", now = ""; performance.now() < until; last = now) {
      now = await this.#tmux("capture-pane", "-p");
      if (pattern.test(now) && now === last) return this.#rows();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    throw new Error(`${pattern} did not come; there is:\n${await this.#tmux("capture-pane", "-p")}`);
  }

  /** The last rows: how many of them are on the screen and how many have just left it depends on how often it is drawn. */
  async #rows(): Promise<string[]> {
    const all = steady(await this.#tmux("capture-pane", "-p", "-e", "-S", "-"), this);
    return all.slice(-ROWS);
  }

  /** What this terminal calls its home directory. */
  get shownHome(): string {
    return `/home/${this.#host}`;
  }

  async close(): Promise<void> {
    await this.#tmux("kill-server").catch(() => {}); // It may have ended.
    await Deno.remove(this.home, { recursive: true });
  }
}

/** The rows of a screen, without what differs from run to run: paths, times, ports that the system chose, tokens, order. */
function steady(screen: string, terminal: Terminal): string[] {
  const rows = screen.trimEnd().split("\n").filter((row) => !MAY_COME.test(row));
  const sorted = rows.filter((row) => ANY_ORDER.test(row))
    .sort((a, b) => ANY_ORDER.exec(a)![0] < ANY_ORDER.exec(b)![0] ? -1 : 1);
  let second = 11;
  let port = 50_001;
  return rows.map((row) => ANY_ORDER.test(row) ? sorted.shift()! : row).map((row) =>
    row.replaceAll(terminal.home, terminal.shownHome)
      .replace(/^\d\d:\d\d:\d\d/, () => `14:02:${second++}`)
      .replace(/(?<=\.22:)(?!36921)\d{5}(?!\d)/, () => `${port++}`)
      .replace(/(?<=(in|em) )\d+(?= ?s\b)/, "1")
      .replace(/(?<=token=)[\w-]{22}/, "kT3v0cJ9w_4Zq7uYxNfBhA")
  );
}

/** What is said of the images that are downloaded at once, of which any may come first. */
const ANY_ORDER = /(dusk|sunset)\.\w+ \(/;

/**
 * What comes or not: Ben's client registers both images at once, or one first; a look at the directory may find one just
 * before its download has ended.
 */
const MAY_COME = /UPD .* 2 im|: 1 imag.* 0 .* 0 /;

/** Records a session. It needs root, for hosts of its own, and tmux. */
export async function recordSession(language: RecordedLanguage): Promise<Session> {
  const { locale, pictures, share, then, label } = WORDS[language];
  await using stack = new AsyncDisposableStack();
  const hosts = Object.entries(HOSTS).map(([name, host]) => [name, `${host}/24`]);
  const network = stack.use(await Network.start(16, Object.fromEntries(hosts)));
  const terminal = (host: string): Terminal => {
    const made = new Terminal(network, host, locale);
    stack.defer(() => made.close());
    return made;
  };
  const [tracker, ana, ben] = [terminal("tracker"), terminal("ana"), terminal("ben")];
  for (const { home } of [ana, ben]) await Deno.mkdir(join(home, pictures));
  for await (const { name } of Deno.readDir(join(ROOT, "samples"))) {
    if (!name.endsWith(".md")) await Deno.copyFile(join(ROOT, "samples", name), join(ana.home, pictures, name));
  }
  await Deno.copyFile(join(ROOT, "samples", "moon.png"), join(ben.home, pictures, "moon.png"));

  await tracker.start("server");
  await tracker.shows(/Ctrl-C/);
  await ana.start("client", share, HOSTS.tracker, join(ana.home, pictures), "--port", "40213");
  await tracker.shows(/REG 192\.168\.0\.21/);
  await ben.start("client", HOSTS.tracker, join(ben.home, pictures), "--port", "36921", "--gallery-port", "40080");
  await ben.shows(/^ *6 /m);
  await ben.press("2", "Enter");
  await ben.shows(/Esc/);
  await ben.press("Down", "Down", "Space", "End", "Space");
  const list = await ben.shows(/\[x\][\s\S]*\[x\]/);
  await ben.press("Enter");
  const saved = await ben.shows(/^3 /m);
  const shared = await ana.shows(/\.22[\s\S]*\.22/);
  const log = await tracker.shows(/UPD .* 3 im/);
  return {
    label,
    windows: [
      { title: "Tracker $ idp2pi-server", rows: log },
      { title: `Ana $ idp2pi-client ${share} ${HOSTS.tracker} ~/${pictures}`, rows: shared },
      { title: `Ben $ idp2pi-client ${HOSTS.tracker} ~/${pictures}`, rows: list },
      { title: then, rows: saved },
    ],
  };
}
