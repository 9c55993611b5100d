/** Programs of the system that tests run: shells, in a terminal too, and what reads manual pages. */
import { stripVTControlCharacters } from "node:util";
import { soon } from "./support.ts";

/** What tests run, and the Debian package that has it. */
const PACKAGES: Readonly<Record<string, string>> = {
  bash: "bash",
  zsh: "zsh",
  fish: "fish",
  script: "bsdutils",
  man: "man-db",
  lexgrog: "man-db",
  groff: "groff-base",
  mandoc: "mandoc",
};

/** Nothing of the user's own, and a language without surprises. */
const ENV = { LC_ALL: "C.UTF-8", TERM: "xterm-256color", HOME: "/nonexistent" };

/** Starts a program. */
function start(name: string, args: readonly string[], cwd?: string): Deno.ChildProcess {
  try {
    return new Deno.Command(name, {
      args: [...args],
      ...cwd === undefined ? {} : { cwd },
      env: { ...ENV, PATH: Deno.env.get("PATH")! },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`This test needs ${name}: install it (on Debian: apt-get install ${PACKAGES[name]}).`);
  }
}

/** What a program says when it reads `input`. */
export async function runTool(
  name: string,
  args: readonly string[],
  input = "",
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(name, args);
  const [{ code, stdout, stderr }] = await soon(
    Promise.all([child.output(), new Blob([input]).stream().pipeTo(child.stdin)]),
    `the end of ${name}`,
  );
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** A function that shows its words. */
const GOT = `got() { printf '<%s>' "$@"; printf ':%s:\\n' end; }`;

/** A shell in a terminal, wide enough for every explanation. */
export class TerminalShell implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<unknown>;
  #wake: () => void = () => {};
  #shown = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#keys = child.stdin.getWriter();
    this.#reading = Promise.all([this.#read(child.stdout), this.#read(child.stderr)]);
  }

  /** Starts a shell in a directory, and has it run some lines first. */
  static async start(command: string, cwd: string, ...setUp: readonly string[]): Promise<TerminalShell> {
    await runTool(command.split(" ")[0], ["-c", ":"]); // Else `script` would say that it is missing.
    const size = "stty cols 250 rows 120";
    const shell = new TerminalShell(start("script", ["-qefc", `${size}; exec ${command}`, "/dev/null"], cwd));
    for (const line of [GOT, ...setUp]) await shell.#type(`${line}\r`);
    await shell.press("");
    return shell;
  }

  /**
   * Types on an empty line, and returns the words of the line as the shell has completed it, each in `<>`.
   *
   * @param until What the shell must have shown before: pressing keys sooner keeps zsh from showing choices.
   */
  async press(keys: string, until?: RegExp): Promise<string> {
    const from = this.#shown.length;
    await this.#type(keys);
    const found = until && await this.#find(until, from);
    await this.#type("\x01got \r"); // At the beginning of the line: its words are shown.
    const [, words] = await this.#find(/^(.*):end:$/m, from);
    this.choices = found ? found.input.slice(0, found.index + found[0].length) : this.#shown.slice(from);
    return words;
  }
  /** What was shown meanwhile, up to `until`. */
  choices = "";

  async #find(pattern: RegExp, from: number): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#shown.slice(from));
      if (found) return found;
      await soon(new Promise<void>((resolve) => this.#wake = resolve), `${pattern} in:\n${this.#shown}\n`);
    }
  }

  async #type(keys: string): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(keys));
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    let raw = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      raw += text;
      this.#shown = stripVTControlCharacters(raw).replaceAll("\r", "");
      this.#wake();
    }
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keys.close().catch(() => {});
    try {
      this.#child.kill("SIGKILL"); // Its terminal goes with `script`, and the shell with that.
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#reading;
  }
}
