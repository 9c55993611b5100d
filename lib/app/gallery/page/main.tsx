/** Starts the page. */
import { render } from "preact";
import { Gallery } from "./gallery.tsx";
import { follow } from "./live/events.ts";
import { keepFocus } from "./parts/keep_focus.ts";

render(<Gallery />, document.body);
keepFocus();
follow();
