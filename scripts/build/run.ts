/** Programs of the system that a release is made with. */

import { basename } from "node:path";

/** What a program is started with. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program and gives its standard output.
 *
 * @throws When it is missing or fails: what it printed on standard error is in the message.
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Uint8Array> {
  const { success, code, stdout, stderr } = await start(program, args, options).output();
  if (success) return stdout;
  const said = new TextDecoder().decode(stderr).trim() || `exit code ${code}`;
  throw new Error(`${basename(program)} ${args[0]} failed: ${said}`);
}

function start(program: string, args: readonly string[], options: RunOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(program, { args: [...args], ...options, stdin: "null", stdout: "piped", stderr: "piped" })
      .spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`A release needs ${program}: install it (on Debian: apt-get install ${packageOf(program)}).`);
  }
}

/** The same, as text. */
export async function runText(program: string, args: readonly string[], options?: RunOptions): Promise<string> {
  return new TextDecoder().decode(await run(program, args, options));
}

/** The Debian package of a program, where it is named otherwise. */
function packageOf(program: string): string {
  return program === "dpkg-deb" ? "dpkg" : program;
}
