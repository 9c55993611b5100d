/** What several tests need: directories, images, and the programs as users run them. */
import type { ImageInfo } from "../lib/protocol/peer_reply.ts";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { CHOICES_FILE } from "../lib/folder/choices_file.ts";
import { md5Of } from "../lib/hash/md5.ts";
import { userPaths } from "../lib/app/cli/user_paths.ts";
import { taskFlags } from "../scripts/task_flags.ts";

/** No test announces its trackers to the network of the machine it runs on. */
Deno.env.set("IDP2PI_SERVER_NO_ANNOUNCE", "true");

/** Where the project is. */
export const ROOT = join(import.meta.dirname!, "..");
/** The sample images, one of each format. */
export const SAMPLES = join(ROOT, "samples");

/** A directory that is removed when the test ends. */
export async function tempDir(files: Record<string, Uint8Array> = {}): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "idp2pi-test-" });
  for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(join(path, name), bytes);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** The names in a directory, sorted, but for the file in which a client notes what is shared of it. */
export async function namesIn(path: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).filter((it) => it !== CHOICES_FILE).sort();
}

/** The paths of all files in a directory and within it, separated by `/`, sorted; fails if there is anything else. */
export async function filesWithin(path: string, parent = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(join(path, parent))) {
    if (!isFile && !isDirectory) throw new Error(`${parent}${name} is neither a file nor a directory`);
    const within = isFile ? [parent + name] : await filesWithin(path, `${parent}${name}/`);
    if (within.length === 0) throw new Error(`${parent}${name} is empty`);
    paths.push(...within);
  }
  return paths.sort();
}

/** Bytes that are an image by their content, different for each seed. */
export function imageBytes(seed: number, size = 2_000): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed * 2_654_435_761 + 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  bytes.set(new TextEncoder().encode("GIF89a").subarray(0, size));
  if (size > 13) [bytes[10], bytes[13]] = [0, 0x3b]; // It has no table of colours, and ends at once.
  return bytes;
}

/** The same, and its MD5. */
export function image(seed: number, size?: number): { bytes: Uint8Array; md5: string } {
  const bytes = imageBytes(seed, size);
  return { bytes, md5: md5Of(bytes) };
}

/** EXIF (a TIFF of one directory that leads to that of GPS, with latitude and longitude), as Exif 2.3 lays it out. */
export function placeTiff(): Uint8Array {
  const bytes = new Uint8Array(128);
  const view = new DataView(bytes.buffer);
  const entry = (at: number, tag: number, type: number, count: number, value: number): void => {
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, value, true);
  };
  bytes.set([0x49, 0x49, 42, 0, 8]);
  view.setUint16(8, 1, true);
  entry(10, 0x8825, 4, 1, 26);
  view.setUint16(26, 4, true);
  entry(28, 1, 2, 2, 0x4e); // N
  entry(40, 2, 5, 3, 80);
  entry(52, 3, 2, 2, 0x45); // E
  entry(64, 4, 5, 3, 104);
  for (let i = 0; i < 6; i++) {
    view.setUint32(80 + i * 8, 10 + i, true);
    view.setUint32(84 + i * 8, 1, true);
  }
  return bytes;
}

/** A JPEG with coordinates in its metadata. */
export function withPlace(jpeg: Uint8Array): Uint8Array {
  return withSegment(jpeg, new Uint8Array([...new TextEncoder().encode("Exif\0\0"), ...placeTiff()]));
}

/** A JPEG with one more segment of metadata (APP1). */
export function withSegment(jpeg: Uint8Array, data: Uint8Array): Uint8Array {
  const length = data.length + 2;
  return new Uint8Array([...jpeg.subarray(0, 2), 0xff, 0xe1, length >> 8, length & 255, ...data, ...jpeg.subarray(2)]);
}

/** What is known of an image, but for what is left out. */
export function infoWith(some: Partial<ImageInfo>): ImageInfo {
  return { size: 0, mime: "image/gif", width: 0, height: 0, modified: 0, taken: 0, ...some };
}

/**
 * How long a test waits for what must happen at once, in milliseconds: for a machine with many times as much work as it
 * can do. It only ends a hang, and proves nothing about speed.
 */
export const PATIENCE_MS = 120_000;

/**
 * The processor time of this thread, in milliseconds, in steps of ten: what a test compares where something must end soon,
 * for the clock also runs while other tests have the processor. On other systems than Linux it is the clock.
 */
export function threadTime(): number {
  if (Deno.build.os !== "linux") return performance.now();
  const fields = Deno.readTextFileSync("/proc/thread-self/stat").split(") ")[1].split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12])); // utime and stime of proc_pid_stat(5), in ticks of 10 ms.
}

