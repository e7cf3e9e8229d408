// Keys: every element with data-key answers to its key (with Alt while typing), data-alt to Alt+key.
// The list under "?" is made from the page itself, so that it is always true.
"use strict";
(() => {
  const isTyping = (target) => target.matches("input:not([type=checkbox],[type=file],[type=radio]), textarea, select");
  const isShown = (element) => element.checkVisibility() || element.matches("input[type=file]");
  const labelOf = (element) => (element.getAttribute("aria-label") || element.closest("label")?.firstChild.textContent
    || [...element.childNodes].filter((node) => node.nodeName !== "KBD").map((node) => node.textContent).join("")).trim();

  // A Vietnamese keyboard (Telex) makes `ư` of `]`: then the key's place on the keyboard tells.
  const PLACES = {BracketLeft: "[", BracketRight: "]", Slash: "/", Comma: ",", Period: ".", Minus: "-", Equal: "="};
  const placeOf = (code) => PLACES[code] || /^Digit(\d)$/.exec(code)?.[1] || /^Key([A-Z])$/.exec(code)?.[1].toLowerCase();
  window.keyOf = (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    return key.length === 1 && /[^\x20-\x7e]/.test(key) ? placeOf(event.code) || key : key;
  };

  function find(event) {
    const key = window.keyOf(event);
    const typing = isTyping(event.target);
    if (event.ctrlKey || event.metaKey) return null;
    if (event.altKey) {
      const digit = /^Digit(\d)$/.exec(event.code)?.[1];
      const names = [key, digit, /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase()].filter(Boolean);
      const near = event.target.closest("form, .field") || document;
      for (const scope of [near, document]) {
        for (const attribute of ["data-alt", "data-key"]) {
          for (const name of names) {
            const found = [...scope.querySelectorAll(`[${attribute}="${CSS.escape(name)}"]`)].find(isShown);
            if (found) return found;
          }
        }
      }
      return null;
    }
    if (typing && key !== "Escape") return null;
    if (key === "Enter" && event.target.closest("button, a, summary, .dialog")) return null;
    return [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isShown) || null;
  }

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    const element = find(event);
    if (!element) return;
    event.preventDefault();
    if (element.matches("input:not([type=file])")) element.focus();
    else element.click();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) openKeys(document.getElementById(opener.dataset.open));
    if (event.target.closest("[data-print]")) window.print();
    const chip = event.target.closest("[data-fill]");
    if (chip) {
      const input = chip.closest("form").querySelector("input[name=text]");
      input.value = chip.dataset.fill;
      input.focus();
    }
  });

  function openKeys(dialog) {
    const list = dialog.querySelector("dl");
    list.replaceChildren();
    for (const element of document.querySelectorAll("[data-key], [data-alt]")) {
      if (!isShown(element) || element.closest("dialog")) continue;
      const term = document.createElement("dt");
      const key = document.createElement("kbd");
      key.textContent = element.dataset.key || `Alt ${element.dataset.alt}`;
      term.append(key);
      const what = document.createElement("dd");
      what.textContent = labelOf(element);
      list.append(term, what);
    }
    dialog.showModal();
  }
})();
