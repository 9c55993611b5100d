/** Starts the page. */
import { render } from "preact";
import { Gallery } from "./gallery.tsx";
import { follow } from "./live/events.ts";

render(<Gallery />, document.body);
follow();
