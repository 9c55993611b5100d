/** What the tasks in deno.json say of the programs: their permissions stand there alone. */
import config from "../deno.json" with { type: "json" };

/**
 * The flags with which a task runs its module: of `… deno run --config … <flags> "$ROOT/server.ts"` the middle. The task
 * itself goes to the caller's directory first (`INIT_CWD`, else a relative directory would be one of the project's).
 *
 * @throws {Error} When the task runs no `<name>.ts`.
 */
export function taskFlags(name: "server" | "client" | "demo"): string[] {
  const found = /(?:^|&& )deno run (?:--config \S+ )?(.*) (?:"\$ROOT\/|scripts\/)(\w+)\.ts"?$/.exec(
    config.tasks[name].command,
  );
  if (found?.[2] !== name) throw new Error(`the task ${name} in deno.json does not run ${name}.ts`);
  return found[1].split(" ");
}
