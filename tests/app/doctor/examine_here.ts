/**
 * Examines a tracker from the host on which it is run, with the waits that users have, and prints the findings as JSON:
 * `examine_here.ts <tracker> <port>`.
 */
import { examine } from "../../../lib/app/doctor/examine.ts";

const [tracker, port] = Deno.args;
console.log(JSON.stringify(await examine({ tracker, port: Number(port) })));
