// Intake: files and folders dropped or chosen are sent in pieces and go on where they were cut off.
"use strict";
(() => {
  const form = document.getElementById("separators");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(form.dataset.action, {
      method: "POST", body: new FormData(form), headers: { "X-CSRF-Token": document.body.dataset.csrf } });
    if (answer.ok) window.open(URL.createObjectURL(await answer.blob()), "_blank");
  });

  const zone = document.getElementById("drop");
  if (!zone) return;
  const list = document.getElementById("sending");
  const endpoint = new URL("/uploads", location.href).href;

  const fingerprint = (file, options) => Promise.resolve(
    ["tus", document.body.dataset.login, zone.dataset.batch, options.metadata.path, options.metadata.replaces, file.size, file.lastModified].join("|"));

  async function send(file, path, position, replaces) {
    const line = document.createElement("li");
    const meter = document.createElement("progress");
    meter.max = file.size || 1;
    const told = document.createElement("span");
    told.textContent = `${path} · ${zone.dataset.sending}`;
    meter.setAttribute("aria-label", path);
    line.append(meter, told);
    list.prepend(line);
    await new Promise((done) => {
      const upload = new tus.Upload(file, {
        endpoint, chunkSize: 8 * 1024 * 1024, retryDelays: [0, 1000, 3000, 5000, 10000, 20000],
        headers: { "X-CSRF-Token": document.body.dataset.csrf },
        metadata: { batch: zone.dataset.batch, path, position: String(position), replaces: replaces || "" },
        fingerprint, removeFingerprintOnSuccess: true,
        onProgress(sent) { meter.value = sent; },
        onError() { told.textContent = `${path} · ${zone.dataset.failed}`; line.classList.add("wrong"); done(); },
        onSuccess() { told.textContent = `${path} · ${zone.dataset.sent}`; line.classList.add("sure"); meter.value = meter.max; setTimeout(() => line.remove(), 8000); done(); },
      });
      upload.findPreviousUploads().then((before) => {
        before.sort((a, b) => Date.parse(b.creationTime) - Date.parse(a.creationTime));
        if (before.length) upload.resumeFromPreviousUpload(before[0]);
        upload.start();
      });
    });
  }

  async function* walk(entry, base = "") {
    const path = base + entry.name;
    if (entry.isFile) { yield [await new Promise((ok, no) => entry.file(ok, no)), path]; return; }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((ok, no) => reader.readEntries(ok, no));
      if (!some.length) return;
      for (const inner of some) yield* walk(inner, `${path}/`);
    }
  }

  async function sendAll(pairs) {
    const order = new Intl.Collator("vi", { numeric: true });
    const wanted = pairs.filter(([, path]) => !path.split("/").some((part) => part.startsWith(".")));
    wanted.sort((one, other) => order.compare(one[1], other[1]));
    const queue = wanted.map(([file, path], at) => [file, path, at + 1]);
    await Promise.all(Array.from({ length: 2 }, async () => {
      for (let next; (next = queue.shift());) await send(...next);
    }));
  }

  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const entries = [...event.dataTransfer.items].filter((item) => item.kind === "file")
      .map((item) => item.webkitGetAsEntry()).filter(Boolean);
    const pairs = entries.length ? [] : [...event.dataTransfer.files].map((file) => [file, file.name]);
    for (const entry of entries) for await (const pair of walk(entry)) pairs.push(pair);
    await sendAll(pairs);
  });
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches("input[type=file]")) return;
    const files = [...input.files];
    if (input.dataset.replaces) send(files[0], files[0].name, 1, input.dataset.replaces);
    else sendAll(files.map((file) => [file, file.webkitRelativePath || file.name]));
    input.value = "";
  });
})();
