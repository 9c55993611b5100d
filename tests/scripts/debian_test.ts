/** The Debian package: what is in it, and what it leaves when it is installed, removed and purged. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { documents } from "../../scripts/build/documents.ts";
import { debianName, debianPackage } from "../../scripts/build/debian.ts";
import { runText } from "../../scripts/build/run.ts";
import { say } from "../fake/baseline_client.ts";
import { needing } from "../needs.ts";
import { Program, tempDir } from "../support.ts";
import { packageInput, writePrograms } from "./support_packing.ts";

const NAME = "idp2pi_1.2.3~rc.1_amd64.deb";

/** What `dpkg` does in a root of its own, in which it and nothing else is installed. */
class Root {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(path: string): Promise<Root> {
    for (const name of ["info", "updates"]) await Deno.mkdir(join(path, "var/lib/dpkg", name), { recursive: true });
    await Deno.writeTextFile(join(path, "var/lib/dpkg/status"), "");
    await Deno.mkdir(join(path, "etc/systemd/system/multi-user.target.wants"), { recursive: true });
    await Deno.mkdir(join(path, "var/lib/private"));
    return new Root(path);
  }

  /** Its libraries are those of this machine; maintainer scripts get its path in DPKG_ROOT, and must use it. */
  async dpkg(...args: string[]): Promise<string> {
    const force = ["not-root", "bad-path", "depends", "script-chrootless"].map((it) => `--force-${it}`);
    return await runText("dpkg", [`--root=${this.path}`, "--log=/dev/null", ...force, ...args]);
  }

  /** All files and directories but those of dpkg itself. */
  async files(): Promise<string[]> {
    const found: string[] = [];
    const look = async (directory: string): Promise<void> => {
      for await (const { name, isDirectory } of Deno.readDir(directory)) {
        const path = join(directory, name);
        if (relative(this.path, path) === "var/lib/dpkg") continue;
        found.push(relative(this.path, path));
        if (isDirectory) await look(path);
      }
    };
    await look(this.path);
    return found.sort();
  }
}

