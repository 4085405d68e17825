// While a file is being read or loaded, its page says how far it is. Without this file one loads
// the page again.
"use strict";

const PAUSE = 1500;
const LONGEST = 20_000;

function follow(box) {
  const words = box.querySelector("[data-state-words]");
  const bar = box.querySelector("progress");
  let pause = PAUSE;
  const ask = async () => {
    let state;
    try {
      const answer = await fetch(box.dataset.state, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      state = await answer.json();
    } catch {
      // The connection broke: what the page says stays, and is asked for later.
      pause = Math.min(2 * pause, LONGEST);
      setTimeout(ask, pause);
      return;
    }
    if (!state.running) {
      // What is new is the table itself; a form that somebody fills in is left alone.
      if (!document.querySelector("main form.steward-form")) location.reload();
      else words.textContent = [...state.sentences, state.reason].join(" ");
      if (bar) bar.hidden = true;
      return;
    }
    const text = state.sentences.join(" ");
    if (words.textContent !== text) words.textContent = text;
    if (bar && state.percent !== null) bar.value = state.percent;
    else bar?.removeAttribute("value");
    pause = Math.min(pause * 1.1, LONGEST);
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
}

for (const box of document.querySelectorAll("[data-state]")) follow(box);
