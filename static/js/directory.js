// Shows the directory's filters at once where there is room beside the list; on a phone keeps them, and
// everywhere what else can be opened, as the person left them when htmx renews the results.
(function () {
  "use strict";
  const wide = window.matchMedia("(min-width: 60rem)");
  let wereOpen = [];
  let askedLast = null;

  function filters() {
    return document.getElementById("facets");
  }
  function show(open) {
    for (const id of open) {
      const details = document.getElementById(id);
      if (details) details.open = true;
    }
    if (filters() && wide.matches) filters().open = true;
  }
  function nowOpen() {
    return Array.from(document.querySelectorAll("#results details[open][id]"), (details) => details.id);
  }

  // What was typed before htmx was there to see it.
  function searchWhatIsTyped() {
    const box = document.getElementById("q");
    if (box && box.value !== box.defaultValue) htmx.trigger(box.form, "submit");
  }

  // An answer that something else was asked for after is not shown: it would undo what was chosen since.
  function beforeSwap({ detail }) {
    if (detail.requestConfig && detail.requestConfig.triggeringEvent !== askedLast) detail.shouldSwap = false;
    wereOpen = nowOpen();
  }

  document.addEventListener("DOMContentLoaded", () => show([]));
  window.addEventListener("load", searchWhatIsTyped);
  document.addEventListener("htmx:confirm", ({ detail }) => { askedLast = detail.triggeringEvent; });
  document.addEventListener("htmx:beforeSwap", beforeSwap);
  document.addEventListener("htmx:afterSwap", () => show(wereOpen));
})();
