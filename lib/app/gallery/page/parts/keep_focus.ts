/**
 * Gives the focus to the images, or to the list that is shown, when what had it goes away, such as the button of a
 * selection: keyboards and screen readers would start at the top of the page.
 */
export function keepFocus(): void {
  let last: Element | null = null;
  addEventListener("focusin", ({ target }) => last = target as Element);
  new MutationObserver(() => {
    if (!last || last.isConnected && !last.closest("[hidden]")) return;
    last = null;
    document.querySelector<HTMLElement>("#images, .list-page")?.focus();
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["hidden"] });
}
