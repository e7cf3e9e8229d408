// Laying dossiers anew: by dragging, or with keys on the page in focus. Each step can be taken back with Backspace.
"use strict";
(() => {
  const table = document.getElementById("table");
  const back = document.getElementById("step-back");
  const steps = [];
  let dragged = null;

  const wholes = () => [...table.querySelectorAll(".whole")];
  const leaves = () => [...table.querySelectorAll(".leaf")];
  const papers = (within) => [...within.querySelectorAll(".laid:not(.aside)")];
  const asideOf = (leaf) => leaf.closest(".whole").querySelector(".aside");
  const listOf = (paper) => paper.querySelector("ol");

  function newPaper(whole, before) {
    const made = document.createElement("section");
    made.className = "laid";
    made.append(table.querySelector("template.new").content.cloneNode(true));
    whole.insertBefore(made, before || whole.querySelector(".aside"));
    return made;
  }
  function newWhole(after) {
    const made = after.cloneNode(true);
    made.dataset.id = "";
    papers(made).forEach((paper) => paper.remove());
    listOf(made.querySelector(".aside")).replaceChildren();
    const head = document.createElement("h2"), name = document.createElement("input");
    name.maxLength = 120;
    name.placeholder = table.dataset.made;
    name.setAttribute("aria-label", table.dataset.name);
    head.append(name);
    made.querySelector("h2").replaceWith(head);
    after.after(made);
    return made;
  }
  function tidy() {
    for (const whole of wholes()) {
      papers(whole).forEach((paper) => { if (!paper.querySelector(".leaf")) paper.remove(); });
      if (!whole.dataset.id && !whole.querySelector(".leaf")) whole.remove();
      whole.classList.toggle("emptied", !whole.querySelector(".leaf"));
    }
  }

  // What a step changed is the order of the same elements: it is kept as it was, types and names with it.
  function remember() {
    const kinds = [...table.querySelectorAll("select, input")].map((one) => [one, one.value]);
    const turned = leaves().map((leaf) => [leaf, leaf.dataset.turned]);
    const order = wholes().map((whole) => [whole, [...whole.children].map((part) => [part, part.matches(".laid") ? [...listOf(part).children] : null])]);
    steps.push(() => {
      table.replaceChildren(...order.map(([whole]) => whole));
      for (const [whole, parts] of order) {
        whole.replaceChildren(...parts.map(([part]) => part));
        parts.forEach(([part, inside]) => { if (inside) listOf(part).replaceChildren(...inside); });
      }
      kinds.forEach(([one, value]) => { one.value = value; });
      turned.forEach(([leaf, degrees]) => { leaf.dataset.turned = degrees; });
      tidy();
    });
    back.disabled = false;
  }
  back.addEventListener("click", () => {
    const focus = document.activeElement;
    steps.pop()?.();
    back.disabled = !steps.length;
    (focus?.isConnected && focus.matches(".leaf") ? focus : leaves()[0])?.focus();
  });

  function split(leaf) {
    const paper = leaf.closest(".laid");
    const all = [...paper.querySelectorAll(".leaf")];
    const isAside = paper.matches(".aside");
    const tail = isAside ? [leaf] : all.slice(all.indexOf(leaf));
    if (tail.length === all.length && !isAside) return;
    listOf(newPaper(leaf.closest(".whole"), isAside ? paper : paper.nextElementSibling)).append(...tail);
  }
  function join(leaf) {
    const paper = leaf.closest(".laid"), all = papers(leaf.closest(".whole"));
    const before = all[all.indexOf(paper) - 1];
    if (before && !paper.matches(".aside")) listOf(before).append(...paper.querySelectorAll(".leaf"));
  }
  function shift(leaf, by) {
    const list = leaf.closest("ol"), other = by < 0 ? leaf.previousElementSibling : leaf.nextElementSibling;
    if (other) { list.insertBefore(leaf, by < 0 ? other : other.nextElementSibling); return; }
    const all = papers(table), paper = leaf.closest(".laid");
    const next = paper.matches(".aside") ? papers(leaf.closest(".whole")).at(-1) : all[all.indexOf(paper) + by];
    if (next) listOf(next)[by < 0 ? "append" : "prepend"](leaf);
  }
  // A separator sheet was forgotten: the dossier ends before this page.
  function splitWhole(leaf) {
    const whole = leaf.closest(".whole");
    if (leaf.closest(".aside")) return;
    const first = papers(whole)[0];
    if (leaf === first.querySelector(".leaf")) return;
    const numbers = (one) => [one.dataset.scan, Number(one.dataset.page)];
    const [scan, number] = numbers(leaf);
    if (leaf.previousElementSibling) split(leaf);
    const all = papers(whole), from = all.indexOf(leaf.closest(".laid"));
    const made = newWhole(whole), end = made.querySelector(".aside");
    all.slice(from).forEach((paper) => made.insertBefore(paper, end));
    const later = (one) => numbers(one)[0] === scan && numbers(one)[1] > number;
    listOf(end).append(...[...whole.querySelectorAll(".aside .leaf")].filter(later));
  }
  function joinWhole(leaf) {
    const whole = leaf.closest(".whole"), before = wholes()[wholes().indexOf(whole) - 1];
    if (!before) return;
    papers(whole).forEach((paper) => before.insertBefore(paper, before.querySelector(".aside")));
    listOf(before.querySelector(".aside")).append(...whole.querySelectorAll(".aside .leaf"));
  }
  function movePaper(leaf, by) {
    const all = wholes(), other = all[all.indexOf(leaf.closest(".whole")) + by], paper = leaf.closest(".laid");
    if (!other) return;
    if (paper.matches(".aside")) listOf(other.querySelector(".aside")).append(leaf);
    else other.insertBefore(paper, by < 0 ? other.querySelector(".aside") : papers(other)[0] || other.querySelector(".aside"));
  }
  const turn = (leaf) => { leaf.dataset.turned = (Number(leaf.dataset.turned) + 90) % 360; };

  table.addEventListener("keydown", (event) => {
    const leaf = event.target.closest(".leaf");
    if (!leaf || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = leaves(), at = all.indexOf(leaf);
    const looks = { ArrowLeft: () => all[at - 1]?.focus(), ArrowRight: () => all[at + 1]?.focus() };
    const acts = {
      "[": () => shift(leaf, -1), "]": () => shift(leaf, 1), "/": () => split(leaf), j: () => join(leaf),
      r: () => turn(leaf), x: () => listOf(asideOf(leaf)).append(leaf),
      d: () => splitWhole(leaf), b: () => joinWhole(leaf), ",": () => movePaper(leaf, -1), ".": () => movePaper(leaf, 1),
    };
    const key = window.keyOf(event);
    if (!looks[key] && !acts[key]) return;
    event.preventDefault();
    event.stopPropagation();
    if (looks[key]) { looks[key](); return; }
    remember();
    acts[key]();
    tidy();
    const made = key === "d" && wholes().find((whole) => !whole.dataset.id && whole.contains(leaf));
    (made ? made.querySelector("h2 input") : leaf).focus();
  });
  table.addEventListener("keydown", (event) => { // from the new dossier's name back to its pages
    if (event.target.matches("h2 input") && (event.key === "Enter" || event.key === "Escape")) {
      event.preventDefault();
      event.stopPropagation();
      event.target.closest(".whole").querySelector(".leaf").focus();
    }
  });
  table.addEventListener("dragstart", (event) => { dragged = event.target.closest(".leaf"); });
  table.addEventListener("dragover", (event) => { if (event.target.closest(".laid")) event.preventDefault(); });
  table.addEventListener("drop", (event) => {
    const paper = event.target.closest(".laid");
    if (!paper || !dragged) return;
    event.preventDefault();
    remember();
    const over = event.target.closest(".leaf");
    listOf(paper).insertBefore(dragged, over && over !== dragged ? over : null);
    tidy();
  });

  const beside = document.getElementById("beside");
  beside.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = beside.querySelector("[role=status]");
    const answer = await fetch(`${beside.dataset.url}?name=${encodeURIComponent(beside.elements.name.value)}`, { headers: { "HX-Request": "true" } });
    const answered = new DOMParser().parseFromString(await answer.text(), "text/html");
    const made = answered.querySelector(".whole");
    told.textContent = "";
    if (!made) {
      const asked = answered.querySelector("[name=where]"), link = document.createElement("a");
      if (asked) Object.assign(link, { href: asked.value, target: "_blank", textContent: beside.dataset.asked });
      told.append(asked ? link : beside.dataset.missing);
      return;
    }
    if (wholes().some((whole) => whole.dataset.id === made.dataset.id)) return;
    remember();
    table.append(made);
    beside.reset();
    made.querySelector(".leaf")?.focus();
  });

  const pageOf = (leaf) => ({ stack: leaf.dataset.stack, scan: leaf.dataset.scan, page_number: Number(leaf.dataset.page), turned: Number(leaf.dataset.turned) });
  document.getElementById("lay").addEventListener("submit", (event) => {
    const dossiers = wholes().map((whole) => ({
      id: whole.dataset.id, name: whole.querySelector("h2 input")?.value || "",
      papers: papers(whole).map((paper) => ({
        document_type: paper.querySelector("select").value || null, pages: [...paper.querySelectorAll(".leaf")].map(pageOf) })),
      set_aside: [...whole.querySelectorAll(".aside .leaf")].map(pageOf),
    }));
    event.target.elements.laid.value = JSON.stringify({ dossiers });
  }, true);
  leaves()[0]?.focus();
})();
