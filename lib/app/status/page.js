/// <reference lib="dom" />
/**
 * The script of the status page: shows the state of the tracker every two seconds, in Portuguese if the browser asks
 * for it. Text is inserted as text, never as markup.
 */
"use strict";

const WORDS = {
  en: {
    peers: "peers",
    images: "images",
    requestsPerSecond: "requests per second",
    refused: "refused",
    memory: "memory",
    refusals: "Refused, by reason",
    uptime: "running for {} minutes",
    lost: "The tracker does not answer; retrying.",
  },
  pt: {
    peers: "peers",
    images: "imagens",
    requestsPerSecond: "requisições por segundo",
    refused: "recusadas",
    memory: "memória",
    refusals: "Recusadas, por motivo",
    uptime: "em execução há {} minutos",
    lost: "O tracker não responde; tentando de novo.",
  },
};

const language = navigator.language.startsWith("pt") ? "pt" : "en";
const words = WORDS[language];
document.documentElement.lang = language === "pt" ? "pt-BR" : "en";
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * @param {string} name
 * @param {string} text
 * @returns {HTMLElement}
 */
function element(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}

/**
 * @param {import("./metrics.ts").Snapshot} status
 * @returns {void}
 */
function show(status) {
  const minutes = number.format(Math.floor(status.uptime / 60));
  byId("state").textContent = `${status.version}, ${words.uptime.replace("{}", minutes)}`;
  /** @type {[keyof typeof words, string][]} */
  const numbers = [
    ["peers", number.format(status.peers)],
    ["images", number.format(status.images)],
    ["requestsPerSecond", number.format(status.requestsPerSecond)],
    ["refused", number.format(status.events.refused ?? 0)],
    ["memory", `${number.format(status.memory / 1e6)} MB`],
  ];
  byId("numbers").replaceChildren();
  for (const [name, text] of numbers) {
    const box = document.createElement("div");
    box.append(element("dt", words[name]), element("dd", text));
    byId("numbers").append(box);
  }
  const refusals = Object.entries(status.refusals);
  byId("refused").textContent = refusals.length > 0 ? words.refusals : "";
  byId("refusals").replaceChildren();
  for (const [reason, count] of refusals) {
    const row = document.createElement("tr");
    row.append(element("td", reason), element("td", number.format(count)));
    byId("refusals").append(row);
  }
}

/** @returns {Promise<void>} */
async function refresh() {
  try {
    const response = await fetch("/status", { headers: { accept: "application/json" } });
    show(await response.json());
  } catch {
    byId("state").textContent = words.lost;
  }
  setTimeout(refresh, 2_000);
}

refresh();
