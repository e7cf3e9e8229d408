// The review page: one field at a time, its ink lit; zoom and turning of the image; a sign of life.
"use strict";
(() => {
  const root = document.querySelector(".review");
  const scroller = root.querySelector(".scroller");
  const pages = [...root.querySelectorAll(".page")];
  let zoom = 1, lastSign = Date.now(), active = Date.now();

  const inputs = () => [...root.querySelectorAll(".field.open input[name=text]")];
  const nameOf = (input) => input.closest(".field").id.slice(2);

  function light(input) {
    root.querySelectorAll("rect.lit").forEach((box) => box.classList.remove("lit"));
    const box = root.querySelector(`rect[data-field="${CSS.escape(nameOf(input))}"]`);
    const page = root.querySelector(`.page[data-page="${input.dataset.page}"]`);
    (box || page)?.classList.add("lit");
    if (!box) { page?.scrollIntoView({ block: "start" }); return; }
    const ink = box.getBoundingClientRect(), frame = scroller.getBoundingClientRect();
    scroller.scrollTop += ink.top - frame.top - frame.height / 3;
    scroller.scrollLeft += ink.left + ink.width / 2 - frame.left - frame.width / 2;
  }

  function focusNext(after) {
    const open = inputs();
    const next = open.find((input) => !after || after.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING) || open[0];
    if (next) { next.focus(); next.select(); } else root.querySelector("#hand-in").focus();
  }

  root.addEventListener("focusin", (event) => {
    if (event.target.matches("input[name=text]")) {
      light(event.target);
      event.target.closest(".field").scrollIntoView({ block: "nearest" });
    }
  });
  // What is being typed outlives a session that ends meanwhile: it waits in this tab until it was taken.
  const kept = (name) => `typed ${document.body.dataset.login} ${root.dataset.paper} ${name}`;
  root.addEventListener("input", (event) => {
    if (event.target.matches("input[name=text]")) sessionStorage.setItem(kept(nameOf(event.target)), event.target.value);
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const sent = event.detail.elt;
    const goesOn = !(event.detail.xhr.getResponseHeader("HX-Redirect") || "").startsWith("/sign-in");
    if (sent.matches("[data-answer]") && event.detail.successful && goesOn) sessionStorage.removeItem(kept(sent.elements.field.value));
  });
  function putBack() {
    const others = Object.keys(sessionStorage).filter((key) => key.startsWith("typed ") && !key.startsWith(`typed ${document.body.dataset.login} `));
    others.forEach((key) => sessionStorage.removeItem(key)); // somebody else was at this tab before
    for (const input of inputs()) {
      const typed = sessionStorage.getItem(kept(nameOf(input)));
      if (typed === null || typed === input.value) continue;
      input.value = typed;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  for (const sign of ["keydown", "pointermove"]) document.addEventListener(sign, () => { active = Date.now(); }, true);

  document.body.addEventListener("htmx:afterSettle", (event) => {
    const now = document.getElementById(event.detail.target?.id || event.target.id);
    if (!now?.matches(".field")) return;
    if (now?.classList.contains("open")) {
      const input = now.querySelector("input[name=text]");
      input.focus();
      input.setSelectionRange(input.value.length, input.value.length);
    } else focusNext(now);
  });

  function setZoom(factor) {
    zoom = factor ? Math.min(Math.max(zoom * factor, 0.3), 6) : 1;
    pages.forEach((page) => { page.style.width = `${100 * zoom}%`; });
  }
  function turn() {
    const seen = pages.find((page) => page.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top + 40) || pages[0];
    const degrees = (Number(seen.dataset.turned || 0) + 90) % 360;
    seen.dataset.turned = degrees;
    const form = root.querySelector("[data-keep-turn]");
    form.hidden = degrees === 0;
    form.elements.number.value = seen.dataset.page;
    form.elements.degrees.value = degrees;
  }
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom], [data-turn], summary");
    if (button?.dataset.zoom) setZoom(Number(button.dataset.zoom));
    else if (button && "turn" in button.dataset) turn();
    else if (button?.matches("summary")) button.focus();
  });

  setInterval(() => {
    if (active > lastSign) {
      lastSign = Date.now();
      fetch(`/papers/${root.dataset.paper}/alive`, { method: "POST", headers: { "X-CSRF-Token": document.body.dataset.csrf } });
    }
  }, Number(root.dataset.idle) * 1000 / 5);

  putBack();
  focusNext(null);
})();
