/**
 * `idp2pi-client`: shares the images of a directory and fetches those of others. `deno task client --help` shows more.
 *
 * @module
 */
import { runClient } from "./lib/app/cli/client_program.ts";

if (import.meta.main) Deno.exit(await runClient(Deno.args));
