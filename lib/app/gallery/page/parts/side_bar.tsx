/** Beside the images: views, filters and albums, and how the client is connected. */
import type { JSX } from "preact";
import { visible } from "../../../words/visible.ts";
import type { GalleryNetwork } from "../../api.ts";
import { filter, goTo, isReadOnly, networkNames, place, state, words } from "../live/store.ts";
import { countText, sizeText } from "../words/texts.ts";
import { Albums } from "./albums.tsx";
import { Filters } from "./filters.tsx";
import { Icon, type IconName } from "./icons.tsx";

export function SideBar(): JSX.Element {
  const w = words.value;
  const isOwn = place.value === "images" && filter.value.status === "own";
  const queued = state.value?.queue.length ?? 0;
  return (
    <div class="side">
      <nav aria-label={w.views}>
        <ul class="views">
          <View
            icon="images"
            text={w.everything}
            isCurrent={place.value === "images" && !isOwn && filter.value.album === ""}
            go={() => goTo("images", { status: "any", album: "" })}
          />
          <View icon="own" text={w.own} isCurrent={isOwn} go={() => goTo("images", { status: "own", album: "" })} />
          {!isReadOnly.value && (
            <View
              icon="download"
              text={w.downloads}
              count={queued}
              isCurrent={place.value === "downloads"}
              go={() => goTo("downloads")}
            />
          )}
          <View icon="history" text={w.history} isCurrent={place.value === "history"} go={() => goTo("history")} />
        </ul>
      </nav>
      {place.value === "images" && <Filters />}
      <Albums />
      <Connected />
    </div>
  );
}

function View(
  { icon, text, count = 0, isCurrent, go }: {
    icon: IconName;
    text: string;
    count?: number;
    isCurrent: boolean;
    go: () => void;
  },
): JSX.Element {
  return (
    <li>
      <button type="button" class="view" aria-current={isCurrent ? "page" : undefined} onClick={go}>
        <Icon name={icon} />
        <span>{text}</span>
        {count > 0 && <span class="count">{countText(count, words.value)}</span>}
      </button>
    </li>
  );
}

/** The trackers, and what is shared. */
function Connected(): JSX.Element | null {
  const now = state.value;
  if (!now) return null;
  const w = words.value;
  const { networks, own, peers, directory, version } = now;
  return (
    <footer class="connected">
      {networks.map((it) => <NetworkState key={it.name} network={it} />)}
      <p>{w.peers(peers)}</p>
      <p>{w.sharing(w.images(own.images), sizeText(own.bytes, w))}</p>
      <p class="quiet">{visible(directory)} · idp2pi {version}</p>
    </footer>
  );
}

/** The tracker that is asked, whether this client is registered there, and other trackers that can be asked instead. */
function NetworkState({ network }: { network: GalleryNetwork }): JSX.Element {
  const w = words.value;
  const { name, trackers: [tracker, ...others], registered, lost } = network;
  const isNamed = networkNames.value.length > 0 && name !== tracker && !lost.includes(name);
  return (
    <p class="network">
      <span class={`dot ${registered && lost === "" ? "good" : "bad"}`} />
      {isNamed && `${visible(name)} · `}
      {lost.includes(tracker) ? null : `${w.tracker(tracker)}: `}
      {visible(lost) || (registered ? w.registered : w.unregistered)}
      {others.length > 0 && <span class="quiet">{w.otherTrackers(others.join(", "))}</span>}
    </p>
  );
}
