/** The version of both programs. */
import config from "../../../deno.json" with { type: "json" };

export const VERSION: string = config.version;
