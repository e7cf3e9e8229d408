// Look-alike rounds: arrows move, Space marks what looks odd, Enter takes the rest.
"use strict";
(() => {
  const form = document.getElementById("round");
  if (!form) return;
  const cells = [...form.querySelectorAll(".cell")];
  const mark = (cell) => cell.setAttribute("aria-checked", String(cell.getAttribute("aria-checked") !== "true"));
  const columns = () => cells.filter((cell) => cell.offsetTop === cells[0].offsetTop).length;
  form.addEventListener("keydown", (event) => {
    const at = cells.indexOf(event.target.closest(".cell"));
    if (at < 0) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() };
    if (event.key === " ") mark(cells[at]);
    else if (steps[event.key]) cells[at + steps[event.key]]?.focus();
    else return;
    event.preventDefault();
  });
  form.addEventListener("click", (event) => { const cell = event.target.closest(".cell"); if (cell) mark(cell); });
  form.addEventListener("submit", () => {
    form.elements.cells.value = JSON.stringify(cells.map((cell) => ({
      paper_id: cell.dataset.paper, revision: Number(cell.dataset.revision), field: cell.dataset.field,
      odd: cell.getAttribute("aria-checked") === "true" })));
  }, true);
  cells[0]?.focus();
})();
