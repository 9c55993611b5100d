/**
 * What tests need besides Deno: the one list. `deno task test` installs from it what is missing, CONTRIBUTING.md refers
 * to it, and each test that needs more than Deno says so here:
 *
 *     Deno.test(needing(["tmux"], "the screen is drawn", async () => { … }));
 *
 * Where a need is not met the test is ignored, and its name says what is missing. With `IDP2PI_TEST_ALL` set, as in CI,
 * it fails: there nothing may be ignored.
 */
import { delimiter, join } from "node:path";

const ROOT = join(import.meta.dirname!, "..");

/** The programs that tests run, and the Debian package of each. */
export const PACKAGES = {
  "avahi-browse": "avahi-utils",
  "avahi-daemon": "avahi-daemon",
  "avahi-publish": "avahi-utils",
  bash: "bash",
  chromium: "chromium",
  "dbus-daemon": "dbus-daemon",
  "docker-compose": "docker-compose",
  dpkg: "dpkg",
  "dpkg-deb": "dpkg",
  fish: "fish",
  git: "git",
  gzip: "gzip",
  groff: "groff-base",
  ip: "iproute2",
  e2fsck: "e2fsprogs",
  lexgrog: "man-db",
  man: "man-db",
  mandoc: "mandoc",
  "mkfs.ext4": "e2fsprogs",
  mkfifo: "coreutils",
  mount: "mount",
  nft: "nftables",
  nice: "coreutils",
  nsenter: "util-linux",
  python3: "python3",
  "redis-cli": "redis-tools",
  "redis-sentinel": "redis-sentinel",
  "redis-server": "redis-server",
  script: "bsdutils",
  sh: "dash",
  sysctl: "procps",
  "systemd-analyze": "systemd",
  tar: "tar",
  tmux: "tmux",
  zip: "zip",
  zsh: "zsh",
} as const;

/** A program that tests run. */
export type ProgramName = keyof typeof PACKAGES;

/** What else a test may need, and what is missing where it is not met. */
const ABILITIES = {
  linux: { programs: [], missing: "Linux", met: () => isLinux },
  unix: { programs: [], missing: "Linux or macOS", met: () => Deno.build.os !== "windows" },
  /** Windows gives the right to make symbolic links to administrators and developers. */
  links: { programs: [], missing: "the right to make symbolic links", met: () => mayLink() },
  /** On macOS 127.0.0.1 is the only one of its addresses. */
  loopback: { programs: [], missing: "other addresses of this machine: 127.0.0.2", met: () => isOwn("127.0.0.2") },
  /** A terminal of its own for a program: the `script` of util-linux; those of BSD and macOS take other options. */
  terminal: { programs: ["script"], missing: "Linux", met: () => isLinux },
  /** npm, which those who have Deno alone lack, and this project as a git repository. */
  clone: {
    programs: ["git"],
    missing: "npx and a git checkout",
    met: () => hasProgram("npx") && exists(join(ROOT, ".git")),
  },
  /** A small file system of its own. */
  mounts: { programs: ["mount"], missing: "the right to mount: run it as root", met: () => isRoot && may("-m") },
  /** Filters of system calls, made by libseccomp, which Debian's systemd brings; root runs the program as somebody else. */
  seccomp: {
    programs: ["python3", "systemd-analyze"],
    missing: "filters of system calls (seccomp), libseccomp, and user namespaces as root",
    met: () => runs("python3", "-c", 'import ctypes; ctypes.CDLL("libseccomp.so.2")') && (!isRoot || may("-U")),
  },
  /** A disk of its own whose power can be cut: an ext4 in a file. */
  power: {
    programs: ["mount", "mkfs.ext4", "e2fsck", "python3"],
    missing: "loop devices: run it as root",
    met: () => isRoot && may("-m") && exists("/dev/loop-control"),
  },
  /** Several hosts on this machine, in network namespaces (support_network.ts). */
  hosts: {
    programs: ["ip", "nice", "nsenter", "python3"],
    missing: "network namespaces and /dev/net/tun: run it as root",
    met: () => isRoot && may("-n") && exists("/dev/net/tun"),
  },
} as const satisfies Record<string, { programs: readonly ProgramName[]; missing: string; met: () => boolean }>;

/** What a test may need. */
export type Need = ProgramName | keyof typeof ABILITIES;

const isLinux = Deno.build.os === "linux";
const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

/** Whether a namespace of this kind may be made: root in a container often may not. */
function may(flag: "-m" | "-n" | "-U"): boolean {
  // In a chroot the root directory is no mount point, whose propagation could be changed; mounts work all the same.
  return hasProgram("unshare") && runs("unshare", flag, "--propagation", "unchanged", "true");
}

function runs(program: string, ...args: string[]): boolean {
  return new Deno.Command(program, { args }).outputSync().success;
}

function mayLink(): boolean {
  const directory = Deno.makeTempDirSync({ prefix: "idp2pi-test-" });
  try {
    Deno.symlinkSync("nowhere", join(directory, "link"), { type: "file" });
    return true;
  } catch {
    return false;
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function isOwn(hostname: string): boolean {
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Where Debian keeps nft, sysctl and mkfs.ext4; the `PATH` of its users who are not root lacks them. */
const ADMIN_DIRECTORIES = Deno.build.os === "linux" ? ["/usr/local/sbin", "/usr/sbin", "/sbin"] : [];

/** A `PATH` with the directories that it lacks of those where the programs are. */
export function wholePath(): string {
  return [
    ...new Set([...(Deno.env.get("PATH") ?? "").split(delimiter).filter((it) => it !== ""), ...ADMIN_DIRECTORIES]),
  ].join(delimiter);
}

/** Whether a program of this name is in one of the directories of {@link wholePath}. */
export function hasProgram(name: string): boolean {
  const endings = Deno.build.os === "windows" ? [".exe", ".cmd"] : [""];
  return wholePath().split(delimiter).some((it) => endings.some((ending) => exists(join(it, name + ending))));
}

const found = new Map<Need, string | null>();

/** What is missing for a need, for people; `null` when it is met. */
function missingFor(need: Need): string | null {
  if (!found.has(need)) found.set(need, lookFor(need));
  return found.get(need)!;
}

function lookFor(need: Need): string | null {
  if (!(need in ABILITIES)) return hasProgram(need) ? null : need;
  const { programs, missing, met } = ABILITIES[need as keyof typeof ABILITIES];
  return programs.find((it) => !hasProgram(it)) ?? (met() ? null : missing);
}

/** A test that runs where its needs are met, and is ignored elsewhere; with `IDP2PI_TEST_ALL` set it fails there. */
export function needing(
  needs: readonly Need[],
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): Deno.TestDefinition {
  Deno.env.set("PATH", wholePath()); // What is found is what the test runs.
  const missing = needs.flatMap((need) => missingFor(need) ?? []);
  if (missing.length === 0) return { name, fn };
  const whole = `${name} [needs ${missing.join(", ")}]`;
  if (!Deno.env.get("IDP2PI_TEST_ALL")) return { name: whole, fn, ignore: true };
  return {
    name: whole,
    fn: () => {
      throw new Error(`This test needs ${missing.join(", ")}, and IDP2PI_TEST_ALL allows no ignored test.`);
    },
  };
}
