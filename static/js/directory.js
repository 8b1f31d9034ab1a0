// Shows the directory's filters at once where there is room beside the list; on a phone keeps them as
// the person left them when htmx renews the results.
(function () {
  "use strict";
  const wide = window.matchMedia("(min-width: 60rem)");
  let wasOpen = false;

  function filters() {
    return document.getElementById("facets");
  }
  function show(open) {
    if (filters()) filters().open = open || wide.matches;
  }

  // What was typed before htmx was there to see it.
  function searchWhatIsTyped() {
    const box = document.getElementById("q");
    if (box && box.value !== box.defaultValue) htmx.trigger(box.form, "submit");
  }

  document.addEventListener("DOMContentLoaded", () => show(false));
  window.addEventListener("load", searchWhatIsTyped);
  document.addEventListener("htmx:beforeSwap", () => { wasOpen = Boolean(filters() && filters().open); });
  document.addEventListener("htmx:afterSwap", () => show(wasOpen));
})();
