/** The bill of materials of a release: CycloneDX 1.6, made from deno.lock. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { isSupportedSpdxId } from "@cyclonedx/cyclonedx-library/SPDX";

/** As much of deno.lock (version 5) as is used. */
export interface Lock {
  /** `npm:react@^19.3.1` to `19.3.1`, or to `8.0.0_react@19.3.1` with the peers that were chosen. */
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, LockedPackage>>;
  readonly workspace: { readonly dependencies: readonly string[] };
}

/** A package. What it depends on is named as `name`, or as `name@version` where there are several. */
interface LockedPackage {
  readonly integrity: string;
  readonly dependencies?: readonly string[];
  readonly optionalDependencies?: readonly string[];
}

/** What a bill is made from. */
export interface SbomInput {
  readonly lock: Lock;
  readonly version: string;
  readonly commit: string;
  /** When the commit was made, in seconds since 1970. */
  readonly time: number;
  /** The version of Deno that is in the executables. */
  readonly deno: string;
  /** The packages that are in the executables, as `name@version`; the others serve to build and test. */
  readonly embedded: ReadonlySet<string>;
  /** The licences that packages state, by `name@version`. */
  readonly licences: ReadonlyMap<string, string>;
}

/** The names that CycloneDX has for the algorithms of npm. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
};

/**
 * The bill. The same input gives the same bill, its serial number too.
 *
 * @throws When the lock file names a package that it does not have.
 */
export function sbom(input: SbomInput): Record<string, unknown> {
  const { lock, version, commit, time, deno } = input;
  const root = `pkg:github/idp2pi/idp2pi@v${version}`;
  const runtime = `pkg:github/denoland/deno@v${deno}`;
  const packages = new Map<string, { component: Record<string, unknown>; dependsOn: Set<string> }>();
  for (const [id, locked] of Object.entries(lock.npm)) {
    const { ref, component } = componentOf(id, locked, input);
    const dependsOn = packages.get(ref)?.dependsOn ?? new Set(); // One package with other peers is the same package.
    for (const name of [...locked.dependencies ?? [], ...locked.optionalDependencies ?? []]) {
      dependsOn.add(purl(resolve(name, lock)));
    }
    packages.set(ref, { component, dependsOn });
  }
  const direct = lock.workspace.dependencies.map((it) => purl(`${nameOf(it.slice(4))}@${lock.specifiers[it]}`));
  const bill = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: new Date(time * 1000).toISOString(),
      lifecycles: [{ phase: "build" }],
      component: {
        type: "application",
        "bom-ref": root,
        name: "idp2pi",
        version,
        licenses: [{ license: { id: "MIT" } }],
        purl: root,
        properties: [{ name: "idp2pi:commit", value: commit }],
      },
    },
    components: [
      {
        type: "platform",
        "bom-ref": runtime,
        name: "deno",
        version: deno,
        scope: "required",
        licenses: [{ license: { id: "MIT" } }],
        cpe: `cpe:2.3:a:deno:deno:${deno}:*:*:*:*:*:*:*`,
        purl: runtime,
      },
      ...packages.values().map(({ component }) => component),
    ],
    dependencies: [
      { ref: root, dependsOn: [runtime, ...direct].sort() },
      { ref: runtime },
      ...packages.entries().map(([ref, { dependsOn }]) => ({ ref, dependsOn: [...dependsOn].sort() })),
    ],
  };
  return { ...bill, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bill))}` };
}

function componentOf(
  id: string,
  { integrity }: LockedPackage,
  { embedded, licences }: SbomInput,
): { ref: string; component: Record<string, unknown> } {
  const { name, version } = partsOf(id);
  const [group, short] = name.startsWith("@") ? name.split("/") : [undefined, name];
  const ref = purl(id);
  const key = `${name}@${version}`;
  const licence = licences.get(key);
  const component = {
    type: "library",
    "bom-ref": ref,
    ...group === undefined ? {} : { group },
    name: short,
    version,
    scope: embedded.has(key) ? "required" : "excluded",
    hashes: [hashOf(integrity)],
    ...licence === undefined ? {} : { licenses: [licenceChoice(licence)] },
    purl: ref,
  };
  return { ref, component };
}

/** `sha512-…` in base64. */
function hashOf(integrity: string): { alg: string; content: string } {
  const [algorithm, digest] = integrity.split("-");
  return { alg: ALGORITHMS[algorithm], content: Buffer.from(digest, "base64").toString("hex") };
}

/** An identifier of SPDX, an expression of some, or what a package says instead. */
function licenceChoice(licence: string): Record<string, unknown> {
  if (isSupportedSpdxId(licence)) return { license: { id: licence } };
  return / (?:OR|AND|WITH) /.test(licence) ? { expression: licence } : { license: { name: licence } };
}

/** `react@19.3.1` or `ink@8.0.0_react@19.3.1`, with the peers that were chosen: name and version. */
function partsOf(id: string): { name: string; version: string } {
  const name = nameOf(id);
  return { name, version: id.slice(name.length + 1).split("_", 1)[0] };
}

function nameOf(id: string): string {
  return id.slice(0, id.indexOf("@", 1));
}

function purl(id: string): string {
  const { name, version } = partsOf(id);
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** The package of the lock file called `name`, or `name@version`. */
function resolve(dependency: string, { npm }: Lock): string {
  const ids = Object.keys(npm);
  const id = Object.hasOwn(npm, dependency) ? dependency : ids.find((id) => nameOf(id) === dependency);
  if (id === undefined) throw new Error(`deno.lock has no package ${dependency}, on which another one depends.`);
  return id;
}

/** A UUID (version 8: of what its maker likes) that is the same for the same text. */
function uuidOf(text: string): string {
  const digits = createHash("sha256").update(text).digest("hex");
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ]
    .join("-");
}
