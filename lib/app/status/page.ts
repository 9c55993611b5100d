/**
 * The page of `/status`: what the tracker holds and does, brought up to date every two seconds. English and, where the
 * browser asks for it, Portuguese.
 *
 * @module
 */

/** The page. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>idp2pi-server</title>
<link rel="stylesheet" href="/status.css">
<h1>idp2pi-server</h1>
<p id="state" role="status">…</p>
<dl id="numbers"></dl>
<h2 id="refused"></h2>
<table id="refusals"></table>
<noscript>This page needs JavaScript; /status gives the same numbers as JSON to programs.</noscript>
<script src="/status.js"></script>
</html>
`;

/** Its look: readable on a telephone and on a wall, in light and in dark. */
export const STYLE = `:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.25rem; font-weight: 600; }
h2 { font-size: 1rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; }
dl div { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem; padding: .75rem 1rem; }
dt { opacity: .75; font-size: .875rem; }
dd { margin: 0; font-size: 1.75rem; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; }
td { padding: .25rem 1rem .25rem 0; }
td + td { text-align: right; font-variant-numeric: tabular-nums; }
`;

/** Its script. Text is put in as text, never as markup. */
export const SCRIPT = `"use strict";
const words = {
  en: { peers: "peers", images: "images", requestsPerSecond: "requests a second", refused: "refused", memory: "memory",
    refusals: "Refused, by reason", up: "running for {} minutes", lost: "The tracker does not answer; trying again." },
  pt: { peers: "peers", images: "imagens", requestsPerSecond: "requisições por segundo", refused: "recusadas", memory: "memória",
    refusals: "Recusadas, por motivo", up: "em execução há {} minutos", lost: "O tracker não responde; tentando de novo." },
};
const language = navigator.language.startsWith("pt") ? "pt" : "en";
const said = words[language];
document.documentElement.lang = language === "pt" ? "pt-BR" : "en";
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const by = (id) => document.getElementById(id);
const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
function show(status) {
  by("state").textContent = status.version + ", " + said.up.replace("{}", number.format(Math.floor(status.uptime / 60)));
  const values = { peers: status.peers, images: status.images, requestsPerSecond: status.requestsPerSecond,
    refused: status.events.refused ?? 0, memory: status.memory / 1e6 };
  by("numbers").replaceChildren(...Object.entries(values).map(([key, value]) => {
    const box = document.createElement("div");
    box.append(element("dt", said[key]), element("dd", number.format(value) + (key === "memory" ? " MB" : "")));
    return box;
  }));
  const reasons = Object.entries(status.refusals);
  by("refused").textContent = reasons.length > 0 ? said.refusals : "";
  by("refusals").replaceChildren(...reasons.map(([reason, count]) => {
    const row = document.createElement("tr");
    row.append(element("td", reason), element("td", number.format(count)));
    return row;
  }));
}
async function refresh() {
  try {
    show(await (await fetch("/status", { headers: { accept: "application/json" } })).json());
  } catch {
    by("state").textContent = said.lost;
  }
  setTimeout(refresh, 2000);
}
refresh();
`;
