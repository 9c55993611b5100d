/**
 * The status of the tracker over HTTP: `/healthz`, `/metrics` for Prometheus, `/status` as JSON and as a page. None of
 * them contains a password or an address.
 */
import { SAFE_HEADERS } from "../../net/http.ts";
import { metrics, type Snapshot } from "./metrics.ts";
import PAGE from "./page.html" with { type: "text" };
import SCRIPT from "./page.js" with { type: "text" };
import STYLE from "./page.css" with { type: "text" };

/** Browsers run only this server's own script and style, and no page may frame this one. */
const HEADERS = {
  ...SAFE_HEADERS,
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
};

export function statusHandler(look: () => Snapshot): (request: Request) => Response {
  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return respond("Only GET is answered here.\n", "text/plain", 405, { allow: "GET, HEAD" });
    }
    switch (new URL(request.url).pathname) {
      case "/healthz":
        // A tracker without its shared registry answers all the same, so that no balancer takes it away.
        return respond(`${["ok", ...shortcomings(look())].join(", ")}\n`, "text/plain");
      case "/metrics":
        return respond(metrics(look()), "text/plain; version=0.0.4");
      case "/status":
        return wantsPage(request)
          ? respond(PAGE, "text/html")
          : respond(`${JSON.stringify(look())}\n`, "application/json");
      case "/status.js":
        return respond(SCRIPT, "text/javascript");
      case "/status.css":
        return respond(STYLE, "text/css");
      default:
        return respond("Not found. Available: /healthz, /metrics and /status.\n", "text/plain", 404);
    }
  };
}

function shortcomings({ registry }: Snapshot): string[] {
  return [
    ...registry?.connected === false ? ["without the shared registry"] : [],
    ...registry?.isOutgrown ? ["the shared registry is larger than --memory"] : [],
  ];
}

/** Browsers name HTML first; programs accept anything. */
function wantsPage(request: Request): boolean {
  return request.headers.get("accept")?.includes("text/html") ?? false;
}

function respond(body: string, type: string, status = 200, more: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { ...HEADERS, ...more, "content-type": `${type}; charset=utf-8` } });
}
