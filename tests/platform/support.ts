/** The programs as they run on other systems, as far as that can be seen on this one. */
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { taskFlags } from "../../scripts/task_flags.ts";
import { DENO_DIR, programCommand, ROOT, soon } from "../support.ts";

/** What `process.platform` is there. */
export type Platform = "win32" | "darwin";

/** What is typed, or a signal. */
type Act = string | Deno.Signal;

/** How a program is run. */
export interface PlatformRun {
  /** The system that it takes this one for; none when left out. With one it is Deno that runs it, no executable. */
  readonly platform?: Platform;
  readonly task: "server" | "client";
  readonly args: readonly string[];
  /** The user's home directory. */
  readonly home: string;
  /** `TERM` of a terminal in which it runs, 80 columns and 24 lines; without it there is no terminal. */
  readonly term?: string;
  /** What is typed, or a signal that is sent, each when its pattern has come; or what says that, after what it does. */
  readonly steps?: readonly (readonly [RegExp, Act | ((match: RegExpExecArray) => Promise<Act>)])[];
}

/** What came of it. */
export interface PlatformResult {
  readonly code: number;
  /** All that it showed, without escape sequences. */
  readonly output: string;
}

/** Where each system says that a user's directories are; Windows has no HOME. */
function homeEnv(platform: Platform | undefined, home: string): Record<string, string> {
  if (platform !== "win32") return { HOME: home };
  return { USERPROFILE: home, APPDATA: join(home, "AppData"), LOCALAPPDATA: join(home, "Local") };
}

/** Runs a program to its end. */
export async function runOn({ platform, task, args, home, term, steps = [] }: PlatformRun): Promise<PlatformResult> {
  const pretending = join(ROOT, "tests", "platform", "pretend.ts");
  const program = platform === undefined
    ? programCommand(task)
    : [Deno.execPath(), "run", "--preload", pretending, ...taskFlags(task), `${task}.ts`];
  const line = [...program, ...args];
  const inTerminal = ["-qefc", `stty cols 80 rows 24; exec ${line.map((it) => `'${it}'`).join(" ")}`, "/dev/null"];
  const [command, ...words] = term === undefined ? line : ["script", ...inTerminal];
  const child = new Deno.Command(command, {
    args: words,
    cwd: ROOT,
    stdin: term === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      DENO_DIR,
      LC_ALL: "C.UTF-8",
      ...platform === undefined ? {} : { IDP2PI_TEST_PLATFORM: platform },
      ...homeEnv(platform, home),
      ...term === undefined ? {} : { TERM: term },
    },
  }).spawn();
  const keys = term === undefined ? null : child.stdin.getWriter();
  const [waiting, encoder] = [[...steps], new TextEncoder()];
  let [raw, seen] = ["", 0];
  const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      raw += text;
      for (;;) {
        const [[pattern, step] = []] = waiting;
        const match = pattern?.exec(raw.slice(seen));
        if (!match) break;
        seen += match.index + match[0].length;
        waiting.shift();
        const act = typeof step === "function" ? await step(match) : step!;
        if (/^SIG[A-Z]+$/.test(act)) await signalProgram(child.pid, act as Deno.Signal, keys !== null);
        else await keys!.write(encoder.encode(act));
      }
    }
  };
  try {
    const ended = Promise.all([child.status, read(child.stdout), read(child.stderr)]);
    const [{ code }] = await soon(ended, `the end of ${task} ${args.join(" ")} on ${platform ?? "this system"}`).catch(
      (error) => {
        throw new Error(`${error.message}, after:\n${stripVTControlCharacters(raw)}`);
      },
    );
    return { code, output: stripVTControlCharacters(raw) };
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await keys?.close().catch(() => {});
  }
}

/** Sends a signal to the program itself: not to `script`, which holds its terminal. */
async function signalProgram(pid: number, signal: Deno.Signal, inTerminal: boolean): Promise<void> {
  const program = inTerminal ? await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`) : `${pid}`;
  Deno.kill(Number(program), signal);
}
