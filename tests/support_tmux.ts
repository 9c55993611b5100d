/** The programs on a screen that can be read: under tmux, as a person sees them. */
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { DENO_DIR, PATIENCE_MS, programCommand, ROOT, soon } from "./support.ts";

/** The interval between looks at a screen, in milliseconds; longer ones leave a busy machine to what is waited for. */
const LOOK_MS = { first: 50, most: 250 };

/** How a program is shown. */
export interface ScreenOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** The command line that runs a command elsewhere, such as on a host of a network (support_network.ts). */
  readonly on?: (...command: string[]) => readonly string[];
}

/** A client on a screen of its own. */
export class TmuxScreen implements AsyncDisposable {
  readonly #socket: string;
  readonly #home: string;

  readonly #rows: number;

  private constructor(home: string, rows: number) {
    this.#home = home;
    this.#rows = rows;
    this.#socket = join(home, "tmux");
  }

  /** Starts the client, with a home directory of its own in which there is one for pictures. */
  static async start({ columns, rows, env, args, on }: ScreenOptions): Promise<TmuxScreen> {
    // Its path is shown on screens that are compared: it is as long each time, wherever temporary files are.
    const path = `/tmp/idp2pi-${crypto.randomUUID().slice(0, 8)}`;
    await Deno.mkdir(join(path, "Pictures"), { recursive: true });
    const screen = new TmuxScreen(path, rows);
    const all = { HOME: path, XDG_CACHE_HOME: path, DENO_DIR, LC_ALL: "C.UTF-8", ...env };
    const given = Object.entries(all).map(([name, value]) => `${name}=${value}`);
    const config = join(path, "tmux.conf");
    // Escape is given on at once, and the last screen stays to be read.
    await Deno.writeTextFile(config, "set -sg escape-time 0\nset -g status off\nset -g remain-on-exit on\n");
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    const command = ["env", "-u", "NO_COLOR", ...given, ...programCommand("client"), ...args];
    const program = on?.(...command) ?? command;
    await screen.#tmux("-f", config, "new-session", "-d", "-c", ROOT, ...size, `exec ${program.map(quoted).join(" ")}`);
    return screen;
  }

  async #tmux(...args: string[]): Promise<string> {
    const command = new Deno.Command("tmux", { args: ["-u", "-S", this.#socket, ...args], env: { TMUX: "" } });
    const { success, stdout, stderr } = await command.output();
    const text = new TextDecoder().decode(success ? stdout : stderr);
    if (!success) throw new Error(`tmux ${args.join(" ")} failed: ${text}`);
    return text;
  }

  /** Presses keys, by tmux's names for them: `Enter`, `C-c`, `Down`, or what they write. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#tmux("send-keys", key);
  }

  /** Types text. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  /** Makes the window another size. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /**
   * The last lines that were shown, as many as the screen has, with their colours as SGR sequences, as soon as `pattern`
   * is in them. How much of them is on the screen and how much has just left it depends on how often it was drawn.
   */
  look(pattern: RegExp): Promise<string> {
    return this.#until(pattern, async () => {
      const text = await this.#tmux("capture-pane", "-p", "-e", "-S", "-");
      const all = text.replace(/Pane is dead.*/, "").trimEnd().split("\n"); // That is tmux, when the program has ended.
      return all.slice(-this.#rows).join("\n");
    });
  }

  /** Waits until `pattern` is on the screen; returns the screen, without colours. */
  shows(pattern: RegExp): Promise<string> {
    return this.#until(pattern, () => this.#tmux("capture-pane", "-p"));
  }

  /** What is seen when `pattern` is in it, without colours, and stays there for a moment. */
  async #until(pattern: RegExp, see: () => Promise<string>): Promise<string> {
    let last = "";
    const end = performance.now() + PATIENCE_MS;
    for (let wait = LOOK_MS.first; performance.now() < end; wait = Math.min(LOOK_MS.most, 1.2 * wait)) {
      const now = await see();
      const isThere = pattern.test(`${stripVTControlCharacters(now)}\n`);
      if (isThere && now === last) return now;
      last = now;
      await new Promise((resolve) => setTimeout(resolve, isThere ? LOOK_MS.first : wait));
    }
    throw new Error(`${pattern} did not come; there is:\n${last}`);
  }

  /** The exit code of the program, when it has ended. */
  async exit(): Promise<number> {
    const ended = async (): Promise<string> => {
      for (;;) {
        const [dead, status] = (await this.#tmux("display-message", "-p", "#{pane_dead} #{pane_dead_status}")).split(
          " ",
        );
        if (dead === "1") return status;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS.first));
      }
    };
    return Number(await soon(ended(), "the end"));
  }

  async #kill(): Promise<void> {
    const [dead, pid] = (await this.#tmux("display-message", "-p", "#{pane_dead} #{pane_pid}")).split(" ");
    if (dead !== "1") Deno.kill(Number(pid), "SIGKILL");
    await this.exit();
  }

  /** Ends it all: first the program, which may write into its home directory until then. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kill().catch(() => {}); // It did not start.
    await this.#tmux("kill-server").catch(() => {});
    await Deno.remove(this.#home, { recursive: true });
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
