/** Under which licences the packages come that an executable contains. */
import { join } from "node:path";
import type { NpmPackage } from "./npm_packages.ts";

/** The licence that a package states, as an SPDX expression or in other words, if it states one. */
export async function licenceOf({ directory }: NpmPackage): Promise<string | undefined> {
  const { license } = JSON.parse(await Deno.readTextFile(join(directory, "package.json")));
  return typeof license === "string" ? license : undefined;
}

/** The notices that these packages come with, as licences demand of those who redistribute them. */
export async function noticesOf(packages: readonly NpmPackage[], deno: string): Promise<string> {
  const parts = [
    `The executables contain Deno ${deno} (MIT, https://github.com/denoland/deno) with V8 (BSD-3-Clause, https://v8.dev),\n` +
    "and these npm packages. Their sources are at https://www.npmjs.com/package/<name>.\n",
  ];
  for (const one of packages) {
    const licence = await licenceOf(one) ?? "no licence stated";
    parts.push(`${one.name} ${one.version} (${licence})\n\n${await textOf(one.directory)}`);
  }
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}

/** The files of a package that hold its licence. */
async function textOf(directory: string): Promise<string> {
  const names = await Array.fromAsync(Deno.readDir(directory), ({ name }) => name);
  const files = names.filter((name) => /^(?:licen[sc]e|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(files.map((name) => Deno.readTextFile(join(directory, name))));
  return texts.map((text) => text.replaceAll("\r\n", "\n").trim() + "\n").join("\n");
}
