// Suggestions below a box that searches everything: a combobox with a list, as the WAI-ARIA practices have it.
// The keyboard stays in the box; without this file it is a plain form.
(function () {
  "use strict";
  const PAUSE = 120, SHORTEST = 2; // milliseconds without a key; letters

  function attach(form) {
    const box = form.querySelector("input[type=search]");
    const place = form.querySelector(".suggestions");
    const told = form.querySelector(".told");
    let timer = 0, asked = null, shownFor = "";

    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", "suggestions"]]) box.setAttribute(name, value);

    const options = () => Array.from(place.querySelectorAll("[role=option]"));
    const chosen = () => place.querySelector("[aria-selected=true]");

    function open() {
      const isFull = options().length > 0;
      place.hidden = !isFull;
      box.setAttribute("aria-expanded", String(isFull));
    }
    function close() {
      choose(null);
      place.hidden = true;
      box.setAttribute("aria-expanded", "false");
      told.textContent = "";
    }
    function choose(option) {
      if (chosen()) chosen().setAttribute("aria-selected", "false");
      if (!option) return box.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", option.id);
    }
    // The box itself stands between the last option and the first.
    function step(by) {
      const all = [null, ...options()];
      choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
    }
    function ask() {
      const text = box.value.trim();
      if (asked) asked.abort();
      if (text.length < SHORTEST) { shownFor = ""; place.replaceChildren(); return close(); }
      asked = new AbortController();
      fetch(form.dataset.suggestions + "?" + new URLSearchParams({ q: text }), { signal: asked.signal })
        .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
        .then((html) => {
          if (document.activeElement !== box) return;
          place.innerHTML = html;
          shownFor = text;
          choose(null);
          open();
          told.textContent = place.firstElementChild.dataset.told;
        })
        .catch(() => { /* asked for something else since, or no connection: the form still works */ });
    }

    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (place.hidden && shownFor !== box.value.trim()) ask();
        else if (place.hidden) open();
        if (!place.hidden && !event.altKey) step(event.key === "ArrowDown" ? 1 : -1);
        event.preventDefault();
      } else if (event.key === "Enter" && chosen()) {
        event.preventDefault();
        window.location.assign(chosen().dataset.url);
      } else if (event.key === "Escape" && !place.hidden) {
        event.preventDefault();
        close();
      }
    });
    box.addEventListener("blur", () => { clearTimeout(timer); close(); });
    form.addEventListener("submit", () => { clearTimeout(timer); if (asked) asked.abort(); close(); });
    place.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    place.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) window.location.assign(option.dataset.url);
    });
  }

  document.querySelectorAll("form[data-suggestions]").forEach(attach);
})();
