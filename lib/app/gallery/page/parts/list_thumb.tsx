/** The small picture of an image in a list; a plain box where there is none. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

export function ListThumb({ md5 }: { md5: string }): JSX.Element {
  const isMissing = useSignal(false);
  return (
    <div class="list-thumb">
      <img
        src={`/thumb/${md5}?size=256`}
        alt=""
        loading="lazy"
        hidden={isMissing.value}
        onError={() => isMissing.value = true}
      />
    </div>
  );
}