Deno.test(needing(["dpkg", "dpkg-deb"], "the Debian package is installed, runs, is removed and purged", async (t) => {
  await using dir = await tempDir();
  const [executables, work, out] = ["executables", "work", "out"].map((name) => join(dir.path, name));
  await writePrograms(executables);
  await Deno.mkdir(out);
  await debianPackage(packageInput(executables, await documents()), work, out, "none");
  const root = await Root.make(join(dir.path, "root"));
  const before = await root.files();
  const bin = join(root.path, "usr/bin");

  await t.step("the package is installed, and starts nothing", async () => {
    await root.dpkg("--install", join(out, NAME));
    match(await root.dpkg("--status", "idp2pi"), /Status: install ok installed[^]*Version: 1\.2\.3~rc\.1\n/);
    deepStrictEqual(
      await Array.fromAsync(Deno.readDir(join(root.path, "etc/systemd/system/multi-user.target.wants"))),
      [],
    );
  });

  await t.step("the installed files are complete", async () => {
    strictEqual(await root.dpkg("--verify", "idp2pi"), "");
    const unit = await Deno.readTextFile(join(root.path, "usr/lib/systemd/system/idp2pi-server.service"));
    match(unit, /^ExecStart=\/usr\/bin\/idp2pi-server /m);
    ok(!unit.includes("/usr/local"), unit);
    for (const path of await root.files()) {
      const { mode, isFile } = await Deno.lstat(join(root.path, path));
      if (isFile) strictEqual(mode! & 0o7777, path.startsWith("usr/bin/") ? 0o755 : 0o644, path);
    }
  });

  await t.step("its examples are of the package: several trackers with one registry, also in containers", async () => {
    const examples = join(root.path, "usr/share/doc/idp2pi/examples");
    const copy = join(dir.path, "examples");
    await runText("cp", ["-r", examples, copy]);
    await runText("sh", [join(copy, "registry/make-secrets")]);
    const compose = await Deno.readTextFile(join(copy, "registry/compose.yaml"));
    const named = [...compose.matchAll(/(?:file: |- )(\.\/[\w./-]+)/g)].map(([, path]) => path);
    deepStrictEqual(named, ["./engine.conf", "./secrets/registry-password", "./secrets/engine.acl"]);
    const [, context] = /context: (\S+)/.exec(compose)!;
    const [, dockerfile] = /dockerfile: (\S+)/.exec(compose)!;
    for (const path of [...named, join(context, dockerfile), "tracker.conf"]) {
      ok((await Deno.stat(join(copy, "registry", path))).isFile, path);
    }
    match(await Deno.readTextFile(join(copy, "Containerfile")), /^COPY --chmod=755 idp2pi-server /m);
    for (const path of await root.files()) {
      if (!path.includes("/examples/") || path.endsWith("registry")) continue;
      const text = await Deno.readTextFile(join(root.path, path));
      ok(!/\bdeno\b|deploy\/|dist\/|TARGET/.test(text), path);
    }
  });

  await t.step("its programs start", async () => {
    for (const name of ["server", "client"]) {
      match(await runText(join(bin, `idp2pi-${name}`), ["--version"]), new RegExp(`^idp2pi-${name} \\d`));
    }
    await using server = Program.startCommand(join(bin, "idp2pi-server"), "--host", "127.0.0.1", "--port", "0");
    const [, port] = await server.shows(/^ +127\.0\.0\.1:(\d+)/m);
    const md5 = "0123456789abcdef0123456789abcdef";
    match(await say(Number(port), `REG word 4711 ${md5},cat.gif`), /^OK/);
    match(await say(Number(port), "LST"), new RegExp(`${md5},cat\\.gif,127\\.0\\.0\\.1:4711`));
    server.kill("SIGTERM");
    strictEqual(await server.exit(), 0);
  });

  const state = join(root.path, "var/lib/private/idp2pi");
  await t.step("removing it leaves only the state of the tracker", async () => {
    await Deno.mkdir(state);
    await Deno.writeTextFile(join(state, "state.db"), "");
    await Deno.symlink("private/idp2pi", join(root.path, "var/lib/idp2pi"));
    const unit = "/usr/lib/systemd/system/idp2pi-server.service";
    await Deno.symlink(unit, join(root.path, "etc/systemd/system/multi-user.target.wants/idp2pi-server.service"));
    await root.dpkg("--remove", "idp2pi");
    const left = ["var/lib/idp2pi", "var/lib/private/idp2pi", "var/lib/private/idp2pi/state.db"];
    deepStrictEqual(await root.files(), [...before, ...left].sort());
  });

  await t.step("purging it leaves nothing", async () => {
    await root.dpkg("--purge", "idp2pi");
    deepStrictEqual(await root.files(), before);
  });
}));

Deno.test(needing(["dpkg-deb"], "the same input gives the same package, with Debian's changelog", async () => {
  await using dir = await tempDir({ "idp2pi-server": new Uint8Array([1]), "idp2pi-client": new Uint8Array([2]) });
  const input = packageInput(dir.path, new Map([["usr/share/man/man1/idp2pi-client.1", ".TH\n"]]));
  const made: Uint8Array[] = [];
  for (const work of ["first", "second"]) {
    await debianPackage(input, join(dir.path, work), dir.path);
    made.push(await Deno.readFile(join(dir.path, NAME)));
  }
  deepStrictEqual(made[0], made[1]);

  const packed = await Deno.readFile(join(dir.path, "first/usr/share/doc/idp2pi/changelog.gz"));
  const lines = gunzipSync(packed).toString().split("\n");
  deepStrictEqual(lines.slice(0, 5), [
    "idp2pi (1.2.3~rc.1) unstable; urgency=medium",
    "",
    "  * It works.",
    "  * And it is described in many words. And it is described in many words. And it",
    "    is described in many words. And it is described in many words. And it is",
  ]);
  strictEqual(lines.at(-2), " -- Ana Silva <ana@example.org>  Tue, 14 Nov 2023 22:13:20 +0000");
}));

Deno.test("packages exist only for Linux", () => {
  strictEqual(debianName("1.2.3", "aarch64-unknown-linux-gnu"), "idp2pi_1.2.3_arm64.deb");
  strictEqual(debianName("1.2.3", "x86_64-apple-darwin"), null);
  strictEqual(debianName("1.2.3", "aarch64-pc-windows-msvc"), null);
});