/** `promise`, or a failure that says what did not happen. */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not happen within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again while the answer is that there is no time for it now, as programs do of each other on a busy machine. */
export async function unlessBusy<T>(ask: () => Promise<T>, isBusy: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (!isBusy(answer) || performance.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A value that comes later, such as an event. */
export class Inbox<T> {
  readonly #values: T[] = [];
  #wake: () => void = () => {};

  /** Puts a value in. */
  readonly put = (value: T): void => {
    this.#values.push(value);
    this.#wake();
  };

  /** The first value that fits, now or later. */
  async find(fits: (value: T) => boolean, what: string): Promise<T> {
    for (;;) {
      const found = this.#values.find(fits);
      if (found !== undefined) return found;
      await soon(new Promise<void>((resolve) => this.#wake = resolve), what);
    }
  }
}

/** Where the last quiet port is noted: test files that run at the same time are threads of one process. */
const LAST_PORT = "LAST_QUIET_PORT";

/**
 * A free port that can be opened again after it was closed, and that no other test gets: the system never chooses it
 * itself, as it gives those from 32768 on to other programs.
 */
export function quietPort(): number {
  for (;;) {
    const last = Number(Deno.env.get(LAST_PORT) ?? Math.random() * 10_000);
    const next = Math.floor(last + 1 + Math.random() * 5) % 10_000; // Another one, if two tests look at the same moment.
    Deno.env.set(LAST_PORT, `${next}`);
    if (!isTaken(15_000 + next)) return 15_000 + next;
  }
}

/**
 * Whether somebody has a port. Where the system shows it, it is not opened to find out: a process that another test starts
 * at that moment has a copy of the socket for a while, and the port would not be free although it was closed.
 */
function isTaken(port: number): boolean {
  if (Deno.build.os === "linux") {
    const local = `:${port.toString(16).toUpperCase().padStart(4, "0")} `; // proc(5), /proc/net/tcp
    return ["tcp", "tcp6", "udp", "udp6"].some((it) => socketsOf(it).includes(local));
  }
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return false;
  } catch {
    return true;
  }
}

function socketsOf(protocol: string): string {
  try {
    return Deno.readTextFileSync(`/proc/net/${protocol}`);
  } catch {
    return ""; // A kernel without IPv6.
  }
}

/** What tests set for the programs besides what they test: they leave nothing behind, and have colours as for most people. */
const QUIET_ENV = { NO_COLOR: "", IDP2PI_CLIENT_NO_CACHE: "true" };

/** Where Deno keeps what it compiled: programs with a cache of their own must not compile all of it again. */
export const DENO_DIR: string = Deno.env.get("DENO_DIR") ??
  join(dirname(userPaths("client", Deno.build.os, Deno.env.toObject()).running ?? "."), "..", "deno");

/** The variables that set where a program's cache is, where no other program and no person has theirs. */
function cacheEnv(path: string): Record<string, string> {
  return { HOME: path, XDG_CACHE_HOME: path, LOCALAPPDATA: path, DENO_DIR };
}

/** A running program: the server or the client, with the permissions of its task. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array> | null;
  readonly #reading: Promise<unknown>;
  readonly #ownCache: string | null;
  #wake: () => void = () => {};
  #ended = false;
  /** All that it has shown, escape codes too. */
  raw = "";
  /** The same without them. */
  output = "";
  /** The same of standard output alone. */
  stdout = "";
  /** And of standard error. */
  stderr = "";

  /** @param cache Where its cache is; a directory of its own when left out, which is removed when it has ended. */
  private constructor([command, ...args]: readonly string[], env: Record<string, string>, cache?: string) {
    const typed = "TERM" in env;
    this.#ownCache = cache === undefined ? Deno.makeTempDirSync({ prefix: "idp2pi-test-" }) : null;
    const child = new Deno.Command(command, {
      args,
      cwd: ROOT,
      stdin: typed ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
      env: { LC_ALL: "C.UTF-8", ...QUIET_ENV, ...cacheEnv(cache ?? this.#ownCache!), ...env },
    }).spawn();
    this.#child = child;
    this.#keys = typed ? child.stdin.getWriter() : null;
    this.#reading = Promise.all([this.#read(child.stdout, true), this.#read(child.stderr, false)]).then(() => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Starts `deno task <name>` with these arguments, no terminal. */
  static start(name: "server" | "client", ...args: string[]): Program {
    return new Program([...programCommand(name), ...args], {});
  }

  /** Starts a program from elsewhere, such as one that was installed. */
  static startCommand(...command: string[]): Program {
    return new Program(command, {});
  }

  /** The same, with its cache in this directory, where it finds those that have theirs there too. */
  static startIn(cache: string, name: "server" | "client", ...args: string[]): Program {
    return new Program([...programCommand(name), ...args], {}, cache);
  }

  /** Starts it in a terminal that shows lines only, 80 columns wide, in which {@link Program.type} types. */
  static startInTerminal(name: "server" | "client", ...args: string[]): Program {
    return new Program(inTerminal(name, args), { TERM: "dumb" });
  }

  /** The same, with its cache in this directory. */
  static startInTerminalIn(cache: string, name: "server" | "client", ...args: string[]): Program {
    return new Program(inTerminal(name, args), { TERM: "dumb" }, cache);
  }

  /** Starts it in a terminal that can do what most can, of 80 columns and 24 lines. */
  static startOnScreen(name: "server" | "client", ...args: string[]): Program {
    return new Program(inTerminal(name, args), { TERM: "xterm-256color" });
  }

  async #read(stream: ReadableStream<Uint8Array>, isData: boolean): Promise<void> {
    let raw = "";
    let shown = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      raw += text;
      this.raw += text;
      const all = stripVTControlCharacters(raw);
      this.output += all.slice(shown.length);
      if (isData) this.stdout = all;
      else this.stderr = all;
      shown = all;
      this.#wake();
    }
  }

  /** Waits until it has shown `pattern` after what was waited for before, and returns the match. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output.slice(this.#seen));
      if (match) {
        this.#seen += match.index + match[0].length;
        return match;
      }
      if (this.#ended) throw new Error(`it ended without showing ${pattern}; it showed:\n${this.output}`);
      await soon(new Promise<void>((resolve) => this.#wake = resolve), `${pattern} in:\n${this.output}\n`);
    }
  }
  #seen = 0;

  /** The number of its process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Types into its terminal. */
  async type(keys: string): Promise<void> {
    await this.#keys!.write(new TextEncoder().encode(keys));
  }

  /** Sends it a signal. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Ends it as a power cut would. */
  async cut(): Promise<void> {
    await this.#kill();
    await this.exit();
  }

  /**
   * Kills the program itself, and `script`, which holds its terminal, only if that runs nothing: a program that loses its
   * terminal goes on for a while, and writes.
   */
  async #kill(): Promise<void> {
    const { pid } = this.#child;
    const list = this.#keys ? await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "") : "";
    const children = list.split(" ").filter((it) => it !== "").map(Number);
    for (const it of children.length > 0 ? children : [pid]) {
      try {
        Deno.kill(it, "SIGKILL");
      } catch {
        // It has ended.
      }
    }
  }

  /** Its exit code. */
  async exit(): Promise<number> {
    const [{ code }] = await soon(
      Promise.all([this.#child.status, this.#reading]),
      `the end, after:\n${this.output}\n`,
    );
    await this.#removeCache();
    return code;
  }

  async #removeCache(): Promise<void> {
    if (this.#ownCache !== null) await Deno.remove(this.#ownCache, { recursive: true }).catch(() => {}); // Twice: gone.
  }

  /** Ends it, if it has not ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.#kill();
    await this.#keys?.close().catch(() => {});
    await this.#child.status;
    await this.#reading;
    await this.#removeCache();
  }
}

/** The command that runs a program in a terminal of 80 columns and 24 lines. */
function inTerminal(name: "server" | "client", args: readonly string[]): string[] {
  const line = [...programCommand(name), ...args].map((word) => `'${word}'`).join(" ");
  return ["script", "-qefc", `stty cols 80 rows 24; exec ${line}`, "/dev/null"];
}

/** Where the executables to be tested are; without it the programs are run by Deno (`deno task test:compiled`). */
const PROGRAMS = Deno.env.get("IDP2PI_TEST_PROGRAMS");

/** The command that starts a program in the project's directory: an executable, or Deno with what its task gives it. */
export function programCommand(name: "server" | "client"): [command: string, ...args: string[]] {
  if (PROGRAMS) return [join(PROGRAMS, `idp2pi-${name}${Deno.build.os === "windows" ? ".exe" : ""}`)];
  return [Deno.execPath(), "run", ...taskFlags(name), `${name}.ts`];
}

/** A UDP socket that asks a tracker by hand, as `nc -u` does. */
export class Datagrams implements Disposable {
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly port: number;

  /** A socket that asks the tracker at this port of 127.0.0.1. */
  constructor(port: number) {
    this.port = port;
  }

  /** Sends without waiting. */
  async send(request: string | Uint8Array): Promise<void> {
    const bytes = typeof request === "string" ? new TextEncoder().encode(request) : request;
    await this.#socket.send(bytes, { transport: "udp", hostname: "127.0.0.1", port: this.port });
  }

  /** The next datagram that comes. */
  async next(): Promise<string> {
    const [bytes] = await soon(this.#socket.receive(), "a datagram");
    return new TextDecoder().decode(bytes);
  }

  /** Sends a request and gives its answer. */
  async ask(request: string | Uint8Array): Promise<string> {
    await this.send(request);
    return await this.next();
  }

  /** Closes the socket. */
  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
