/** The token that is shown with each change. It is kept for all pages of this port; cookies reach other ports too. */

const KEY = "idp2pi-token";

/** The token in the address. */
let given = "";

/** Takes the token out of the address, where others may read it, once the page starts. */
export function takeToken(): void {
  given = location.hash.slice(1);
  if (given === "") return;
  history.replaceState(history.state, "", location.pathname);
  try {
    localStorage.setItem(KEY, given);
  } catch {
    // A browser that keeps nothing: this page still has it.
  }
}

/** The token of the client as it runs now, if another page has got a newer one. */
export function token(): string {
  try {
    return localStorage.getItem(KEY) ?? given;
  } catch {
    return given;
  }
}
