// The table works without this file, by loading the page again. With it, only the table is
// fetched: on a change of a filter, and for every link and button of its form.
(() => {
  const box = document.getElementById("data-table");
  const said = document.getElementById("table-said");
  let asked = null;

  // The form's parameters without those that say nothing.
  function query(form) {
    const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
    const boxes = [...form.querySelectorAll('input[name="column"]')];
    const all = boxes.every((one) => one.checked);
    return new URLSearchParams(pairs.filter(([name]) => !(all && name === "column")));
  }

  // Shows what `search` asks for; the address follows, unless it has led here.
  async function turn(search, { keep = true, page = false } = {}) {
    asked?.abort();
    asked = new AbortController();
    box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${box.dataset.part}?${search}`, { signal: asked.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      swap(await answer.text(), page);
      if (keep) history.pushState(null, "", document.getElementById("table-link").getAttribute("href"));
      said.textContent = document.getElementById("table-count").textContent;
    } catch (error) {
      // Whatever went wrong, the page itself says it better.
      if (error.name !== "AbortError") location.assign(`?${search}#data`);
      return;
    }
    box.removeAttribute("aria-busy");
  }

  function swap(html, page) {
    const focus = document.activeElement?.id;
    const card = box.querySelector(":popover-open")?.id;
    const rows = document.getElementById("table-box");
    const [left, top] = [rows.scrollLeft, page ? 0 : rows.scrollTop];
    box.innerHTML = html;
    const place = document.getElementById("table-box");
    place.scrollLeft = left;
    place.scrollTop = top;
    if (card && !page) document.getElementById(card)?.showPopover();
    if (focus) (document.getElementById(focus) ?? place).focus({ preventScroll: true });
  }

  box.addEventListener("submit", (event) => {
    event.preventDefault();
    box.querySelector(":popover-open")?.hidePopover();
    turn(query(event.target), { page: true });
  });
  box.addEventListener("change", (event) => {
    if (event.target.form) turn(query(event.target.form));
  });
  box.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-turn]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    box.querySelector(":popover-open")?.hidePopover();
    const to = new URL(link.href);
    turn(to.searchParams, { page: to.searchParams.has("after") || to.searchParams.has("before") });
  });
  addEventListener("popstate", () => turn(new URLSearchParams(location.search), { keep: false }));
})();
