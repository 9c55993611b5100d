/**
 * Has a program take this system for another one: `deno run --preload`, with IDP2PI_TEST_PLATFORM saying which
 * (`win32` or `darwin`). It reaches what packages and our own code ask for; the runtime itself stays what it is, so paths
 * have slashes.
 */
import process from "node:process";

const platform = Deno.env.get("IDP2PI_TEST_PLATFORM");
Object.defineProperty(process, "platform", { value: platform });
const os = platform === "win32" ? "windows" : platform;
Object.defineProperty(Deno, "build", { value: Object.freeze({ ...Deno.build, os }) });
