/** Files that are dropped on the page, or chosen, go into the client's directory. */
import { signal } from "@preact/signals";
import type { StoredFile } from "../../api.ts";
import { send } from "./requests.ts";
import { notify, words } from "./store.ts";

/** How far that is; `null` when nothing is sent. */
export const uploads = signal<{ readonly done: number; readonly total: number } | null>(null);

/** A file with its path below what was dropped. */
interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

/** Sends files one after another. */
export async function upload(files: readonly DroppedFile[]): Promise<void> {
  const before = uploads.value ?? { done: 0, total: 0 };
  uploads.value = { ...before, total: before.total + files.length };
  let added = 0;
  for (const { path, file } of files) {
    try {
      const response = await send(`/api/files/${encodeURIComponent(path)}`, { method: "PUT", body: file });
      const { name, reason }: StoredFile = await response.json();
      if (reason) notify(words.value.notAdded(name, reason), true);
      else added++;
    } catch (error) {
      notify(words.value.notAdded(path, error instanceof Error ? error.message : ""), true);
    }
    uploads.value = { ...uploads.value, done: uploads.value.done + 1 };
  }
  if (uploads.value.done >= uploads.value.total) uploads.value = null;
  if (added > 0) notify(words.value.added(added));
}

/** The files of a drop, those inside folders included. */
export async function droppedFiles(items: DataTransferItemList): Promise<DroppedFile[]> {
  // Both must be asked for before anything is awaited: then the list is empty.
  const dropped = Array.from(items, (item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found = dropped.map(({ entry, file }) => entry ? filesIn(entry) : file ? [{ path: file.name, file }] : []);
  return (await Promise.all(found)).flat();
}

async function filesIn(entry: FileSystemEntry): Promise<DroppedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: DroppedFile[] = [];
  while (true) {
    // A reader gives some entries at a time, and at last none.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    for (const inner of some) for (const file of await filesIn(inner)) found.push(file);
  }
}
