/** Icons of 24 by 24 units, in the color of the text around them. */
import type { JSX } from "preact";

const PATHS = {
  menu: "M4 7h16M4 12h16M4 17h16",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  share: "M12 15V4M7.5 8 12 3.5 16.5 8M5 13v6h14v-6",
  unshare: "M5 13v6h14v-6M8 5l8 8M16 5l-8 8",
  pause: "M8 5v14M16 5v14",
  resume: "M8 5l11 7-11 7Z",
  info: "M12 11v6M12 7.5v.5M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  zoom: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20M10.5 7.5v6M7.5 10.5h6",
  sort: "M8 5v14M4.5 15.5 8 19l3.5-3.5M16 19V5M12.5 8.5 16 5l3.5 3.5",
  save: "M6 4h10l3 3v13H5V4ZM8 4v5h7V4M8 20v-6h8v6",
  retry: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4.5h-4.5",
  images: "M4 5h16v14H4ZM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  own: "M4 6h6l2 2.5h8V19H4Z",
  history: "M12 7v5l3.5 2M12 21a9 9 0 1 0-9-9M3 12l-1.5-2M3 12l2.5-1.5",
  album: "M4 8h16v11H4ZM6.5 5h11",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** A button that shows an icon alone; its label is read out, and shown while the pointer is on it. */
export function IconButton(
  { icon, label, onClick, pressed, disabled }: {
    icon: IconName;
    label: string;
    onClick: () => void;
    pressed?: boolean;
    disabled?: boolean;
  },
): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
