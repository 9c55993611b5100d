/** Which images are shown: by status, peer, format, size and date. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { filter, networkNames, setFilter, shownNetwork, table, tableVersion, words } from "../live/store.ts";
import { type ImageStatus, NO_FILTER } from "../model/filter.ts";

const formats = computed(() => {
  tableVersion.value;
  return table.formatCounts.values.toSorted();
});

/** The peers that have images. */
const peers = computed(() => {
  tableVersion.value;
  return table.peerCounts.values.map((it) => table.peers[it]).sort();
});

/** Sizes from some bytes to below others. */
const SIZES = {
  small: [0, 100_000],
  medium: [100_000, 1_000_000],
  large: [1_000_000, 10_000_000],
  huge: [10_000_000, Infinity],
} as const;

const DAY_SECONDS = 86_400;

export function Filters(): JSX.Element {
  const w = words.value;
  const { status, peer, format, after, before, minSize, maxSize } = filter.value;
  const size = Object.entries(SIZES).find(([, [min, max]]) => min === minSize && max === maxSize)?.[0] ?? "";
  const network = shownNetwork.value;
  const isFiltered = status !== "any" || peer !== "" || network >= 0 || format !== "" || size !== "" || after > 0 ||
    before < Infinity;
  return (
    <section class="filters" aria-labelledby="filters-title">
      <h2 id="filters-title">{w.filters}</h2>
      <Choice
        label={w.status}
        value={status}
        options={Object.entries(w.statuses)}
        choose={(it) => setFilter({ status: it as ImageStatus })}
      />
      <Choice
        label={w.peer}
        value={peer}
        options={[["", w.any], ...peers.value.map((it) => [it, it] as const)]}
        choose={(it) => setFilter({ peer: it })}
      />
      {networkNames.value.length > 0 && (
        <Choice
          label={w.network}
          value={networkNames.value[network] ?? ""}
          options={[["", w.any], ...networkNames.value.map((it) => [it, it] as const)]}
          choose={(it) => setFilter({ network: it })}
        />
      )}
      <Choice
        label={w.format}
        value={format}
        options={[["", w.any], ...formats.value.map((it) => [it, it] as const)]}
        choose={(it) => setFilter({ format: it })}
      />
      <Choice
        label={w.size}
        value={size}
        options={[["", w.any], ...Object.entries(w.sizes)]}
        choose={(it) => {
          const [minSize, maxSize] = SIZES[it as keyof typeof SIZES] ?? [0, Infinity];
          setFilter({ minSize, maxSize });
        }}
      />
      <fieldset class="dates">
        <legend>{w.date}</legend>
        <DateField label={w.after} value={after} change={(it) => setFilter({ after: it ?? 0 })} />
        <DateField
          label={w.before}
          value={Number.isFinite(before) ? before : 0}
          change={(it) => setFilter({ before: it === null ? Infinity : it + DAY_SECONDS - 1 })}
        />
      </fieldset>
      <button
        type="button"
        class="plain"
        hidden={!isFiltered}
        onClick={() => setFilter({ ...NO_FILTER, text: filter.value.text, album: filter.value.album })}
      >
        {w.clearFilters}
      </button>
    </section>
  );
}

function Choice(
  { label, value, options, choose }: {
    label: string;
    value: string;
    options: readonly (readonly [string, string])[];
    choose: (value: string) => void;
  },
): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
    </label>
  );
}

/** A day, as the second in which it begins in this machine's time zone; `null` for none. */
function DateField(
  { label, value, change }: { label: string; value: number; change: (seconds: number | null) => void },
): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="date"
        value={value === 0 ? "" : dayOf(value)}
        onChange={({ currentTarget: { value } }) =>
          change(value === "" ? null : new Date(`${value}T00:00:00`).getTime() / 1_000)}
      />
    </label>
  );
}

/** `2024-05-31`, as date fields have it. */
function dayOf(seconds: number): string {
  const date = new Date(seconds * 1_000);
  const two = (part: number): string => `${part}`.padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
