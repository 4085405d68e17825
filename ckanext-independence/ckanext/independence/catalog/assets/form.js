// The stewards' forms work without this file. It moves the focus to what is wrong, hides what
// does not apply, adds a map to the four sides of a box, and shows how far an upload is.
"use strict";

function begin(root) {
  root.querySelector(".problems")?.focus();
  for (const form of root.querySelectorAll(".steward-form")) {
    form.noValidate = true; // Its errors are shown at the fields, in words.
    form.addEventListener("submit", (event) => {
      const half = [...form.querySelectorAll("input[type=date]")].find((input) => input.validity.badInput);
      if (!half) return;
      event.preventDefault();
      complain(half, "The date is not complete. Fill in month, day and year, or clear all three.");
    });
    followConditions(form);
    for (const box of form.querySelectorAll(".map-box")) drawMap(box);
    for (const upload of form.querySelectorAll("fieldset.upload")) openChosen(upload);
    if (form.hasAttribute("data-upload")) showProgress(form);
    // A second click would save a second data set.
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  reveal();
}

// ---- Errors ---------------------------------------------------------------------------------

function complain(control, text) {
  const id = `${control.id}-said`;
  let said = document.getElementById(id);
  if (!said) {
    said = document.createElement("p");
    said.id = id;
    said.className = "error";
    control.before(said);
    control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") || ""} ${id}`.trim());
  }
  said.textContent = text;
  control.setAttribute("aria-invalid", "true");
  control.closest("details")?.setAttribute("open", "");
  control.focus();
}

// A link from another page may lead to a field in a folded part.
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const part = target.closest("details");
  if (part) part.open = true;
  if (target.matches("input, select, textarea, [tabindex]")) target.focus();
  target.scrollIntoView({ block: "center" });
}
addEventListener("hashchange", reveal);

// ---- Fields that wait for another -----------------------------------------------------------

function followConditions(form) {
  const waiting = [...form.querySelectorAll("[data-shown-when]")].map((field) => [field, JSON.parse(field.dataset.shownWhen)]);
  const update = () => {
    for (const [field, conditions] of waiting) {
      const applies = Object.entries(conditions).every(([name, values]) => values.includes(form.elements[name]?.value));
      const holds = [...field.querySelectorAll("input, select, textarea")].some((control) => control.value);
      field.hidden = !applies && !holds && !field.classList.contains("wrong");
    }
  };
  if (waiting.length) {
    form.addEventListener("change", update);
    update();
  }
}

// ---- The area -------------------------------------------------------------------------------

function drawMap(box) {
  const { box: city, places } = JSON.parse(box.dataset.map);
  const form = box.closest("fieldset");
  const sides = ["west", "south", "east", "north"].map((side) => form.querySelector(`[data-side=${side}]`));
  const [west, south, east, north] = city;
  const margin = 0.06;
  // Drawn at its own size, so that its words are read on a phone, too.
  const width = Math.max(Math.min(576, document.documentElement.clientWidth - 64), 240);
  // A degree of longitude is shorter than one of latitude by the cosine of the latitude.
  const scale = (width * (1 - 2 * margin)) / ((east - west) * Math.cos(((south + north) / 2) * Math.PI / 180));
  const perLongitude = (width * (1 - 2 * margin)) / (east - west);
  const height = Math.round((north - south) * scale + 2 * margin * width);
  const x = (longitude) => (longitude - west) * perLongitude + margin * width;
  const y = (latitude) => (north - latitude) * scale + margin * width;
  const longitude = (px) => (px - margin * width) / perLongitude + west;
  const latitude = (py) => north - (py - margin * width) / scale;

  const make = (name, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text) element.textContent = text;
    return element;
  };
  const rectangle = ([w, s, e, n]) => ({ x: x(w), y: y(n), width: Math.max(x(e) - x(w), 2), height: Math.max(y(s) - y(n), 2) });
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Map of the city's limits, its named places and the box" });
  svg.append(make("rect", { class: "city", ...rectangle(city) }));
  for (const place of places) {
    if (String(place.box) === String(city)) continue;
    const shape = rectangle(place.box);
    svg.append(make("rect", { class: "place", ...shape }));
    const small = shape.width < 60;
    // Neighbours' names would run into each other: every other one stands below.
    const below = small && places.indexOf(place) % 2 === 0;
    const top = below ? shape.y + shape.height + 14 : small ? shape.y - 5 : shape.y + shape.height / 2;
    svg.append(make("text", { x: shape.x + shape.width / 2, y: top }, place.title));
  }
  const chosen = make("rect", { class: "chosen" });
  svg.append(chosen);
  box.querySelector(".map").replaceChildren(svg);

  const show = () => {
    const values = sides.map((input) => (input.value.trim() === "" ? NaN : Number(input.value)));
    const valid = values.every(Number.isFinite) && values[0] <= values[2] && values[1] <= values[3];
    chosen.toggleAttribute("hidden", !valid);
    chosen.style.display = valid ? "" : "none";
    if (valid) for (const [key, value] of Object.entries(rectangle(values))) chosen.setAttribute(key, value);
  };
  const fill = (values) => {
    sides.forEach((input, index) => { input.value = values ? String(Number(values[index].toFixed(4))) : ""; });
    show();
  };
  sides.forEach((input) => input.addEventListener("input", show));

  let start = null;
  const point = (event) => {
    const place = svg.getBoundingClientRect();
    return [((event.clientX - place.left) / place.width) * width, ((event.clientY - place.top) / place.height) * height];
  };
  svg.addEventListener("pointerdown", (event) => {
    start = point(event);
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    if (!start) return;
    const end = point(event);
    if (Math.hypot(end[0] - start[0], end[1] - start[1]) < 5) return; // A tap draws nothing.
    const xs = [start[0], end[0]].sort((a, b) => a - b);
    const ys = [start[1], end[1]].sort((a, b) => a - b);
    fill([longitude(xs[0]), latitude(ys[1]), longitude(xs[1]), latitude(ys[0])]);
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { start = null; });

  const select = box.querySelector("select");
  select.replaceChildren(...places.map((place) => new Option(place.title, place.id)));
  box.querySelector("[data-map-use]").addEventListener("click", () => fill(places.find((place) => place.id === select.value).box));
  box.querySelector("[data-map-clear]").addEventListener("click", () => fill(null));
  box.hidden = false;
  show();
}

