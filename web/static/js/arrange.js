// Laying a dossier's pages anew: by dragging, or with keys on the page in focus.
"use strict";
(() => {
  const table = document.getElementById("table");
  const aside = table.querySelector(".aside");
  const leaves = () => [...table.querySelectorAll(".leaf")];
  const papers = () => [...table.querySelectorAll(".laid:not(.aside)")];
  let dragged = null;

  function newPaper(before) {
    const made = papers()[0] ? papers()[0].cloneNode(true) : null;
    if (!made) return null;
    made.querySelector("ol").replaceChildren();
    made.querySelector("select").value = "";
    table.insertBefore(made, before);
    return made;
  }
  const tidy = () => papers().forEach((paper) => { if (!paper.querySelector(".leaf") && papers().length > 1) paper.remove(); });

  function split(leaf) {
    const paper = leaf.closest(".laid");
    const rest = [...paper.querySelectorAll(".leaf")];
    const tail = rest.slice(rest.indexOf(leaf));
    if (tail.length === rest.length && paper !== aside) return;
    const made = newPaper(paper === aside ? aside : paper.nextElementSibling);
    (paper === aside ? [leaf] : tail).forEach((one) => made.querySelector("ol").append(one));
  }
  function join(leaf) {
    const paper = leaf.closest(".laid");
    const before = papers()[papers().indexOf(paper) - 1];
    if (before && paper !== aside) paper.querySelectorAll(".leaf").forEach((one) => before.querySelector("ol").append(one));
  }
  function shift(leaf, by) {
    const list = leaf.closest("ol"), other = by < 0 ? leaf.previousElementSibling : leaf.nextElementSibling;
    if (other) { list.insertBefore(leaf, by < 0 ? other : other.nextElementSibling); return; }
    const all = papers(), next = all[all.indexOf(leaf.closest(".laid")) + by];
    if (next) next.querySelector("ol")[by < 0 ? "append" : "prepend"](leaf);
  }
  const turn = (leaf) => { leaf.dataset.turned = (Number(leaf.dataset.turned) + 90) % 360; };

  table.addEventListener("keydown", (event) => {
    const leaf = event.target.closest(".leaf");
    if (!leaf || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = leaves(), at = all.indexOf(leaf);
    const acts = {
      ArrowLeft: () => all[at - 1]?.focus(), ArrowRight: () => all[at + 1]?.focus(),
      "[": () => shift(leaf, -1), "]": () => shift(leaf, 1), "/": () => split(leaf), j: () => join(leaf),
      r: () => turn(leaf), x: () => aside.querySelector("ol").append(leaf),
    };
    const key = window.keyOf(event);
    if (!acts[key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[key]();
    tidy();
    if (!event.key.startsWith("Arrow")) leaf.focus();
  });
  table.addEventListener("dragstart", (event) => { dragged = event.target.closest(".leaf"); });
  table.addEventListener("dragover", (event) => { if (event.target.closest(".laid")) event.preventDefault(); });
  table.addEventListener("drop", (event) => {
    const paper = event.target.closest(".laid");
    if (!paper || !dragged) return;
    event.preventDefault();
    const over = event.target.closest(".leaf");
    paper.querySelector("ol").insertBefore(dragged, over);
    tidy();
  });
  const pageOf = (leaf) => ({ scan: leaf.dataset.scan, page_number: Number(leaf.dataset.page), turned: Number(leaf.dataset.turned) });
  document.getElementById("lay").addEventListener("submit", (event) => {
    const laid = {
      papers: papers().map((paper) => ({
        document_type: paper.querySelector("select").value || null, pages: [...paper.querySelectorAll(".leaf")].map(pageOf) })),
      set_aside: [...aside.querySelectorAll(".leaf")].map(pageOf),
    };
    event.target.elements.laid.value = JSON.stringify(laid);
  }, true);
  leaves()[0]?.focus();
})();
