/* The board: a meeting is dragged to a free place, where its own page moves it. Without this file one opens it. */
(function () {
  "use strict";
  let dragged = null;
  document.querySelectorAll(".held[data-url]").forEach(function (held) {
    held.draggable = true;
    held.addEventListener("dragstart", function (event) {
      dragged = held;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", held.dataset.url);
    });
  });
  document.querySelectorAll("td[data-slot]").forEach(function (place) {
    place.addEventListener("dragover", function (event) {
      if (dragged) { event.preventDefault(); place.classList.add("over"); }
    });
    place.addEventListener("dragleave", function () { place.classList.remove("over"); });
    place.addEventListener("drop", function (event) {
      event.preventDefault();
      const query = new URLSearchParams({ slot: place.dataset.slot, table: place.dataset.table });
      window.location.assign(dragged.dataset.url + "?" + query + "#place");
    });
  });
}());