// ---- A file or a link -----------------------------------------------------------------------

function openChosen(upload) {
  const radios = [...upload.querySelectorAll("[data-opens]")];
  const update = () => {
    for (const radio of radios) document.getElementById(radio.dataset.opens).hidden = !radio.checked;
  };
  radios.forEach((radio) => radio.addEventListener("change", update));
  update();
}

function showProgress(form) {
  const input = form.querySelector("input[type=file]");
  const progress = form.querySelector(".progress");
  const bar = progress.querySelector("progress");
  const words = progress.querySelector("[data-progress-words]");
  const tooLarge = (file) => {
    if (file.size <= Number(input.dataset.limit)) return false;
    complain(input, `This file is larger than ${input.dataset.limitWords}. Compress it, split it, or put it elsewhere and give a link.`);
    return true;
  };
  input.addEventListener("change", () => {
    if (input.files[0] && tooLarge(input.files[0])) return;
    document.getElementById(`${input.id}-said`)?.remove();
    input.removeAttribute("aria-invalid");
  });
  form.addEventListener("submit", (event) => {
    const file = input.files[0];
    const asFile = form.querySelector("[name=url_type]:checked")?.value === "upload";
    if (!file || !asFile || event.defaultPrevented) return;
    event.preventDefault();
    if (tooLarge(file)) return;
    const size = file.size < 1e6 ? "" : ` of ${Math.round(file.size / 2 ** 20)} MB`;
    const request = new XMLHttpRequest();
    const buttons = [...form.querySelectorAll(".form-end button")];
    const busy = (on) => {
      progress.hidden = !on;
      buttons.forEach((button) => { button.disabled = on; });
    };
    const data = new FormData(form, event.submitter);
    busy(true);
    words.textContent = `0 %${size}`;
    progress.querySelector("[data-progress-stop]").onclick = () => request.abort();
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      bar.value = Math.round((100 * step.loaded) / step.total);
      words.textContent = step.loaded < step.total ? `${bar.value} %${size}` : "Received. It is being checked and saved.";
    });
    request.addEventListener("abort", () => { busy(false); input.focus(); });
    request.addEventListener("error", () => {
      busy(false);
      complain(input, "The file did not arrive: the connection broke. Nothing was changed. Try again.");
    });
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      if (request.status < 400 && !page.querySelector(".problems")) {
        location.assign(request.responseURL);
        return;
      }
      // The same form comes back with its errors; the browser would forget the file, so it stays.
      const fresh = page.querySelector("main");
      if (!fresh) {
        busy(false);
        complain(input, "The server did not take the file. Nothing was changed. Try again, or ask the portal's operator.");
        return;
      }
      const emptied = fresh.querySelector("input[type=file]");
      if (emptied) {
        for (const name of ["aria-describedby", "aria-invalid"]) {
          if (emptied.hasAttribute(name)) input.setAttribute(name, emptied.getAttribute(name));
          else input.removeAttribute(name);
        }
        emptied.replaceWith(input);
        fresh.querySelector("[data-forgotten]")?.remove();
      }
      document.title = page.title;
      document.querySelector("main").replaceWith(fresh);
      begin(fresh);
    });
    request.open("POST", form.action);
    request.send(data);
  });
}

// Back from the next page, the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll(".steward-form")) delete form.dataset.sent;
});

begin(document);
