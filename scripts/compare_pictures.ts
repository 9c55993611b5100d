/**
 * Holds the pictures of a directory against what ExifTool and ImageMagick say of them, and prints what differs: whether a
 * file is an image of a format that is shared, how large it is, when it was taken, and whether it says where.
 *
 *     deno run --allow-read --allow-run --ignore-env scripts/compare_pictures.ts <directory>
 *
 * Debian: libimage-exiftool-perl, imagemagick. Exit code: 0 nothing differs, 1 something does, 2 wrong usage.
 */
import { join } from "node:path";
import type { FileRecord } from "../lib/files/file_record.ts";
import { Inspector } from "../lib/folder/inspect.ts";
import { secondsOf } from "../lib/formats/taken.ts";
import { walk } from "../lib/folder/walk.ts";
import { reasonOf } from "../lib/fault/reason.ts";

/** ExifTool's names for the formats that are shared. */
const FORMATS = /^(JPEG|PNG|APNG|GIF|(Extended )?WEBP|AVIF|HEIC|HEICS|HEIF|HEIFS|HIF|BMP|TIFF|BTF)$/;

/** Names of coordinates, as ExifTool has them; each file's are asked for by these. */
const COORDINATE = /(?:Latitude|Longitude|GPSPosition|GPSCoordinates|LocationInformation)$/;

/** Files that ExifTool is given at a time, and seconds that ImageMagick may take for one. */
const FILES_AT_ONCE = 500;
const SECONDS = 20;

type Facts = Readonly<Record<string, unknown>>;

async function run(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args: [...args], stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

/** What ExifTool says of files, by path. */
async function exiftool(paths: readonly string[]): Promise<Map<string, Facts>> {
  const all = new Map<string, Facts>();
  for (let at = 0; at < paths.length; at += FILES_AT_ONCE) {
    const some = paths.slice(at, at + FILES_AT_ONCE);
    const places = ["-GPS*", "-*Latitude", "-*Longitude", "-*Location*"];
    const dates = ["-DateTimeOriginal", "-OffsetTimeOriginal"];
    const tags = ["-FileType", "-ImageWidth", "-ImageHeight", ...places, ...dates];
    const text = await run("exiftool", ["-j", "-n", "-a", "-G1", "-ee", "-m", "-q", "-q", ...tags, "--", ...some]);
    for (const facts of JSON.parse(text || "[]") as Facts[]) all.set(String(facts.SourceFile), facts);
  }
  return all;
}

/** The width and height that ImageMagick says, `null` when it cannot read the picture. */
async function identify(path: string): Promise<string | null> {
  const args = [`${SECONDS}`, "identify", "-ping", "-format", "%wx%h\n", `${path}[0]`];
  return /^\d+x\d+/.exec(await run("timeout", args))?.[0] ?? null;
}

/** Whether ExifTool found a coordinate that is not 0. */
function hasPlace(facts: Facts): boolean {
  return Object.entries(facts).some(([name, value]) => {
    return !name.startsWith("Composite:") && COORDINATE.test(name) && /[1-9]/.test(String(value));
  });
}

function first(facts: Facts, tag: string): unknown {
  return Object.entries(facts).find(([name]) => name.endsWith(`:${tag}`))?.[1];
}

/** What differs, and what others say. */
function* differences(
  file: FileRecord,
  facts: Facts,
  magick: string | null,
): Generator<[what: string, ours: string, theirs: string]> {
  const type = String(first(facts, "FileType") ?? "none");
  const { image } = file;
  const isOurs = FORMATS.test(type);
  if (isOurs !== (image !== null)) {
    yield ["recognized", image?.mime ?? "no image", `${type}, ImageMagick ${magick ?? "cannot read it"}`];
  }
  if (!image || !isOurs) return;
  const size = `${image.width}x${image.height}`;
  const tool = `${first(facts, "ImageWidth")}x${first(facts, "ImageHeight")}`;
  if (size !== magick && size !== tool) {
    yield ["size", size, `ExifTool ${tool}, ImageMagick ${magick ?? "cannot read it"}`];
  }
  const [date, zone] = ["DateTimeOriginal", "OffsetTimeOriginal"].map((tag) => `${facts[`ExifIFD:${tag}`] ?? ""}`);
  if (image.taken !== secondsOf(date, zone)) yield ["taken", `${image.taken}`, `${date}${zone}`];
  if (image.uncertain) yield ["uncertain", "counts as located", hasPlace(facts) ? "a place" : "no place"];
  else if (image.located !== hasPlace(facts)) {
    yield ["place", image.located ? "yes" : "no", hasPlace(facts) ? "yes" : "no"];
  }
}

/** Compares; returns how many files there are, and how many differ in what. */
export async function comparePictures(directory: string, report: (line: string) => void): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const root = await Deno.realPath(directory);
  const seen = [...walk(root, { recursive: true, ignored: () => false })].filter((it) => !("reason" in it));
  const theirs = await exiftool(seen.map(({ path }) => join(root, path)));
  const inspector = new Inspector();
  for (const { path } of seen.sort((a, b) => a.path < b.path ? -1 : 1)) {
    count("files");
    const whole = join(root, path);
    try {
      const file = await inspector.inspect(root, path);
      if (file.image) count("images");
      for (const [what, ours, other] of differences(file, theirs.get(whole) ?? {}, await identify(whole))) {
        report(`${what}: ${path}: ${ours}; ${other}`);
        count(what);
      }
    } catch (error) {
      report(`unreadable: ${path}: ${reasonOf(error)}`);
      count("unreadable");
    }
  }
  return counts;
}

if (import.meta.main) {
  const [directory] = Deno.args;
  if (!directory) {
    console.error("Name a directory of pictures.");
    Deno.exit(2);
  }
  const counts = await comparePictures(directory, (line) => console.log(line));
  console.log([...counts].map(([what, count]) => `${what} ${count}`).join(", "));
  Deno.exit([...counts.keys()].some((what) => what !== "files" && what !== "images") ? 1 : 0);
}
