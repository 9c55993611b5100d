/** The bill of materials, held against the schema of CycloneDX and against the lock file. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { type Lock, sbom, type SbomInput } from "../../scripts/build/sbom.ts";
import { ROOT } from "../support.ts";

/** The official schemas, as the library of CycloneDX carries them. */
const SCHEMAS = join(fileURLToPath(import.meta.resolve("@cyclonedx/cyclonedx-library")), "../../res/schema");
const schema = async (name: string): Promise<Record<string, unknown>> =>
  JSON.parse(await Deno.readTextFile(join(SCHEMAS, `${name}.SNAPSHOT.schema.json`)));

// The schema has words of its own beside those of JSON Schema; two of its formats are looser than what is written here.
const ajv = new Ajv({
  strict: false,
  allErrors: true,
  formats: {
    "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
    "iri-reference": true,
    "idn-email": true,
  },
});
for (const name of ["spdx", "jsf-0.82"]) {
  ajv.addSchema(await schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
}
const isValid = ajv.compile(await schema("bom-1.6"));

const lock: Lock = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.lock")));

function input(changed: Partial<SbomInput> = {}): SbomInput {
  return {
    lock,
    version: "1.2.3",
    commit: "a".repeat(40),
    time: 1_700_000_000,
    deno: "2.9.6",
    embedded: new Set(["react@19.3.1"]),
    licences: new Map([["react@19.3.1", "MIT"], ["type-fest@5.10.0", "(MIT OR CC0-1.0)"], [
      "ink@8.0.0",
      "see LICENSE",
    ]]),
    ...changed,
  };
}

/** As much of a bill as is looked at. */
interface Bill {
  readonly components: readonly {
    readonly "bom-ref": string;
    readonly name: string;
    readonly group?: string;
    readonly version: string;
    readonly scope: string;
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
    readonly licenses?: unknown;
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const bill = sbom(input()) as unknown as Bill;

Deno.test("the bill is CycloneDX 1.6", () => {
  ok(isValid(bill), JSON.stringify(isValid.errors, null, 1));
});

Deno.test("the schema rejects an invalid bill", () => {
  for (const wrong of [{ bomFormat: "SPDX" }, { serialNumber: "urn:uuid:1" }, { components: [{ type: "library" }] }]) {
    ok(!isValid({ ...bill, ...wrong }), JSON.stringify(wrong));
  }
  const [first, ...rest] = bill.components;
  ok(!isValid({ ...bill, components: [{ ...first, licenses: [{ license: { id: "Mine" } }] }, ...rest] }));
  ok(!isValid({ ...bill, metadata: { timestamp: "yesterday" } }));
});

Deno.test("each package of the lock file is a component, with its hash", () => {
  const [deno, ...packages] = bill.components;
  deepStrictEqual([deno.name, deno.version, deno.scope], ["deno", "2.9.6", "required"]);
  deepStrictEqual(
    packages.map(({ group, name, version, hashes }) => [
      `${group === undefined ? "" : `${group}/`}${name}@${version}`,
      `sha512-${Buffer.from(hashes![0].content, "hex").toString("base64")}`,
    ]),
    Object.entries(lock.npm).map(([id, { integrity }]) => [id.replace(/_.*/, ""), integrity]),
  );
  const required = packages.filter(({ scope }) => scope !== "excluded").map((it) => [it["bom-ref"], it.scope]);
  deepStrictEqual(required, [["pkg:npm/react@19.3.1", "required"]]);
});

Deno.test("licences are identifiers, expressions, or the text of the package", () => {
  const licences = Object.fromEntries(bill.components.map(({ name, licenses }) => [name, licenses]));
  deepStrictEqual(licences.react, [{ license: { id: "MIT" } }]);
  deepStrictEqual(licences["type-fest"], [{ expression: "(MIT OR CC0-1.0)" }]);
  deepStrictEqual(licences.ink, [{ license: { name: "see LICENSE" } }]);
  strictEqual(licences.ms, undefined);
});

Deno.test("the graph names only components, each once, and reaches all of them from the product", () => {
  const root = "pkg:github/idp2pi/idp2pi@v1.2.3";
  const graph = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  deepStrictEqual([...graph.keys()].sort(), [root, ...bill.components.map((it) => it["bom-ref"])].sort());
  const reached = new Set<string>();
  const waiting = [root];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (reached.has(ref)) continue;
    reached.add(ref);
    ok(graph.has(ref), ref);
    waiting.push(...graph.get(ref)!);
  }
  strictEqual(reached.size, graph.size);
  ok(graph.get("pkg:npm/ink@8.0.0")!.includes("pkg:npm/ansi-styles@7.0.0"), "of two versions the one that is meant");
});

Deno.test("the same input gives the same bill, and another input another serial number", () => {
  deepStrictEqual(sbom(input()), sbom(input()));
  ok(sbom(input()).serialNumber !== sbom(input({ commit: "b".repeat(40) })).serialNumber);
});

Deno.test("a lock file without a package is an error", () => {
  const { ms: _, ...npm } = Object.fromEntries(
    Object.entries(lock.npm).map(([id, it]) => [id.replace(/^ms@.*/, "ms"), it]),
  );
  throws(() => sbom(input({ lock: { ...lock, npm } })), /deno\.lock has no package ms/);
});
