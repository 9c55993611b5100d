/**
 * `idp2pi-server`: the tracker. `deno task server --help` shows its options.
 *
 * @module
 */
import { runServer } from "./lib/app/cli/server_program.ts";

if (import.meta.main) Deno.exit(await runServer(Deno.args));
