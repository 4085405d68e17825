// While somebody fills in the form of a data set, what the policy asks of the present values is
// written under the fields. Nothing is refused here. Without this file, advice about what is
// stored stands there already.
"use strict";

for (const mark of document.querySelectorAll("[data-advice]")) {
  const form = mark.closest("form");
  const touched = new Set();
  let waiting, asking;

  const boxOf = (name) => {
    const id = `field-${name}-advice`;
    const known = document.getElementById(id);
    if (known) return known;
    const field = document.getElementById(`field-${name}`)?.closest(".field");
    if (!field) return null;
    const box = document.createElement("div");
    box.id = id;
    box.className = "advice";
    box.setAttribute("aria-live", "polite");
    const above = field.querySelectorAll(":scope > :is(label, legend, .like-label, .help, .error)");
    if (above.length) above[above.length - 1].after(box);
    else field.prepend(box);
    const described = field.matches("fieldset") ? field : document.getElementById(`field-${name}`);
    described.setAttribute("aria-describedby", `${described.getAttribute("aria-describedby") || ""} ${id}`.trim());
    return box;
  };

  const write = (box, lines) => {
    const now = lines.map((line) => line.text).join("\n");
    const said = [...box.querySelectorAll("p")].map((line) => line.lastChild.textContent).join("\n");
    if (now === said) return; // A reader of the screen hears only what is new.
    box.replaceChildren(...lines.map((line) => {
      const paragraph = document.createElement("p");
      const word = document.createElement("span");
      word.className = "hidden-words";
      word.textContent = `${mark.dataset.adviceWord} `;
      paragraph.append(word, line.text);
      return paragraph;
    }));
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const values = new FormData(form);
    if (mark.dataset.adviceOf) values.set("id", mark.dataset.adviceOf);
    try {
      const answer = await fetch(mark.dataset.advice, { method: "POST", body: values, signal: asking.signal });
      // Whoever was signed out meanwhile is led elsewhere; the form is saved and judged as ever.
      if (!answer.ok || answer.redirected) return;
      const { advice } = await answer.json();
      const names = new Set([...Object.keys(advice), ...touched]);
      for (const box of form.querySelectorAll(".advice")) names.add(box.id.replace(/^field-|-advice$/g, ""));
      for (const name of names) {
        // Of a new data set, fields that nobody came to yet are left in peace.
        if (!mark.dataset.adviceOf && !touched.has(name)) continue;
        if (document.getElementById(`field-${name}-error`)) continue;
        const box = boxOf(name);
        if (box) write(box, advice[name] || []);
      }
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  };

  const changed = (event) => {
    if (!event.target.name) return;
    touched.add(event.target.name);
    boxOf(event.target.name);
    clearTimeout(waiting);
    waiting = setTimeout(ask, 600);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
}
