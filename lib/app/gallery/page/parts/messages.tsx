/** What the page says: a lost client, what was done, what failed. */
import type { JSX } from "preact";
import { connection, dismiss, isReadOnly, notices, state, words } from "../live/store.ts";
import { uploads } from "../live/upload.ts";
import { IconButton } from "./icons.tsx";

export function ConnectionMessage(): JSX.Element {
  const w = words.value;
  const now = connection.value;
  const text = now === "lost" || now === "ended" || now === "refused"
    ? w[now]
    : isReadOnly.value
    ? w.readOnly
    : state.value?.mayBeCut
    ? w.mayBeCut
    : "";
  return <p class={`connection-message ${now}`} role="alert" hidden={text === ""}>{text}</p>;
}

export function Notices(): JSX.Element {
  const w = words.value;
  const sending = uploads.value;
  return (
    <div class="notices" role="log" aria-live="polite">
      {sending && (
        <div class="notice">
          <span>{w.adding(Math.min(sending.done + 1, sending.total), sending.total)}</span>
          <progress aria-label={w.addFiles} max={sending.total} value={sending.done} />
        </div>
      )}
      {notices.value.map(({ id, text, isError }) => (
        <div key={id} class={`notice${isError ? " error" : ""}`}>
          <span>{text}</span>
          <IconButton icon="close" label={w.close} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
