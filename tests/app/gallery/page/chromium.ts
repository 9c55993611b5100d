/** The gallery's page in headless Chromium. */
import { strictEqual } from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { wholePath } from "../../../needs.ts";

/**
 * How long a page may take for anything, in milliseconds: on a busy machine the decoder of a peer alone takes ten seconds
 * to start. What is waited for is a state, so that this is the time of a failure only.
 */
const PATIENCE_MS = 60_000;

let browser: Promise<Browser> | undefined;

/** One browser for all tests of a file, started by the first. */
export function launched(): Promise<Browser> {
  return browser ??= chromium.launch({
    executablePath: programPath("chromium"),
    // Root has no sandbox, and the pages are ours; /dev/shm is small in containers.
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    timeout: PATIENCE_MS,
  });
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

/**
 * Opens the page at this address, runs `look`, and fails if anything in the page went wrong: an error, a report of the
 * policy, a dialog, a request to anywhere else.
 */
export async function withPage(
  address: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await (await launched()).newContext({
    timezoneId: "UTC",
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const wrong: string[] = [];
  const { origin } = new URL(address);
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(?:data|blob):/.test(url)) wrong.push(`request: ${url}`);
  });
  // Some violations of the policy are not written to the console.
  await context.addInitScript(`addEventListener("securitypolicyviolation", (event) =>
    console.error("policy:", event.violatedDirective, event.blockedURI, event.sample))`);
  const page = await context.newPage();
  page.on("popup", (popup) => wrong.push(`popup: ${popup.url()}`));
  page.on("pageerror", ({ message }) => wrong.push(`error: ${message}`));
  page.on("console", (message) => {
    // Pictures that cannot be shown, and a client that is gone, are part of the tests.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) wrong.push(message.text());
  });
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  try {
    await page.goto(address);
    await look(page);
    strictEqual(wrong.join("\n"), "");
  } finally {
    await context.close();
  }
}

/** The path of a program that a test needs. */
/** Waits until something holds, in the page (an expression) or here: `page.waitForFunction` is stopped by the policy. */
export async function until(holds: () => unknown, what: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!await holds()) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await delay(20);
  }
}

export function programPath(name: string): string {
  const found = wholePath().split(":").map((it) => `${it}/${name}`).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`${name} is missing`);
  return found;
}
