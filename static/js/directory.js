// Keeps what a person opened on the directory when its results are renewed, and shows the filters at
// once where there is room beside the list.
(function () {
  "use strict";
  const wide = window.matchMedia("(min-width: 60rem)");
  let open = [];

  function openFilters() {
    const facets = document.getElementById("facets");
    if (facets && wide.matches) facets.open = true;
  }

  document.addEventListener("DOMContentLoaded", openFilters);
  document.addEventListener("htmx:beforeSwap", function () {
    open = Array.from(document.querySelectorAll("#results details[open][id]"), (details) => details.id);
  });
  document.addEventListener("htmx:afterSwap", function () {
    for (const id of open) {
      const details = document.getElementById(id);
      if (details) details.open = true;
    }
    openFilters();
  });
})();
