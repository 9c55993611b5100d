/**
 * The tests that start the programs, against executables: `deno task test:compiled`. Tests those in the directory that
 * `IDP2PI_TEST_PROGRAMS` names, else those in dist/ for this machine, else builds them for this run (with the runtime
 * that `DENORT_BIN` names, if it is set). Arguments are options of `deno test`.
 */
import { join, resolve } from "node:path";

/** How a test file starts a program (tests/support.ts). */
const STARTS = /\b(Program|TmuxScreen|programCommand|testScreens)\b/;

const dist = join("dist", Deno.build.target);
const given = Deno.env.get("IDP2PI_TEST_PROGRAMS") ?? (exists(dist) ? dist : null);
const built = given === null ? Deno.makeTempDirSync({ prefix: "idp2pi-test-" }) : null;
try {
  const programs = resolve(given ?? join(built!, Deno.build.target));
  const compiled = built === null ? 0 : await deno(["task", "-q", "compile", "--out", built]);
  if (compiled === 0) console.log(`Testing the executables in ${programs}`);
  Deno.exitCode = compiled ||
    await deno(["task", "-q", "test", ...starters("tests"), ...Deno.args], { IDP2PI_TEST_PROGRAMS: programs });
} finally {
  if (built !== null) Deno.removeSync(built, { recursive: true });
}

/** Runs Deno; returns its exit code. */
async function deno(args: string[], env: Record<string, string> = {}): Promise<number> {
  return (await new Deno.Command(Deno.execPath(), { args, env }).spawn().status).code;
}

/** The test files below a directory that start a program. */
function starters(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    if (isDirectory) return starters(path);
    return name.endsWith("_test.ts") && STARTS.test(Deno.readTextFileSync(path)) ? [path] : [];
  });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
