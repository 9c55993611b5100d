/**
 * All tests: `deno task test`, or those of some files, or with other options of `deno test`. Before that it installs the
 * programs that tests need and that are missing, where it may: as root or with `sudo -n`, by apt, after asking the person
 * at the terminal, if there is one. Without them the tests that need them are ignored, and say so.
 */
import { hasProgram, PACKAGES, type ProgramName, wholePath } from "../tests/needs.ts";

Deno.env.set("PATH", wholePath()); // Of apt-get and of the tests.
const missing = (Object.keys(PACKAGES) as ProgramName[]).filter((name) => !hasProgram(name));
if (missing.length > 0 && Deno.build.os === "linux") install(missing);

/**
 * Most of a run is waiting for what takes its time on purpose (a peer that is silent, a lease that ends), not work: three
 * files for each core at once take half as long as one for each.
 */
const FILES_PER_CORE = 3;
const env = { DENO_JOBS: Deno.env.get("DENO_JOBS") ?? `${FILES_PER_CORE * navigator.hardwareConcurrency}` };
/** Whole sessions take longest: they begin first, so that no core waits for one of them at the end. */
const stories = [...Deno.readDirSync("tests/stories")].map(({ name }) => name).filter((name) =>
  name.endsWith("_test.ts")
);
const files = Deno.args.length > 0
  ? Deno.args
  : [...stories.map((name) => `tests/stories/${name}`), "tests/", "mod.ts", "doors/", "examples/"];
/**
 * `deno task ok:types` checks types. Here each worker that a test starts would be checked at its start, which takes seconds
 * of the processor while the test waits for the worker, and others for the processor.
 */
const args = ["test", "--no-check", "--no-prompt", "--parallel", "--doc", "--allow-all", ...files];
Deno.exitCode = (await new Deno.Command(Deno.execPath(), { args, env }).spawn().status).code;

/** Installs the Debian packages of these programs, or says why it does not. */
function install(programs: readonly ProgramName[]): void {
  const packages = [...new Set(programs.map((name) => PACKAGES[name]))].join(" ");
  const without = (why: string): void =>
    console.log(
      `${why}: the tests that need ${programs.join(", ")} are ignored. To run them: apt-get install ${packages}`,
    );
  if (!hasProgram("apt-get")) return without("There is no apt-get");
  const isRoot = Deno.uid() === 0;
  if (!isRoot && !(hasProgram("sudo") && run("sudo", "-n", "true"))) {
    return without("Not root, and no sudo without a password");
  }
  if (Deno.stdin.isTerminal() && Deno.stdout.isTerminal()) {
    if (!confirm(`Some tests need programs that are missing. Install ${packages} with apt-get?`)) {
      return without("Not installed");
    }
  } else {
    console.log(`Installing what tests need, with apt-get: ${packages}`);
  }
  const [command, ...before] = [...isRoot ? [] : ["sudo", "-n"], "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
  const apt = (...words: string[]): boolean => run(command, ...before, ...words);
  const done = apt("update", "-qq") && apt("install", "-y", "-qq", "--no-install-recommends", ...packages.split(" "));
  if (!done) without("apt-get failed (its messages are above)");
}

/** Runs a program, and returns whether it succeeded. If it fails, its output is shown on standard error. */
function run(program: string, ...args: string[]): boolean {
  const { success, stdout, stderr } = new Deno.Command(program, { args, stdin: "null" }).outputSync();
  if (!success) { for (const text of [stdout, stderr]) Deno.stderr.writeSync(text); }
  return success;
}
