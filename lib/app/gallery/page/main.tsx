/** Starts the page. */
import { render } from "preact";
import { Gallery } from "./gallery.tsx";
import { follow } from "./live/events.ts";
import { startFinding } from "./live/find.ts";
import { arrangeTurns } from "./live/picture_turns.ts";
import { takeToken } from "./live/token.ts";
import { keepFocus } from "./parts/keep_focus.ts";

takeToken();
render(<Gallery />, document.body);
keepFocus();
document.addEventListener("visibilitychange", arrangeTurns);
follow();
startFinding();
