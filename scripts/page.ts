/**
 * Bundles the gallery's page into `lib/app/gallery/page/built/`, which is in git so that the client serves it without a
 * build. With `--check` it only says whether what is there is what the sources give.
 */
import { join } from "node:path";

const PAGE = join(import.meta.dirname!, "../lib/app/gallery/page");
const BUILT = join(PAGE, "built");

const FILES = [["main.tsx", "app.js"], ["main.css", "app.css"]] as const;

const isCheck = Deno.args.includes("--check");
let stale = 0;
for (const [source, file] of FILES) {
  const text = await bundle(join(PAGE, source), file);
  const path = join(BUILT, file);
  if (!isCheck) {
    await Deno.mkdir(BUILT, { recursive: true });
    await Deno.writeTextFile(path, text);
    console.log(`${file}: ${text.length} characters`);
  } else if (await read(path) !== text) {
    stale++;
    console.error(`${path} is not what the sources give: run deno task page`);
  }
}
Deno.exit(stale > 0 ? 1 : 0);

/** What `deno bundle` makes of a file. */
async function bundle(source: string, file: string): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "idp2pi-page-" });
  try {
    const made = join(directory, file);
    const args = ["bundle", "--quiet", "--platform", "browser", "--minify", "--output", made, source];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: PAGE, stdout: "null" }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return await Deno.readTextFile(made);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function read(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
